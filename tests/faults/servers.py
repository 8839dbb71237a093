"""The servers of the fault suite, with the settings that keep data; kill -9 is part of their life."""

from __future__ import annotations

import ctypes.util
import os
import threading
from collections.abc import Callable
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.servers import MosquittoServer, RedisServer

SAVED_AFTER_CHANGES = 20
"""mosquitto answers before it saves: so many acknowledged messages may be lost with it at most."""


class KeepingBroker(MosquittoServer):
	"""mosquitto that saves its sessions all the time. What it acknowledged after its last save a kill loses, and only
	it: a `Witness` tells which messages those are."""

	def command(self) -> list[str]:
		command = super().command()
		configuration = Path(command[-1])
		configuration.write_text(
			configuration.read_text() + f"autosave_on_changes true\nautosave_interval {SAVED_AFTER_CHANGES}\n"
		)
		return command


class AppendingRedis(RedisServer):
	"""Redis as `doctor` demands it of a plant: an append-only file, synced every second. A kill loses nothing, since
	the kernel has each write before Redis answers."""

	def command(self) -> list[str]:
		return [part.replace("always", "everysec") for part in super().command()]


class Witness:
	"""A second durable session at the broker, which listens to everything and is away until it is asked. What is in
	its queue the broker has kept; both sessions are saved at once, so it kept it for our listener, too."""

	def __init__(self, port: int):
		self._port = port
		self.topics_and_payloads: list[tuple[str, bytes]] = []
		self._subscribed, self._ended = threading.Event(), threading.Event()
		self._last: tuple[str, bytes] | None = None
		self._run(lambda: self._subscribed.wait(10), "the subscription of the witness")

	def read(self, last: tuple[str, bytes]) -> list[tuple[str, bytes]]:
		"""Everything that the broker has kept, in order, up to a last message."""
		self._last = last
		self._run(lambda: self._ended.wait(60), "the queue of the witness")
		return self.topics_and_payloads

	def _run(self, done: Callable[[], bool], what: str) -> None:
		client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="witness", protocol=mqtt.MQTTv5)
		properties = Properties(PacketTypes.CONNECT)
		properties.SessionExpiryInterval = 3600
		client.on_connect = lambda *_: client.subscribe("fault/#", qos=1)
		client.on_subscribe = lambda *_: self._subscribed.set()
		client.on_message = lambda _client, _data, message: self._take(message)
		client.connect("127.0.0.1", self._port, clean_start=False, properties=properties)
		client.loop_start()
		try:
			assert done(), f"waited in vain for {what}"
		finally:
			client.disconnect()
			client.loop_stop()

	def _take(self, message: mqtt.MQTTMessage) -> None:
		self.topics_and_payloads.append((message.topic, message.payload))
		if self.topics_and_payloads[-1] == self._last:
			self._ended.set()


def faketime_library() -> str | None:
	"""libfaketime, where it is installed: it moves the clock of a whole process."""
	found = ctypes.util.find_library("faketime")
	places = [Path(folder) / "faketime" / "libfaketime.so.1" for folder in ("/usr/lib", *_multiarch())]
	return found or next((str(place) for place in places if place.exists()), None)


def _multiarch() -> list[str]:
	return [entry.path for entry in os.scandir("/usr/lib") if entry.is_dir() and "-linux-" in entry.name]
