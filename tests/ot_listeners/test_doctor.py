"""The doctor against real servers: it finds what is wrong on purpose, and nothing where all is well."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta, timezone

import pytest
import redis
from asyncua import ua
from cryptography import x509
from rq import Queue, SimpleWorker

from plant_itsm.embedded.store import open_store
from plant_itsm.ot_listeners.doctor.examination import Site, examine
from plant_itsm.ot_listeners.doctor.findings import Severity, clock_finding, has_errors, report_lines
from plant_itsm.ot_listeners.doctor.mqtt import examine_mqtt
from plant_itsm.ot_listeners.doctor.network import examine_lifetime, examine_tls
from plant_itsm.ot_listeners.doctor.opcua import examine_opcua
from plant_itsm.ot_listeners.doctor.redis_server import examine_redis
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.ot_listeners.settings import MqttSettings
from plant_itsm.ports import Ports
from plant_itsm.services.plants import PACKAGE, load_plant, load_vocabulary, plant_folder
from tests.certificates import Authority
from tests.ot_listeners.conftest import SystemClock
from tests.servers import MosquittoServer, OpcUaServer, RedisServer, free_port

TOPIC = "plant/line-3/AR-042/status"
GOOD_CONF = "persistence true\nautosave_on_changes true\nautosave_interval 100\nmax_queued_messages 100000\n"
STOCK_CONF = ""
"""What mosquitto comes with: no persistence, 1,000 messages in a queue."""


class ConfiguredMosquitto(MosquittoServer):
	"""mosquitto with just these lines about what it keeps."""

	def __init__(self, folder, conf):
		super().__init__(folder)
		self.path = folder / "broker.conf"
		self._conf = conf

	def command(self):
		executable = super().command()[0]
		listener = f"user root\nlistener {self.port} 127.0.0.1\nallow_anonymous true\n"
		self.path.write_text(f"{listener}persistence_location {self.folder}/\n{self._conf}")
		return [executable, "-c", str(self.path)]


class ConfiguredRedis(RedisServer):
	def __init__(self, folder, *options):
		super().__init__(folder)
		self._options = options

	def command(self):
		return [*super().command(), *self._options]


@pytest.fixture
def configured(tmp_path):
	"""configured(conf) starts a mosquitto with these lines."""
	started = []

	def start(conf):
		started.append(ConfiguredMosquitto(tmp_path / f"mosquitto-{len(started)}", conf))
		started[-1].start()
		return started[-1]

	yield start
	for server in started:
		server.kill()


@pytest.fixture
def redis_with(tmp_path):
	started = []

	def start(*options):
		server = ConfiguredRedis(tmp_path / f"redis-{len(started)}", *options)
		server.start()
		started.append(server)
		return redis.Redis.from_url(server.url)

	yield start
	for server in started:
		server.kill()


@pytest.fixture
def opcua():
	started = []

	def start(**options):
		server = OpcUaServer(**options)
		server.add("AR-042.State", "RUNNING")
		server.start()
		started.append(server)
		return server

	yield start
	for server in started:
		server.close()


def mqtt_record(port, **values):
	return {"name": "MES broker", "protocol": "MQTT", "host": "127.0.0.1", "port": port, **values}


def opcua_record(url, **values):
	open_to_all = {"security_policy": "None", "security_mode": "None"}
	return {"name": "Line Controller", "protocol": "OPC UA", "endpoint_url": url, **open_to_all, **values}


def problems(findings):
	return [(one.check, str(one.severity)) for one in findings if one.severity != Severity.OK]


def only(findings, check):
	(finding,) = [one for one in findings if one.check == check and one.severity != Severity.OK]
	return finding


# ------------------------------------------------------------------ the five bad defaults


def test_stock_mosquitto_loses_what_it_queues_and_stores(configured):
	broker = configured(STOCK_CONF)
	findings = examine_mqtt(mqtt_record(broker.port), "plant", {TOPIC}, broker.path)
	assert problems(findings) == [("broker queue", "error"), ("broker persistence", "error")]
	queue = only(findings, "broker queue")
	assert queue.what == "max_queued_messages is not set, so it is 1000"
	assert "9,000 were lost" in queue.consequence
	assert queue.remedy.startswith("max_queued_messages 100000")
	assert only(findings, "broker persistence").remedy.startswith("persistence true")


def test_mosquitto_that_saves_every_half_hour_loses_all_in_a_crash(configured):
	broker = configured("persistence true\nmax_queued_messages 0\n")
	findings = examine_mqtt(mqtt_record(broker.port), "plant", {TOPIC}, broker.path)
	assert problems(findings) == [("broker autosave", "error")]
	autosave = only(findings, "broker autosave")
	assert "1800" in autosave.what
	assert "10,000 of 10,000" in autosave.consequence
	assert "autosave_on_changes true" in autosave.remedy


def test_redis_without_appendonly_loses_all_in_a_crash(redis_with):
	findings = list(examine_redis(redis_with("--appendonly", "no")))
	assert problems(findings) == [("Redis appendonly", "error")]
	finding = only(findings, "Redis appendonly")
	assert finding.what == "appendonly is no"
	assert finding.remedy.startswith("appendonly yes")


def test_a_queue_of_one_value_is_found_in_the_connection(opcua):
	findings = examine_opcua(opcua_record(opcua().url, queue_size=1), "plant", {"ns=2;s=AR-042.State"})
	finding = only(findings, "queue size")
	assert (finding.severity, finding.remedy) == ("error", "queue_size = 1000")
	assert "194 of 317" in finding.consequence


def test_a_queue_of_one_value_is_found_on_the_server(opcua):
	server = opcua()
	server._server.iserver.max_monitored_item_queue_size = 1
	findings = examine_opcua(opcua_record(server.url), "plant", {"ns=2;s=AR-042.State"})
	finding = only(findings, "granted queue")
	assert finding.severity == "error"
	assert "cuts the queue of a node to 1, 1000 were asked for" in finding.what


def test_a_session_that_expires_at_once_is_found(configured):
	broker = configured(GOOD_CONF)
	findings = examine_mqtt(mqtt_record(broker.port, session_expiry_seconds=0), "plant", {TOPIC}, broker.path)
	assert problems(findings) == [("session expiry", "error"), ("session kept", "error")]
	for check in ("session expiry", "session kept"):
		finding = only(findings, check)
		assert "the session dies when the connection does" in finding.consequence
		assert finding.remedy == "session_expiry_seconds = 604800"


# ------------------------------------------------------------------ where all is well


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_good_broker_gives_nothing_to_complain_of(configured, version):
	broker = configured(GOOD_CONF)
	findings = examine_mqtt(mqtt_record(broker.port, mqtt_version=version), "plant", {TOPIC}, broker.path)
	assert problems(findings) == []
	checks = {one.check for one in findings}
	assert {
		"DNS",
		"TCP",
		"login",
		"MQTT version",
		"subscriptions",
		"session kept",
		"broker autosave",
	} <= checks
	broker.stop()
	assert (
		b"-probe-" not in (broker.folder / "mosquitto.db").read_bytes()
	)  # what it tried it has removed again


def test_a_good_redis_gives_nothing_to_complain_of(redis_with):
	assert problems(examine_redis(redis_with())) == []


def test_a_good_server_gives_nothing_to_complain_of_but_open_security(opcua):
	findings = examine_opcua(opcua_record(opcua().url), "plant", {"ns=2;s=AR-042.State"})
	assert problems(findings) == [("security", "warning")]
	assert only(findings, "security").remedy.startswith("security_policy and security_mode")
	checks = {one.check for one in findings}
	assert {"server clock", "server limits", "publishing interval", "granted queue", "nodes"} <= checks


# ------------------------------------------------------------------ MQTT


def test_what_mosquitto_does_not_tell_is_said(broker):
	findings = examine_mqtt(mqtt_record(broker.port), "plant", {TOPIC})
	assert problems(findings) == [("broker queue", "warning")]
	assert "mosquitto version" in only(findings, "broker queue").what


def test_a_name_that_does_not_resolve_is_found():
	findings = examine_mqtt(mqtt_record(1883, host="broker.invalid"), "plant", {TOPIC})
	assert problems(findings) == [("DNS", "error")]


def test_a_closed_port_is_found():
	assert problems(examine_mqtt(mqtt_record(free_port()), "plant", {TOPIC})) == [("TCP", "error")]


def test_a_wrong_password_is_found_and_not_shown(tmp_path):
	(tmp_path / "mosquitto").mkdir()
	passwords = tmp_path / "mosquitto" / "passwords"
	try:
		subprocess.run(["mosquitto_passwd", "-b", "-c", str(passwords), "plant", "right"], check=True)
	except OSError:
		pytest.skip("mosquitto_passwd is not installed")
	server = MosquittoServer(
		tmp_path / "mosquitto", security=f"allow_anonymous false\npassword_file {passwords}"
	)
	server.start()
	try:
		record = mqtt_record(server.port, username="plant", password="not-the-right-one")
		findings = examine_mqtt(record, "plant", {TOPIC})
		right = examine_mqtt({**record, "password": "right"}, "plant", {TOPIC})
	finally:
		server.kill()
	assert problems(findings) == [("login", "error")]
	assert "username and password" in only(findings, "login").remedy
	assert "not-the-right-one" not in "\n".join(report_lines(findings))
	assert not has_errors(right)


def test_a_setting_that_cannot_work_is_found():
	findings = examine_mqtt(mqtt_record(1883, host="mqtt://broker"), "plant", {TOPIC})
	assert problems(findings) == [("settings", "error")]
	assert "without mqtt://" in findings[0].what


def test_a_short_session_is_a_warning(configured):
	broker = configured(GOOD_CONF)
	findings = examine_mqtt(
		mqtt_record(broker.port, session_expiry_seconds=600), "plant", {TOPIC}, broker.path
	)
	assert problems(findings) == [("session expiry", "warning")]


def test_tls_is_looked_at_with_its_certificates(tmp_path):
	authority = Authority(tmp_path / "ca")
	certificate, key = authority.issue("broker")
	security = f"allow_anonymous true\ncertfile {certificate}\nkeyfile {key}"
	server = MosquittoServer(tmp_path / "mosquitto", security=security)
	server.start()
	try:
		record = mqtt_record(server.port, use_tls=True, ca_certificate_path=str(authority.certificate))
		trusted = examine_mqtt(record, "plant", {TOPIC})
		strange = examine_mqtt({**record, "ca_certificate_path": None}, "plant", {TOPIC})
		plain = examine_mqtt({**record, "use_tls": False, "ca_certificate_path": None}, "plant", {TOPIC})
	finally:
		server.kill()
	assert not has_errors(trusted)
	assert "in 29 days" in only(trusted, "broker certificate").what
	assert problems(strange) == [("TLS", "error")]
	assert "ca_certificate_path" in only(strange, "TLS").remedy
	assert problems(plain) == [("login", "error")]
	assert "use_tls" in only(plain, "login").remedy


@pytest.mark.parametrize(
	("host", "severity"), [("broker.example", "warning"), ("10.20.0.7", "warning"), ("127.0.0.1", "ok")]
)
def test_a_connection_without_tls_is_warned_of_unless_it_stays_on_this_machine(host, severity):
	settings = MqttSettings.from_record({"name": "MES broker", "host": host, "use_tls": 0}, "plant")
	(found,) = examine_tls(settings)
	assert (found.check, str(found.severity)) == ("TLS", severity)
	assert severity == "ok" or found.remedy == "use_tls = 1"


# ------------------------------------------------------------------ OPC UA


def test_a_security_that_is_not_offered_is_found(tmp_path, opcua):
	certificate, key = Authority(tmp_path).issue("client")
	record = opcua_record(
		opcua().url,
		security_policy="Basic256Sha256",
		security_mode="Sign",
		client_certificate_path=str(certificate),
		private_key_path=str(key),
	)
	findings = examine_opcua(record, "plant", set())
	assert problems(findings) == [("security", "error")]
	assert "does not offer Basic256Sha256/Sign, but None/None" in only(findings, "security").what


def test_a_secured_server_is_looked_at_with_its_certificates(tmp_path, opcua):
	authority = Authority(tmp_path)
	client_certificate, client_key = authority.issue("client", "urn:plant-itsm:client")
	server = opcua(
		certificate=authority.issue("server", "urn:freeopcua:python:server"),
		policies=(ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,),
	)
	record = opcua_record(
		server.url,
		security_policy="Basic256Sha256",
		security_mode="SignAndEncrypt",
		client_certificate_path=str(client_certificate),
		private_key_path=str(client_key),
	)
	findings = examine_opcua(record, "plant", {"ns=2;s=AR-042.State"})
	assert not has_errors(findings), problems(findings)
	assert "in 29 days" in only(findings, "own certificate").what
	assert only(findings, "trust list").remedy.startswith(
		"ca_certificate_path = the file of this certificate"
	)
	assert "urn:plant-itsm:client" in {one.what for one in findings}


def test_a_user_that_the_server_does_not_know_is_found(opcua):
	server = opcua(users={"plant": "right"})
	anonymous = examine_opcua(opcua_record(server.url), "plant", set())
	assert only(anonymous, "user token").remedy == "username and password = a user of the server"
	record = opcua_record(server.url, username="plant", password="wrong-word")
	wrong = examine_opcua(record, "plant", set())
	assert only(wrong, "login").severity == "error"
	assert "wrong-word" not in "\n".join(report_lines(wrong))
	assert not has_errors(examine_opcua({**record, "password": "right"}, "plant", set()))


def test_a_node_that_is_not_there_is_found(opcua):
	findings = examine_opcua(opcua_record(opcua().url), "plant", {"ns=2;s=Gone", "ns=2;s=AR-042.State"})
	assert "ns=2;s=Gone is refused (BadNodeIdUnknown" in only(findings, "nodes").what


def test_something_else_on_the_port_is_said(broker):
	findings = examine_opcua(opcua_record(f"opc.tcp://127.0.0.1:{broker.port}"), "plant", set())
	assert problems(findings) == [("endpoints", "error")]


@pytest.mark.parametrize(
	("days", "severity"), [(-1, "error"), (29.5, "warning"), (31, "ok")], ids=["expired", "soon", "long"]
)
def test_certificates_are_watched_thirty_days_ahead(tmp_path, days, severity):
	certificate, _ = Authority(tmp_path).issue("client")  # valid for 30 days

	class Moved:
		not_valid_before_utc = datetime.now(timezone.utc) - timedelta(days=90)
		not_valid_after_utc = datetime.now(timezone.utc) + timedelta(days=days)

	assert examine_lifetime("own certificate", Moved, "here").severity == severity
	loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
	assert examine_lifetime("own certificate", loaded, "here").severity == "warning"


@pytest.mark.parametrize(
	("seconds", "severity", "words"),
	[(1.0, "ok", "1.0 s ahead of"), (-60.0, "warning", "60.0 s behind"), (3600.0, "error", "3600.0 s ahead")],
)
def test_clocks_that_differ_are_found(seconds, severity, words):
	finding = clock_finding("server clock", seconds)
	assert (finding.severity, words in finding.what) == (severity, True)


# ------------------------------------------------------------------ Redis


def test_redis_that_evicts_is_found(redis_with):
	client = redis_with("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
	assert problems(examine_redis(client)) == [("Redis memory", "error")]
	assert only(examine_redis(client), "Redis memory").remedy.startswith("maxmemory-policy noeviction")


def test_redis_that_anybody_may_reach_is_found(redis_with):
	everywhere = ("--bind", "0.0.0.0", "--protected-mode", "no")
	assert problems(examine_redis(redis_with(*everywhere))) == [("Redis access", "error")]
	assert "bind 127.0.0.1" in only(examine_redis(redis_with(*everywhere)), "Redis access").remedy


def test_a_forbidden_config_is_said_and_info_is_asked(redis_with):
	durable = list(examine_redis(redis_with("--rename-command", "CONFIG", "")))
	assert problems(durable) == []
	assert any("CONFIG is forbidden" in one.what for one in durable)
	forgetful = examine_redis(redis_with("--rename-command", "CONFIG", "", "--appendonly", "no"))
	assert problems(forgetful) == [("Redis appendonly", "error")]


def test_redis_that_is_away_is_found():
	findings = list(examine_redis(redis.Redis(port=free_port())))
	assert problems(findings) == [("Redis", "error")]


# ------------------------------------------------------------------ a whole site


class SiteUnderTest:
	def __init__(self, path, redis_url):
		self.records = open_store(path, SystemClock())
		load_vocabulary(self.records, PACKAGE / "embedded" / "vocabulary")
		load_vocabulary(self.records)
		load_plant(self.records, plant_folder("seed"))
		self.ports = Ports(self.records, SystemClock(), None, None, redis_url, "plant")
		self.asleep = ""
		self.site = Site("plant-ot", "plant-short", "add workers", lambda: self.asleep)
		self.client = redis.Redis.from_url(redis_url)

	def examine(self, **other):
		return examine(self.ports, self.site, **other)

	def of_site(self):
		return [one for one in self.examine() if not one.subject]


@pytest.fixture
def site(tmp_path, shared_redis, client):
	site = SiteUnderTest(tmp_path / "plant.sqlite", shared_redis.url)
	for row in site.records.find("OT Connection"):
		site.records.update("OT Connection", row["name"], {"enabled": row["name"] == "Cell Broker"})
	yield site
	site.records.close()


def worker(client, queue, name):
	born = SimpleWorker([Queue(queue, connection=client)], name=name, connection=client)
	born.register_birth()
	return born


def test_a_site_where_nothing_works_is_told_so(site):
	site.asleep = "the scheduler is disabled"
	assert problems(site.of_site()) == [
		("workers", "error"),
		("workers", "error"),
		("drain", "error"),
		("scheduler", "error"),
	]


def test_a_site_at_work_gives_nothing_to_complain_of(site, broker):
	site.records.update("OT Connection", "Cell Broker", {"port": broker.port})
	born = [worker(site.client, "plant-ot", f"ot-{n}") for n in range(2)]
	born.append(worker(site.client, "plant-short", "short-1"))
	for job in ("drain", "listen:Cell Broker"):
		assert Lease.acquire(site.client, "plant", job, 60)
	try:
		assert problems(site.examine()) == [("broker queue", "warning")]
		born.pop().register_death()
		assert problems(site.of_site()) == [("workers", "error")]
	finally:
		for one in born:
			one.register_death()


def test_records_that_lack_something_are_found(site):
	records = site.records
	records.update("OT CI", "AR-042", {"status": "Retired"})
	for row in records.find("Line Stop Cost Model", {"production_line": "Assembly Line 3"}):
		records.update("Line Stop Cost Model", row["name"], {"valid_to": row["valid_from"]})
	records.update("Production Line", "Assembly Line 4", {"responsibles": []})
	records.update("Plant ITSM Settings", "Plant ITSM Settings", {"ticket_type": None})
	found = examine(site.ports, None)
	assert "Assembly Line 3: no Line Stop Cost Model is valid today" in only(found, "cost models").what
	assert only(found, "responsibles").what == "Assembly Line 4: nobody"
	lost = [one for one in found if one.check == "rules" and one.severity == "error"]
	assert [(one.subject, one.what) for one in lost] == [
		("Cell Broker", "AR-042 offline: the OT CI is gone or retired")
	]


def test_a_connection_without_rules_is_found(site):
	site.records.update("Signal Rule", "AR-042 offline", {"enabled": False})
	assert only(examine(site.ports, None, "Cell Broker"), "rules").what == "no enabled Signal Rule"


def test_a_disabled_connection_is_looked_at_when_it_is_named(site):
	named = examine(site.ports, None, "Line Controller")
	assert ("TCP", "error") in problems(named)
	everything = [one for one in examine(site.ports, None) if one.subject == "Line Controller"]
	assert [one.what for one in everything] == ["disabled, so it is not looked at"]


def test_the_report_counts_and_names_the_remedies(site):
	lines = list(report_lines(examine(site.ports, None, "Cell Broker")))
	assert lines[0] == "OT Connection Cell Broker"
	assert any(line.strip().startswith("remedy: start the server") for line in lines)
	assert lines[-1].startswith("1 errors, 0 warnings")
