"""The job that looks at the devices of a line stop: knocks, reads once, and never writes to the plant."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from plant_itsm.domain.rules import as_text
from plant_itsm.ot_listeners.reachability import knock, ping
from plant_itsm.ot_listeners.retrying import until_stored
from plant_itsm.ports import Ports
from plant_itsm.services import diagnosis
from plant_itsm.services.diagnosis import Host, Plan

AT_ONCE = 8
READ_SECONDS = 10.0


def diagnose(ports: Ports, line_stop: str) -> None:
	"""Look at the root CI of a stop and its parts, and keep what was found. No transaction is open meanwhile."""
	with ports.records.transaction():
		plan = diagnosis.plan_of(ports.records, line_stop)
	if plan is not None:
		findings = findings_of(ports, plan)
		until_stored(lambda: diagnosis.keep(ports, line_stop, findings))


def findings_of(ports: Ports, plan: Plan) -> list[str]:
	"""One line per finding: what answers, what is read now, what was known before."""
	with ThreadPoolExecutor(AT_ONCE) as pool:
		reached = list(pool.map(lambda host: _look_at(host, plan), plan.hosts))
	read = [
		finding
		for connection, nodes in plan.reads.items()
		for finding in _read_once(ports, connection, nodes)
	]
	return [*reached, *read, *plan.known]


def _look_at(host: Host, plan: Plan) -> str:
	refusal = plan.networks.refusal(host.ip_address)
	if refusal:
		return f"{host.ci} ({host.ip_address}): not looked at: {refusal}"
	tried = [knock(host.ip_address, port, plan.timeout_seconds) for port in host.ports]
	if plan.may_ping:
		tried.append(ping(host.ip_address, plan.timeout_seconds))
	what = "; ".join(tried) or "not looked at: no diagnosis ports on the OT CI or its CI Class"
	return f"{host.ci} ({host.ip_address}): {what}"


def _read_once(ports: Ports, connection: str, nodes: Sequence[tuple[str, str]]) -> Iterator[str]:
	# Here, because the import of the protocol stack takes longer than most diagnoses.
	from plant_itsm.ot_listeners.connection_settings import opcua_settings
	from plant_itsm.ot_listeners.opcua_reading import read_values

	try:
		with ports.records.transaction():
			record = ports.records.get("OT Connection", connection) or {}
		settings = opcua_settings(ports, record)
		addresses = [address for _, address in nodes]
		values = asyncio.run(asyncio.wait_for(read_values(settings, addresses), READ_SECONDS))
	except Exception as error:  # asyncua raises many types
		yield f"OT Connection {connection}: not read ({_reason(error)})"
		return
	for (ci, address), (value, quality) in zip(nodes, values, strict=True):
		yield f"{ci}: {address} = {as_text(value)} ({quality}, read now)"


def _reason(error: Exception) -> str:
	"""In words: of an address that refuses, asyncio tells the number of the error and where it was met."""
	if isinstance(error, OSError) and error.errno:
		return os.strerror(error.errno)
	return str(error) or type(error).__name__
