"""The latency benchmark on a Frappe site: its own MariaDB, Redis and Helpdesk, a real broker, listener and drain as
foreground processes.

`python -m tests.benchmarks.site_latency` with the bench's Python, in the bench's folder sites: what
`bench-config/site-latency` does. The plant is made on the site under a prefix and removed afterwards. Stop the site's
own workers of the queue `ot` first.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import frappe
import redis

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.vocabulary import OutboxStatus
from plant_itsm.embedded.child_process import ChildProcess
from plant_itsm.embedded.demo_plant import Machines
from plant_itsm.embedded.mqtt_broker import mqtt_broker
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.leases import lease_holder
from plant_itsm.ot_listeners.site_redis import DRAIN, connect
from plant_itsm.ports import Ports
from plant_itsm.services.plants import load_plant
from plant_itsm.tests.site_case import remove_named
from tests.benchmarks.measures import TICKET_SECONDS, Latency, state, write_result
from tests.benchmarks.plants import BenchPlant, write_plant

LOOK_SECONDS = 0.005
"""MariaDB tells nobody of a commit. Looking more often takes the processor from the site: on two cores, looking each
millisecond makes the figures a fifth worse."""
TEXT = "<p>" + "The text of a ticket. " * 40 + "</p>"


class BusySiteError(PlantItsmError):
	"""Something on the site would take part in the measurement."""


class SiteRun:
	"""A plant on the connected site, its broker, and the two processes that serve it."""

	def __init__(self, ports: Ports, plant: BenchPlant, machines: Machines, processes: list[ChildProcess]):
		self._ports, self._plant, self._machines, self._processes = ports, plant, machines, processes

	def wait_until_warm(self) -> None:
		"""Take a first signal, and open a first incident that is not measured: it finds every cache cold."""
		self._machines.publish(self._plant.topic(0), state("RUNNING"), retain=True)
		received = {"connection": self._plant.connection, "received": (">", 0)}
		self._until("a first signal", lambda: frappe.db.exists("OT Connection State", received))
		self.time_incident(0)

	def time_incident(self, number: int) -> float:
		"""Milliseconds from the publish to the ticket as another connection to the database sees it."""
		sought = {"plant_root_ci": self._plant.ci_name(number)}
		payload = state("OFFLINE")
		started = time.perf_counter()
		self._machines.publish(self._plant.topic(number), payload, retain=False)
		self._until(f"the ticket of {sought['plant_root_ci']}", lambda: frappe.db.exists("HD Ticket", sought))
		milliseconds = (time.perf_counter() - started) * 1000
		self._until("an idle site", lambda: not frappe.db.exists("Outbox Entry", _PENDING))
		return milliseconds

	def time_insert(self, number: int) -> float:
		"""Milliseconds of one ticket that Frappe inserts and commits in this process, warm like the drain."""
		frappe.db.commit()
		started = time.perf_counter()
		ticket = frappe.get_doc(
			{
				"doctype": "HD Ticket",
				"subject": f"{self._plant.prefix} bare ticket {number}",
				"description": TEXT,
				"priority": "P1",
				"ticket_type": "Line Stop",
			}
		)
		ticket.insert(ignore_permissions=True)
		frappe.db.commit()
		return (time.perf_counter() - started) * 1000

	def _until(self, what: str, there: Callable[[], object]) -> None:
		give_up_at = time.monotonic() + TICKET_SECONDS
		while not fresh(there):
			for process in self._processes:
				process.check()
			if time.monotonic() > give_up_at:
				raise BusySiteError(
					f"{what}: not within {TICKET_SECONDS:g} s. See the logs of the processes."
				)
			time.sleep(LOOK_SECONDS)


_PENDING = {"status": OutboxStatus.PENDING.value}


def fresh(ask: Callable[[], object]) -> object:
	"""The answer of a new snapshot."""
	frappe.db.rollback()
	return ask()


def measure(folder: Path, count: int) -> Latency:
	"""Open `count` incidents on the connected site. Each is followed by a bare insert: both meet the same machine."""
	ports = site_ports()
	if lease_holder(connect(ports), ports.namespace, DRAIN) is not None:
		raise BusySiteError("The site's own drain runs. Stop the workers of the queue ot, then try again.")
	with _site_run(ports, folder, BenchPlant(count + 2, f"Bench{secrets.token_hex(3)}")) as run:
		run.wait_until_warm()
		run.time_insert(0)
		run.time_incident(1)
		pairs = [(run.time_incident(number), run.time_insert(number)) for number in range(2, count + 2)]
	return Latency.of([signal for signal, _ in pairs], [insert for _, insert in pairs])


@contextmanager
def _site_run(ports: Ports, folder: Path, plant: BenchPlant) -> Iterator[SiteRun]:
	logs = folder / "logs"
	with ExitStack() as stack:
		broker = stack.enter_context(mqtt_broker(folder / "broker", logs))
		machines = stack.enter_context(Machines(broker.port))
		stack.callback(remove_plant, ports, plant, frappe.utils.now())
		load_plant(ports.records, write_plant(folder / "plant", plant))
		with ports.records.transaction():
			ports.records.update("OT Connection", plant.connection, {"port": broker.port, "use_tls": False})
		commands = [["listen", plant.connection], ["drain"]]
		processes = [stack.enter_context(plant_itsm_process(command, logs)) for command in commands]
		yield SiteRun(ports, plant, machines, processes)


def plant_itsm_process(arguments: list[str], logs: Path) -> ChildProcess:
	"""`bench --site SITE plant-itsm ...`, started as bench itself starts it."""
	bench = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", frappe.local.site]
	return ChildProcess(
		f"plant-itsm {arguments[0]}", [*bench, "plant-itsm", *arguments], logs / f"{arguments[0]}.log"
	)


def remove_plant(ports: Ports, plant: BenchPlant, begun: str) -> None:
	"""Everything that the run has put on the site; so many stops in a few minutes are a flood, too."""
	frappe.db.rollback()
	remove_named(plant.prefix)
	frappe.db.delete("Alarm Flood", {"creation": (">=", begun)})
	for email, _ in plant.people:
		frappe.delete_doc("User", email, force=True, ignore_permissions=True)
	frappe.db.commit()
	client: redis.Redis = connect(ports)
	for key in client.scan_iter(match=f"plant_itsm:{ports.namespace}:*{plant.prefix}*"):
		client.delete(key)


@click.command()
@click.option("--site", required=True)
@click.option("--count", default=30, show_default=True, help="Incidents to measure.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(site: str, count: int, out: Path) -> None:
	os.environ.pop("CI", None)  # with it, Frappe behaves as if in a test
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder, frappe.init_site(site):
		frappe.connect()
		result = measure(Path(folder), count)
	write_result(result, f"site ({frappe.__version__})", out)


if __name__ == "__main__":
	main()
