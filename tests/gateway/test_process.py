"""The command `plant-itsm gateway` with a real broker: what it has heard survives its being killed, once each."""

import os
import subprocess
import sys
from datetime import datetime, timezone

import paho.mqtt.client as paho
import pytest

from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.services.plants import load_plant, plant_folder
from tests.faults.waiting import wait_until
from tests.gateway.conftest import BROKER
from tests.gateway.http_site import KEY, judge
from tests.services.conftest import AR_042

READY_SECONDS = 40.0


@pytest.fixture
def folder(tmp_path, broker):
	"""The gateway's own folder, with the connection to the broker."""
	site = EmbeddedSite.create(tmp_path / "dmz")
	load_plant(site.records, plant_folder("seed"))
	here = {"host": "127.0.0.1", "port": broker.port, "use_tls": False, "username": None, "password": None}
	site.records.update("OT Connection", BROKER, {**here, "client_id": "dmz-1"})
	site.records.close()
	return site.folder


@pytest.fixture
def machine(broker):
	client = paho.Client(paho.CallbackAPIVersion.VERSION2)
	client.connect("127.0.0.1", broker.port)
	client.loop_start()
	yield client
	client.loop_stop()


def _start(folder, site, key_file):
	command = [
		"gateway",
		"--site",
		str(folder),
		"--url",
		site.url,
		"--key-file",
		str(key_file),
		"--connection",
		BROKER,
	]
	environment = {**os.environ, "PLANT_ITSM_LOGS": "json"}
	return subprocess.Popen(
		[sys.executable, "-m", "plant_itsm", *command], env=environment, stderr=subprocess.DEVNULL
	)


def _send(machine, *states):
	"""With the source's time, by which a signal is known again: a broker repeats what a killed gateway had on the disk
	and could not acknowledge any more."""
	for state in states:
		payload = f'{{"state": "{state}", "ts": "{datetime.now(timezone.utc).isoformat()}"}}'
		machine.publish(AR_042, payload, qos=1).wait_for_publish(10)


def test_what_a_killed_gateway_has_heard_has_its_effect_once(plant, site, folder, machine, client, tmp_path):
	key_file = tmp_path / "key"
	key_file.write_text(KEY)
	key_file.chmod(0o600)
	drain = plant.drain()

	def events():
		judge(plant.ports, drain, client)
		return plant.counts()["events"]

	gateway = _start(folder, site, key_file)
	try:
		wait_until(
			"the gateway to be connected",
			lambda: client.hget("plant_itsm:test:health:Cell Broker", "state") == b"connected",
			READY_SECONDS,
		)
		_send(machine, "OFFLINE", "RUNNING")
		wait_until("two signals", lambda: events() == 2, READY_SECONDS)
		site.stop()
		_send(machine, "OFFLINE", "RUNNING")  # while the site is away
		gateway.kill()
		gateway.wait()
		_send(machine, "OFFLINE")  # while nobody listens; the broker keeps it
		site.start()
		gateway = _start(folder, site, key_file)
		wait_until("all signals", lambda: events() >= 5, READY_SECONDS)
		gateway.terminate()
		assert gateway.wait(READY_SECONDS) == 0
	finally:
		gateway.kill()
		gateway.wait()
	assert events() == 5
	counts = plant.counts()
	assert counts["received"] == counts["events"] + counts["suppressed"]
	assert counts["dead_lettered"] == 0
	assert plant.records.count("OT Signal Event", {"address": AR_042}) == 5
