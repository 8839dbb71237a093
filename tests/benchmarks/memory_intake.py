"""Memory of a listener over many messages: `python -m tests.benchmarks.memory_intake BROKER_PORT REDIS_URL` is the
listener; `listener_growth` publishes to it and watches it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import redis

from plant_itsm.ot_listeners.intake import SignalStreams
from tests.benchmarks.memory import MemoryWatch
from tests.benchmarks.mqtt_intake import NAMESPACE, TOPICS, listener_for, messages, servers
from tests.benchmarks.raw_mqtt import RawMqtt
from tests.faults.plants import BROKER
from tests.faults.waiting import wait_until

CHUNK = 10_000
KEPT = 50_000


def listener_growth(folder: Path, count: int) -> float:
	"""MB that a listener's process grows by from a tenth of `count` messages to the end."""
	with servers(folder) as (broker, store):
		command = [sys.executable, "-m", "tests.benchmarks.memory_intake", str(broker.port), store.url]
		process = subprocess.Popen(command)
		client = redis.Redis.from_url(store.url)
		streams, key = SignalStreams(client, NAMESPACE), f"plant_itsm:{NAMESPACE}:signals:{BROKER}"
		publisher = RawMqtt(broker.port, "publisher")
		memory, sent = MemoryWatch(process.pid), 0
		try:
			wait_until("the listener", lambda: _has_come_through(publisher, streams), 20)
			for start in range(0, count, CHUNK):
				publisher.publish(list(messages(CHUNK)))
				sent += CHUNK
				_wait_for_added(client, key, sent - KEPT)
				client.xtrim(key, maxlen=1000, approximate=True)
				memory.look(start / count)
			_wait_for_added(client, key, sent)
			memory.look(1.0)
		finally:
			process.kill()
			process.wait()
		return memory.growth_mb


def _has_come_through(publisher: RawMqtt, streams: SignalStreams) -> bool:
	publisher.publish([(b"fault/probe", b"{}")])
	return streams.length(BROKER) > 0


def _wait_for_added(client: redis.Redis, key: str, count: int) -> None:
	"""Until the stream has had so many entries, trimmed or not."""
	wait_until(f"{count} entries", lambda: int(client.xinfo_stream(key)["entries-added"]) >= count, 120)


def main(port: int, redis_url: str) -> None:
	client = redis.Redis.from_url(redis_url)
	ends_at = time.monotonic() + 3600
	listener_for(port, client).run(
		lambda: frozenset({TOPICS}), lambda: time.monotonic() < ends_at, lambda state, _detail: None
	)


if __name__ == "__main__":
	main(int(sys.argv[1]), sys.argv[2])
