"""The seed's vibration story on the embedded edition: a real mosquitto, Redis and the SQLite file."""

import threading
import time
from pathlib import Path
from unittest import TestCase

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.ot_listeners import jobs
from plant_itsm.ot_listeners.health import ListenerHealth
from plant_itsm.ports import Ports
from plant_itsm.services.plants import PACKAGE, load_vocabulary
from plant_itsm.tests.contract_vibration import VibrationStory
from tests.services.conftest import RememberingNotifier, RememberingQueue

DEADLINE_SECONDS = 30


class TestVibrationStoryOnSqlite(VibrationStory, TestCase):
	@pytest.fixture(autouse=True)
	def _site(self, tmp_path: Path, client, shared_redis, broker):
		self.path, self.redis_url, self.client = tmp_path / "plant.db", shared_redis.url, client
		self.ports = self.open_ports()
		self.records = self.ports.records
		load_vocabulary(self.records, PACKAGE / "embedded" / "vocabulary")
		load_vocabulary(self.records)
		self.records.update(
			"OT Connection",
			self.plant.connection,
			{"host": "127.0.0.1", "port": broker.port, "use_tls": False},
		)
		self.set_up_story()
		self.device = Client(CallbackAPIVersion.VERSION2)
		self.device.connect("127.0.0.1", broker.port)
		self.device.loop_start()
		stop = threading.Event()
		thread = threading.Thread(target=self.listen, args=(stop,))
		thread.start()
		self.wait_until(lambda: self.health().get("state") == "connected")
		yield
		stop.set()
		thread.join(DEADLINE_SECONDS)
		self.device.disconnect()
		self.device.loop_stop()
		self.records.close()

	def open_ports(self) -> Ports:
		clock = SystemClock()
		records = open_store(self.path, clock)
		return Ports(records, clock, RememberingQueue(), RememberingNotifier(), self.redis_url, "story")

	def listen(self, stop):
		"""With a store of its own, as a worker's job would have."""
		ports = self.open_ports()
		jobs.listen(ports, self.plant.connection, lambda: not stop.is_set())
		ports.records.close()

	def health(self):
		return ListenerHealth(self.client, "story", self.plant.connection).read()

	def wait_until(self, condition):
		deadline = time.monotonic() + DEADLINE_SECONDS
		while not condition():
			assert time.monotonic() < deadline, self.health()
			time.sleep(0.05)

	def send(self, topic, payload):
		self.device.publish(topic, payload, qos=1).wait_for_publish(DEADLINE_SECONDS)

	def take_until(self, received):
		def count():
			state = self.records.get("OT Connection State", self.plant.connection)
			return state["received"] if state else 0

		deadline = time.monotonic() + DEADLINE_SECONDS
		jobs.drain(self.ports, lambda: count() < received and time.monotonic() < deadline)
		assert count() == received
