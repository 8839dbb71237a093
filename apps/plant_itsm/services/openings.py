"""How many stops each rule of a connection has opened within the last hour, kept in memory by the drain."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from plant_itsm.ports import Records
from plant_itsm.services.downtime import REAL

WINDOW = timedelta(hours=1)


class Openings:
	"""Read once, noted from then on: only one drain opens the stops of a connection. Whoever rolls a transaction back
	must drop this and read it anew."""

	def __init__(self, records: Records, connection: str, now: datetime):
		self._detected: defaultdict[str, list[datetime]] = defaultdict(list)
		lately = {**REAL, "connection": connection, "detected_at": (">", now - WINDOW)}
		for stop in records.find("Line Stop", lately, order_by="detected_at"):
			self.note(stop["signal_rule"], stop["detected_at"])

	def note(self, rule: str, detected_at: datetime) -> None:
		self._detected[rule].append(detected_at)

	def within_the_hour(self, rule: str, now: datetime) -> int:
		recent = [at for at in self._detected[rule] if at > now - WINDOW]
		self._detected[rule] = recent
		return len(recent)
