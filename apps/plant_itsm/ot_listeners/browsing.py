"""What an OT Connection offers: the address space of a server, or the topics of a broker with their last values."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from asyncua import Client, ua
from paho.mqtt.client import MQTTMessage

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.opcua_addresses import notifier_node
from plant_itsm.domain.rules import check_topic_filter
from plant_itsm.domain.signals import StreamedSignal
from plant_itsm.domain.vocabulary import Protocol
from plant_itsm.ot_listeners import opcua_requests as requests
from plant_itsm.ot_listeners.alarm_browsing import alarms_item, alarms_of, notifiers_among
from plant_itsm.ot_listeners.browsed import Browsed, BrowsedItem, BrowseLimits, cut, shown
from plant_itsm.ot_listeners.connection_settings import mqtt_settings, opcua_settings
from plant_itsm.ot_listeners.mqtt_probe import MqttProbe, probe_id, signal_of
from plant_itsm.ot_listeners.opcua_client import connected_client
from plant_itsm.ot_listeners.opcua_values import as_json, quality
from plant_itsm.ot_listeners.recording_sources import unreachable
from plant_itsm.ot_listeners.settings import MqttSettings, OpcUaSettings
from plant_itsm.ports import Ports, Record
from plant_itsm.services.decoding import Decoder, decoder_of

_NODES_PER_READ = 100
_WHOLE_SECONDS = 60.0
_VALUES_PER_DOCUMENT = 100
_DOCUMENT_DEPTH = 8
_KEY = re.compile(r"[^.\[\]]+")
"""Keys that a value path can name."""


def browse(ports: Ports, connection: Record, under: str | None, limits: BrowseLimits) -> Browsed:
	"""Look at a server or a broker with a client of our own.

	under: a node id, the alarms of a notifier (`alarms(i=2253)`), or a topic filter (a topic alone stands for all below
	it). Raises ConnectionSettingError,
	SourceError when it cannot be reached, and RuleError for a filter that MQTT does not allow.
	"""
	if connection["protocol"] == Protocol.MQTT:
		mqtt = mqtt_settings(ports, connection)
		with ports.records.transaction():
			decoder = decoder_of(ports.records, connection)
		return _TopicExplorer(mqtt, ports, decoder, limits).explore(under)
	opcua = opcua_settings(ports, connection)
	try:
		return asyncio.run(asyncio.wait_for(_browse_nodes(opcua, under, limits), _WHOLE_SECONDS))
	except Exception as error:  # asyncua raises many types
		raise unreachable(opcua.connection, opcua.endpoint_url, error) from None


async def _browse_nodes(settings: OpcUaSettings, under: str | None, limits: BrowseLimits) -> Browsed:
	if under and notifier_node(under):
		return await alarms_of(settings, under, limits)
	client = await connected_client(settings)
	try:
		start = ua.NodeId.from_string(under) if under else ua.NodeId(ua.ObjectIds.ObjectsFolder)
		await client.get_node(start).read_browse_name()  # raises where there is no such node
		found, is_whole = await _tree(client, start, limits, with_server=bool(under))
		refs = [ref for _, ref in found]
		values = await _values(client, [ref for ref in refs if ref.NodeClass == ua.NodeClass.Variable])
		notifiers = await notifiers_among(client, refs)
	finally:
		await client.disconnect()
	items: list[BrowsedItem] = []
	for depth, ref in found:
		items.append(_node_item(depth, ref, values))
		if ref.NodeId in notifiers:
			items.append(alarms_item(ref.NodeId, depth + 1))
	return Browsed(tuple(items), is_whole)


async def _tree(
	client: Client, start: ua.NodeId, limits: BrowseLimits, with_server: bool
) -> tuple[list[tuple[int, ua.ReferenceDescription]], bool]:
	"""(depth, node) in the order of a tree, and whether that is all. The Server object is left closed unless asked."""
	found: list[tuple[int, ua.ReferenceDescription]] = []
	seen = {start}
	is_whole = True
	waiting = deque((0, ref) for ref in await _children(client, start))
	while waiting:
		depth, ref = waiting.popleft()
		if ref.NodeId in seen:
			continue
		if len(found) >= limits.items:
			return found, False
		seen.add(ref.NodeId)
		found.append((depth, ref))
		if ref.NodeId == ua.NodeId(ua.ObjectIds.Server) and not with_server:
			continue
		children = await _children(client, ref.NodeId)
		if children and depth + 1 >= limits.depth:
			is_whole = False
			continue
		waiting.extendleft((depth + 1, child) for child in reversed(children))
	return found, is_whole


async def _children(client: Client, node: ua.NodeId) -> list[ua.ReferenceDescription]:
	both = ua.NodeClass.Object | ua.NodeClass.Variable
	return await client.get_node(node).get_children_descriptions(nodeclassmask=both)


async def _values(client: Client, refs: list[ua.ReferenceDescription]) -> dict[ua.NodeId, ua.DataValue]:
	values: dict[ua.NodeId, ua.DataValue] = {}
	for start in range(0, len(refs), _NODES_PER_READ):
		nodes = [ref.NodeId for ref in refs[start : start + _NODES_PER_READ]]
		values.update(zip(nodes, await client.uaclient.session.read(requests.read(nodes)), strict=True))
	return values


def _node_item(
	depth: int, ref: ua.ReferenceDescription, values: dict[ua.NodeId, ua.DataValue]
) -> BrowsedItem:
	name = ref.DisplayName.Text or ref.BrowseName.Name
	data = values.get(ref.NodeId)
	if data is None:
		return BrowsedItem(ref.NodeId.to_string(), name, depth, ref.NodeClass.name)
	kind = data.Value.VariantType.name if data.Value is not None else "Variable"
	if quality(data) != "good":
		kind = f"{kind}, {quality(data)}"
	value = as_json(data.Value.Value) if data.Value is not None else None
	return BrowsedItem(ref.NodeId.to_string(), name, depth, kind, shown(value))


class _TopicExplorer:
	"""Listens for a while and keeps the last value of each address."""

	def __init__(self, settings: MqttSettings, ports: Ports, decoder: Decoder, limits: BrowseLimits):
		self._settings = settings
		self._ports = ports
		self._decoder = decoder
		self._limits = limits
		self._last: dict[str, list[BrowsedItem]] = {}
		self._is_whole = True
		self._heard = 0

	def explore(self, under: str | None) -> Browsed:
		topic_filter = _filter(under)
		check_topic_filter(f"OT Connection {self._settings.connection}", topic_filter)
		where = f"{self._settings.host}:{self._settings.port}"
		probe = MqttProbe(self._settings, probe_id(self._settings), on_message=self._hear)
		try:
			probe.open()
			probe.subscribe([topic_filter])
			probe.watch(self._limits.seconds)
		except Exception as error:  # paho meets malformed packets with many types of exception
			raise unreachable(self._settings.connection, where, error) from None
		finally:
			probe.close()
		items = (item for address in sorted(self._last) for item in self._last[address])
		return Browsed(tuple(items), self._is_whole)

	def _hear(self, message: MQTTMessage) -> None:
		self._heard += 1
		signal = signal_of(message, self._settings, self._ports.clock.now())
		try:
			values = self._decoder.decode(StreamedSignal(f"{self._heard}-0", signal))
		except PayloadError as error:
			shown = f"{cut(repr(signal.payload))}: {error}"
			self._keep(signal.address, [BrowsedItem(signal.address, signal.address, 0, "unreadable", shown)])
			return
		for value in values:
			if not value.refused:
				self._keep(value.address, list(_document_items(value.address, value.document)))

	def _keep(self, address: str, items: list[BrowsedItem]) -> None:
		if address in self._last or len(self._last) < self._limits.items:
			self._last[address] = items
		else:
			self._is_whole = False


def _filter(under: str | None) -> str:
	if not under:
		return "#"
	return under if set("+#") & set(under) else f"{under.rstrip('/')}/#"


def _document_items(address: str, document: Any) -> Iterator[BrowsedItem]:
	if not isinstance(document, (dict, list)):
		yield BrowsedItem(address, address, 0, _kind(document), shown(document))
		return
	yield BrowsedItem(address, address, 0, _kind(document))
	paths = _paths(document, "", 0)
	for _, (path, value) in zip(range(_VALUES_PER_DOCUMENT), paths, strict=False):
		yield BrowsedItem(address, path, 1, _kind(value), shown(value), path)


def _paths(document: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
	"""The value path and the value of every leaf; keys that no value path can name are left out."""
	if depth > _DOCUMENT_DEPTH:
		return
	if isinstance(document, dict):
		for key, value in document.items():
			if _KEY.fullmatch(key):
				yield from _paths(value, f"{path}.{key}" if path else key, depth + 1)
	elif isinstance(document, list):
		for index, value in enumerate(document):
			yield from _paths(value, f"{path}[{index}]", depth + 1)
	else:
		yield path, document


def _kind(value: Any) -> str:
	return {dict: "object", list: "list", str: "text", bool: "true/false", type(None): "null"}.get(
		type(value), "number"
	)
