"""A listener in a thread, with everything that a test needs to see of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import redis

from plant_itsm.domain.signals import RawSignal
from plant_itsm.embedded.store import open_store
from plant_itsm.ot_listeners.intake import Intake, SignalStreams
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.ot_listeners.mqtt import MqttListener
from plant_itsm.ot_listeners.opcua import OpcUaListener
from plant_itsm.ot_listeners.settings import MqttSettings, OpcUaSettings
from plant_itsm.ports import Ports
from tests.servers import Recorder

CONNECTION = "MES broker"


class SystemClock:
	def now(self) -> datetime:
		return datetime.now(timezone.utc)


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[Ports]:
	"""Of an empty site without a Redis."""
	records = open_store(tmp_path / "plant.sqlite", SystemClock())
	yield Ports(records, SystemClock(), None, None, "unix:///none", "plant")
	records.close()


class Running:
	"""A listener that runs in a thread. addresses may be changed while it does."""

	def __init__(
		self, redis_url: str, record: dict[str, Any], addresses: set[str], secrets_folder: Path | None = None
	):
		self.client = redis.Redis.from_url(redis_url, socket_timeout=5)
		self.addresses = addresses
		self.reports = Recorder()
		self.error: BaseException | None = None
		self._stop = threading.Event()
		self.lease = Lease.acquire(self.client, "plant", f"listen:{CONNECTION}", 300)
		assert self.lease is not None
		intake = Intake(self.client, "plant", CONNECTION, self.lease)
		record = {"name": CONNECTION, **record}
		self._listener: MqttListener | OpcUaListener
		if "host" in record:
			self._listener = MqttListener(MqttSettings.from_record(record, "plant"), intake, SystemClock())
		else:
			opcua = OpcUaSettings.from_record(record, "plant", secrets_folder)
			self._listener = OpcUaListener(opcua, intake, SystemClock())
		self._thread = threading.Thread(target=self._run, daemon=True)
		self._thread.start()

	def _run(self) -> None:
		try:
			self._listener.run(
				lambda: frozenset(self.addresses), lambda: not self._stop.is_set(), self.reports
			)
		except BaseException as error:
			self.error = error

	def stop(self, seconds: float = 20.0) -> None:
		"""Ask it to end, and see that it does."""
		self._stop.set()
		self.join(seconds)

	def join(self, seconds: float = 20.0) -> None:
		self._thread.join(seconds)
		assert not self._thread.is_alive(), "the listener does not end"

	def states(self) -> list[str]:
		return [state for state, _ in self.reports.seen]

	def wait_for(self, *states: str, seconds: float = 20.0) -> None:
		"""Wait until these states have been reported in this order, others in between allowed."""

		def fits(seen: list[Any]) -> bool:
			remaining = iter(state for state, _ in seen)
			return all(state in remaining for state in states)

		self.reports.wait_for(fits, seconds)


@pytest.fixture
def listen(shared_redis, client) -> Iterator[Callable[..., Running]]:
	"""listen(record, addresses, redis_url=...) starts a listener; it is ended after the test."""
	started: list[Running] = []

	def start(
		record: dict[str, Any],
		addresses: set[str],
		redis_url: str | None = None,
		secrets_folder: Path | None = None,
	) -> Running:
		started.append(Running(redis_url or shared_redis.url, record, addresses, secrets_folder))
		return started[-1]

	yield start
	for running in started:
		running.stop()
		running.client.close()


def take(
	client: redis.Redis, fits: Callable[[list[RawSignal]], bool], seconds: float = 20.0
) -> list[RawSignal]:
	"""The signals of the stream, as soon as they fit."""
	streams = SignalStreams(client, "plant")
	cursor, found = "0-0", []
	ends_at = datetime.now(timezone.utc).timestamp() + seconds
	while not fits(found):
		if datetime.now(timezone.utc).timestamp() > ends_at:
			pytest.fail(f"waited {seconds:g} s in vain; {len(found)} signals so far, the last: {found[-5:]}")
		for streamed in streams.read({CONNECTION: cursor}, 10_000, 500).get(CONNECTION, ()):
			cursor = streamed.stream_id
			found.append(streamed.signal)
	return found
