"""Signals that nothing could be done with, kept with their reason."""

from __future__ import annotations

from plant_itsm.domain.signals import StreamedSignal
from plant_itsm.ports import Record

DEAD_LETTER = "Signal Dead Letter"
SHOWN_CHARACTERS = 2000


def dead_letter(connection: str, streamed: StreamedSignal, reason: str) -> Record:
	"""The record of a signal that was refused; its payload is cut, and bytes that are no UTF-8 are escaped."""
	signal = streamed.signal
	return {
		"connection": connection,
		"address": signal.address[:500],
		"reason": reason[:1000],
		"received_time": signal.received_time,
		"stream_id": streamed.stream_id,
		"payload_bytes": signal.payload_bytes or len(signal.payload),
		"payload": signal.payload[:SHOWN_CHARACTERS].decode("utf-8", "backslashreplace").replace("\0", "\\0"),
	}
