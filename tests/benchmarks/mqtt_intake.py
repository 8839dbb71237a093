"""Messages per second from a broker's queue into the stream, against a plain paho loop and a bare socket.

Every contender finds the same messages in a durable session of its own, so that nobody waits for a publisher.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import paho.mqtt.client as mqtt
import redis
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.ot_listeners.intake import Intake, SignalStreams
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.ot_listeners.mqtt import MqttListener
from plant_itsm.ot_listeners.mqtt_link import RECEIVE_MAXIMUM
from plant_itsm.ot_listeners.settings import MqttSettings
from tests.benchmarks.raw_mqtt import RawMqtt
from tests.faults.plants import BROKER, counter_topic, status_topic
from tests.faults.servers import AppendingRedis
from tests.servers import MosquittoServer

MACHINES = 200
PAYLOAD_BYTES = 128
NAMESPACE = "bench"
TOPICS = "fault/#"
STOP_EVERY = 10_000
"""Of so many messages one tells of a stop; the next of the same machine ends it. At 20,000/s two stops a second."""


def messages(count: int, stop_every: int = STOP_EVERY) -> Iterator[tuple[bytes, bytes]]:
	"""(topic, payload of 128 bytes) of machines that tell their state, by turns."""
	start = datetime.now(timezone.utc) - timedelta(seconds=60)
	for number in range(count):
		at = start + timedelta(microseconds=20 * number)
		state = "RUNNING" if number % stop_every else "OFFLINE"
		yield status_topic(number % MACHINES).encode(), payload(state, at)


def changes(count: int) -> Iterator[tuple[bytes, bytes]]:
	"""(topic, payload) of counters that change with every message: each is an event."""
	start = datetime.now(timezone.utc) - timedelta(seconds=60)
	for number in range(count):
		at = start + timedelta(microseconds=20 * number)
		yield counter_topic(number % MACHINES).encode(), payload(number, at)


def toggles(count: int) -> Iterator[tuple[bytes, bytes]]:
	"""(topic, payload) of machines that stop and start with every message: each opens or ends a line stop."""
	start = datetime.now(timezone.utc) - timedelta(seconds=60)
	for number in range(count):
		state = "RUNNING" if number // MACHINES % 2 else "OFFLINE"
		at = start + timedelta(microseconds=20 * number)
		yield status_topic(number % MACHINES).encode(), payload(state, at)


def payload(state: str | int, at: datetime) -> bytes:
	text = json.dumps({"state": state, "ts": at.isoformat(), "pad": ""})
	return f'{text[:-2]}{"x" * (PAYLOAD_BYTES - len(text))}"}}'.encode()


@contextmanager
def servers(folder: Path) -> Iterator[tuple[MosquittoServer, AppendingRedis]]:
	broker, store = MosquittoServer(folder / "broker"), AppendingRedis(folder / "redis")
	broker.start()
	store.start()
	try:
		yield broker, store
	finally:
		broker.kill()
		store.kill()


def settings_for(port: int) -> MqttSettings:
	return MqttSettings.from_record({"name": BROKER, "host": "127.0.0.1", "port": port}, NAMESPACE)


def listener_for(port: int, client: redis.Redis) -> MqttListener:
	lease = Lease.acquire(client, NAMESPACE, f"listen:{BROKER}", 3600)
	assert lease is not None
	intake = Intake(client, NAMESPACE, BROKER, lease, max_entries=10_000_000)
	return MqttListener(settings_for(port), intake, SystemClock())


@dataclass(frozen=True)
class MqttRate:
	"""per_second: messages. cpu_microseconds: of the client, for each of them."""

	per_second: int
	cpu_microseconds: float


def compare(folder: Path, count: int) -> dict[str, MqttRate]:
	with servers(folder) as (broker, store):
		client = redis.Redis.from_url(store.url)
		contenders: dict[str, Callable[[], float]] = {
			"raw socket": lambda: _raw(broker.port, count),
			"paho": lambda: _paho(broker.port, count),
			"listener": lambda: _ours(broker.port, client, count),
		}
		_make_sessions(broker.port)
		publisher = RawMqtt(broker.port, "publisher")
		publisher.publish(list(messages(count)))
		publisher.close()
		rates = {name: _rated(run, count) for name, run in contenders.items()}
		streamed = SignalStreams(client, NAMESPACE).length(BROKER)
		assert streamed == count, f"{streamed} of {count} messages are in the stream"
		return rates


def _rated(run: Callable[[], float], count: int) -> MqttRate:
	cpu = time.process_time()
	seconds = run()
	return MqttRate(round(count / seconds), round((time.process_time() - cpu) / count * 1e6, 1))


def _make_sessions(port: int) -> None:
	"""The durable session of every contender, under the name with which it comes back."""
	for name in ("raw", "paho", settings_for(port).client_id):
		session = RawMqtt(port, name)
		session.subscribe(TOPICS)
		session.close()


def _raw(port: int, count: int) -> float:
	started = time.perf_counter()
	session = RawMqtt(port, "raw")
	taken_bytes = session.receive(count)
	seconds = time.perf_counter() - started
	session.close()
	assert taken_bytes == count * PAYLOAD_BYTES, taken_bytes
	return seconds


def _paho(port: int, count: int) -> float:
	seen = 0
	client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="paho", protocol=mqtt.MQTTv5)
	properties = Properties(PacketTypes.CONNECT)
	properties.SessionExpiryInterval = 3600
	properties.ReceiveMaximum = RECEIVE_MAXIMUM

	def on_message(*_: object) -> None:
		nonlocal seen
		seen += 1
		if seen == count:
			client.disconnect()

	client.on_message = on_message
	started = time.perf_counter()
	client.connect("127.0.0.1", port, clean_start=False, properties=properties)
	client.loop_forever()
	return time.perf_counter() - started


def _ours(port: int, client: redis.Redis, count: int) -> float:
	listener = listener_for(port, client)
	streams = SignalStreams(client, NAMESPACE)
	look_at = 0.0

	def goes_on() -> bool:
		nonlocal look_at
		if time.perf_counter() < look_at:
			return True
		look_at = time.perf_counter() + 0.05
		return streams.length(BROKER) < count

	started = time.perf_counter()
	listener.run(lambda: frozenset({TOPICS}), goes_on, lambda state, _detail: None)
	return time.perf_counter() - started
