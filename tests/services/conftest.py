"""A site on a real SQLite file with the seed's plant, a clock that is set, and a queue that only remembers."""

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.embedded.store import open_store
from plant_itsm.ports import Notice, Ports
from plant_itsm.services import outbox
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.plants import PACKAGE, load_plant, load_vocabulary, plant_folder

START = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
AR_042 = "demo-plant/final-assembly/assembly-line-3/AR-042/status"
SW = "ns=2;s=SW-L3-043.Reachable"


@dataclass
class SetClock:
	"""A clock that a test moves; each call is a microsecond later, so that records keep their order."""

	moment: datetime = START

	def now(self):
		self.moment += timedelta(microseconds=1)
		return self.moment

	def move(self, seconds):
		self.moment += timedelta(seconds=seconds)


@dataclass
class RememberingQueue:
	jobs: list = field(default_factory=list)

	def enqueue(self, job, *, queue, timeout_seconds, **arguments):
		self.jobs.append((job, queue, arguments))


@dataclass
class RememberingNotifier:
	notices: list[Notice] = field(default_factory=list)

	def notify(self, notice):
		self.notices.append(notice)
		return ()


class Plant:
	"""The seed's plant with a hand on its signals."""

	def __init__(self, path, *, is_loaded=False):
		self.clock = SetClock()
		self.records = open_store(path, self.clock)
		self.notifier = RememberingNotifier()
		self.ports = Ports(
			self.records, self.clock, RememberingQueue(), self.notifier, "unix:///nowhere", "test"
		)
		if not is_loaded:
			load_vocabulary(self.records, PACKAGE / "embedded" / "vocabulary")
			load_vocabulary(self.records)
			load_plant(self.records, plant_folder("seed"))
		self._stream_sequence = 0

	def drain(self, connection="Cell Broker"):
		with self.records.transaction():
			model = ImpactModel(self.records)
		return ConnectionDrain(self.ports, connection, model)

	def streamed(self, address, payload, **other):
		self._stream_sequence += 1
		payload = payload if isinstance(payload, bytes) else payload.encode()
		signal = RawSignal(address, payload, self.clock.now(), **other)
		return StreamedSignal(f"{self._stream_sequence}-0", signal)

	def state(self, value, address=AR_042, ts=None):
		stamp = f', "ts": "{ts.isoformat()}"' if ts else ""
		return self.streamed(address, f'{{"state": "{value}"{stamp}}}')

	def deliver(self, stops):
		return sum(outbox.deliver(self.ports, stop) for stop in stops)

	def counts(self, connection="Cell Broker"):
		row = self.records.get("OT Connection State", connection)
		return {key: row[key] for key in ("received", "events", "suppressed", "dead_lettered")}


@pytest.fixture(scope="session")
def loaded_file(tmp_path_factory):
	"""The file of a plant as it is before anything happens, loaded once and copied for each test."""
	path = tmp_path_factory.mktemp("loaded") / "plant.sqlite"
	Plant(path).records.close()
	return path


@pytest.fixture
def plant(tmp_path, loaded_file):
	plant = Plant(Path(shutil.copy(loaded_file, tmp_path)), is_loaded=True)
	yield plant
	plant.records.close()
