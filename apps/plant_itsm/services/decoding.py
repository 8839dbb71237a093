"""From a streamed signal to the values that rules look at; what a decoder does depends on the connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.payloads import decode, source_time_at
from plant_itsm.domain.signals import Decoded, StreamedSignal
from plant_itsm.domain.vocabulary import PayloadFormat
from plant_itsm.domain.vocabulary import Protocol as OtProtocol
from plant_itsm.ports import Record, Records
from plant_itsm.services.opcua_alarms import OpcUaDecoder
from plant_itsm.services.sparkplug import SparkplugDecoder, is_sparkplug


class Decoder(Protocol):
	"""What it remembers between signals belongs to the open transaction: after a rollback, make a new one."""

	def decode(self, streamed: StreamedSignal) -> list[Decoded]:
		"""The values of a signal. Raises PayloadError when it cannot be read."""

	def next_due(self) -> datetime | None:
		"""When it has to be asked next, though no signal comes; None while it waits for nothing."""

	def expire(self, now: datetime) -> list[Decoded]:
		"""What has ended by `now` without a signal; every value with its origin."""

	def save(self) -> None:
		"""Write what it has to remember; called once before a batch is committed."""


class DocumentDecoder:
	"""One MQTT message, one document: JSON, a text or a number."""

	def __init__(self, payload_format: PayloadFormat, timestamp_path: str | None):
		self._format = payload_format
		self._timestamp_path = timestamp_path

	def decode(self, streamed: StreamedSignal) -> list[Decoded]:
		signal = streamed.signal
		if signal.problem:
			raise PayloadError(signal.problem)
		document = decode(signal.payload, self._format)
		source_time = signal.source_time or source_time_at(document, self._timestamp_path)
		return [Decoded(signal.address, document, source_time, signal.quality)]

	def next_due(self) -> None:
		return None

	def expire(self, now: datetime) -> list[Decoded]:
		return []

	def save(self) -> None:
		"""One message says it all: there is nothing to remember."""


def decoder_of(records: Records, connection: Record, raised: Callable[[], Iterable[str]] = tuple) -> Decoder:
	"""The decoder that an OT Connection asks for. raised: asks for the addresses at which a rule is active or about to
	be; where nothing is judged, none is."""
	if is_sparkplug(connection):
		return SparkplugDecoder(records, connection)
	if connection["protocol"] == OtProtocol.MQTT:
		return DocumentDecoder(PayloadFormat(connection["payload_format"]), connection["timestamp_path"])
	return OpcUaDecoder(records, connection, raised)
