"""The methods behind the buttons of OT Connection and Signal Rule: who may call them, and what they answer."""

import json
import shutil
import socket
import subprocess
import tempfile
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import frappe
import paho.mqtt.client as mqtt

from plant_itsm.api.connections import browse, test_connection
from plant_itsm.api.signals import try_rule
from plant_itsm.domain.recordings import RecordingHeader, end_line, signal_line
from plant_itsm.domain.signals import RawSignal
from plant_itsm.domain.vocabulary import PayloadFormat, Protocol
from plant_itsm.frappe_site.doctor_site import doctor_site
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.doctor.examination import examine
from plant_itsm.tests.site_case import PlantCase

test_connection.__test__ = False

START = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
WRITTEN = (
	"Line Stop",
	"OT Signal Event",
	"Signal State",
	"Outbox Entry",
	"OT Connection State",
	"Alarm Flood",
)
DEADLINE_SECONDS = 20
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


def closed_port():
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


class ApiCase(PlantCase):
	def as_user_with(self, *roles):
		email = f"{self.prefix.lower()}-{frappe.generate_hash(length=6)}@plant.example"
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": "Test",
				"send_welcome_email": 0,
				"user_type": "System User",
			}
		)
		user.append_roles(*roles)
		user.insert(ignore_permissions=True)
		frappe.set_user(email)

	def assert_refused(self, method, *arguments):
		with self.assertRaises(frappe.PermissionError):
			method(*arguments)


class TestConnections(ApiCase):
	def setUp(self):
		super().setUp()
		self.port = closed_port()
		self.records.update(
			"OT Connection",
			self.plant.connection,
			{
				"host": "127.0.0.1",
				"port": self.port,
				"use_tls": False,
				"username": "plant",
				"password": "not to be seen",
			},
		)

	def test_who_may_not_change_a_connection_may_not_use_it(self):
		connection = self.plant.connection
		self.as_user_with("Production Manager")
		self.assert_refused(test_connection, connection)
		self.assert_refused(browse, connection)
		frappe.set_user("Guest")
		self.assert_refused(test_connection, connection)
		self.assert_refused(browse, connection)

	def test_findings_name_the_remedy_and_never_the_password(self):
		connection = self.plant.connection
		self.as_user_with("Plant IT")
		findings = {finding["check"]: finding for finding in test_connection(connection)}
		self.assertEqual(findings["TCP"]["severity"], "error")
		self.assertIn("host and port", findings["TCP"]["remedy"])
		self.assertEqual(findings["rules"]["severity"], "warning")
		self.assertNotIn("not to be seen", json.dumps(findings))

	def test_a_broker_that_is_not_there_is_told_in_words(self):
		connection = self.plant.connection
		self.as_user_with("Plant IT")
		with self.assertRaisesRegex(frappe.ValidationError, f"{connection}: 127.0.0.1:{self.port}"):
			browse(connection)

	def test_topics_of_a_broker_come_with_their_values(self):
		if not MOSQUITTO:
			self.skipTest("mosquitto is not installed")
		topic, connection = f"plant/{self.prefix}/robot", self.plant.connection
		with Broker(self.port) as client:
			client.publish(topic, '{"state": "RUNNING"}', qos=1, retain=True).wait_for_publish(
				DEADLINE_SECONDS
			)
			self.as_user_with("Plant IT")
			found = browse(connection, f"plant/{self.prefix}", 1)
			checks = {one["check"]: one["severity"] for one in test_connection(connection)}
		self.assertTrue(found["is_whole"])
		values = [(item["address"], item["value_path"], item["value"]) for item in found["items"]]
		self.assertEqual(values, [(topic, None, None), (topic, "state", "RUNNING")])
		self.assertEqual(checks["session kept"], "ok")


class TestSite(ApiCase):
	def test_the_doctor_looks_at_the_whole_site(self):
		findings = {
			finding.check: finding for finding in examine(site_ports(), doctor_site()) if not finding.subject
		}
		self.assertIn("Redis appendonly", findings)
		self.assertIn("scheduler", findings)
		self.assertIn("workers", findings)
		self.assertEqual(findings["service level"].severity, "ok")


class TestSignalRules(ApiCase):
	def setUp(self):
		super().setUp()
		line = self.plant.line("Line 3")
		self.plant.cost_model(line)
		robot = self.plant.ci("Robot", production_line=line, line_effect="Stops Line")
		self.rule = self.plant.rule("robot offline", robot, value_path="state", enabled=False)
		frappe.db.commit()

	def recording(self, *states, header=None):
		header = header or RecordingHeader(
			self.plant.connection, Protocol.MQTT, PayloadFormat.JSON, "Europe/Berlin", START
		)
		address = f"plant/{self.prefix}/state"
		lines = [header.line()]
		for number, state in enumerate(states):
			at = START + timedelta(minutes=number)
			lines.append(signal_line(RawSignal(address, f'{{"state": "{state}"}}'.encode(), at)))
		lines.append(end_line(START + timedelta(hours=1)))
		return self.file("".join(lines))

	def file(self, content):
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{frappe.generate_hash(length=8)}.jsonl",
				"is_private": 1,
				"content": content,
			}
		).insert()
		self.addCleanup(self._remove_file, file.name)
		return file.file_url

	def _remove_file(self, name):
		frappe.set_user("Administrator")
		frappe.delete_doc("File", name, force=True)
		frappe.db.commit()

	def test_a_disabled_rule_shows_what_it_would_have_done(self):
		self.as_user_with("Production Manager")
		result = try_rule(self.rule, self.recording("running", "offline", "running"))
		self.assertEqual([one["outcome"] for one in result["decisions"]], ["raised", "cleared"])
		self.assertEqual(result["decisions"][0]["time"], "2026-06-01 10:01:00.000")
		(stop,) = result["stops"]
		self.assertEqual(stop["lines"], [self.named("Line 3")])
		self.assertEqual((stop["cost_per_hour"], stop["cost"]), ("3,800.00 EUR", "63.33 EUR"))
		self.assertEqual(result["counts"]["signals"], 3)

	def test_nothing_is_written_and_nobody_is_told(self):
		def state():
			told = frappe.db.count("Notification Log") + frappe.db.count("HD Ticket")
			return [frappe.db.count(doctype) for doctype in WRITTEN] + [told]

		recording = self.recording("offline")
		before = state()
		try_rule(self.rule, recording)
		self.assertEqual(state(), before)
		self.assertFalse(self.records.get("Signal Rule", self.rule)["enabled"])

	def test_who_may_not_read_rules_may_not_try_them(self):
		recording = self.recording("offline")
		self.as_user_with("Report Manager")
		self.assert_refused(try_rule, self.rule, recording)
		frappe.set_user("Guest")
		self.assert_refused(try_rule, self.rule, recording)

	def test_a_file_of_somebody_else_stays_closed(self):
		recording = self.recording("offline")
		self.as_user_with("Production Manager")
		self.assert_refused(try_rule, self.rule, recording)

	def test_what_is_no_recording_is_refused_in_words(self):
		for content, reason in (("no recording", "line 1 is no JSON"), ("{}\n", "no header of a recording")):
			with self.assertRaisesRegex(frappe.ValidationError, reason):
				try_rule(self.rule, self.file(content))
		with self.assertRaises(frappe.DoesNotExistError):
			try_rule(self.rule, "/private/files/none.jsonl")

	def test_a_recording_of_another_connection_is_tried_all_the_same(self):
		foreign = RecordingHeader("Elsewhere", Protocol.MQTT, PayloadFormat.JSON, "Europe/Berlin", START)
		result = try_rule(self.rule, self.recording("offline", header=foreign))
		self.assertEqual(len(result["stops"]), 1)


class Broker:
	"""A mosquitto on a port, with a client that is connected, for a block."""

	def __init__(self, port):
		self._port = port

	def __enter__(self):
		self._folder = tempfile.TemporaryDirectory()
		conf = Path(self._folder.name) / "mosquitto.conf"
		conf.write_text(f"listener {self._port} 127.0.0.1\nallow_anonymous true\n")
		self._process = subprocess.Popen([MOSQUITTO, "-c", str(conf)], stderr=subprocess.DEVNULL)
		self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
		connected = threading.Event()
		self._client.on_connect = lambda *_: connected.set()
		self._client.reconnect_delay_set(1, 1)  # mosquitto may not be up at the first attempt
		self._client.connect_async("127.0.0.1", self._port)
		self._client.loop_start()
		if not connected.wait(DEADLINE_SECONDS):
			raise TimeoutError("mosquitto did not start")
		return self._client

	def __exit__(self, *_):
		self._client.disconnect()
		self._client.loop_stop()
		self._process.kill()
		self._process.wait(DEADLINE_SECONDS)
		self._folder.cleanup()
