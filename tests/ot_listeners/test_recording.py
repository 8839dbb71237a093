"""Recording beside a listener: real broker, real OPC UA server, real Redis."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timezone

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.domain.recordings import Recording, RecordingHeader
from plant_itsm.domain.signals import RawSignal
from plant_itsm.domain.vocabulary import PayloadFormat, Protocol
from plant_itsm.ot_listeners.intake import Intake, SignalStreams
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.ot_listeners.recording import Limits, Recorder, record_live, record_stream
from plant_itsm.ot_listeners.recording_sources import SourceError
from tests.ot_listeners.conftest import CONNECTION, SystemClock, take
from tests.servers import CutLink, OpcUaServer

TOPIC = "plant/line-3/AR-042/status"


class WatchedText(io.StringIO):
	"""A text file that tells when enough lines have been written."""

	def __init__(self):
		super().__init__()
		self._changed = threading.Condition()

	def write(self, text):
		with self._changed:
			self._changed.notify_all()
			return super().write(text)

	def wait_for_lines(self, number, seconds=20):
		with self._changed:
			assert self._changed.wait_for(lambda: self.getvalue().count("\n") >= number, seconds), (
				self.getvalue()
			)


@dataclass
class Running:
	"""A recorder in a thread."""

	thread: threading.Thread
	out: WatchedText
	told: list[str]
	errors: list[BaseException]

	def result(self):
		self.thread.join(20)
		assert not self.thread.is_alive()
		assert not self.errors, self.errors
		recording = Recording("test", io.StringIO(self.out.getvalue()))
		return recording, list(recording.signals())


def new_recorder(out, protocol=Protocol.MQTT, **limits):
	header = RecordingHeader(CONNECTION, protocol, PayloadFormat.JSON, "UTC", datetime.now(timezone.utc))
	return Recorder(out, header, SystemClock(), Limits(**limits))


@pytest.fixture
def start(ports):
	def begin(connection, addresses, **limits):
		out, told, errors = WatchedText(), [], []
		recorder = new_recorder(out, Protocol(connection["protocol"]), **limits)

		def run():
			try:
				record_live(ports, connection, recorder, addresses, told.append)
			except BaseException as error:
				errors.append(error)

		thread = threading.Thread(target=run, daemon=True)
		thread.start()
		return Running(thread, out, told, errors)

	return begin


def mqtt_record(port, **values):
	return {"name": CONNECTION, "protocol": "MQTT", "host": "127.0.0.1", "port": port, **values}


@pytest.fixture
def publish(broker):
	client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="machine")
	client.connect("127.0.0.1", broker.port)
	client.loop_start()

	def send(payload, topic=TOPIC, retain=False):
		client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

	yield send
	client.disconnect()
	client.loop_stop()


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_recording_leaves_the_listeners_session_alone(broker, publish, listen, client, version, start):
	connection = mqtt_record(broker.port, mqtt_version=version)
	listener = listen(connection, {TOPIC})
	listener.wait_for("connected")
	publish(b"before", retain=True)
	running = start(connection, {TOPIC}, signals=3)
	running.out.wait_for_lines(2)  # the header and the retained message
	publish(b"one")
	publish(b"\xff two")
	_, signals = running.result()
	assert [signal.payload for signal in signals] == [b"before", b"one", b"\xff two"]
	assert [signal.payload for signal in take(client, lambda found: len(found) >= 3)] == [
		b"before",
		b"one",
		b"\xff two",
	]
	assert "lost" not in listener.states()


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_recording_leaves_no_session_at_the_broker(broker, publish, version, start):
	running = start(mqtt_record(broker.port, mqtt_version=version), {TOPIC}, signals=1)
	running.out.wait_for_lines(1)
	while not running.out.getvalue().count("\n") > 1:
		publish(b"one")
	running.result()
	broker.stop()  # it saves the sessions that it has to keep
	assert b"-probe-" not in (broker.folder / "mosquitto.db").read_bytes()


def test_a_recording_goes_on_after_a_cut(broker, publish, start):
	link = CutLink(broker.port)
	running = start(mqtt_record(link.port), {TOPIC}, signals=2)
	publish(b"one", retain=True)
	running.out.wait_for_lines(2)
	link.cut()
	link.mend()
	_, signals = running.result()
	assert [signal.payload for signal in signals] == [
		b"one",
		b"one",
	]  # retained: it comes with each connection
	assert "connecting again" in running.told[0]
	link.stop()


def test_a_recording_ends_with_its_time(broker, start):
	recording, signals = start(mqtt_record(broker.port), {TOPIC}, seconds=0.5).result()
	assert signals == []
	assert (recording.ended_at - recording.header.started_at).total_seconds() >= 0.5


def test_a_broker_that_is_not_there_is_said_at_once(broker, start):
	broker.kill()
	running = start(mqtt_record(broker.port), {TOPIC}, seconds=60)
	running.thread.join(20)
	(error,) = running.errors
	assert isinstance(error, SourceError)
	assert f"OT Connection {CONNECTION}: 127.0.0.1:{broker.port}" in str(error)
	assert "plant-itsm doctor" in str(error)


def test_opc_ua_is_recorded_with_a_session_of_its_own(start):
	server = OpcUaServer()
	address = server.add("AR-042.State", "RUNNING")
	server.start()
	try:
		connection = {
			"name": CONNECTION,
			"protocol": "OPC UA",
			"endpoint_url": server.url,
			"security_policy": "None",
			"security_mode": "None",
			"publishing_interval_ms": 50,
		}
		running = start(connection, {address, "ns=2;s=Missing"}, signals=2)
		running.out.wait_for_lines(2)
		server.write("AR-042.State", "OFFLINE")
		_, signals = running.result()
	finally:
		server.close()
	assert [signal.payload for signal in signals] == [b'"RUNNING"', b'"OFFLINE"']
	assert all(signal.source_time for signal in signals)
	assert "ns=2;s=Missing is refused by the server" in running.told[0]


def test_what_is_in_the_stream_is_recorded_and_stays_there(shared_redis, client, ports):
	lease = Lease.acquire(client, "plant", "listen:x", 60)
	intake = Intake(client, "plant", CONNECTION, lease)
	sent = [RawSignal(TOPIC, b"%d" % n, datetime.now(timezone.utc), payload_bytes=4) for n in range(1200)]
	intake.put(sent)
	out = io.StringIO()
	record_stream(replace(ports, redis_url=shared_redis.url), {"name": CONNECTION}, new_recorder(out))
	out.seek(0)
	assert [signal.payload for signal in Recording("test", out).signals()] == [one.payload for one in sent]
	assert SignalStreams(client, "plant").length(CONNECTION) == 1200
