"""A listener, the doctor, browsing and the remote diagnosis connect to no host that the site's networks leave out."""

import asyncio
import socket

import pytest

from plant_itsm.domain.ot_networks import EVERYWHERE, ot_networks
from plant_itsm.ot_listeners.doctor.mqtt import examine_mqtt
from plant_itsm.ot_listeners.doctor.opcua import examine_opcua
from plant_itsm.ot_listeners.mqtt_link import LinkRefusedError, MqttLink
from plant_itsm.ot_listeners.mqtt_probe import MqttProbe, ProbeLostError
from plant_itsm.ot_listeners.opcua_client import connected_client
from plant_itsm.ot_listeners.opcua_refusals import ServerRefusedError
from plant_itsm.ot_listeners.reach import ReachRefusedError, check_reach
from plant_itsm.ot_listeners.remote_diagnosis import findings_of
from plant_itsm.ot_listeners.settings import MqttSettings, OpcUaSettings
from plant_itsm.services.diagnosis import Host, Plan
from tests.security.sources import modules

PLANT = ot_networks("10.20.0.0/16")


@pytest.fixture
def door():
	"""A port that takes connections. knocked: whether somebody has."""
	with socket.create_server(("127.0.0.1", 0)) as listening:
		listening.settimeout(0)
		yield listening


def knocked(door):
	try:
		door.accept()[0].close()
	except BlockingIOError:
		return False
	return True


def mqtt(host, port, networks=PLANT):
	return MqttSettings.from_record({"name": "MES", "host": host, "port": port}, "plant", networks=networks)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433"])
def test_a_listener_and_a_look_at_a_broker_do_not_knock(door, host):
	settings = mqtt(host, door.getsockname()[1])
	link = MqttLink(settings, *[lambda *_: None] * 3)
	with pytest.raises(LinkRefusedError, match="in none of the networks"):
		link.open()
	with pytest.raises(ProbeLostError, match="in none of the networks"):
		MqttProbe(settings, "probe").open()
	assert not knocked(door)


def test_an_opc_ua_client_does_not_knock(door):
	url = f"opc.tcp://localhost:{door.getsockname()[1]}"
	record = {"name": "PLC", "endpoint_url": url, "security_policy": "None", "security_mode": "None"}
	settings = OpcUaSettings.from_record(record, "plant", networks=PLANT)
	with pytest.raises(ServerRefusedError, match="in none of the networks"):
		asyncio.run(connected_client(settings))
	findings = examine_opcua(record, "plant", (), networks=PLANT)
	assert [one.check for one in findings if str(one.severity) == "error"] == ["OT networks"]
	assert not knocked(door)


def test_the_doctor_says_why_and_does_not_knock(door):
	record = {"name": "MES", "protocol": "MQTT", "host": "localhost", "port": door.getsockname()[1]}
	findings = examine_mqtt(record, "plant", (), networks=PLANT)
	(told,) = [one for one in findings if str(one.severity) == "error"]
	assert told.check == "OT networks"
	assert "127.0.0.1 is in none of the networks" in told.what or "::1 is in none" in told.what
	assert not knocked(door)


def test_the_remote_diagnosis_knocks_at_no_machine_outside(door):
	hosts = (Host("AR-042", "127.0.0.1", (door.getsockname()[1],)),)
	(told,) = findings_of(None, Plan(hosts, {}, (), 1.0, True, PLANT))
	assert told.startswith("AR-042 (127.0.0.1): not looked at: 127.0.0.1 is in none")
	assert not knocked(door)


@pytest.mark.parametrize("host", ["169.254.169.254", "2852039166", "0xA9FEA9FE", "0"])
def test_a_metadata_address_is_found_in_each_of_its_spellings(host):
	with pytest.raises(ReachRefusedError, match="where no machine of a plant is"):
		check_reach(EVERYWHERE, host, 80)


def test_every_connection_is_made_with_the_networks_of_its_site():
	users = {
		name for name, source in modules() if ".from_record(" in source and "Settings.from_record" in source
	}
	assert users == {
		"ot_listeners/connection_settings.py",
		"ot_listeners/doctor/mqtt.py",
		"ot_listeners/doctor/opcua.py",
	}
