"""Notifications per second of our OPC UA listener, into the stream, against a bare asyncua subscription.

`python -m tests.benchmarks.opcua_intake PORT` is the server, in a process of its own. It writes as fast as it can, so a
rate is that of server and client on one machine; the client's processor time per notification is told beside it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
from asyncua import Client, Server, ua

from plant_itsm.embedded.child_process import accepts
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.ot_listeners.intake import Intake
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.ot_listeners.opcua import OpcUaListener
from plant_itsm.ot_listeners.settings import OpcUaSettings
from tests.benchmarks.mqtt_intake import NAMESPACE
from tests.faults.plants import CONTROLLER
from tests.faults.servers import AppendingRedis
from tests.faults.waiting import wait_until
from tests.servers import free_port

NODES = 200
PUBLISHING_MS = 100
WARM_SECONDS, WINDOW_SECONDS = 2.0, 6.0


@dataclass(frozen=True)
class OpcUaRate:
	"""per_second: notifications. cpu_microseconds: of the client, for each of them."""

	per_second: int
	cpu_microseconds: float


def compare(folder: Path) -> dict[str, OpcUaRate]:
	with _server() as url:
		bare = asyncio.run(_bare(url))
	with _server() as url:
		ours = _ours(folder, url)
	return {"asyncua": bare, "listener": ours}


@contextmanager
def _server() -> Iterator[str]:
	port = free_port()
	process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.opcua_intake", str(port)])
	try:
		wait_until("the OPC UA server", lambda: accepts(port), 20)
		yield f"opc.tcp://127.0.0.1:{port}/bench/"
	finally:
		process.kill()
		process.wait()


class _Window:
	"""Counts from the end of the warm-up to the end of the window."""

	def __init__(self, count: Callable[[], int]):
		self._count = count
		self._begins_at: float | None = None
		self._warm: tuple[int, float, float] | None = None
		self.result: OpcUaRate | None = None

	def goes_on(self) -> bool:
		now, cpu = time.perf_counter(), time.process_time()
		if self._begins_at is None and self._count() > 0:
			self._begins_at = now + WARM_SECONDS
		elif self._begins_at is not None and self._warm is None and now >= self._begins_at:
			self._warm = self._count(), now, cpu
		elif self._warm is not None and now >= self._warm[1] + WINDOW_SECONDS:
			count, started, cpu_started = self._warm
			seen = self._count() - count
			self.result = OpcUaRate(
				round(seen / (now - started)), round((cpu - cpu_started) / max(seen, 1) * 1e6, 1)
			)
		return self.result is None


class _Counting:
	def __init__(self) -> None:
		self.seen = 0

	def datachange_notification(self, node: object, value: object, data: object) -> None:
		self.seen += 1


async def _bare(url: str) -> OpcUaRate:
	handler = _Counting()
	window = _Window(lambda: handler.seen)
	async with Client(url) as client:
		subscription = await client.create_subscription(PUBLISHING_MS, handler)
		nodes = [client.get_node(ua.NodeId(f"N{number}", 2)) for number in range(NODES)]
		await subscription.subscribe_data_change(nodes, queuesize=1000)
		while window.goes_on():
			await asyncio.sleep(0.05)
	assert window.result is not None
	return window.result


def _ours(folder: Path, url: str) -> OpcUaRate:
	store = AppendingRedis(folder / "opcua-redis")
	store.start()
	try:
		client = redis.Redis.from_url(store.url)
		lease = Lease.acquire(client, NAMESPACE, f"listen:{CONTROLLER}", 3600)
		assert lease is not None
		intake = Intake(client, NAMESPACE, CONTROLLER, lease, max_entries=10_000_000)
		record = {"name": CONTROLLER, "endpoint_url": url, "security_policy": "None", "security_mode": "None"}
		settings = OpcUaSettings.from_record({**record, "publishing_interval_ms": PUBLISHING_MS}, NAMESPACE)
		window = _Window(lambda: client.xlen(f"plant_itsm:{NAMESPACE}:signals:{CONTROLLER}"))
		addresses = frozenset(f"ns=2;s=N{number}" for number in range(NODES))
		OpcUaListener(settings, intake, SystemClock()).run(
			lambda: addresses, window.goes_on, lambda state, _detail: None
		)
	finally:
		store.kill()
	assert window.result is not None
	return window.result


async def serve(port: int) -> None:
	"""Write to every node in turn, for ever."""
	server = Server()
	await server.init()
	server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/bench/")
	server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
	await server.register_namespace("urn:plant-itsm:bench")
	ids = [ua.NodeId(f"N{number}", 2) for number in range(NODES)]
	for node_id in ids:
		await server.nodes.objects.add_variable(node_id, str(node_id.Identifier), 0)
	async with server:
		for value in itertools.count(1):
			for node_id in ids:
				await server.write_attribute_value(node_id, ua.DataValue(ua.Variant(value)))
			await asyncio.sleep(0.005)  # lets the server publish


if __name__ == "__main__":
	logging.disable(logging.WARNING)
	asyncio.run(serve(int(sys.argv[1])))
