"""Sparkplug B from end to end: a foreign edge node, a real broker, listener, stream and drain; and what we publish."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.domain.errors import ConnectionSettingError
from plant_itsm.domain.sparkplug_payload import read_payload
from plant_itsm.domain.sparkplug_topics import NodeId
from plant_itsm.embedded.store import open_store
from plant_itsm.ot_listeners import jobs, mqtt_link, sparkplug
from plant_itsm.ot_listeners.intake import Intake
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.ot_listeners.mqtt import MqttListener
from plant_itsm.ot_listeners.settings import MqttSettings
from plant_itsm.ot_listeners.sparkplug import SparkplugHost, host_of, rebirths_due
from plant_itsm.ports import Ports
from plant_itsm.services.plants import PACKAGE, load_plant, load_vocabulary, plant_folder
from plant_itsm.services.sparkplug import DOCTYPE
from tests.ot_listeners.conftest import SystemClock
from tests.servers import Recorder

CONNECTION = "Cell Sparkplug"
NODE = NodeId("Final Assembly", "Edge 3")
SCRIPT = Path(__file__).with_name("sparkplug_edge_node.py")
INSTALL_SECONDS = 90


@pytest.fixture(scope="session")
def foreign_python(request):
	"""A Python with pysparkplug, which needs a paho-mqtt below 2: an environment of its own, kept between runs."""
	folder = request.config.cache.mkdir("pysparkplug")
	python, done = folder / "bin" / "python", folder / "installed"
	if not done.exists():
		install = [str(python), "-m", "pip", "install", "--quiet", "pysparkplug>=0.6,<0.7"]
		try:
			for command in ([sys.executable, "-m", "venv", "--clear", str(folder)], install):
				subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_SECONDS)
		except (subprocess.SubprocessError, OSError) as error:
			reason = getattr(error, "stderr", None) or str(error).encode()
			pytest.skip(f"pysparkplug cannot be installed: {reason.decode(errors='replace').strip()[-200:]}")
		done.touch()
	return python


class EdgeProcess:
	"""The foreign edge node."""

	def __init__(self, python, port):
		self.heard = Recorder()
		pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
		self.process = subprocess.Popen([str(python), str(SCRIPT), str(port)], **pipes)
		threading.Thread(target=self._follow, daemon=True).start()

	def _follow(self):
		for line in self.process.stdout:
			self.heard(line.strip())

	def order(self, *words):
		self.process.stdin.write(" ".join(words) + "\n")
		self.process.stdin.flush()

	def wait_for(self, word, times=1):
		self.heard.wait_for(lambda heard: heard.count(word) >= times)

	def kill(self):
		self.process.kill()
		self.process.wait(10)
		self.process.stdin.close()


class Queue:
	def enqueue(self, job, *, queue, timeout_seconds, **arguments):
		"""Deliveries are not part of this."""


class Silent:
	def notify(self, notice):
		raise AssertionError(f"nobody delivers here: {notice}")


class Site:
	"""The seed's plant with a Sparkplug connection, listened to and drained in threads."""

	def __init__(self, path, redis_url):
		self.path, self.redis_url = path, redis_url
		self.ports = self.new_ports()
		self.records = self.ports.records
		self._ended = threading.Event()
		self._threads = []
		load_vocabulary(self.records, PACKAGE / "embedded" / "vocabulary")
		load_vocabulary(self.records)
		load_plant(self.records, plant_folder("seed"))

	def new_ports(self):
		store = open_store(self.path, SystemClock())
		return Ports(store, SystemClock(), Queue(), Silent(), self.redis_url, "sparkplug")

	def add_connection(self, port, **fields):
		connection = {"connection_name": CONNECTION, "protocol": "MQTT", "host": "127.0.0.1", "port": port}
		self.records.insert(
			"OT Connection", {**connection, "use_tls": False, "payload_format": "Sparkplug B", **fields}
		)

	def add_rule(self, name, address, condition, value, kind):
		rule = {"rule_name": name, "connection": CONNECTION, "address": address, "ci": "AR-042"}
		compare = {"condition": condition, "condition_value": value, "event_kind": kind}
		self.records.insert("Signal Rule", {**rule, **compare})

	def start(self):
		for job, arguments in ((jobs.listen, (CONNECTION,)), (jobs.drain, ())):
			self._threads.append(threading.Thread(target=self._run, args=(job, arguments), daemon=True))
			self._threads[-1].start()

	def _run(self, job, arguments):
		ports = self.new_ports()
		job(ports, *arguments, is_wanted=lambda: not self._ended.is_set())
		ports.records.close()

	def stop(self):
		self._ended.set()
		for thread in self._threads:
			thread.join(20)
			assert not thread.is_alive()
		self.records.close()

	def wait_for(self, doctype, seconds=20, **fields):
		"""The first record of a DocType that has these fields, as soon as there is one."""
		ends_at = time.monotonic() + seconds
		while time.monotonic() < ends_at:
			with self.records.transaction():
				found = self.records.find(doctype, fields)
			if found:
				return found[0]
			self._ended.wait(0.05)
		return pytest.fail(f"no {doctype} with {fields}: {self.records.find(doctype)}")


@pytest.fixture
def site(tmp_path, shared_redis, client):
	site = Site(tmp_path / "plant.sqlite", shared_redis.url)
	yield site
	site.stop()


def test_a_foreign_edge_node_drives_an_incident(site, broker, foreign_python):
	site.add_connection(broker.port, sparkplug_rebirth_allowed=True, sparkplug_reorder_timeout_seconds=0.2)
	site.add_rule("AR-042 offline (Sparkplug)", f"{NODE}/AR-042/State", "=", "OFFLINE", "Line Stop")
	site.add_rule("Edge 3 lost", f"{NODE}/$online", "=", "false", "Loss of View")
	edge = EdgeProcess(foreign_python, broker.port)
	try:
		edge.wait_for("online")
		site.start()  # too late for its birth, so it is asked for another
		edge.wait_for("online", times=2)
		assert edge.heard.seen.count("rebirth") == 1
		site.wait_for(DOCTYPE, online=True)
		edge.order("set", "OFFLINE")
		stop = site.wait_for("Line Stop", root_ci="AR-042", kind="Line Stop", status="Open")
		edge.order("set", "RUNNING")
		site.wait_for("Line Stop", name=stop["name"], status="Ended")
		edge.order("lose")
		edge.order("set", "OFFLINE")
		node = site.wait_for(DOCTYPE, rebirth_wanted=True)
		assert "is missing" in node["stale_reason"]
		assert site.records.count("Line Stop", {"kind": "Line Stop", "status": "Open"}) == 0
	finally:
		edge.kill()
	site.wait_for(DOCTYPE, online=False)
	event = site.wait_for("OT Signal Event", address=f"{NODE}/$online", transition="Raised")
	assert event["event_kind"] == "Loss of View"
	assert site.records.count("Line Stop", {"kind": "Line Stop", "status": "Open"}) == 0


class Watcher:
	"""Somebody in the plant who sees all that is published."""

	def __init__(self, port):
		self.seen = Recorder()
		subscribed = threading.Event()
		self._client = Client(CallbackAPIVersion.VERSION2)
		self._client.on_message = lambda _client, _data, message: self.seen(
			(message.topic, message.payload, message.retain)
		)
		self._client.on_subscribe = lambda *_: subscribed.set()
		self._client.connect("127.0.0.1", port)
		self._client.loop_start()
		self._client.subscribe("#", 1)
		assert subscribed.wait(10)

	def wait_for_state(self, online):
		self.seen.wait_for(lambda seen: any(json.loads(one[1])["online"] == online for one in seen))

	def close(self):
		self._client.disconnect()
		self._client.loop_stop()


@pytest.fixture
def watcher(broker):
	somebody = Watcher(broker.port)
	yield somebody
	somebody.close()


class Listening:
	"""A listener with a host in a thread."""

	def __init__(self, client, port, host, version):
		record = {"name": CONNECTION, "host": "127.0.0.1", "port": port, "mqtt_version": version}
		lease = Lease.acquire(client, "plant", f"listen:{CONNECTION}", 300)
		settings = MqttSettings.from_record(record, "plant")
		listener = MqttListener(settings, Intake(client, "plant", CONNECTION, lease), SystemClock(), host)
		self.reports = Recorder()
		self._stop = threading.Event()
		arguments = (lambda: frozenset([NODE.topic_filter]), lambda: not self._stop.is_set(), self.reports)
		self._thread = threading.Thread(target=listener.run, args=arguments, daemon=True)
		self._thread.start()

	def stop(self):
		self._stop.set()
		self._thread.join(20)
		assert not self._thread.is_alive()


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_the_state_of_the_host_is_born_and_dies_with_the_same_time(
	broker, watcher, client, version, monkeypatch
):
	monkeypatch.setattr(mqtt_link, "WILL_DELAY_SECONDS", 1)
	listening = Listening(client, broker.port, SparkplugHost("plant-itsm", None, SystemClock()), version)
	watcher.wait_for_state(True)
	listening.stop()
	watcher.wait_for_state(False)
	born, *deaths = (json.loads(payload) for _, payload, _ in watcher.seen.seen)
	assert {topic for topic, _, _ in watcher.seen.seen} == {"spBv1.0/STATE/plant-itsm"}
	assert born["online"]
	death = {"online": False, "timestamp": born["timestamp"]}
	assert all(one == death for one in deaths), "the will repeats what was said, should the goodbye go unread"
	late = Watcher(broker.port)
	late.wait_for_state(False)
	assert late.seen.seen[0][2], "the state is retained"
	late.close()


def test_a_listener_that_hands_over_in_time_never_goes_offline(broker, watcher, client):
	for _ in range(2):
		client.flushall()
		before = len(watcher.seen.seen)
		listening = Listening(client, broker.port, SparkplugHost("plant-itsm", None, SystemClock()), "5")
		watcher.seen.wait_for(lambda seen, before=before: len(seen) > before)
		listening.stop()
	assert [json.loads(payload)["online"] for _, payload, _ in watcher.seen.seen] == [True, True]


def test_a_rebirth_request_is_a_command_that_sets_the_control_metric(broker, watcher, client):
	asked = iter([[NODE]])
	host = SparkplugHost(None, lambda: next(asked, []), SystemClock())
	listening = Listening(client, broker.port, host, "5")
	watcher.seen.wait_for(bool)
	listening.stop()
	((topic, payload, retained),) = watcher.seen.seen
	(metric,) = read_payload(payload).metrics
	assert (topic, retained) == ("spBv1.0/Final Assembly/NCMD/Edge 3", False)
	assert (metric.name, metric.raw) == ("Node Control/Rebirth", True)


def test_requests_go_on_after_the_database_was_away(monkeypatch):
	monkeypatch.setattr(sparkplug, "ASK_SECONDS", 0.0)
	answers = iter([OSError("away")])

	def ask():
		for error in answers:
			raise error
		return [NODE]

	host = SparkplugHost(None, ask, SystemClock())
	assert host.requests() == []
	assert len(host.requests()) == 1


@pytest.mark.parametrize(
	("fields", "publishes"),
	[
		({"payload_format": "JSON", "sparkplug_host_id": "plant"}, False),
		({}, False),
		({"sparkplug_rebirth_allowed": True}, True),
		({"sparkplug_host_id": "plant"}, True),
	],
)
def test_a_connection_publishes_nothing_that_it_was_not_allowed_to(site, client, fields, publishes):
	site.add_connection(1883, **fields)
	record = site.records.get("OT Connection", CONNECTION)
	assert (host_of(record, site.ports, client) is not None) == publishes


def test_a_host_id_is_one_level_of_a_topic(site, client):
	site.add_connection(1883, sparkplug_host_id="plant/itsm")
	with pytest.raises(ConnectionSettingError, match="one level"):
		host_of(site.records.get("OT Connection", CONNECTION), site.ports, client)


def test_an_edge_node_is_asked_once_in_a_while(site, client):
	site.add_connection(1883, sparkplug_rebirth_allowed=True)
	site.add_rule("AR-042 offline (Sparkplug)", f"{NODE}/AR-042/State", "=", "OFFLINE", "Line Stop")
	assert rebirths_due(site.ports, client, CONNECTION) == [NODE]
	assert rebirths_due(site.ports, client, CONNECTION) == []
	(key,) = client.keys("*rebirth*")
	assert 0 < client.ttl(key) <= 30
