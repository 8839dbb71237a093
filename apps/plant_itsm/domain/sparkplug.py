"""The session of a Sparkplug B edge node: births, deaths, sequence numbers, what is stale (Sparkplug 3.0, chapter 5).

Values in, values out: a session and a message give the next session and what the message says. Times are those of the
messages, so a session goes on after a restart, or in a replay, as if nothing had been.

    never born --NBIRTH--> live --gap longer than the reorder timeout--> stale --NBIRTH--> live
                           live or stale --NDEATH of the same bdSeq--> offline --NBIRTH--> live
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.signals import Decoded, StreamedSignal
from plant_itsm.domain.sparkplug_members import (
	Member,
	SparkplugMessage,
	Values,
	member_of,
	some_of,
	values_of,
)
from plant_itsm.domain.sparkplug_payload import SparkplugPayload
from plant_itsm.domain.sparkplug_session import NodeSession, Step, digest_of, ignored, refused
from plant_itsm.domain.sparkplug_topics import MessageType, SparkplugTopic

HELD_MESSAGES = 200
"""Messages that may wait for a missing one; beyond it the gap counts as lost at once."""
HELD_BYTES = 4_000_000
REMEMBERED_MESSAGES = 16
"""How many of the last messages a repeat is told by; well below 256, where sequence numbers begin anew."""

_EMPTY = SparkplugPayload(None, None, ())
_NO_REBIRTH = (
	"It is unreadable until the edge node sends its birth again: request a rebirth, or allow requests."
)


def take(session: NodeSession, message: SparkplugMessage, reorder_seconds: float) -> Step:
	"""Take a message of this node, after the gap before it has been given up if it was due."""
	step = expire(session, message.streamed.signal.received_time, reorder_seconds)
	return step.then(_take(step.session, message, reorder_seconds))


def _take(session: NodeSession, message: SparkplugMessage, reorder_seconds: float) -> Step:
	digest = digest_of(message.streamed)
	if digest in session.recent or any(digest == digest_of(held.streamed) for held in session.held):
		return Step(session, (ignored(message.streamed, "delivered again"),))
	if message.topic.kind == MessageType.NBIRTH:
		return _node_birth(session, message)
	if message.topic.kind == MessageType.NDEATH:
		return _node_death(session, message)
	return _in_sequence(session, message, reorder_seconds)


def unreadable(session: NodeSession, topic: SparkplugTopic, streamed: StreamedSignal, reason: str) -> Step:
	"""A message whose payload cannot be read. Without a birth the values that follow mean nothing."""
	message = SparkplugMessage(topic, _EMPTY, streamed)
	if topic.kind == MessageType.NBIRTH:
		return _bad_birth(session, message, reason)
	if topic.kind == MessageType.DBIRTH:
		session = replace(session, rebirth_wanted=True)
	return Step(session, (refused(streamed, reason),))


def expire(session: NodeSession, now: datetime, reorder_seconds: float) -> Step:
	"""Give up a gap that has lasted for the reorder timeout."""
	due_at = session.due_at(reorder_seconds)
	if due_at is None or due_at > now:
		return Step(session)
	return _give_up(session, due_at)


def _give_up(session: NodeSession, at: datetime) -> Step:
	first, *others = session.held
	reason = (
		f"sequence number {session.next_seq} of edge node {session.node} is missing"
		f" ({first.payload.seq} came instead). {_NO_REBIRTH}"
	)
	said = _lost(session, _at(first, at), at)
	said += (refused(first.streamed, reason),)
	said += tuple(ignored(message.streamed, reason) for message in others)
	after = _stale(session, at, reason)
	return Step(replace(after, held=(), unread=session.unread + 1 + len(others)), said)


def _stale(session: NodeSession, at: datetime, reason: str) -> NodeSession:
	return replace(session, stale_since=session.stale_since or at, stale_reason=reason, rebirth_wanted=True)


def _lost(session: NodeSession, message: SparkplugMessage, at: datetime) -> tuple[Decoded, ...]:
	online = (member for member in session.members.values() if member.online)
	return tuple(value for member in online for value in member.lost(message, at))


def _node_birth(session: NodeSession, message: SparkplugMessage) -> Step:
	payload, bd_seq = message.payload, message.payload.bd_seq
	if payload.seq != 0 or bd_seq is None:
		trouble = "has no bdSeq" if payload.seq == 0 else f"has the sequence number {payload.seq}, not 0"
		return _bad_birth(session, message, f"birth of edge node {session.node} {trouble}")
	if session.online and (bd_seq, payload.time) == (session.bd_seq, session.birth_time):
		return Step(session, (ignored(message.streamed, "birth delivered again"),))
	try:
		member = member_of(message)
	except PayloadError as error:
		return _bad_birth(session, message, f"birth of edge node {session.node}: {error}")
	return _new_session(session, message, member, bd_seq)


def _new_session(session: NodeSession, message: SparkplugMessage, member: Member, bd_seq: int) -> Step:
	born = NodeSession(
		session.node,
		birth_time=message.payload.time or message.streamed.signal.received_time,
		bd_seq=bd_seq,
		online=True,
		members={"": member} | _gone(session),
		held=tuple(held for held in session.held if _is_after(held, message)),
		recent=(digest_of(message.streamed),),
	)
	said = tuple(
		ignored(held.streamed, "of the session before the birth")
		for held in session.held
		if not _is_after(held, message)
	)
	return Step(born, said + _devices_lost(session, message)).then(_born(born, member, message))


def _gone(session: NodeSession) -> dict[str, Member]:
	"""Devices have to be born anew after their node."""
	return {name: replace(member, online=False) for name, member in session.members.items() if name}


def _is_after(held: SparkplugMessage, birth: SparkplugMessage) -> bool:
	sent, born = held.payload.time, birth.payload.time
	return sent is not None and born is not None and sent >= born


def _devices_lost(session: NodeSession, message: SparkplugMessage) -> tuple[Decoded, ...]:
	at = message.happened_at
	devices = [member for name, member in session.members.items() if name and member.online]
	return tuple(
		value
		for member in devices
		for value in (*member.lost(message, at), member.online_is(False, message, at))
	)


def _born(session: NodeSession, member: Member, message: SparkplugMessage) -> Step:
	at = message.happened_at
	step = _say(session, message, values_of(message, member))
	online = Step(session, (member.online_is(True, message, at),))
	return online.then(step).then(_release(step.session, message.streamed.signal.received_time))


def _bad_birth(session: NodeSession, message: SparkplugMessage, reason: str) -> Step:
	at = message.streamed.signal.received_time
	said = (*_lost(session, message, at), refused(message.streamed, f"{reason}. {_NO_REBIRTH}"))
	return Step(replace(_stale(session, at, reason), held=()), said)


def _node_death(session: NodeSession, message: SparkplugMessage) -> Step:
	bd_seq = message.payload.bd_seq
	if bd_seq is None:
		return Step(session, (refused(message.streamed, "death of an edge node without bdSeq"),))
	if not session.online or bd_seq != session.bd_seq:
		return Step(session, (ignored(message.streamed, f"death of another session (bdSeq {bd_seq})"),))
	at = message.streamed.signal.received_time
	said = _lost(session, message, at)
	said += tuple(m.online_is(False, message, at) for m in session.members.values() if m.online)
	said += tuple(ignored(held.streamed, "its edge node died") for held in session.held)
	members = {name: replace(member, online=False) for name, member in session.members.items()}
	reason = "the broker has lost the edge node (NDEATH)"
	dead = replace(session, online=False, members=members, held=(), stale_reason=reason)
	return Step(replace(dead, stale_since=session.stale_since or at, rebirth_wanted=False), said)


def _in_sequence(session: NodeSession, message: SparkplugMessage, reorder_seconds: float) -> Step:
	if not session.is_live:
		why = "was never born here" if session.birth_time is None else "is stale or offline"
		return _not_usable(session, message, f"edge node {session.node} {why}. {_NO_REBIRTH}")
	if message.payload.seq is None:
		return Step(session, (refused(message.streamed, f"{message.topic.kind} without sequence number"),))
	if message.payload.seq == session.next_seq:
		step = _apply(session, message)
		return step.then(_release(step.session, message.streamed.signal.received_time))
	held = replace(session, held=(*session.held, message))
	is_full = len(held.held) > HELD_MESSAGES or _bytes_of(held) > HELD_BYTES
	if is_full or reorder_seconds <= 0:
		return _give_up(held, message.streamed.signal.received_time)
	return Step(held)


def _bytes_of(session: NodeSession) -> int:
	return sum(len(message.streamed.signal.payload) for message in session.held)


def _release(session: NodeSession, now: datetime) -> Step:
	"""Let the messages go for which nothing is missing any more."""
	step = Step(session)
	while following := next((m for m in step.session.held if m.payload.seq == step.session.next_seq), None):
		held = tuple(message for message in step.session.held if message is not following)
		step = step.then(_apply(replace(step.session, held=held), _at(following, now)))
	return step


def _at(message: SparkplugMessage, now: datetime) -> SparkplugMessage:
	"""The same message, taking effect now: the times of readings must not run backwards."""
	signal = replace(message.streamed.signal, received_time=now)
	return replace(message, streamed=replace(message.streamed, signal=signal))


def _apply(session: NodeSession, message: SparkplugMessage) -> Step:
	recent = (*session.recent, digest_of(message.streamed))[-REMEMBERED_MESSAGES:]
	after = replace(session, last_seq=session.next_seq, recent=recent)
	if message.topic.kind == MessageType.DBIRTH:
		return _device_birth(after, message)
	member = after.members.get(message.topic.device or "")
	if message.topic.kind == MessageType.DDEATH:
		return _device_death(after, message, member)
	if member is None or not member.online:
		reason = f"device {message.topic.device} of edge node {session.node} sends data without a birth"
		return _not_usable(after, message, f"{reason}. {_NO_REBIRTH}")
	return _say(after, message, values_of(message, member))


def _device_birth(session: NodeSession, message: SparkplugMessage) -> Step:
	try:
		member = member_of(message)
	except PayloadError as error:
		return unreadable(session, message.topic, message.streamed, str(error))
	members = {**session.members, message.topic.device or "": member}
	after = replace(session, members=members)
	at = message.happened_at
	return Step(after, (member.online_is(True, message, at),)).then(
		_say(after, message, values_of(message, member))
	)


def _device_death(session: NodeSession, message: SparkplugMessage, member: Member | None) -> Step:
	if member is None or not member.online:
		return Step(session, (ignored(message.streamed, "death of a device that is not online"),))
	at = message.happened_at
	members = {**session.members, message.topic.device or "": replace(member, online=False)}
	said = (*member.lost(message, at), member.online_is(False, message, at))
	return Step(replace(session, members=members), said)


def _say(session: NodeSession, message: SparkplugMessage, values: Values) -> Step:
	step = Step(session, values.decoded)
	if values.problems:
		step = step.then(Step(session, (refused(message.streamed, some_of(values.problems)),)))
	if values.unknown:
		reason = f"the last birth has no metric {some_of(values.unknown)}. {_NO_REBIRTH}"
		step = step.then(_not_usable(session, message, reason))
	return step if step.said else Step(session, (ignored(message.streamed, "no metrics"),))


def _not_usable(session: NodeSession, message: SparkplugMessage, reason: str) -> Step:
	"""The first such message of a node becomes a dead letter; those behind it, until its birth, are counted."""
	after = replace(session, rebirth_wanted=True, unread=session.unread + 1)
	if session.rebirth_wanted:
		return Step(after, (ignored(message.streamed, reason),))
	return Step(after, (refused(message.streamed, reason),))
