"""What no broker of the tests can be made to do: refuse a subscription, send a topic that may not be; and a certificate
that has expired."""

import contextlib
import socket
import threading
from datetime import timedelta

import pytest

from tests.certificates import Authority
from tests.ot_listeners.conftest import take
from tests.servers import MosquittoServer

CONNECT, SUBSCRIBE, PUBACK = 1, 8, 4
GRANTED, NOT_AUTHORIZED = 1, 0x87
"""Reason codes of a SUBACK (MQTT 5, table 3-8)."""


class WrittenBroker:
	"""Speaks just enough MQTT 5 for one subscription. reason: its answer; topics: what it sends then, at QoS 1."""

	def __init__(self, reason, topics=()):
		self._reason, self._topics = reason, topics
		self.acknowledged = []
		self.has_all = threading.Event()
		self._listening = socket.create_server(("127.0.0.1", 0))
		self.port = self._listening.getsockname()[1]
		self._thread = threading.Thread(target=self._serve, daemon=True)
		self._thread.start()

	def _serve(self):
		with contextlib.suppress(OSError, EOFError):  # the listener, or the test, has hung up
			link, _ = self._listening.accept()
			with link, link.makefile("rb") as stream:
				while True:
					self._answer(link, *_packet(stream))

	def _answer(self, link, kind, body):
		if kind == CONNECT:
			link.sendall(b"\x20\x03\0\0\0")
		elif kind == SUBSCRIBE:
			link.sendall(b"\x90\x04" + body[:2] + bytes((0, self._reason)))
			for number, topic in enumerate(self._topics, 1):
				name = topic.encode()
				content = len(name).to_bytes(2, "big") + name + number.to_bytes(2, "big") + b"\0" + b"value"
				link.sendall(bytes((0x32, len(content))) + content)
		elif kind == PUBACK:
			self.acknowledged.append(int.from_bytes(body[:2], "big"))
			if len(self.acknowledged) == len(self._topics):
				self.has_all.set()

	def close(self):
		with contextlib.suppress(OSError):
			self._listening.shutdown(socket.SHUT_RDWR)
		self._listening.close()


def _packet(stream):
	"""(type, what follows the fixed header) of the next packet."""
	head = stream.read(1)
	length = shift = 0
	while True:
		digit = stream.read(1)
		if not head or not digit:
			raise EOFError
		length |= (digit[0] & 127) << shift
		shift += 7
		if digit[0] < 128:
			return head[0] >> 4, stream.read(length)


@pytest.fixture
def written():
	"""written(reason, topics) is a broker that answers so."""
	made = []

	def make(*arguments):
		made.append(WrittenBroker(*arguments))
		return made[-1]

	yield make
	for broker in made:
		broker.close()


def record(port, **fields):
	return {"host": "127.0.0.1", "port": port, "mqtt_version": "5", **fields}


def test_a_subscription_that_the_broker_refuses_is_a_state_with_the_reason(written, listen):
	running = listen(record(written(NOT_AUTHORIZED).port), {"plant/#"})
	running.wait_for("connected", "address refused")
	(told,) = [detail for state, detail in running.reports.seen if state == "address refused"]
	assert "plant/#" in told
	assert "Not authorized" in told
	assert "access list" in told, "the way out"


def test_a_topic_with_a_null_character_is_a_problem_and_the_next_message_counts(written, listen, client):
	broker = written(GRANTED, ["plant/a\0b", "plant/good"])
	running = listen(record(broker.port), {"plant/#"})
	bad, good = take(client, lambda found: len(found) == 2)
	assert "null character" in bad.problem
	assert (good.address, good.problem) == ("plant/good", None)
	assert broker.has_all.wait(20), "both are acknowledged, so that the broker sends neither again"
	assert running.states()[-1] == "connected"


def test_a_broker_whose_certificate_has_expired_is_refused_with_the_reason(tmp_path, listen):
	authority = Authority(tmp_path / "pki")
	certificate, key = authority.issue("broker", ends_in=timedelta(days=-1))
	security = f"allow_anonymous true\ncertfile {certificate}\nkeyfile {key}"
	broker = MosquittoServer(tmp_path / "mosquitto", security=security)
	broker.start()
	try:
		trusting = {"use_tls": 1, "ca_certificate_path": str(authority.certificate)}
		running = listen(record(broker.port, **trusting), {"plant/#"})
		running.wait_for("refused")
		assert "expired" in running.reports.seen[-1][1]
	finally:
		broker.kill()
