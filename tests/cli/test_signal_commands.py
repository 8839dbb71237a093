"""record, replay, doctor, browse and dead-letters from the command line."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from click.testing import CliRunner
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.cli import main
from plant_itsm.domain.signals import RawSignal
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.ot_listeners.intake import SignalStreams
from plant_itsm.ot_listeners.jobs import drain
from plant_itsm.services.plants import load_plant, plant_folder

RECORDINGS = Path("fixtures/recordings")


def run(*arguments):
	return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def site(tmp_path, broker, shared_redis):
	"""A site whose cell broker is a real one."""
	site = EmbeddedSite.create(tmp_path / "site")
	load_plant(site.records, plant_folder("seed"))
	site.records.update("OT Connection", "Cell Broker", {"port": broker.port})
	site.note_redis(shared_redis.url)
	yield site
	site.records.close()


@pytest.fixture
def robot(broker):
	client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="AR-042")
	client.connect("127.0.0.1", broker.port)
	client.loop_start()
	topic = "demo-plant/final-assembly/assembly-line-3/AR-042/status"
	yield lambda payload: client.publish(topic, payload, qos=1, retain=True).wait_for_publish(5)
	client.disconnect()
	client.loop_stop()


@pytest.mark.parametrize(
	("name", "stops", "dead_letters"),
	[("ar-042-offline-and-back", 1, 0), ("ar-042-flapping", 1, 0), ("ar-042-malformed", 1, 6)],
)
def test_the_demo_recordings_open_one_incident_each(name, stops, dead_letters):
	result = run("replay", RECORDINGS / f"{name}.jsonl", "--plant", "seed", "--json")
	assert result.exit_code == 0, result.output
	replay = json.loads(result.stdout)
	assert len(replay["stops"]) == stops
	assert replay["counts"]["dead_letters"] == dead_letters
	counts = replay["counts"]
	kinds = ("events", "suppressed", "dead_letters", "waiting")
	assert counts["judged"] == sum(counts[kind] for kind in kinds)
	assert replay["stops"][0]["cost_per_hour"] == {"amount": "3800.00", "currency": "EUR"}


def test_a_replay_as_text_can_be_cut_to_what_changed():
	whole = run("replay", RECORDINGS / "ar-042-offline-and-back.jsonl").stdout
	changes = run("replay", RECORDINGS / "ar-042-offline-and-back.jsonl", "--changes").stdout
	assert "unchanged" in whole
	assert "unchanged" not in changes
	assert "LINE STOP — Assembly Line 3 (P1 ticket)" in changes
	assert "lasted 20 s, 21.11 EUR" in changes


@pytest.mark.parametrize(
	("arguments", "reason"),
	[
		(("nowhere.jsonl",), "nowhere.jsonl: No such file or directory"),
		(("README.md",), "README.md, line 1 is no JSON"),
		((RECORDINGS / "ar-042-flapping.jsonl", "--rule", "no such"), "has no Signal Rule 'no such'"),
		((RECORDINGS / "ar-042-flapping.jsonl", "--connection", "X"), "Cell Broker, Line Controller"),
	],
)
def test_a_replay_that_cannot_be_is_refused_with_the_way_out(arguments, reason):
	result = run("replay", *arguments)
	assert result.exit_code == 2
	assert reason in result.stderr


def test_what_is_recorded_can_be_replayed(site, robot, tmp_path):
	robot(b'{"state": "OFFLINE"}')
	out = tmp_path / "new.jsonl"
	recorded = run("record", "Cell Broker", "--site", site.folder, "--out", out, "--signals", 1)
	assert recorded.exit_code == 0, recorded.output
	assert recorded.stdout == f"{out}: 1 signals\n"
	assert "1 incident would have been opened" in run("replay", out).stdout
	again = run("record", "Cell Broker", "--site", site.folder, "--out", out, "--signals", 1)
	assert again.exit_code == 2
	assert "File exists" in again.stderr


def test_a_recording_that_cannot_begin_leaves_no_file(site, broker, tmp_path):
	broker.kill()
	out = tmp_path / "new.jsonl"
	result = run("record", "Cell Broker", "--site", site.folder, "--out", out)
	assert (result.exit_code, out.exists()) == (2, False)
	unknown = run("record", "Other", "--site", site.folder, "--out", out)
	assert "OT Connection 'Other' does not exist. There is: Cell Broker, Line Controller." in unknown.stderr


def test_doctor_ends_with_1_when_there_is_an_error(site, broker):
	fine = run("doctor", "Cell Broker", "--plant", "seed")
	assert fine.exit_code == 1  # nothing listens at the address of the seed's own broker
	assert "remedy: start the server" in fine.stdout
	looked = run("doctor", "Cell Broker", "--site", site.folder, "--json")
	findings = {one["check"]: one for one in json.loads(looked.stdout)}
	assert findings["session kept"]["severity"] == "ok"
	assert findings["listener"]["severity"] == "error"  # the site is not running
	assert looked.exit_code == 1


def test_doctor_ends_with_0_when_there_is_none(site, broker, tmp_path):
	site.records.update("OT Connection", "Cell Broker", {"enabled": False})
	result = run("doctor", "Cell Broker", "--site", site.folder)
	assert result.exit_code == 0, result.output
	assert "0 errors" in result.stdout


def test_browse_shows_the_last_values(site, robot):
	robot(b'{"state": "RUNNING"}')
	result = run("browse", "Cell Broker", "--site", site.folder, "--seconds", 1)
	assert result.exit_code == 0, result.output
	assert "demo-plant/final-assembly/assembly-line-3/AR-042/status" in result.stdout
	assert "  state [text] = RUNNING" in result.stdout


def drain_once(site, url, received):
	"""Let the drain judge what waits, until it has received so many signals in all."""
	ports, deadline = site.ports(url), time.monotonic() + 20

	def is_wanted():
		row = site.records.get("OT Connection State", "Cell Broker")
		assert time.monotonic() < deadline, f"{received} signals within 20 s"
		return row is None or row["received"] < received

	drain(ports, is_wanted)


def test_a_dead_letter_is_listed_replayed_and_not_replayed_again(site, client, shared_redis):
	streams = SignalStreams(client, site.namespace)
	at = datetime.now(timezone.utc) - timedelta(minutes=5)
	streams.append("Cell Broker", RawSignal("demo-plant/new", b'{"state": "OFFLINE"}', at))
	drain_once(site, shared_redis.url, 1)
	(letter,) = site.records.find("Signal Dead Letter")
	listed = run("dead-letters", "--site", site.folder)
	assert "Cell Broker  demo-plant/new: no enabled Signal Rule" in listed.stdout
	site.records.update("Signal Rule", "AR-042 offline", {"address": "demo-plant/new"})
	replay = ("dead-letters", "--connection", "Cell Broker", "--replay", "--site", site.folder)
	assert run(*replay).stdout == f"queued: {letter['name']}\n"
	waiting = run("dead-letters", letter["name"], "--replay", "--site", site.folder)
	assert "waits for the drain since" in waiting.stdout
	drain_once(site, shared_redis.url, 2)
	(stop,) = site.records.find("Line Stop")
	assert stop["onset"] == at
	assert "[Took Effect]" in run("dead-letters", letter["name"], "--site", site.folder).stdout
	assert run(*replay).stdout == "no dead letters\n"


def test_a_replay_that_redis_has_lost_can_be_asked_for_again(site, client, shared_redis):
	streams = SignalStreams(client, site.namespace)
	streams.append("Cell Broker", RawSignal("demo-plant/new", b"1", datetime.now(timezone.utc)))
	drain_once(site, shared_redis.url, 1)
	(letter,) = site.records.find("Signal Dead Letter")
	replay = ("dead-letters", letter["name"], "--replay", "--site", site.folder)
	run(*replay)
	client.flushall()
	assert run(*replay).stdout == f"queued: {letter['name']}\n"


def test_a_dead_letter_that_is_not_there_is_named(site):
	result = run("dead-letters", "gone", "--replay", "--site", site.folder)
	assert (result.exit_code, "no Signal Dead Letter gone" in result.stderr) == (2, True)
	other = run("dead-letters", "--connection", "Other", "--site", site.folder)
	assert "OT Connection 'Other' does not exist" in other.stderr
