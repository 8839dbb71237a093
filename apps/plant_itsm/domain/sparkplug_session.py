"""What is known of a Sparkplug B edge node between two messages, and what a step says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plant_itsm.domain.signals import GOOD, Decoded, StreamedSignal
from plant_itsm.domain.sparkplug_members import Member, SparkplugMessage
from plant_itsm.domain.sparkplug_topics import NodeId

_SEQUENCE = 256


@dataclass(frozen=True)
class NodeSession:
	"""What is known of an edge node.

	birth_time: of the last NBIRTH, None before the first. members: by device, the node itself under "". held: messages
	behind a gap. recent: digests of the last messages. stale_since, stale_reason: since when and why its values are
	unknown. rebirth_wanted: only a birth can mend it. unread: messages since then of which nothing could be used.
	"""

	node: NodeId
	birth_time: datetime | None = None
	bd_seq: int = 0
	last_seq: int = 0
	online: bool = False
	members: Mapping[str, Member] = field(default_factory=dict)
	held: tuple[SparkplugMessage, ...] = ()
	recent: tuple[str, ...] = ()
	stale_since: datetime | None = None
	stale_reason: str = ""
	rebirth_wanted: bool = False
	unread: int = 0

	@property
	def is_live(self) -> bool:
		return self.online and self.stale_since is None

	@property
	def next_seq(self) -> int:
		return (self.last_seq + 1) % _SEQUENCE

	def due_at(self, reorder_seconds: float) -> datetime | None:
		"""When the gap that messages wait behind counts as lost; None where there is no gap."""
		if not self.held:
			return None
		first = min(message.streamed.signal.received_time for message in self.held)
		return first + timedelta(seconds=reorder_seconds)


@dataclass(frozen=True)
class Step:
	"""The session after a message or a timer, and what that has said."""

	session: NodeSession
	said: tuple[Decoded, ...] = ()

	def then(self, step: Step) -> Step:
		return Step(step.session, self.said + step.said)


def digest_of(streamed: StreamedSignal) -> str:
	"""What a repeated delivery is told by: 16 hex digits of topic and payload."""
	signal = streamed.signal
	return hashlib.sha256(signal.address.encode() + b"\0" + signal.payload).hexdigest()[:16]


def ignored(streamed: StreamedSignal, note: str) -> Decoded:
	"""A signal that means nothing by itself: it is counted, and no rule can look at it."""
	return Decoded(streamed.signal.address, note, None, GOOD, optional=True, origin=streamed)


def refused(streamed: StreamedSignal, reason: str) -> Decoded:
	return Decoded(streamed.signal.address, None, None, GOOD, refused=reason, origin=streamed)
