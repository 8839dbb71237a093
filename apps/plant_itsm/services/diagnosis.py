"""Remote diagnosis of a line stop: what to look at, and keeping what was found. The looking itself touches the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from html import escape

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.opcua_addresses import notifier_node
from plant_itsm.domain.ot_networks import EVERYWHERE, OtNetworks
from plant_itsm.domain.vocabulary import Protocol, StepKind
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services import checklists
from plant_itsm.services.checklists import Done
from plant_itsm.services.settings import settings_of
from plant_itsm.services.timeline import clock_text, tell, zone_of

MOST_CIS = 20
"""The root CI and so many of its parts are looked at."""
LONGEST_PORT = 65535


@dataclass(frozen=True)
class Host:
	"""A CI with an address in the network. ports: TCP ports at which it may be knocked."""

	ci: str
	ip_address: str
	ports: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
	"""reads: connection -> (CI, node id) pairs to read once. known: findings that the records alone give."""

	hosts: tuple[Host, ...]
	reads: dict[str, tuple[tuple[str, str], ...]]
	known: tuple[str, ...]
	timeout_seconds: float
	may_ping: bool
	networks: OtNetworks = EVERYWHERE


def plan_of(records: Records, line_stop: str) -> Plan | None:
	"""What to look at for a stop; None when the stop is gone or has no CI."""
	stop = records.get("Line Stop", line_stop)
	if stop is None or not stop["root_ci"]:
		return None
	cis = _cis(records, stop["root_ci"])
	settings = settings_of(records)
	addresses = _addresses(records, list(cis))
	hosts = tuple(
		Host(ci, ip_address, _ports(records, record))
		for ci, record in cis.items()
		for ip_address in addresses.get(ci, ())
	)
	without = [ci for ci in cis if ci not in addresses]
	unaddressed = [f"{', '.join(without)}: no IP address in any Network Segment"] if without else []
	zone = zone_of(records, stop)
	known = (*unaddressed, *_programs(cis), *_last_values(records, list(cis), zone))
	return Plan(
		hosts,
		_reads(records, list(cis)),
		known,
		settings.diagnosis_timeout_seconds,
		settings.diagnosis_icmp,
		settings.ot_networks,
	)


def _cis(records: Records, root: str) -> dict[str, Record]:
	"""The root CI and its parts by name."""
	parts = records.find("OT CI", {"parent_ci": root}, limit=MOST_CIS)
	first = records.get("OT CI", root)
	return {record["name"]: record for record in (*([first] if first else []), *parts)}


def _addresses(records: Records, cis: list[str]) -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for row in records.find("Network Segment Member", {"ci": ("in", cis)}):
		if row["ip_address"] and row["ip_address"] not in found.get(row["ci"], ()):
			found.setdefault(row["ci"], []).append(row["ip_address"])
	return found


def _ports(records: Records, ci: Record) -> tuple[int, ...]:
	text = ci.get("diagnosis_ports")
	if not text:
		text = (records.get("CI Class", ci["ci_class"]) or {}).get("diagnosis_ports")
	return ports_in(text or "", ci["name"])


def ports_in(text: str, what: str) -> tuple[int, ...]:
	"""Port numbers separated by commas. Raises InvalidRecordError for what is no port."""
	numbers = []
	for part in filter(None, (part.strip() for part in text.split(","))):
		if not part.isdecimal() or not 1 <= int(part) <= LONGEST_PORT:
			raise InvalidRecordError(
				f"{what}: diagnosis port {part!r} is none. Enter numbers from 1 to {LONGEST_PORT}, separated by"
				" commas, for example 102, 4840.",
				fieldname="diagnosis_ports",
				value=text,
			)
		numbers.append(int(part))
	return tuple(dict.fromkeys(numbers))


def _programs(cis: dict[str, Record]) -> list[str]:
	return [
		f"{name}: program {record['program_version']}"
		for name, record in cis.items()
		if record.get("program_version")
	]


def _last_values(records: Records, cis: list[str], zone: tzinfo) -> list[str]:
	"""What the signals said last, the state of a machine among them."""
	return [
		f"{state['ci']}: {state['signal_rule']} = {state['value']} ({str(state['quality']).lower()} at"
		f" {clock_text(state['last_source_time'] or state['since'], zone)})"
		for state in records.find("Signal State", {"ci": ("in", cis)})
		if state["value"] is not None and (state["last_source_time"] or state["since"])
	]


def _reads(records: Records, cis: list[str]) -> dict[str, tuple[tuple[str, str], ...]]:
	opcua = {
		row["name"]
		for row in records.find("OT Connection", {"enabled": True})
		if row["protocol"] == Protocol.OPC_UA
	}
	nodes: dict[str, dict[tuple[str, str], None]] = {}
	for rule in records.find("Signal Rule", {"ci": ("in", cis), "enabled": True}):
		if rule["connection"] in opcua and notifier_node(rule["address"]) is None:
			nodes.setdefault(rule["connection"], {})[rule["ci"], rule["address"]] = None
	return {connection: tuple(found) for connection, found in nodes.items()}


def keep(ports: Ports, line_stop: str, findings: Sequence[str]) -> None:
	"""Attach what was found to the step of the checklist, and tell it on the stop and its ticket."""
	with ports.records.transaction():
		stop = ports.records.get("Line Stop", line_stop, for_update=True)
		if stop is None:
			return
		done = Done(ports.clock.now(), None, "\n".join(findings))
		rows = checklists.with_kind_done(stop["steps"], StepKind.REMOTE_DIAGNOSIS, done)
		ports.records.update("Line Stop", line_stop, {"steps": rows})
		items = "".join(f"<li>{escape(finding)}</li>" for finding in findings)
		tell(ports.records, stop, f"<p>Remote diagnosis:</p><ul>{items}</ul>")
