"""Signals that nothing could be done with, kept with their reason, and whole as far as they can be replayed."""

from __future__ import annotations

from plant_itsm.domain.recordings import signal_line
from plant_itsm.domain.signals import StreamedSignal
from plant_itsm.ports import Record

DEAD_LETTER = "Signal Dead Letter"
SHOWN_CHARACTERS = 2000
LONGEST_SIGNAL_BYTES = 12_000
"""Of a recorded signal that is kept for a replay: a whole batch of them fits into one packet of the database."""


def dead_letter(connection: str, streamed: StreamedSignal, reason: str) -> Record:
	"""The record of a signal that was refused; its payload is cut, and bytes that are no UTF-8 are escaped."""
	signal = streamed.signal
	whole = signal_line(signal)
	return {
		"connection": connection,
		"address": signal.address[:500],
		"reason": reason[:1000],
		"received_time": signal.received_time,
		"stream_id": streamed.stream_id,
		"payload_bytes": signal.payload_bytes or len(signal.payload),
		"payload": signal.payload[:SHOWN_CHARACTERS].decode("utf-8", "backslashreplace").replace("\0", "\\0"),
		"recorded_signal": whole if len(whole.encode()) <= LONGEST_SIGNAL_BYTES else None,
	}
