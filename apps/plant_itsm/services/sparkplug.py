"""Sparkplug B as a decoder: the sessions of a connection's edge nodes, kept in the records that the batch commits."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.signals import Decoded, RawSignal, StreamedSignal
from plant_itsm.domain.sparkplug import expire, take, unreadable
from plant_itsm.domain.sparkplug_members import Member, MetricDefinition, SparkplugMessage
from plant_itsm.domain.sparkplug_session import NodeSession, Step, ignored
from plant_itsm.domain.sparkplug_topics import COMMANDS, NodeId, nodes_of, parse_topic, topic_filters
from plant_itsm.domain.vocabulary import PayloadFormat, Protocol
from plant_itsm.ports import Record, Records
from plant_itsm.services.rules import addresses_of

DOCTYPE = "Sparkplug Node"
REORDER_SECONDS = 2.0


def is_sparkplug(connection: Record) -> bool:
	is_mqtt = bool(connection["protocol"] == Protocol.MQTT)
	return is_mqtt and bool(connection.get("payload_format") == PayloadFormat.SPARKPLUG_B)


class SparkplugDecoder:
	"""The decoder of one connection. Its sessions are loaded once, and written by save()."""

	def __init__(self, records: Records, connection: Record):
		self._records = records
		self._connection: str = connection["name"]
		seconds = connection["sparkplug_reorder_timeout_seconds"]
		self._reorder_seconds: float = REORDER_SECONDS if seconds is None else seconds
		self._names: dict[NodeId, str] = {}
		self._sessions: dict[NodeId, NodeSession] = {}
		self._saved: dict[NodeId, NodeSession] = {}
		for row in records.find(DOCTYPE, {"connection": self._connection}):
			session = _session(row)
			self._names[session.node] = row["name"]
			self._sessions[session.node] = self._saved[session.node] = session

	def decode(self, streamed: StreamedSignal) -> list[Decoded]:
		"""What a message says; what it has to wait for is said later. Raises PayloadError for a topic of no use."""
		topic = parse_topic(streamed.signal.address)
		if topic is None or topic.kind in COMMANDS:
			return [ignored(streamed, "a command, or the state of a host: nothing that happens in the plant")]
		session = self._sessions.get(topic.node) or NodeSession(topic.node)
		try:
			message = SparkplugMessage.read(topic, streamed)
		except PayloadError as error:
			return self._keep(unreadable(session, topic, streamed, str(error)))
		return self._keep(take(session, message, self._reorder_seconds))

	def _keep(self, step: Step) -> list[Decoded]:
		self._sessions[step.session.node] = step.session
		return list(step.said)

	def next_due(self) -> datetime | None:
		dues = (session.due_at(self._reorder_seconds) for session in self._sessions.values())
		return min((due for due in dues if due), default=None)

	def expire(self, now: datetime) -> list[Decoded]:
		"""Give up the gaps that have lasted for the reorder timeout."""
		steps = [expire(session, now, self._reorder_seconds) for session in self._sessions.values()]
		return [value for step in steps for value in self._keep(step)]

	def save(self) -> None:
		for node, session in self._sessions.items():
			before = self._saved.get(node)
			if session is not before:
				self._write(session, before)
				self._saved[node] = session

	def _write(self, session: NodeSession, before: NodeSession | None) -> None:
		values = _values(session)
		if before is None or before.members is not session.members:
			values["metrics"] = _dump_members(session)
		if before is not None:
			self._records.update(DOCTYPE, self._names[session.node], values)
			return
		identity = {
			"node_key": _node_key(self._connection, session.node),
			"connection": self._connection,
			"group_id": session.node.group,
			"edge_node_id": session.node.edge,
		}
		self._names[session.node] = self._records.insert(DOCTYPE, identity | values)["name"]


def subscriptions_of(records: Records, connection: str) -> frozenset[str]:
	"""The topic filters that the rules of a Sparkplug connection need: all that their edge nodes publish."""
	return topic_filters(addresses_of(records, connection))


def rebirths_wanted(records: Records, connection: str) -> list[NodeId]:
	"""The edge nodes of a connection's rules that only a birth can make readable, the never seen among them."""

	def is_readable(node: NodeId) -> bool:
		return records.count(DOCTYPE, {"node_key": _node_key(connection, node), "rebirth_wanted": False}) > 0

	nodes = nodes_of(addresses_of(records, connection))
	return sorted((node for node in nodes if not is_readable(node)), key=str)


def _node_key(connection: str, node: NodeId) -> str:
	return hashlib.sha256(f"{connection}\0{node}".encode()).hexdigest()


def _values(session: NodeSession) -> Record:
	return {
		"online": session.online,
		"stale_since": session.stale_since,
		"stale_reason": session.stale_reason[:1000],
		"rebirth_wanted": session.rebirth_wanted,
		"unread_messages": session.unread,
		"birth_time": session.birth_time,
		"bd_seq": session.bd_seq,
		"last_seq": session.last_seq,
		"recent": json.dumps(session.recent),
		"held": json.dumps([_dump_held(message.streamed) for message in session.held]),
	}


def _dump_held(streamed: StreamedSignal) -> dict[str, str]:
	signal = streamed.signal
	return {
		"stream_id": streamed.stream_id,
		"topic": signal.address,
		"payload": base64.b64encode(signal.payload).decode(),
		"received_time": signal.received_time.isoformat(),
	}


def _dump_members(session: NodeSession) -> str:
	return json.dumps(
		{
			name: {
				"online": member.online,
				"metrics": [
					{"name": item.name, "alias": item.alias, "datatype": item.datatype}
					for item in member.definitions
				],
			}
			for name, member in session.members.items()
		}
	)


def _session(row: Record) -> NodeSession:
	node = NodeId(row["group_id"], row["edge_node_id"])
	stored: dict[str, Any] = json.loads(row["metrics"] or "{}")
	return NodeSession(
		node,
		birth_time=row["birth_time"],
		bd_seq=row["bd_seq"] or 0,
		last_seq=row["last_seq"] or 0,
		online=bool(row["online"]),
		members={name: _member(node, name, member) for name, member in stored.items()},
		held=tuple(_message(held) for held in json.loads(row["held"] or "[]")),
		recent=tuple(json.loads(row["recent"] or "[]")),
		stale_since=row["stale_since"],
		stale_reason=row["stale_reason"] or "",
		rebirth_wanted=bool(row["rebirth_wanted"]),
		unread=row["unread_messages"] or 0,
	)


def _member(node: NodeId, name: str, stored: dict[str, Any]) -> Member:
	definitions = tuple(MetricDefinition(**metric) for metric in stored["metrics"])
	return Member(node, name or None, definitions, stored["online"])


def _message(held: dict[str, str]) -> SparkplugMessage:
	topic = parse_topic(held["topic"])
	if topic is None:
		raise PayloadError(f"held message on {held['topic']!r} is no message of an edge node")
	signal = RawSignal(
		held["topic"],
		base64.b64decode(held["payload"]),
		datetime.fromisoformat(held["received_time"]),
	)
	return SparkplugMessage.read(topic, StreamedSignal(held["stream_id"], signal))
