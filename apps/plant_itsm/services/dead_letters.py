"""Signals that nothing could be done with, kept with their reason, and whole as far as they can be replayed."""

from __future__ import annotations

from collections.abc import Sequence

from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.recordings import signal_line
from plant_itsm.domain.signals import StreamedSignal
from plant_itsm.ports import Record, Records

DEAD_LETTER = "Signal Dead Letter"
SHOWN_CHARACTERS = 2000
LONGEST_SIGNAL_BYTES = 12_000
"""Of a recorded signal that is kept for a replay: a whole batch of them fits into one packet of the database."""


def dead_letter(connection: str, streamed: StreamedSignal, reason: str, rule: str = "") -> Record:
	"""The record of a signal that was refused, by one rule or by all; its payload is cut, and bytes that are no UTF-8
	are escaped."""
	signal = streamed.signal
	whole = signal_line(signal)
	return {
		"connection": connection,
		"address": signal.address[:500],
		"reason": reason[:1000],
		"refused_by": rule or None,
		"received_time": signal.received_time,
		"stream_id": streamed.stream_id,
		"payload_bytes": signal.payload_bytes or len(signal.payload),
		"payload": signal.payload[:SHOWN_CHARACTERS].decode("utf-8", "backslashreplace").replace("\0", "\\0"),
		"recorded_signal": whole if len(whole.encode()) <= LONGEST_SIGNAL_BYTES else None,
	}


def letters_to_replay(
	records: Records, names: Sequence[str] = (), connection: str | None = None
) -> list[Record]:
	"""The dead letters with these names, or all that were not replayed yet, oldest first.

	Raises MissingRecordError for a name or a connection that does not exist.
	"""
	if connection is not None and records.get("OT Connection", connection) is None:
		raise MissingRecordError(f"OT Connection {connection!r} does not exist. Check the name.")
	wanted = {"connection": connection} if connection else {}
	state = {"name": ("in", list(names))} if names else {"replay_outcome": ("is", "not set")}
	with records.transaction():
		found = records.find(DEAD_LETTER, {**wanted, **state}, order_by="received_time")
	missing = set(names) - {letter["name"] for letter in found}
	if missing:
		raise MissingRecordError(
			f"there is no Signal Dead Letter {', '.join(sorted(missing))}. Check the names."
		)
	return found


def letter_line(letter: Record) -> str:
	"""A dead letter for people, on one line."""
	time = letter["received_time"].isoformat(timespec="seconds")
	replayed = f" [{letter['replay_outcome']}]" if letter["replay_outcome"] else ""
	return (
		f"{letter['name']}  {time}  {letter['connection']}  {letter['address']}: {letter['reason']}{replayed}"
	)
