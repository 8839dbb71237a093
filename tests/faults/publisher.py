"""A publisher at QoS 1 that knows which of its messages the broker has acknowledged."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.faults.traffic import Message

IN_FLIGHT = 100


class Publisher:
	"""It keeps a message until the broker has acknowledged it, over every cut, as a gateway of a plant does."""

	def __init__(self, port: int):
		self._client = mqtt.Client(
			CallbackAPIVersion.VERSION2,
			client_id="fault-plant-gateway",
			protocol=mqtt.MQTTv311,
			clean_session=False,
		)
		self._client.max_inflight_messages_set(IN_FLIGHT)
		self._client.reconnect_delay_set(1, 1)
		self._client.on_publish = self._published
		self._pending: dict[int, Message | None] = {}
		self._early: set[int] = set()
		self._changed = threading.Condition()
		self.acknowledged: list[Message] = []
		self._client.connect("127.0.0.1", port)
		self._client.loop_start()

	def send(self, messages: Sequence[Message], *, retain: bool = False) -> None:
		"""Hand messages over; they go out in this order. Does not wait."""
		for message in messages:
			self._send(message.address, message.payload, message, retain)

	def send_raw(self, topic: str, payload: bytes) -> None:
		self._send(topic, payload, None)

	def _send(self, topic: str, payload: bytes, message: Message | None, retain: bool = False) -> None:
		told = self._client.publish(topic, payload, qos=1, retain=retain)
		with self._changed:
			if told.mid in self._early:
				self._early.discard(told.mid)
				self._note(message)
			else:
				self._pending[told.mid] = message

	def _published(
		self, _client: object, _data: object, mid: int, _reason: object, _properties: object
	) -> None:
		with self._changed:
			if mid in self._pending:
				self._note(self._pending.pop(mid))
			else:  # faster than the call that sent it
				self._early.add(mid)

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
			done = self._changed.wait_for(lambda: not self._pending, seconds)
		assert done, f"{len(self._pending)} messages are not acknowledged after {seconds:g} s"

	def close(self) -> None:
		self._client.disconnect()
		self._client.loop_stop()
