"""Browsing: a real OPC UA server's tree and a real broker's topics."""

from __future__ import annotations

import json
import threading

import paho.mqtt.client as mqtt
import pytest
from asyncua import ua
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.domain.errors import RuleError
from plant_itsm.ot_listeners.browsing import BrowseLimits, browse
from plant_itsm.ot_listeners.recording_sources import SourceError
from tests.ot_listeners.opcua_servers import AlarmServer
from tests.servers import OpcUaServer, free_port


@pytest.fixture(scope="module")
def server():
	"""Nobody changes its tree."""
	server = OpcUaServer()
	server.start()
	add_tree(server)
	yield server
	server.close()


@pytest.fixture
def publish(broker):
	client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="machine")
	client.connect("127.0.0.1", broker.port)
	client.loop_start()

	def send(topic, payload, retain=True):
		client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

	yield send
	client.disconnect()
	client.loop_stop()


def mqtt_record(port, **values):
	return {
		"name": "MES broker",
		"protocol": "MQTT",
		"host": "127.0.0.1",
		"port": port,
		"payload_format": "JSON",
		"timestamp_path": None,
		**values,
	}


def opcua_record(url):
	return {
		"name": "Line Controller",
		"protocol": "OPC UA",
		"endpoint_url": url,
		"security_policy": "None",
		"security_mode": "None",
	}


def add_tree(server):
	"""Line3 / Robot / State and Speed, and a list beside them."""

	async def add():
		objects = server._server.nodes.objects
		line = await objects.add_object(ua.NodeId("Line3", 2), "Line3")
		robot = await line.add_object(ua.NodeId("Line3.Robot", 2), "Robot")
		await robot.add_variable(ua.NodeId("Line3.Robot.State", 2), "State", "RUNNING")
		await robot.add_variable(ua.NodeId("Line3.Robot.Speed", 2), "Speed", 1.5)
		bad = await line.add_variable(ua.NodeId("Line3.Torques", 2), "Torques", [1, 2])
		await bad.write_value(
			ua.DataValue(
				ua.Variant([1, 2]), StatusCode=ua.StatusCode(ua.StatusCodes.UncertainLastUsableValue)
			)
		)

	server._loop.run(add())


def test_the_tree_of_a_server_has_types_and_values(ports, server):
	found = browse(ports, opcua_record(server.url), None, BrowseLimits(depth=4))
	by_address = {item.address: item for item in found.items}
	state = by_address["ns=2;s=Line3.Robot.State"]
	assert (state.name, state.depth, state.kind, state.value) == ("State", 2, "String", "RUNNING")
	assert by_address["ns=2;s=Line3.Robot.Speed"].value == "1.5"
	torques = by_address["ns=2;s=Line3.Torques"]
	assert (torques.kind, torques.value) == ("Int64, uncertain", "[1, 2]")
	names = [item.name for item in found.items]
	assert names.index("Line3") < names.index("Robot") < names.index("State") < names.index("Torques")
	assert by_address["i=2253"].depth == 0
	assert "ServerStatus" not in names  # the Server object is left closed


def test_a_part_of_the_tree_is_shown_when_it_is_named(ports, server):
	found = browse(ports, opcua_record(server.url), "ns=2;s=Line3.Robot", BrowseLimits())
	assert ([item.name for item in found.items], found.is_whole) == (["State", "Speed"], True)
	status = browse(ports, opcua_record(server.url), "i=2253", BrowseLimits(depth=1))
	assert "ServerStatus" in [item.name for item in status.items]


def test_depth_and_number_of_nodes_are_bounded(ports, server):
	shallow = browse(ports, opcua_record(server.url), "ns=2;s=Line3", BrowseLimits(depth=1))
	assert [item.name for item in shallow.items] == ["Robot", "Torques"]
	assert not shallow.is_whole
	few = browse(ports, opcua_record(server.url), "ns=2;s=Line3", BrowseLimits(items=2))
	assert (len(few.items), few.is_whole) == (2, False)
	assert list(few.lines())[-1].startswith("There is more")


@pytest.mark.parametrize("under", ["nonsense", "ns=2;s=Gone"])
def test_a_node_that_is_not_there_is_said(ports, server, under):
	with pytest.raises(SourceError, match=f"Line Controller: {server.url}"):
		browse(ports, opcua_record(server.url), under, BrowseLimits())


def test_topics_come_with_their_last_values_and_paths(ports, broker, publish):
	publish("plant/a", json.dumps({"state": "RUNNING", "axes": [{"torque": 1}], "dotted.key": 1}))
	publish("plant/b", b"\xff")
	publish("other/c", b"1")
	limits = BrowseLimits(seconds=1.0)
	found = browse(ports, mqtt_record(broker.port), "plant", limits)
	assert [(item.address, item.value_path, item.value) for item in found.items[:3]] == [
		("plant/a", None, None),
		("plant/a", "state", "RUNNING"),
		("plant/a", "axes[0].torque", "1"),
	]
	unreadable = found.items[3]
	assert (unreadable.address, unreadable.kind) == ("plant/b", "unreadable")
	assert "not UTF-8" in unreadable.value
	everything = browse(ports, mqtt_record(broker.port), None, limits)
	assert {item.address for item in everything.items} == {"plant/a", "plant/b", "other/c"}


def test_the_number_of_topics_is_bounded(ports, broker, publish):
	for number in range(5):
		publish(f"plant/{number}", b"1")
	found = browse(ports, mqtt_record(broker.port), None, BrowseLimits(items=3, seconds=1.0))
	assert (len(found.items), found.is_whole) == (3, False)


def test_the_last_value_of_a_topic_stays(ports, broker, publish):
	publish("plant/a", b'"first"')
	stop = threading.Event()

	def go_on():
		number = 0
		while not stop.wait(0.05):
			number += 1
			publish("plant/a", b'"later %d"' % number)

	machine = threading.Thread(target=go_on)
	machine.start()
	try:
		(item,) = browse(ports, mqtt_record(broker.port), "plant/a", BrowseLimits(seconds=1.0)).items
	finally:
		stop.set()
		machine.join()
	assert item.value.startswith("later")


def test_a_filter_that_mqtt_does_not_know_is_refused(ports, broker):
	with pytest.raises(RuleError, match="must fill a whole level"):
		browse(ports, mqtt_record(broker.port), "plant/+x", BrowseLimits())


def test_a_broker_that_is_not_there_is_said(ports):
	with pytest.raises(SourceError, match="plant-itsm doctor"):
		browse(ports, mqtt_record(free_port()), None, BrowseLimits())


@pytest.fixture(scope="module")
def shared_alarm_server():
	server = AlarmServer()
	server.start()
	yield server
	server.close()


@pytest.fixture
def alarm_server(shared_alarm_server):
	shared_alarm_server.forget()
	return shared_alarm_server


def test_a_notifier_shows_its_alarms_in_the_tree(ports, alarm_server):
	found = browse(ports, opcua_record(alarm_server.url), None, BrowseLimits(depth=1))
	places = [item.address for item in found.items]
	assert places.index("alarms(i=2253)") == places.index("i=2253") + 1
	(item,) = [one for one in found.items if one.kind == "alarms"]
	assert (item.name, item.depth, item.value) == ("alarms", 1, None)


def test_alarms_are_listed_by_source_and_condition_with_the_addresses_of_rules(ports, alarm_server):
	collision = alarm_server.tell("Robot AR-042", "Collision", active=True, severity=900)
	alarm_server.tell("Robot AR-042", "Door", active=False, acked=False, severity=200, retain=True)
	alarm_server.tell("a/b", "Level", active=True, severity=10)
	found = browse(ports, opcua_record(alarm_server.url), "alarms(i=2253)", BrowseLimits())
	assert [(item.address, item.depth, item.kind, item.value) for item in found.items] == [
		("alarms(i=2253)", 0, "all alarms", None),
		("alarms(i=2253)/Robot AR-042", 1, "alarm source", None),
		("alarms(i=2253)/Robot AR-042/Collision", 2, "alarm condition", "active, severity 900"),
		("alarms(i=2253)/Robot AR-042/Door", 2, "alarm condition", "not active"),
		("alarms(i=2253)/a%2Fb", 1, "alarm source", None),
		("alarms(i=2253)/a%2Fb/Level", 2, "alarm condition", "active, severity 10"),
	]
	assert collision.startswith("alarms(i=2253)/Robot AR-042/Collision/")
	few = browse(ports, opcua_record(alarm_server.url), "alarms(i=2253)", BrowseLimits(items=2))
	assert (len(few.items), few.is_whole) == (2, False)


def test_what_tells_no_events_is_said(ports, server):
	with pytest.raises(SourceError, match=r"alarms\(ns=2;s=Line3\)"):
		browse(ports, opcua_record(server.url), "alarms(ns=2;s=Line3)", BrowseLimits(seconds=0.5))
