"""Remote diagnosis against a real port and a real OPC UA server; what cannot be reached is said, not raised."""

import socket
from dataclasses import dataclass, field

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.ot_listeners.jobs import JOBS
from plant_itsm.ot_listeners.reachability import knock, ping
from plant_itsm.ports import Ports
from plant_itsm.services.diagnosis import ports_in
from plant_itsm.tests.contract_plant import NOON, SmallPlant
from tests.servers import OpcUaServer, free_port


@dataclass
class Nobody:
	jobs: list = field(default_factory=list)

	def enqueue(self, job, *, queue, timeout_seconds, **arguments):
		self.jobs.append(job)

	def notify(self, notice):
		return ()


@pytest.fixture
def ports(tmp_path):
	records = open_store(tmp_path / "plant.db", SystemClock())
	nobody = Nobody()
	yield Ports(records, SystemClock(), nobody, nobody, "unix:///nowhere", "test", tmp_path / "secrets")
	records.close()


@pytest.fixture
def server():
	server = OpcUaServer()
	server.start()
	yield server
	server.stop()


@pytest.fixture
def listening():
	with socket.create_server(("127.0.0.1", 0)) as listener:
		yield listener.getsockname()[1]


def stop_of(plant, ci):
	steps = [
		{"step_name": "Remote diagnosis", "step_kind": "Remote Diagnosis"},
		{"step_name": "Dispatch", "step_kind": "Dispatch"},
	]
	return plant.stop("Stop", root_ci=ci, steps=steps)


def diagnosed(ports, stop):
	JOBS["diagnose"](ports, line_stop=stop)
	(step, other) = ports.records.get("Line Stop", stop)["steps"]
	assert other["done_at"] is None
	assert step["done_by"] is None
	assert step["done_at"] is not None
	return step["result"].split("\n")


def test_what_answers_what_is_read_and_what_was_known_is_attached_to_the_step(ports, server, listening):
	plant = SmallPlant(ports.records, "D")
	closed = free_port()
	robot = plant.ci("AR", diagnosis_ports=f"{listening}, {closed}", program_version="V4.2")
	plc = plant.ci("PLC", parent_ci=robot)
	plant.segment("VLAN", [{"ci": robot, "ip_address": "127.0.0.1"}, {"ci": plc, "ip_address": "127.0.0.2"}])
	connection = ports.records.insert(
		"OT Connection",
		{
			"connection_name": "Line Controller",
			"protocol": "OPC UA",
			"endpoint_url": server.url,
			"security_policy": "None",
			"security_mode": "None",
		},
	)["name"]
	node = server.add("PackML.State", 9)
	rule = plant.rule("Aborted", plc, connection=connection, address=node, condition="=", condition_value="9")
	ports.records.insert(
		"Signal State",
		{
			"state_key": "key",
			"signal_rule": rule,
			"address": node,
			"ci": plc,
			"event_kind": "Line Stop",
			"phase": "Active",
			"value": "9",
			"quality": "Good",
			"since": NOON,
			"last_source_time": NOON,
		},
	)
	stop = stop_of(plant, robot)
	reached, unknocked, read, program, known = diagnosed(ports, stop)
	assert reached.startswith(f"D AR (127.0.0.1): port {listening} answers in ")
	assert reached.endswith(f"; port {closed} is closed, but the device answers")
	assert unknocked == "D PLC (127.0.0.2): not looked at: no diagnosis ports on the OT CI or its CI Class"
	assert read == f"D PLC: {node} = 9 (good, read now)"
	assert program == "D AR: program V4.2"
	assert known == f"D PLC: {rule} = 9 (good at 2026-03-02 13:00:00 CET)"
	(comment,) = ports.records.find("Comment", {"reference_name": stop})
	assert f"<li>{read}</li>" in comment["content"]


def test_a_server_that_is_away_and_a_ci_without_address_are_findings(ports):
	plant = SmallPlant(ports.records, "D")
	robot = plant.ci("AR")
	connection = ports.records.insert(
		"OT Connection",
		{
			"connection_name": "Line Controller",
			"protocol": "OPC UA",
			"endpoint_url": f"opc.tcp://127.0.0.1:{free_port()}/plant",
			"security_policy": "None",
			"security_mode": "None",
		},
	)["name"]
	plant.rule("Aborted", robot, connection=connection, address="ns=2;s=State")
	read, address = diagnosed(ports, stop_of(plant, robot))
	assert read == "OT Connection Line Controller: not read (Connection refused)"
	assert address == "D AR: no IP address in any Network Segment"


def test_it_may_run_again_but_a_person_s_result_stays(ports):
	plant = SmallPlant(ports.records, "D")
	stop = stop_of(plant, plant.ci("AR"))
	diagnosed(ports, stop)
	diagnosed(ports, stop)
	ports.records.insert("User", {"email": "romy@plant.example", "first_name": "Romy"})
	steps = ports.records.get("Line Stop", stop)["steps"]
	steps[0] |= {"done_by": "romy@plant.example", "result": "Program stopped by hand"}
	ports.records.update("Line Stop", stop, {"steps": steps})
	JOBS["diagnose"](ports, line_stop=stop)
	assert ports.records.get("Line Stop", stop)["steps"][0]["result"] == "Program stopped by hand"


def test_a_port_of_an_unroutable_address_is_given_up_in_time():
	assert knock("192.0.2.1", 102, 0.2).startswith("port 102 ")


def test_a_ping_that_is_not_permitted_is_said():
	assert ping("127.0.0.1", 1.0).startswith(("answers a ping in ", "not pinged: ", "cannot be pinged"))


def test_ports_are_numbers_that_exist():
	assert ports_in(" 102, 4840,,102 ", "AR") == (102, 4840)
	for text in ("http", "0", "65536", "-1"):
		with pytest.raises(
			InvalidRecordError, match=rf"AR: diagnosis port '{text}' is none. Enter numbers from 1"
		):
			ports_in(text, "AR")
