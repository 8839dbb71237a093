"""The MQTT listener against a real mosquitto and a real Redis."""

import ssl
import subprocess

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.domain.errors import LeaseLostError
from plant_itsm.ot_listeners.leases import Lease
from tests.certificates import Authority
from tests.ot_listeners.conftest import CONNECTION, take
from tests.servers import CutLink, MosquittoServer


class Publisher:
	"""A device of the plant."""

	def __init__(self, port, ca=None, username=None, password=None):
		self._client = Client(CallbackAPIVersion.VERSION2)
		if ca:
			self._client.tls_set_context(ssl.create_default_context(cafile=ca))
		if username:
			self._client.username_pw_set(username, password)
		self._client.max_queued_messages_set(0)
		self._client.connect("127.0.0.1", port)
		self._client.loop_start()

	def publish(self, topic, *payloads, qos=1, retain=False):
		sent = [self._client.publish(topic, payload, qos, retain) for payload in payloads]
		for one in sent:
			one.wait_for_publish(20)

	def close(self):
		self._client.disconnect()
		self._client.loop_stop()


@pytest.fixture
def publisher(broker):
	device = Publisher(broker.port)
	yield device
	device.close()


def record(broker, **fields):
	return {"host": "127.0.0.1", "port": broker.port, "keepalive_seconds": 5, **fields}


def payloads(signals):
	return [signal.payload for signal in signals]


def subscribed(broker, running, publisher, topic="plant/ready"):
	"""Wait until a message really gets through."""
	running.wait_for("connected")
	publisher.publish(topic, b"ready", retain=True)
	take(running.client, lambda found: b"ready" in payloads(found))


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_messages_reach_the_stream_in_order_and_once(broker, publisher, listen, client, version):
	running = listen(record(broker, mqtt_version=version), {"plant/#"})
	subscribed(broker, running, publisher)
	wanted = [b"%d" % number for number in range(2000)]
	publisher.publish("plant/line3/robot", *wanted)
	found = take(client, lambda found: len(found) >= 2001)
	assert payloads(found) == [b"ready", *wanted]
	assert {signal.address for signal in found[1:]} == {"plant/line3/robot"}
	assert all(signal.problem is None and signal.quality == "good" for signal in found)
	assert found[-1].payload_bytes == 4
	assert found[-1].source_time is None
	assert found[-1].received_time.tzinfo is not None


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_messages_published_while_the_listener_is_away_are_delivered_later(
	broker, publisher, listen, client, version
):
	first = listen(record(broker, mqtt_version=version), {"plant/#"})
	subscribed(broker, first, publisher)
	first.stop()
	first.lease.release()
	publisher.publish("plant/line3/robot", b"while away")
	assert first.states()[-1] == "stopped"
	listen(record(broker, mqtt_version=version), {"plant/#"})
	take(client, lambda found: b"while away" in payloads(found))


def test_a_broker_restart_loses_nothing_and_is_reported_once(broker, publisher, listen, client):
	running = listen(record(broker), {"plant/#"})
	subscribed(broker, running, publisher)
	publisher.publish("plant/line3/robot", b"before")
	take(client, lambda found: b"before" in payloads(found))
	broker.stop()
	running.wait_for("connected", "lost")
	broker.start()
	running.wait_for("connected", "lost", "connected")
	later = Publisher(broker.port)
	later.publish("plant/line3/robot", b"after")
	later.close()
	found = take(client, lambda found: b"after" in payloads(found))
	assert payloads(found).count(b"before") == 1
	assert running.states() == ["connecting", "connected", "lost", "connected"]


def test_nothing_is_acknowledged_while_redis_is_away(broker, publisher, listen, own_redis):
	running = listen(record(broker), {"plant/#"}, own_redis.url)
	subscribed(broker, running, publisher)
	own_redis.kill()
	wanted = [b"%d" % number for number in range(3000)]
	publisher.publish("plant/line3/robot", *wanted)
	running.wait_for("connected", "intake blocked")
	own_redis.start()
	running.wait_for("connected", "intake blocked", "connected")
	found = take(running.client, lambda found: len(found) >= 3001)
	assert payloads(found) == [b"ready", *wanted]


def test_a_listener_that_ends_while_redis_is_away_leaves_its_messages_to_the_next(
	broker, publisher, listen, own_redis
):
	first = listen(record(broker), {"plant/#"}, own_redis.url)
	subscribed(broker, first, publisher)
	own_redis.kill()
	publisher.publish("plant/line3/robot", b"kept")
	first.wait_for("intake blocked")
	first.stop()
	own_redis.start()
	first.lease.release()
	second = listen(record(broker), {"plant/#"}, own_redis.url)
	take(second.client, lambda found: b"kept" in payloads(found))


def test_a_cut_while_messages_wait_doubles_none(broker, publisher, listen, own_redis):
	link = CutLink(broker.port)
	try:
		running = listen(record(broker, port=link.port), {"plant/#"}, own_redis.url)
		subscribed(broker, running, publisher)
		own_redis.kill()
		publisher.publish("plant/line3/robot", b"offline", b"running", b"offline")
		running.wait_for("connected", "intake blocked")
		link.cut()
		running.wait_for("connected", "intake blocked", "lost")
		link.mend()
		running.wait_for("intake blocked", "lost", "connected")
		own_redis.start()
		publisher.publish("plant/line3/robot", b"last")
		found = take(running.client, lambda found: b"last" in payloads(found))
		assert payloads(found) == [b"ready", b"offline", b"running", b"offline", b"last"]
	finally:
		link.stop()


def test_the_loser_of_a_takeover_stops_and_writes_nothing(broker, publisher, listen, client):
	running = listen(record(broker), {"plant/#"})
	subscribed(broker, running, publisher)
	client.delete(running.lease.key)
	assert Lease.acquire(client, "plant", f"listen:{CONNECTION}", 60)
	publisher.publish("plant/line3/robot", b"too late")
	running.join()
	assert isinstance(running.error, LeaseLostError)
	assert payloads(take(client, bool)) == [b"ready"]


def swap(client, publisher, running, addresses):
	"""Give the listener other addresses, and wait until the broker has carried out all that follows from it."""
	for number in range(2):  # what was asked for before the second marker is done when that one comes
		marker = f"plant/marker/{number}/{len(running.states())}"
		publisher.publish(marker, marker, retain=True)
		running.addresses = {*addresses, marker}
		take(client, lambda found, marker=marker: marker.encode() in payloads(found))


def test_a_rule_added_at_run_time_is_subscribed_and_a_removed_one_is_dropped(
	broker, publisher, listen, client
):
	running = listen(record(broker), {"plant/ready"})
	subscribed(broker, running, publisher)
	publisher.publish("plant/new", b"current value", retain=True)
	swap(client, publisher, running, {"plant/new"})
	publisher.publish("plant/ready", b"nobody asks")
	publisher.publish("plant/new", b"last")
	found = take(client, lambda found: b"last" in payloads(found))
	assert b"current value" in payloads(found)
	assert b"nobody asks" not in payloads(found)


def test_what_rules_no_longer_want_is_dropped_even_if_they_went_while_nobody_listened(
	broker, publisher, listen, client
):
	first = listen(record(broker), {"plant/#"})
	subscribed(broker, first, publisher)
	first.stop()
	first.lease.release()
	second = listen(record(broker), {"plant/ready"})
	swap(client, publisher, second, {"plant/ready"})
	publisher.publish("plant/line3", b"nobody asks")
	publisher.publish("plant/ready", b"last")
	found = take(client, lambda found: b"last" in payloads(found))
	assert b"nobody asks" not in payloads(found)


def test_a_message_that_two_rules_ask_for_is_one_signal(broker, publisher, listen, client):
	running = listen(record(broker), {"plant/#", "plant/line3/robot", "plant/+/robot", "plant/ready"})
	subscribed(broker, running, publisher)
	publisher.publish("plant/line3/robot", b"1", b"2")
	assert payloads(take(client, lambda found: b"2" in payloads(found))) == [b"ready", b"1", b"2"]


def test_a_bad_topic_filter_is_reported_and_the_others_go_on(broker, publisher, listen, client):
	running = listen(record(broker), {"plant/#/robot", "plant/ready"})
	subscribed(broker, running, publisher)
	told = [detail for state, detail in running.reports.seen if state == "address refused"]
	assert len(told) == 1
	assert "plant/#/robot" in told[0]


def test_a_payload_that_is_too_long_becomes_a_problem_with_a_sample(broker, publisher, listen, client):
	running = listen(record(broker, max_payload_bytes=5000), {"plant/#"})
	subscribed(broker, running, publisher)
	publisher.publish("plant/line3/robot", b"x" * 1_000_000, b"x" * 5000)
	long, fitting = take(client, lambda found: len(found) == 3)[1:]
	assert long.payload == b"x" * 2000
	assert long.payload_bytes == 1_000_000
	assert "1000000 bytes is longer than the 5000 bytes" in long.problem
	assert fitting.problem is None


def test_any_bytes_are_a_signal(broker, publisher, listen, client):
	running = listen(record(broker), {"plant/#"})
	subscribed(broker, running, publisher)
	odd = [b"", b"\xff\xfe\x00", b"NaN", bytes(range(256)), b"{" * 10_000]
	publisher.publish("plant/line3/robot", *odd)
	publisher.publish("plant/ümlaut/\U0001f916", b"at most once", qos=0)
	found = take(client, lambda found: b"at most once" in payloads(found))
	assert payloads(found)[1:-1] == odd
	assert found[-1].address == "plant/ümlaut/\U0001f916"


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_wrong_password_is_reported_as_a_refusal(tmp_path, listen, version):
	users = tmp_path / "users"
	subprocess.run(["mosquitto_passwd", "-b", "-c", str(users), "listener", "right"], check=True)
	broker = MosquittoServer(tmp_path / "mosquitto", security=f"allow_anonymous false\npassword_file {users}")
	broker.start()
	try:
		login = {"username": "listener", "mqtt_version": version}
		refused = listen(record(broker, password="wrong", **login), {"plant/#"})
		refused.wait_for("refused")
		assert "refuses" in refused.reports.seen[-1][1]
		assert "wrong" not in repr(refused.reports.seen)
		refused.stop()
		refused.lease.release()
		listen(record(broker, password="right", **login), {"plant/#"}).wait_for("connected")
	finally:
		broker.kill()


def test_tls_with_a_client_certificate(tmp_path, listen, client):
	authority = Authority(tmp_path / "pki")
	certificate, key = authority.issue("broker")
	security = (
		f"allow_anonymous true\ncafile {authority.certificate}\ncertfile {certificate}\nkeyfile {key}\n"
		"require_certificate true"
	)
	broker = MosquittoServer(tmp_path / "mosquitto", security=security)
	broker.start()
	try:
		ours, our_key = authority.issue("listener")
		files = {"client_certificate_path": str(ours), "private_key_path": str(our_key)}
		trusting = {"use_tls": 1, "ca_certificate_path": str(authority.certificate), **files}
		running = listen(record(broker, **trusting), {"plant/#"})
		running.wait_for("connected")
		running.stop()
		running.lease.release()
		stranger = Authority(tmp_path / "other")
		doubting = {**trusting, "ca_certificate_path": str(stranger.certificate)}
		refused = listen(record(broker, **doubting), {"plant/#"})
		refused.wait_for("refused")
		assert "certificate verify failed" in refused.reports.seen[-1][1].lower()
	finally:
		broker.kill()


def test_a_broker_that_is_not_there_yet_is_waited_for(tmp_path, listen):
	broker = MosquittoServer(tmp_path / "mosquitto")
	running = listen(record(broker), {"plant/#"})
	running.wait_for("connecting", "lost")
	broker.start()
	try:
		running.wait_for("connecting", "lost", "connected")
	finally:
		broker.kill()
