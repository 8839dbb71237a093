"""A publisher at QoS 1 that knows which of its messages the broker has acknowledged."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.faults.traffic import Message

IN_FLIGHT = 100
LOOP_SECONDS, RECONNECT_SECONDS = 0.02, 1.0


class Publisher:
	"""It keeps a message until the broker has acknowledged it, over every cut, as a gateway of a plant does.

	Only its own thread speaks to the client: paho sends again what was in flight once it is connected, and what another
	thread publishes at that moment would overtake it.
	"""

	def __init__(self, port: int):
		self._client = mqtt.Client(
			CallbackAPIVersion.VERSION2,
			client_id="fault-plant-gateway",
			protocol=mqtt.MQTTv311,
			clean_session=False,
		)
		self._client.max_inflight_messages_set(IN_FLIGHT)
		self._client.on_publish = self._published
		self._outbox: deque[tuple[str, bytes, Message | None, bool]] = deque()
		self._pending: dict[int, Message | None] = {}
		self._changed = threading.Condition()
		self._closes = threading.Event()
		self.acknowledged: list[Message] = []
		self._client.connect("127.0.0.1", port)
		self._thread = threading.Thread(target=self._work, name="publisher", daemon=True)
		self._thread.start()

	def send(self, messages: Sequence[Message], *, retain: bool = False) -> None:
		"""Hand messages over; they go out in this order. Does not wait."""
		self._outbox.extend((one.address, one.payload, one, retain) for one in messages)

	def send_raw(self, topic: str, payload: bytes) -> None:
		self._outbox.append((topic, payload, None, False))

	def _work(self) -> None:
		while not self._closes.is_set():
			if self._client.loop(LOOP_SECONDS) != mqtt.MQTT_ERR_SUCCESS:
				self._reconnect()
			elif self._client.is_connected():
				self._publish()
		self._client.disconnect()

	def _reconnect(self) -> None:
		try:
			self._client.reconnect()
		except OSError:
			self._closes.wait(RECONNECT_SECONDS)

	def _publish(self) -> None:
		while self._outbox:
			topic, payload, message, retain = self._outbox[0]
			told = self._client.publish(topic, payload, qos=1, retain=retain)
			with self._changed:
				self._pending[told.mid] = message
				self._outbox.popleft()

	def _published(
		self, _client: object, _data: object, mid: int, _reason: object, _properties: object
	) -> None:
		with self._changed:
			self._note(self._pending.pop(mid))

	def _note(self, message: Message | None) -> None:
		if message is not None:
			self.acknowledged.append(message)
		self._changed.notify_all()

	def wait_for(self, count: int, seconds: float = 60.0) -> None:
		"""Until so many messages are acknowledged in all."""
		with self._changed:
			done = self._changed.wait_for(lambda: len(self.acknowledged) >= count, seconds)
		assert done, (
			f"the broker acknowledged {len(self.acknowledged)} of {count} messages within {seconds:g} s"
		)

	def settle(self, seconds: float = 120.0) -> None:
		"""Until all that was sent is acknowledged."""
		with self._changed:
			done = self._changed.wait_for(lambda: not (self._outbox or self._pending), seconds)
		assert done, (
			f"{len(self._outbox) + len(self._pending)} messages are not acknowledged after {seconds:g} s"
		)

	def close(self) -> None:
		self._closes.set()
		self._thread.join()
