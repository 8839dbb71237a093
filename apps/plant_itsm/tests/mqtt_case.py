"""A broker of its own, and the site's listener and drain on it, for the cases that go the whole way."""

import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

import frappe
import paho.mqtt.client as mqtt
import redis

from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners import jobs
from plant_itsm.ot_listeners.health import ListenerHealth
from plant_itsm.tests.site_case import PlantCase

DEADLINE_SECONDS = 30
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


class Broker:
	"""A mosquitto of its own on a free port, with the settings that lose nothing."""

	def __init__(self):
		with socket.socket() as probe:
			probe.bind(("127.0.0.1", 0))
			self.port = probe.getsockname()[1]
		self._folder = tempfile.TemporaryDirectory()
		config = Path(self._folder.name) / "mosquitto.conf"
		config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
		self._process = subprocess.Popen([MOSQUITTO, "-c", str(config)], stderr=subprocess.DEVNULL)
		self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
		connected = threading.Event()
		self.client.on_connect = lambda *_: connected.set()
		self.client.reconnect_delay_set(1, 1)  # mosquitto may not be up at the first attempt
		self.client.connect_async("127.0.0.1", self.port)
		self.client.loop_start()
		if not connected.wait(DEADLINE_SECONDS):
			raise TimeoutError("mosquitto did not start")

	def publish(self, topic, payload):
		self.client.publish(topic, payload, qos=1).wait_for_publish(DEADLINE_SECONDS)

	def close(self):
		self.client.disconnect()
		self.client.loop_stop()
		self._process.terminate()
		self._process.wait(DEADLINE_SECONDS)
		self._folder.cleanup()


@unittest.skipUnless(MOSQUITTO, "mosquitto is not installed")
class MqttCase(PlantCase):
	"""The connection of the small plant leads to the broker; `start_listener` once its rules are there."""

	def setUp(self):
		super().setUp()
		self.broker = Broker()
		self.addCleanup(self.broker.close)
		self.connection = self.plant.connection
		here = {"host": "127.0.0.1", "port": self.broker.port, "use_tls": False}
		self.records.update("OT Connection", self.connection, here)
		self.addCleanup(self._forget_streams)

	def start_listener(self):
		"""In a thread with a connection to the site of its own, as a worker's job would have."""
		frappe.db.commit()
		stop = threading.Event()
		thread = threading.Thread(target=self._listen, args=(frappe.local.site, stop), daemon=True)
		thread.start()
		self.addCleanup(thread.join, DEADLINE_SECONDS)
		self.addCleanup(stop.set)
		health = ListenerHealth(
			redis.Redis.from_url(self.ports.redis_url), self.ports.namespace, self.connection
		)
		self._await(lambda: health.read().get("state") == "connected", "the listener connects")

	def _listen(self, site, stop):
		with frappe.init_site(site):
			frappe.connect()
			jobs.listen(site_ports(), self.connection, lambda: not stop.is_set())

	def _forget_streams(self):
		client = redis.Redis.from_url(self.ports.redis_url)
		for key in client.scan_iter(match=f"plant_itsm:{self.ports.namespace}:*{self.prefix}*"):
			client.delete(key)

	def _await(self, condition, what):
		deadline = time.monotonic() + DEADLINE_SECONDS
		while not condition():
			self.assertLess(time.monotonic(), deadline, f"{what}: not within {DEADLINE_SECONDS} s")
			time.sleep(0.05)

	def drain_until(self, received):
		"""Drain here, or let the site's own drain do it, until it has taken as many signals."""

		def count():
			with self.records.transaction():
				state = self.records.get("OT Connection State", self.connection)
			return state["received"] if state else 0

		deadline = time.monotonic() + DEADLINE_SECONDS
		while count() < received:
			self.assertLess(time.monotonic(), deadline, f"{received} signals within {DEADLINE_SECONDS} s")
			jobs.drain(self.ports, lambda: count() < received and time.monotonic() < deadline)
