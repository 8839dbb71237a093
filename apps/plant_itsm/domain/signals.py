"""What arrives from the plant, before anybody has judged it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plant_itsm.domain.vocabulary import Quality

GOOD = "good"
"""The quality of a value that can be relied on; OPC UA also knows bad and uncertain."""

_QUALITIES = {"good": Quality.GOOD, "uncertain": Quality.UNCERTAIN, "stale": Quality.STALE}


@dataclass(frozen=True)
class RawSignal:
	"""One message or one data change, as a listener took it off the wire.

	address: MQTT topic or OPC UA node id. payload: the bytes of the message; an OPC UA value comes as JSON.
	problem: why the listener could not take it as it is (too large, bad status); None for a usable signal.
	source_time: aware, from the source; None where the transport carries none. received_time: aware, ours.
	replay_of: the dead letter that a person has put into the stream once more with this; "" for all others.
	drill: the Line Stop Drill that has made it up; "" for what comes from the plant.
	"""

	address: str
	payload: bytes
	received_time: datetime
	source_time: datetime | None = None
	quality: str = GOOD
	problem: str | None = None
	payload_bytes: int = 0
	replay_of: str = ""
	drill: str = ""


@dataclass(frozen=True)
class StreamedSignal:
	"""A raw signal with the place that it has in its stream ("milliseconds-sequence", ascending)."""

	stream_id: str
	signal: RawSignal


@dataclass(frozen=True)
class Reading:
	"""A signal that could be read: the value that one rule looks at, and when it was so.

	historical: the source itself says that this is a value of the past. remark: what the source says beside the value,
	for example that an operator has acknowledged the alarm. suppressed_by_source: why the source itself holds the alarm
	back; "" where it does not. replayed: it comes long after its time, out of a dead letter.
	"""

	address: str
	value: Any
	source_time: datetime | None
	received_time: datetime
	event_key: str
	historical: bool = False
	remark: str = ""
	suppressed_by_source: str = ""
	replayed: bool = False

	@property
	def at(self) -> datetime:
		"""When the value became so: the source's time unless it has none or it lies in our future."""
		if self.source_time is None or self.source_time > self.received_time:
			return self.received_time
		return self.source_time


@dataclass(frozen=True)
class Decoded:
	"""What a signal says of one address. document: a value, or an object that a rule's value path leads into.

	historical: the source itself says that it is of the past. optional: no rule needs to look at it. refused: why
	nothing of it can be used, which makes a dead letter. origin: the signal that it came with, where that is not the
	one that was decoded just now (it was held back, or a timer ended). remark and suppressed_by_source: see Reading.
	"""

	address: str
	document: Any
	source_time: datetime | None
	quality: str
	historical: bool = False
	optional: bool = False
	refused: str = ""
	origin: StreamedSignal | None = None
	remark: str = ""
	suppressed_by_source: str = ""


def quality_of(word: str) -> Quality:
	"""The quality that a decoder calls by this word; one that nobody knows is bad."""
	return _QUALITIES.get(word, Quality.BAD)


def event_key(
	connection: str, rule: str, address: str, streamed: StreamedSignal, source_time: datetime | None
) -> str:
	"""The identity of "this signal, judged by this rule": 64 hex digits.

	A broker that redelivers repeats the source time, so the key repeats too; a source without a clock is told apart
	by its place in the stream, where its redelivery is a second reading of the same state and changes nothing.
	"""
	origin = source_time.isoformat() if source_time else streamed.stream_id
	return key_of(connection, rule, address, origin, payload=streamed.signal.payload)


def key_of(*parts: str, payload: bytes = b"") -> str:
	"""A fixed-length key for a unique index: the SHA-256 of its parts in 64 hex digits."""
	digest = hashlib.sha256()
	for part in parts:
		digest.update(part.encode() + b"\0")
	digest.update(payload)
	return digest.hexdigest()


def stream_position(stream_id: str) -> tuple[int, int]:
	"""A stream id as numbers, so that two can be compared: "5-2" -> (5, 2)."""
	milliseconds, _, sequence = stream_id.partition("-")
	return int(milliseconds), int(sequence or 0)
