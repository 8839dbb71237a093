"""Plants for the fault suite: machines with a state and a counter each, behind one switch, at a broker and a server."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

BROKER, CONTROLLER = "Fault Broker", "Fault Controller"
"""The OT Connections: an MQTT broker and an OPC UA server."""

OFFLINE, RUNNING = "OFFLINE", "RUNNING"
SENTINEL = "fault/sentinel"
"""A topic whose messages come before and after all others."""

SWITCH, SWITCH_TOPIC = "SW-FAULT", "fault/SW-FAULT/status"
MACHINES_PER_LINE = 20
PERSON = "petra@fault.example"
"""The one person who is told of every line: one notification per stop."""


def machine(number: int) -> str:
	return f"M-{number:04}"


def status_topic(number: int) -> str:
	return f"fault/{machine(number)}/status"


def counter_topic(number: int) -> str:
	return f"fault/{machine(number)}/counter"


def status_node(number: int) -> str:
	return f"ns=2;s={machine(number)}.Status"


def counter_node(number: int) -> str:
	return f"ns=2;s={machine(number)}.Counter"


def write_plant(folder: Path, machines: int) -> Path:
	"""A plant of so many machines as CSV files; each has a rule for its status and one for its counter, at both
	connections. Which connection is enabled is left to the test."""
	folder.mkdir(parents=True, exist_ok=True)
	lines = [f"Fault Line {number:03}" for number in range(-(-machines // MACHINES_PER_LINE))]
	_write(folder, "Plant Site", "site_name,time_zone,currency", [("Fault Plant", "Europe/Berlin", "EUR")])
	_write(folder, "Plant Area", "area_name,plant_site", [("Fault Area", "Fault Plant")])
	user = (PERSON, "Petra", 0, "Production Manager")
	_write(folder, "User", "email,first_name,send_welcome_email,roles.role", [user])
	_write(
		folder,
		"Production Line",
		"line_name,plant_area,product,units_per_shift,responsibles.role,responsibles.user",
		[(line, "Fault Area", "Fault Product", 240, "Production Manager", PERSON) for line in lines],
	)
	_write_cis(folder, lines, machines)
	_write_connections(folder)
	_write_rules(folder, machines)
	return folder


def _write_cis(folder: Path, lines: Sequence[str], machines: int) -> None:
	cis = [
		(machine(n), f"Machine {n}", "Assembly Robot", lines[n // MACHINES_PER_LINE], "Stops Line")
		for n in range(machines)
	]
	switch = (SWITCH, "Switch of all machines", "Network Switch", "", "No Direct Effect")
	rows = [
		(name, title, kind, "Fault Plant", line, effect) for name, title, kind, line, effect in [*cis, switch]
	]
	_write(folder, "OT CI", "ci_name,title,ci_class,plant_site,production_line,line_effect", rows)
	_write(
		folder,
		"CI Relation",
		"source_ci,relation_type,target_ci",
		[(machine(n), "depends on", SWITCH) for n in range(machines)],
	)


def _write_connections(folder: Path) -> None:
	_write(
		folder,
		"OT Connection",
		"connection_name,protocol,enabled,plant_site,host,port,use_tls,mqtt_version,payload_format,timestamp_path,"
		"endpoint_url,security_policy,security_mode,publishing_interval_ms",
		[
			(BROKER, "MQTT", 0, "Fault Plant", "127.0.0.1", 1883, 0, "5", "JSON", "ts", "", "", "", ""),
			(
				CONTROLLER,
				"OPC UA",
				0,
				"Fault Plant",
				*[""] * 6,
				"opc.tcp://127.0.0.1:4840",
				"None",
				"None",
				50,
			),
		],
	)


def _write_rules(folder: Path, machines: int) -> None:
	stops = ("Line Stop", "=", OFFLINE)
	changes = ("Information", "changed", "")
	rows: list[tuple[object, ...]] = [
		("Sentinel", BROKER, SENTINEL, "state", SWITCH, *changes),
		("Switch lost", BROKER, SWITCH_TOPIC, "state", SWITCH, *stops),
		("Sentinel node", CONTROLLER, "ns=2;s=Sentinel", "", SWITCH, *changes),
	]
	for n in range(machines):
		rows += [
			(f"{machine(n)} status", BROKER, status_topic(n), "state", machine(n), *stops),
			(f"{machine(n)} counter", BROKER, counter_topic(n), "state", machine(n), *changes),
			(f"{machine(n)} status node", CONTROLLER, status_node(n), "", machine(n), *stops),
			(f"{machine(n)} counter node", CONTROLLER, counter_node(n), "", machine(n), *changes),
		]
	header = "rule_name,connection,address,value_path,ci,event_kind,condition,condition_value"
	_write(folder, "Signal Rule", header, rows)


def _write(folder: Path, doctype: str, header: str, rows: Iterable[tuple[object, ...]]) -> None:
	with (folder / f"{doctype}.csv").open("w", newline="", encoding="utf-8") as file:
		writer = csv.writer(file)
		writer.writerow(header.split(","))
		writer.writerows(rows)
