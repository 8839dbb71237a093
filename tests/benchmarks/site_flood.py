"""The flood on a Frappe site: its own MariaDB, Redis and Helpdesk; broker, listener, drain and one worker of the queue
`short` as foreground processes.

`python -m tests.benchmarks.site_flood` with the bench's Python, in the bench's folder sites: what
`bench-config/site-flood` does. The plant is made on the site under a prefix and removed afterwards. Stop the site's own
workers of the queue `ot` first.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path

import click
import frappe
from frappe.utils.background_jobs import get_queue

from plant_itsm.domain.vocabulary import OutboxStatus
from plant_itsm.embedded.child_process import ChildProcess
from plant_itsm.embedded.demo_plant import Machines
from plant_itsm.embedded.mqtt_broker import mqtt_broker
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.draining import DELIVERY_QUEUE
from plant_itsm.ot_listeners.leases import lease_holder
from plant_itsm.ot_listeners.site_redis import DRAIN, connect
from plant_itsm.ports import Ports
from plant_itsm.services.plants import load_plant
from tests.benchmarks.flood_measures import (
	ALARMS,
	GIVE_UP_SECONDS,
	NAIVE_TICKETS,
	Flood,
	Times,
	send_flood,
	write_flood,
)
from tests.benchmarks.flood_plant import FloodPlant
from tests.benchmarks.measures import state
from tests.benchmarks.site_latency import TEXT, BusySiteError, fresh, plant_itsm_process, remove_plant

LOOK_SECONDS = 0.05
JOB, EMAIL_JOB = "plant_itsm.frappe_site.jobs.run", "frappe.email.queue.flush"
"""How Frappe names our jobs, and its own that sends e-mails."""


def measure(folder: Path, alarms: int) -> Flood:
	"""Flood the connected site."""
	ports = site_ports()
	if lease_holder(connect(ports), ports.namespace, DRAIN) is not None:
		raise BusySiteError("The site's own drain runs. Stop the workers of the queue ot, then try again.")
	plant, begun = FloodPlant(prefix=f"Flood{secrets.token_hex(3)}"), frappe.utils.now()
	with ExitStack() as stack:
		stack.callback(remove_plant, ports, plant.base, begun)
		stack.callback(_forget_jobs, plant)
		times = _flooded(ports, plant, begun, folder, alarms)
		return Flood(
			alarms=alarms,
			cis=plant.cis,
			roots=plant.cells,
			stops=len(_stops(plant)) - 1,
			tickets=_tickets(plant) - 1,
			open_tickets=_tickets(plant, status="Open") - 1,
			first_ticket=round(times.first_ticket, 3),
			done=round(times.done, 2),
			processor=round(times.processor, 1),
			naive_tickets=NAIVE_TICKETS,
			naive=round(_naive_seconds(plant) * alarms, 1),
		)


def _flooded(ports: Ports, plant: FloodPlant, begun: str, folder: Path, alarms: int) -> Times:
	"""With processes that have ended when it returns: what they still do would slow down what is measured next."""
	logs = folder / "logs"
	with ExitStack() as stack:
		broker = stack.enter_context(mqtt_broker(folder / "broker", logs))
		machines = stack.enter_context(Machines(broker.port))
		load_plant(ports.records, plant.write(folder / "plant"))
		with ports.records.transaction():
			ports.records.update("OT Connection", plant.base.connection, {"port": broker.port})
		for command in (["listen", plant.base.connection], ["drain"]):
			stack.enter_context(plant_itsm_process(command, logs))
		stack.enter_context(_worker(logs))
		machines.publish(plant.base.topic(plant.spare), state("OFFLINE"), retain=True)
		_until_warm(plant, begun)
		before = _received(plant)
		return send_flood(
			broker.port,
			plant.alarms(alarms, datetime.now(timezone.utc)),
			lambda: bool(fresh(lambda: _tickets(plant, priority="P1") > 1)),
			lambda: bool(fresh(lambda: _received(plant) == before + alarms and not _pending(begun))),
			LOOK_SECONDS,
		)


def _worker(logs: Path) -> ChildProcess:
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", "short"]
	return ChildProcess("worker short", command, logs / "worker.log")


def _received(plant: FloodPlant) -> int:
	return frappe.db.get_value("OT Connection State", plant.base.connection, "received") or 0


def _until_warm(plant: FloodPlant, begun: str) -> None:
	give_up_at = time.monotonic() + GIVE_UP_SECONDS
	while not fresh(lambda: _tickets(plant) and not _pending(begun)):
		if time.monotonic() > give_up_at:
			raise BusySiteError(f"a first ticket: not within {GIVE_UP_SECONDS:g} s")
		time.sleep(LOOK_SECONDS)


def _tickets(plant: FloodPlant, **filters: str) -> int:
	return frappe.db.count("HD Ticket", {"plant_root_ci": ["like", f"{plant.prefix}%"], **filters})


def _pending(begun: str) -> int:
	return frappe.db.count("Outbox Entry", {"status": OutboxStatus.PENDING.value, "creation": (">=", begun)})


def _stops(plant: FloodPlant) -> list[str]:
	return frappe.get_all("Line Stop", filters={"root_ci": ["like", f"{plant.prefix}%"]}, pluck="name")


def _forget_jobs(plant: FloodPlant) -> None:
	"""What its stops have left in the queue would slow down the next run: remote diagnoses, and that e-mails are to be
	sent, which the scheduler sees to anyhow."""
	stops = set(_stops(plant))
	for job in get_queue(DELIVERY_QUEUE).jobs:
		name, arguments = job.kwargs["job_name"], job.kwargs["kwargs"].get("arguments", {})
		if name == EMAIL_JOB or (name == JOB and arguments.get("line_stop") in stops):
			job.delete()


def _naive_seconds(plant: FloodPlant) -> float:
	"""Seconds per ticket that Frappe inserts and commits in this process."""
	began = time.perf_counter()
	for number in range(NAIVE_TICKETS):
		values = {"subject": f"{plant.prefix} alarm {number}", "description": TEXT, "priority": "P1"}
		frappe.get_doc({"doctype": "HD Ticket", **values}).insert(ignore_permissions=True)
		frappe.db.commit()
	return (time.perf_counter() - began) / NAIVE_TICKETS


@click.command()
@click.option("--site", required=True)
@click.option("--alarms", default=ALARMS, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(site: str, alarms: int, out: Path) -> None:
	os.environ.pop("CI", None)  # with it, Frappe behaves as if in a test
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder, frappe.init_site(site):
		frappe.connect()
		result = measure(Path(folder), alarms)
	write_flood(result, f"site ({frappe.__version__})", out)


if __name__ == "__main__":
	main()
