"""From a streamed signal to the values that rules look at; what a decoder does depends on the connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.payloads import decode, source_time_at
from plant_itsm.domain.signals import StreamedSignal
from plant_itsm.domain.vocabulary import PayloadFormat
from plant_itsm.domain.vocabulary import Protocol as OtProtocol
from plant_itsm.ports import Record


@dataclass(frozen=True)
class Decoded:
	"""What a signal says of one address. document: a value, or an object that a rule's value path leads into."""

	address: str
	document: Any
	source_time: datetime | None
	quality: str


class Decoder(Protocol):
	def decode(self, streamed: StreamedSignal) -> list[Decoded]:
		"""The values of a signal. Raises PayloadError when it cannot be read."""


class DocumentDecoder:
	"""One message, one document: JSON, a text or a number over MQTT, or the value of an OPC UA node."""

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


def decoder_of(connection: Record) -> Decoder:
	"""The decoder that an OT Connection asks for. OPC UA values come as JSON with their own source time."""
	if connection["protocol"] == OtProtocol.MQTT:
		return DocumentDecoder(PayloadFormat(connection["payload_format"]), connection["timestamp_path"])
	return DocumentDecoder(PayloadFormat.JSON, None)
