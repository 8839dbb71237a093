"""MQTT 3.1.1 with nothing but a socket: the least work with which messages at QoS 1 can be taken or sent."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence

_PUBLISH, _PUBACK = 0x30, 0x40
_WINDOW = 1000
"""Messages on their way, as many as the broker allows a subscriber."""


class RawMqtt:
	"""One durable session. Not for more than a benchmark: it trusts what the broker sends."""

	def __init__(self, port: int, client_id: str):
		self._socket = socket.create_connection(("127.0.0.1", port))
		self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
		self._rest = b""
		name = client_id.encode()
		self._socket.sendall(
			_packet(0x10, b"\x00\x04MQTT\x04\x00\x00\x00" + struct.pack(">H", len(name)) + name)
		)
		self._waiting = self._packets()[
			1:
		]  # behind the answer, messages of the session may have come already

	def subscribe(self, topic_filter: str) -> None:
		name = topic_filter.encode()
		self._socket.sendall(_packet(0x82, b"\x00\x01" + struct.pack(">H", len(name)) + name + b"\x01"))
		self._packets()

	def publish(self, messages: Sequence[tuple[bytes, bytes]]) -> None:
		"""Send (topic, payload) at QoS 1 and return when the broker has acknowledged all."""
		for start in range(0, len(messages), _WINDOW):
			chunk = messages[start : start + _WINDOW]
			self._socket.sendall(b"".join(_publish(*one, number + 1) for number, one in enumerate(chunk)))
			acknowledged = 0
			while acknowledged < len(chunk):
				acknowledged += sum(kind == _PUBACK for kind, _ in self._packets())

	def receive(self, count: int) -> int:
		"""Take and acknowledge so many messages; returns the bytes of their payloads."""
		total = taken = 0
		packets, self._waiting = self._waiting, []
		while True:
			acknowledgements = []
			for kind, body in packets:
				if kind & 0xF0 == _PUBLISH:
					topic_end = 2 + (body[0] << 8 | body[1])
					acknowledgements.append(b"\x40\x02" + body[topic_end : topic_end + 2])
					total += len(body) - topic_end - 2
			self._socket.sendall(b"".join(acknowledgements))
			taken += len(acknowledgements)
			if taken >= count:
				return total
			packets = self._packets()

	def close(self) -> None:
		self._socket.sendall(b"\xe0\x00")
		self._socket.close()

	def _packets(self) -> list[tuple[int, bytes]]:
		"""The packets that are there, at least one: (first byte, body)."""
		found: list[tuple[int, bytes]] = []
		while not found:
			data = self._socket.recv(262_144)
			if not data:
				raise ConnectionError("the broker has closed the connection")
			data, at = self._rest + data, 0
			while (body := _body_of(data, at)) is not None:
				found.append((data[at], data[body[0] : body[1]]))
				at = body[1]
			self._rest = data[at:]
		return found


def _body_of(data: bytes, at: int) -> tuple[int, int] | None:
	"""Start and end of the body of the packet at a place; None while it is not complete."""
	length = shift = 0
	for place in range(at + 1, min(at + 5, len(data))):
		length |= (data[place] & 0x7F) << shift
		shift += 7
		if not data[place] & 0x80:
			end = place + 1 + length
			return (place + 1, end) if end <= len(data) else None
	return None


def _packet(kind: int, body: bytes) -> bytes:
	length, size = bytearray(), len(body)
	while True:
		size, digit = size >> 7, size & 0x7F
		length.append(digit | (0x80 if size else 0))
		if not size:
			return bytes([kind]) + bytes(length) + body


def _publish(topic: bytes, payload: bytes, number: int) -> bytes:
	return _packet(0x32, struct.pack(">H", len(topic)) + topic + struct.pack(">H", number) + payload)
