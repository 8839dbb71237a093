"""The service files that bench-config/service-files writes: real servers start with them, and the doctor is content."""

import queue
import re
import shutil
import subprocess
import sys
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
import redis
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.ot_listeners.doctor.findings import Severity
from plant_itsm.ot_listeners.doctor.mosquitto_conf import examine_mosquitto_conf
from plant_itsm.ot_listeners.doctor.redis_server import examine_redis
from plant_itsm.ot_listeners.settings import MqttSettings
from tests.certificates import Authority
from tests.ot_listeners.test_doctor import mqtt_record
from tests.servers import MosquittoServer, RedisServer

CHECKOUT = Path(__file__).resolve().parents[2]


def service_files(out: Path, *options: str) -> "subprocess.CompletedProcess[str]":
	command = [sys.executable, str(CHECKOUT / "bench-config" / "service-files"), str(out)]
	options = ("--bench", "/srv/bench", "--user", "plant", *options)
	return subprocess.run([*command, *options], text=True, capture_output=True, check=False)


@pytest.fixture
def files(tmp_path):
	done = service_files(tmp_path / "out", "--size", "medium")
	assert done.returncode == 0, done.stderr
	return tmp_path / "out"


class ConfiguredBroker(MosquittoServer):
	"""mosquitto with a file of ours, at its own port, with certificates, users and data of a test."""

	def __init__(self, folder: Path, configuration: str):
		super().__init__(folder)
		self.configuration = configuration

	def command(self) -> list[str]:
		executable = super().command()[0]
		file = self.folder / "mosquitto.conf"
		file.write_text(f"user root\n{self.configuration}")
		return [executable, "-c", str(file)]


class ConfiguredRedis(RedisServer):
	def __init__(self, folder: Path, configuration: Path):
		super().__init__(folder)
		self.configuration = configuration

	def command(self) -> list[str]:
		options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
		return [super().command()[0], str(self.configuration), *options]


def test_the_doctor_finds_nothing_against_the_broker(files):
	settings = MqttSettings.from_record(mqtt_record(1883), "plant")
	findings = list(examine_mosquitto_conf(files / "mosquitto.conf", settings, sparkplug=True))
	assert {finding.severity for finding in findings} == {Severity.OK}
	assert len(findings) >= 4


def test_a_broker_starts_with_its_file(files, tmp_path):
	authority = Authority(tmp_path / "ca")
	certificate, key = authority.issue("localhost")
	(tmp_path / "passwd").touch(mode=0o600)
	(tmp_path / "broker").mkdir()
	broker = ConfiguredBroker(tmp_path / "broker", "")
	places = {
		"8883": f"{broker.port} 127.0.0.1",
		"/etc/mosquitto/certs/ca.crt": authority.certificate,
		"/etc/mosquitto/certs/server.crt": certificate,
		"/etc/mosquitto/certs/server.key": key,
		"/etc/mosquitto/passwd": tmp_path / "passwd",
		"/var/lib/mosquitto": broker.folder,
	}
	text = (files / "mosquitto.conf").read_text()
	for stands_there, here in places.items():
		assert stands_there in text
		text = text.replace(stands_there, str(here))
	broker.configuration = text
	broker.start()
	try:
		assert answer_to_a_stranger(broker.port, authority.certificate) == "Not authorized"
	finally:
		broker.kill()


def answer_to_a_stranger(port: int, ca: Path) -> str:
	"""What the broker says by TLS to a client that names no user."""
	answers: queue.Queue[str] = queue.Queue()
	client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
	client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.put(reason.getName())
	client.tls_set(ca_certs=str(ca))
	client.connect("localhost", port)
	client.loop_start()
	try:
		return answers.get(timeout=10)
	finally:
		client.loop_stop()
		client.disconnect()


def test_the_doctor_finds_nothing_against_a_redis_with_its_file(files, tmp_path):
	server = ConfiguredRedis(tmp_path / "redis", files / "redis-ot.conf")
	server.start()
	try:
		with redis.Redis.from_url(server.url) as client:
			findings = list(examine_redis(client))
			policy = client.config_get("maxmemory*")
	finally:
		server.kill()
	assert {finding.severity for finding in findings} == {Severity.OK}
	assert (policy["maxmemory"], policy["maxmemory-policy"]) == (str(2 * 2**30), "noeviction")


def test_there_is_a_worker_for_each_listener_the_drain_and_one_who_takes_over(tmp_path):
	service_files(tmp_path, "--connections", "9")
	assert "--queue ot --num-workers 11" in (tmp_path / "Procfile").read_text()
	assert "numprocs=11" in (tmp_path / "supervisor-ot.conf").read_text()


def test_nothing_is_left_to_fill_in(files):
	texts = {file.name: file.read_text() for file in files.iterdir()}
	assert len(texts) == 6
	assert {name for name, text in texts.items() if re.search(r"\$\w", text)} == set()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit(files, tmp_path):
	unit = files / "plant-itsm-ot@.service"
	(tmp_path / "bench" / "sites").mkdir(parents=True)
	unit.write_text(
		unit.read_text()
		.replace("/srv/bench/env/bin/python", sys.executable)
		.replace("/srv/bench", str(tmp_path / "bench"))
	)
	done = subprocess.run(
		["systemd-analyze", "verify", "--man=no", str(unit)], text=True, capture_output=True, check=False
	)
	assert "plant-itsm-ot" not in done.stderr, done.stderr


def test_a_plant_without_connections_is_refused_with_the_way_out(tmp_path):
	done = service_files(tmp_path / "out", "--connections", "0")
	assert done.returncode == 2
	assert "Give 1 or more" in done.stderr
	assert not (tmp_path / "out").exists()
