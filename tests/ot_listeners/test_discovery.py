"""Discovery on a real OPC UA server with name plates as DI and Machinery have them, and on a real broker's births."""

from __future__ import annotations

import threading
from datetime import datetime, timezone

import paho.mqtt.client as mqtt
import pytest
from asyncua import ua
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.domain.errors import ConnectionSettingError, InvalidRecordError
from plant_itsm.ot_listeners.discovery import discover
from plant_itsm.ot_listeners.recording_sources import SourceError
from plant_itsm.services.discovery import DOCTYPE, accept, compare, ignore, merge
from plant_itsm.services.plants import PACKAGE, load_vocabulary
from tests.servers import OpcUaServer, free_port
from tests.sparkplug_wire import DOUBLE, INT64, STRING, metric, payload

OPEN = {"protocol": "OPC UA", "security_policy": "None", "security_mode": "None"}
DI, MACHINERY = "http://opcfoundation.org/UA/DI/", "http://opcfoundation.org/UA/Machinery/"


@pytest.fixture
def ports(ports):
	records = ports.records
	load_vocabulary(records, PACKAGE / "embedded" / "vocabulary")
	load_vocabulary(records)
	records.insert("Plant Site", {"site_name": "Demo Plant", "time_zone": "Europe/Berlin", "currency": "EUR"})
	return ports


@pytest.fixture(scope="module")
def server():
	server = OpcUaServer()
	server.start()
	server._loop.run(add_devices(server._server))
	yield server
	server.close()


async def add_devices(server):
	"""A robot with a gripper (Machinery), a PLC (DI), and an object that only looks like a device."""
	di, machinery = [await server.register_namespace(uri) for uri in (DI, MACHINERY)]
	objects = server.nodes.objects
	machines = await objects.add_folder(ua.NodeId("Machines", 2), ua.QualifiedName("Machines", machinery))
	robot = await machines.add_object(ua.NodeId("Robot", 2), "AR-100")
	await add_plate(
		robot,
		di,
		machinery,
		Manufacturer=ua.LocalizedText("KUKA"),
		Model=ua.LocalizedText("KR 210"),
		SerialNumber="K-100",
		SoftwareRevision="8.6",
		ProductInstanceUri="urn:kuka:K-100",
	)
	components = await robot.add_folder(ua.NodeId("Robot.Components", 2), "Components")
	gripper = await components.add_object(ua.NodeId("Gripper", 2), "Gripper")
	await add_plate(
		gripper,
		di,
		machinery,
		Manufacturer=ua.LocalizedText("Schunk"),
		SerialNumber="G-7",
		DeviceClass="Sensor",
	)
	await components.add_reference(robot, ua.ObjectIds.Organizes)  # servers have such circles
	devices = await objects.add_folder(ua.NodeId("DeviceSet", 2), ua.QualifiedName("DeviceSet", di))
	plc = await devices.add_object(ua.NodeId("PLC", 2), "PLC 1")
	plate = {
		"Manufacturer": "Siemens\x00",
		"ProductCode": "6ES7 515-2AM02-0AB0",
		"SerialNumber": "S C-1",
		"SoftwareRevision": "V2.9",
		"HardwareRevision": "3",
	}
	for name, value in plate.items():
		await plc.add_property(ua.NodeId(f"PLC.{name}", 2), ua.QualifiedName(name, di), value)
	cell = await objects.add_object(ua.NodeId("Cell", 2), "Cell")
	await cell.add_property(
		ua.NodeId("Cell.SerialNumber", 2), ua.QualifiedName("SerialNumber", di), "no maker"
	)


async def add_plate(machine, di, machinery, **plate):
	base = machine.nodeid.Identifier
	identification = await machine.add_object(
		ua.NodeId(f"{base}.Identification", 2), ua.QualifiedName("Identification", di)
	)
	for name, value in plate.items():
		await identification.add_property(
			ua.NodeId(f"{base}.{name}", 2), ua.QualifiedName(name, machinery), value
		)


@pytest.fixture
def opcua(ports, server):
	values = {"connection_name": "Cell", "endpoint_url": server.url, "plant_site": "Demo Plant", **OPEN}
	return ports.records.insert("OT Connection", values)["name"]


def proposals(ports):
	return {row["title"]: row for row in ports.records.find(DOCTYPE)}


def test_name_plates_become_proposals_once(ports, opcua):
	assert str(discover(ports, opcua, 1.0)).startswith("Cell: 3 devices found, 3 proposed now")
	found = proposals(ports)
	assert set(found) == {"AR-100", "Gripper", "PLC 1"}
	robot, plc = found["AR-100"], found["PLC 1"]
	assert (robot["manufacturer"], robot["model"], robot["serial_no"]) == ("KUKA", "KR 210", "K-100")
	assert (robot["identity"], robot["source_path"]) == ("urn:kuka:K-100", "ns=2;s=Robot")
	assert (plc["manufacturer"], plc["order_code"], plc["hardware_version"]) == (
		"Siemens",
		"6ES7 515-2AM02-0AB0",
		"3",
	)
	assert (plc["firmware_version"], plc["serial_no"], plc["plant_site"]) == ("V2.9", "S C-1", "Demo Plant")
	assert found["Gripper"]["ci_class"] == "Sensor"
	assert found["Gripper"]["parent_key"] == robot["proposal_key"]
	again = discover(ports, opcua, 1.0)
	assert (again.new, again.waiting, again.decided) == (0, 3, 0)
	assert len(proposals(ports)) == 3


def test_accepted_merged_and_ignored_devices_are_not_proposed_again(ports, opcua):
	discover(ports, opcua, 1.0)
	records, found = ports.records, proposals(ports)
	with pytest.raises(InvalidRecordError, match="ci_class"):
		accept(records, found["AR-100"]["name"])
	records.update(DOCTYPE, found["AR-100"]["name"], {"ci_class": "Robot"})
	robot = accept(records, found["AR-100"]["name"])
	gripper = accept(records, found["Gripper"]["name"])
	assert records.get("OT CI", gripper)["parent_ci"] == robot == "AR-100"
	assert records.get("OT CI", robot)["serial_no"] == "K-100"
	values = {
		"ci_name": "Cell PLC",
		"ci_class": "PLC",
		"plant_site": "Demo Plant",
		"firmware_version": "V2.8",
	}
	records.insert("OT CI", values)
	filled, _conflicts = compare(records, found["PLC 1"]["name"], "Cell PLC")
	assert filled["serial_no"] == "S C-1"
	(conflict,) = merge(records, found["PLC 1"]["name"], "Cell PLC")
	assert str(conflict) == "firmware_version: 'V2.8', the device says 'V2.9'"
	merged = records.get("OT CI", "Cell PLC")
	assert (merged["firmware_version"], merged["serial_no"]) == ("V2.8", "S C-1")
	again = discover(ports, opcua, 1.0)
	assert (again.new, again.waiting, again.decided) == (0, 0, 3)
	with pytest.raises(InvalidRecordError, match="was merged as Cell PLC by"):
		ignore(records, found["PLC 1"]["name"])


def test_a_ci_that_is_there_already_is_suggested(ports, opcua):
	same = {"ci_name": "R1", "ci_class": "Robot", "plant_site": "Demo Plant", "manufacturer": "KUKA"}
	ports.records.insert("OT CI", {**same, "serial_no": "K-100"})
	discover(ports, opcua, 1.0)
	assert proposals(ports)["AR-100"]["suggested_ci"] == "R1"
	ignore(ports.records, proposals(ports)["AR-100"]["name"])
	assert discover(ports, opcua, 1.0).decided == 1


def test_what_changes_on_a_device_changes_in_its_proposal(ports, opcua, server):
	discover(ports, opcua, 1.0)
	node = server._server.get_node(ua.NodeId("PLC.SoftwareRevision", 2))
	server._loop.run(node.write_value("V3.0"))
	try:
		discover(ports, opcua, 1.0)
	finally:
		server._loop.run(node.write_value("V2.9"))
	assert proposals(ports)["PLC 1"]["firmware_version"] == "V3.0"


def test_a_server_that_is_not_there_is_said(ports):
	url = f"opc.tcp://127.0.0.1:{free_port()}"
	values = {"connection_name": "Gone", "endpoint_url": url, **OPEN}
	ports.records.insert("OT Connection", values)
	with pytest.raises(SourceError, match="Gone"):
		discover(ports, "Gone", 1.0)


def test_births_become_proposals(ports, broker):
	values = {"protocol": "MQTT", "host": "127.0.0.1", "port": broker.port, "use_tls": False}
	name = ports.records.insert(
		"OT Connection", {"connection_name": "Cells", "payload_format": "Sparkplug B", **values}
	)["name"]
	published = threading.Event()
	publisher = threading.Thread(target=publish_births, args=(broker.port, published))
	publisher.start()
	try:
		found = discover(ports, name, 2.0)
	finally:
		published.set()
		publisher.join()
	assert found.new == 2
	node, device = proposals(ports)["Edge 3"], proposals(ports)["AR-042"]
	assert (node["manufacturer"], node["model"]) == ("Advantech", "UNO-2484G")
	assert (device["serial_no"], device["parent_key"]) == ("K-42", node["proposal_key"])
	assert discover(ports, name, 0.5).new == 0


def publish_births(port, done):
	"""Until told to stop: a birth is heard only by who listens already."""
	now = datetime.now(timezone.utc)
	client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="edge")
	client.connect("127.0.0.1", port)
	client.loop_start()
	node = [
		metric("bdSeq", 1, INT64),
		metric("Properties/Hardware Make", "Advantech", STRING),
		metric("Properties/Hardware Model", "UNO-2484G", STRING),
	]
	device = [metric("Properties/Serial Number", "K-42", STRING), metric("Speed", 1.5, DOUBLE)]
	while not done.wait(0.2):
		client.publish("spBv1.0/Final Assembly/NBIRTH/Edge 3", payload(*node, seq=0, time=now))
		client.publish("spBv1.0/Final Assembly/DBIRTH/Edge 3/AR-042", payload(*device, seq=1, time=now))
		client.publish("spBv1.0/Final Assembly/NBIRTH/Edge 4", b"\xff")
	client.disconnect()
	client.loop_stop()


def test_other_messages_say_nothing_of_devices(ports):
	values = {"connection_name": "MES", "protocol": "MQTT", "host": "mes.example", "payload_format": "JSON"}
	ports.records.insert("OT Connection", values)
	with pytest.raises(ConnectionSettingError, match="OPC UA or Sparkplug B"):
		discover(ports, "MES", 1.0)
