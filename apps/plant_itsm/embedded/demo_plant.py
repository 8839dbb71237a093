"""The plant of the demo: machines that publish over MQTT, and a line controller that is an OPC UA server."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timezone
from types import TracebackType
from typing import Any

import paho.mqtt.client as mqtt
from asyncua import Node, Server, ua
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.embedded.child_process import LOOPBACK, ServerStartError, free_port

_SECONDS = 10.0


class Machines:
	"""Publishes at QoS 1 to a broker on a loopback port. Each call returns when the broker has acknowledged."""

	def __init__(self, port: int):
		self._port = port
		self._client = mqtt.Client(
			CallbackAPIVersion.VERSION2, client_id="demo-plant-machines", protocol=mqtt.MQTTv311
		)

	def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
		"""retain: as machines do with their state, so that whoever subscribes late learns it, too."""
		message = self._client.publish(topic, payload, qos=1, retain=retain)
		message.wait_for_publish(_SECONDS)
		if not message.is_published():
			raise ServerStartError(
				f"the broker on port {self._port} does not acknowledge a message to {topic}."
			)

	def __enter__(self) -> Machines:
		self._client.connect(LOOPBACK, self._port)
		self._client.loop_start()
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		self._client.disconnect()
		self._client.loop_stop()


class LineController:
	"""An OPC UA server on a free loopback port, in a thread of its own. nodes: node id -> first value."""

	def __init__(self, nodes: Mapping[str, Any]):
		self.endpoint_url = f"opc.tcp://{LOOPBACK}:{free_port()}/plant"
		self._first_values = nodes
		self._nodes: dict[str, Node] = {}
		self._loop = asyncio.new_event_loop()
		self._thread = threading.Thread(target=self._loop.run_forever, name="OPC UA server", daemon=True)
		self._server: Server | None = None

	def write(self, node_id: str, value: Any) -> None:
		"""Set a value, with the time of now as its source time."""
		self._run(self._write(node_id, value))

	def __enter__(self) -> LineController:
		for name in ("asyncua", "asyncua.server"):
			logging.getLogger(name).setLevel(logging.ERROR)  # it warns that nothing here is encrypted
		self._thread.start()
		self._run(self._start())
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		if self._server is not None:
			self._run(self._server.stop())
		self._loop.call_soon_threadsafe(self._loop.stop)
		self._thread.join(_SECONDS)
		self._loop.close()

	def _run(self, coroutine: Any) -> Any:
		return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_SECONDS)

	async def _start(self) -> None:
		server = Server()
		await server.init()
		server.set_endpoint(self.endpoint_url)
		server.set_server_name("Line controller of the demo plant")
		server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
		for text, value in self._first_values.items():
			self._nodes[text] = await self._add_node(server, ua.NodeId.from_string(text), value)
		await server.start()
		self._server = server

	async def _add_node(self, server: Server, node_id: ua.NodeId, value: Any) -> Node:
		while len(await server.get_namespace_array()) <= node_id.NamespaceIndex:
			count = len(await server.get_namespace_array())
			await server.register_namespace(f"urn:demo-plant:{count}")
		name = ua.QualifiedName(str(node_id.Identifier), node_id.NamespaceIndex)
		node = await server.nodes.objects.add_variable(node_id, name, value)
		await node.set_writable()  # so that one can also switch it by hand
		return node

	async def _write(self, node_id: str, value: Any) -> None:
		now = datetime.now(timezone.utc)
		await self._nodes[node_id].write_value(ua.DataValue(ua.Variant(value), SourceTimestamp=now))
