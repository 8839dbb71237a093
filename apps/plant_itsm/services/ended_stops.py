"""The stops that have ended lately, read once in a batch: one that is back soon goes on as the same incident."""

from __future__ import annotations

from datetime import datetime, timedelta

from plant_itsm.domain.vocabulary import LineStopStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.downtime import REAL

STOP = "Line Stop"
MARGIN = timedelta(minutes=1)
"""Read so far beyond what is asked for: the signals of a batch do not come in the order of their times."""


class EndedStops:
	"""Answers for one transaction, which tells it what it ends and reopens itself."""

	def __init__(self, records: Records):
		self._records = records
		self._since: datetime | None = None
		self._stops: dict[str, Record] = {}

	def latest(self, ci: str, kind: str, since: datetime) -> Record | None:
		"""The stop of a kind of trouble at a CI that has ended last, if that was after a moment."""
		if self._since is None or since < self._since:
			self._since = since - MARGIN
			ended = {**REAL, "status": LineStopStatus.ENDED, "ended_at": (">", self._since)}
			self._stops = {stop["name"]: stop for stop in self._records.find(STOP, ended)}
		found = (
			stop
			for stop in self._stops.values()
			if (stop["root_ci"], stop["kind"]) == (ci, kind) and stop["ended_at"] > since
		)
		return max(found, key=lambda stop: stop["ended_at"], default=None)

	def put(self, stop: Record) -> None:
		"""Note a stop that was ended or reopened."""
		if stop["status"] == LineStopStatus.ENDED:
			self._stops[stop["name"]] = stop
		else:
			self._stops.pop(stop["name"], None)
