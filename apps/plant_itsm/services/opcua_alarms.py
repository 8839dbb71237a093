"""OPC UA as a decoder: values as they are, alarms with their band, and alarms that ended while we were away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from plant_itsm.domain.alarms import (
	GONE_FROM_SOURCE,
	NOT_RETAINED,
	RETAINED,
	SHELVED_AT_SOURCE,
	digest_of,
	ended,
	is_unretained,
	judged,
	remark_of,
)
from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.opcua_addresses import notifier_address
from plant_itsm.domain.payloads import decode
from plant_itsm.domain.signals import GOOD, Decoded, StreamedSignal
from plant_itsm.domain.vocabulary import PayloadFormat, Transition
from plant_itsm.ports import Record, Records
from plant_itsm.services.signal_events import EVENT


class OpcUaDecoder:
	"""The decoder of one connection. It remembers which of the alarms that it has decoded are retained, and of others
	asks the remarks of their events.

	raised: asks for the addresses at which a rule is active or about to be.
	"""

	def __init__(self, records: Records, connection: Record, raised: Callable[[], Iterable[str]]):
		self._records = records
		self._raised = raised
		self._connection: str = connection["name"]
		rows = connection.get("severity_bands") or ()
		self._bands = tuple((row["lowest_severity"], row["word"]) for row in rows)
		self._unretained: dict[str, bool] = {}

	def decode(self, streamed: StreamedSignal) -> list[Decoded]:
		signal = streamed.signal
		if signal.problem:
			raise PayloadError(signal.problem)
		document = decode(signal.payload, PayloadFormat.JSON)
		notifier = notifier_address(signal.address)
		if notifier is None:
			return [Decoded(signal.address, document, signal.source_time, signal.quality)]
		if signal.address == notifier:
			return self._ended_unseen(notifier, document)
		return [self._alarm(signal.address, judged(document, self._bands), signal.source_time)]

	def _alarm(self, address: str, document: dict[str, Any], source_time: datetime | None) -> Decoded:
		"""No rule needs to look at each alarm of a notifier. A branch is an earlier state that somebody has yet to
		acknowledge: it is history."""
		is_branch = document.get("branch_id") is not None
		if not is_branch and document.get("active"):
			self._unretained[address] = is_unretained(document)
		elif not is_branch:
			self._unretained.pop(address, None)
		return Decoded(
			address,
			document,
			source_time,
			GOOD,
			historical=is_branch,
			optional=True,
			remark=remark_of(document),
			suppressed_by_source=SHELVED_AT_SOURCE if document.get("shelved") else "",
		)

	def _ended_unseen(self, notifier: str, document: Any) -> list[Decoded]:
		"""The end of what was active and of which the source no longer tells, though asked for all its alarms."""
		retained = document.get(RETAINED) if isinstance(document, dict) else None
		if not isinstance(retained, list):
			raise PayloadError(
				f"{notifier}: no list of alarms: let no one but the listener write to its stream"
			)
		active = sorted(address for address in self._raised() if address.startswith(f"{notifier}/"))
		untold = [address for address in active if digest_of(address) not in retained]
		gone = [address for address in untold if not self._is_unretained(address)]
		return [
			Decoded(address, ended(address), None, GOOD, optional=True, remark=GONE_FROM_SOURCE)
			for address in gone
		]

	def _is_unretained(self, address: str) -> bool:
		known = self._unretained.get(address)
		if known is not None:
			return known
		raised = {"connection": self._connection, "address": address, "transition": Transition.RAISED}
		rows = self._records.find(EVENT, raised, order_by="received_time", descending=True, limit=1)
		return any(NOT_RETAINED in (row["remark"] or "") for row in rows)

	def next_due(self) -> None:
		return None

	def expire(self, now: datetime) -> list[Decoded]:
		return []

	def save(self) -> None:
		"""What has to outlive us is in the remarks of events."""
