"""Signals per second from the stream into records: read, judge, commit, trim, on the embedded edition's SQLite.

`python -m tests.benchmarks.drain_intake SITE REDIS_URL COUNT` is the drain, in a process of its own, so that its memory
is told apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

import redis

from plant_itsm.domain.signals import RawSignal
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.ot_listeners.intake import Intake, SignalStreams
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.settings import settings_of
from tests.benchmarks.memory import MemoryWatch
from tests.benchmarks.mqtt_intake import MACHINES, NAMESPACE
from tests.faults.plants import BROKER
from tests.faults.servers import AppendingRedis
from tests.faults.site import prepare_site


def drain_rate(folder: Path, sent: Sequence[tuple[bytes, bytes]]) -> dict[str, float]:
	"""Signals per second of one drain over a stream of messages, events among them, and how its memory grew."""
	site = prepare_site(folder / "plant", MACHINES)
	store = AppendingRedis(folder / "drain-redis")
	store.start()
	try:
		_fill(redis.Redis.from_url(store.url), sent)
		command = [
			sys.executable,
			"-m",
			"tests.benchmarks.drain_intake",
			str(site),
			store.url,
			str(len(sent)),
		]
		result: dict[str, float] = json.loads(subprocess.check_output(command, text=True))
	finally:
		store.kill()
	return result


def _fill(client: redis.Redis, sent: Sequence[tuple[bytes, bytes]]) -> None:
	lease = Lease.acquire(client, NAMESPACE, f"listen:{BROKER}", 3600)
	assert lease is not None
	intake = Intake(client, NAMESPACE, BROKER, lease, max_entries=10_000_000)
	now = datetime.now(timezone.utc)
	for start in range(0, len(sent), 10_000):
		chunk = sent[start : start + 10_000]
		intake.put(
			[RawSignal(topic.decode(), payload, now, payload_bytes=len(payload)) for topic, payload in chunk]
		)


def drain(folder: Path, url: str, count: int) -> dict[str, float]:
	site = EmbeddedSite.open(folder)
	streams = SignalStreams(redis.Redis.from_url(url), NAMESPACE)
	with site.records.transaction():
		model, batch_size = ImpactModel(site.records), settings_of(site.records).drain_batch_size
	drains = ConnectionDrain(site.ports(url), BROKER, model)
	memory, done = MemoryWatch(), 0
	started = time.perf_counter()
	while done < count:
		(batch,) = streams.read({BROKER: drains.cursor}, batch_size, 0).values()
		drains.process(batch)
		streams.trim(BROKER, drains.cursor)
		done += len(batch)
		memory.look(done / count)
	seconds = time.perf_counter() - started
	state = site.records.get("OT Connection State", BROKER)
	assert state is not None
	assert state["received"] == state["events"] + state["suppressed"] == count, state
	return {
		"signals_per_second": round(count / seconds),
		"events": state["events"],
		"memory_growth_mb": memory.growth_mb,
	}


if __name__ == "__main__":
	print(json.dumps(drain(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
