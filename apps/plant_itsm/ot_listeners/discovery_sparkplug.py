"""Edge nodes and devices of a Sparkplug connection: those that its listener knows, and those that are born meanwhile.

A birth is published once, when a node connects; properties are therefore learnt from births that come while one waits.
Nothing is published: to have births sent again, restart a node or let the listener ask (`sparkplug_rebirth_allowed`).
"""

from __future__ import annotations

import json
from typing import Any

from paho.mqtt.client import MQTTMessage

from plant_itsm.domain.discovery import Device, born_device
from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.signals import StreamedSignal
from plant_itsm.domain.sparkplug_members import SparkplugMessage
from plant_itsm.domain.sparkplug_topics import NAMESPACE, MessageType, NodeId, parse_topic
from plant_itsm.domain.sparkplug_values import metric_value
from plant_itsm.ot_listeners.mqtt_probe import MqttProbe, probe_id, signal_of
from plant_itsm.ot_listeners.recording_sources import unreachable
from plant_itsm.ot_listeners.settings import MqttSettings
from plant_itsm.ports import Ports
from plant_itsm.services.sparkplug import DOCTYPE as NODES

BIRTHS = (MessageType.NBIRTH, MessageType.DBIRTH)
Members = dict[tuple[NodeId, str | None], dict[str, Any]]
"""(node, device) -> metrics of its birth by name; device None for the node itself."""


def born_devices(ports: Ports, settings: MqttSettings, seconds: float) -> list[Device]:
	"""Wholes before their parts. Raises SourceError when the broker cannot be asked."""
	members = _known(ports, settings.connection)
	listener = _BirthListener(ports, settings, members)
	listener.listen(seconds)
	order = sorted(members, key=lambda member: (str(member[0]), member[1] or ""))
	return [_device(node, device, members[node, device]) for node, device in order]


def _known(ports: Ports, connection: str) -> Members:
	"""What the births said that the listener has seen: names, but no values."""
	members: Members = {}
	with ports.records.transaction():
		rows = ports.records.find(NODES, {"connection": connection})
	for row in rows:
		node = NodeId(row["group_id"], row["edge_node_id"])
		for device in ("", *json.loads(row["metrics"] or "{}")):
			members[node, device or None] = {}
	return members


class _BirthListener:
	def __init__(self, ports: Ports, settings: MqttSettings, members: Members):
		self._clock = ports.clock
		self._settings = settings
		self._members = members
		self._heard = 0

	def listen(self, seconds: float) -> None:
		settings = self._settings
		probe = MqttProbe(settings, probe_id(settings), on_message=self._hear)
		try:
			probe.open()
			probe.subscribe([f"{NAMESPACE}/+/{kind}/#" for kind in BIRTHS])
			probe.watch(seconds)
		except Exception as error:  # paho meets malformed packets with many types of exception
			raise unreachable(settings.connection, f"{settings.host}:{settings.port}", error) from None
		finally:
			probe.close()

	def _hear(self, message: MQTTMessage) -> None:
		self._heard += 1
		signal = signal_of(message, self._settings, self._clock.now())
		try:
			topic = parse_topic(signal.address)
			if topic is None or topic.kind not in BIRTHS:
				return
			birth = SparkplugMessage.read(topic, StreamedSignal(f"{self._heard}-0", signal))
		except PayloadError:
			return  # the listener tells what is wrong with it
		self._members.setdefault((topic.node, None), {})
		self._members[topic.node, topic.device] = _metrics(birth)


def _metrics(birth: SparkplugMessage) -> dict[str, Any]:
	found: dict[str, Any] = {}
	for metric in birth.payload.metrics:
		if metric.name is None or metric.problem:
			continue
		try:
			found[metric.name] = metric_value(metric, metric.datatype)[0]
		except PayloadError:
			continue
	return found


def _device(node: NodeId, device: str | None, metrics: dict[str, Any]) -> Device:
	path = f"{node}/{device}" if device else str(node)
	return born_device(path, device or node.edge, metrics, str(node) if device else None)
