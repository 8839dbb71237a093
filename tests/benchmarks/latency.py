"""How long it takes from a message at the broker to a committed ticket, against a bare ticket insert in the same run.

`python -m tests.benchmarks.latency`. One incident at a time on an idle site, each at a CI of its own.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from plant_itsm.domain.vocabulary import OutboxStatus
from plant_itsm.embedded.child_process import LOOPBACK
from plant_itsm.embedded.demo_plant import Machines
from plant_itsm.embedded.demo_site import point_at_demo_plant
from plant_itsm.embedded.mqtt_broker import mqtt_broker
from plant_itsm.embedded.runtime import Runtime, run_site
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.embedded.watching import Watch
from plant_itsm.ports import Records
from plant_itsm.services.plants import load_plant
from tests.benchmarks.measures import LOOK_SECONDS, TICKET_SECONDS, Latency, state, write_result
from tests.benchmarks.plants import BenchPlant, write_plant

OVERALL_SECONDS = 300.0


def measure(folder: Path, count: int) -> Latency:
	"""Run a site in `folder` and open `count` incidents. Raises a PlantItsmError when one does not come."""
	site = EmbeddedSite.create(folder / "site")
	plant = BenchPlant(count + 1)
	load_plant(site.records, write_plant(folder / "plant", plant))
	with mqtt_broker(folder / "broker", folder / "logs") as broker, Machines(broker.port) as machines:
		point_at_demo_plant(site.records, LOOPBACK, broker.port, broker.mqtt_version, "")
		with (
			run_site(site, keep_keys=False) as runtime,
			Watch(runtime.ports, [runtime.check], OVERALL_SECONDS) as watch,
		):
			_wait_for_listener(runtime, watch, machines, plant)
			inserts = list(time_inserts(site.records, count))
			signals = [
				_time_incident(runtime, watch, machines, plant, number) for number in range(1, plant.cis)
			]
	site.records.close()
	return Latency.of(signals, inserts)


def _wait_for_listener(runtime: Runtime, watch: Watch, machines: Machines, plant: BenchPlant) -> None:
	"""The first incident of all, at a CI that is not measured: it finds every cache cold."""
	machines.publish(plant.topic(0), state("RUNNING"), retain=True)
	received = _asking(
		runtime.ports.records, "OT Connection State", {"connection": plant.connection, "received": (">", 0)}
	)
	watch.until("a first signal", received, TICKET_SECONDS)
	_time_incident(runtime, watch, machines, plant, 0)


def _time_incident(
	runtime: Runtime, watch: Watch, machines: Machines, plant: BenchPlant, number: int
) -> float:
	records = runtime.ports.records
	there = _asking(records, "HD Ticket", {"plant_root_ci": plant.ci_name(number)})
	payload = state("OFFLINE")
	started = time.perf_counter()
	machines.publish(plant.topic(number), payload, retain=False)
	while there() is None:
		if time.perf_counter() - started > TICKET_SECONDS:
			watch.until(f"the ticket of {plant.ci_name(number)}", there, 0)
		time.sleep(LOOK_SECONDS)  # SQLite tells nobody of a commit
	milliseconds = (time.perf_counter() - started) * 1000
	watch.until("an idle site", lambda: _is_idle(records), TICKET_SECONDS)
	return milliseconds


def _is_idle(records: Records) -> bool | None:
	return records.count("Outbox Entry", {"status": OutboxStatus.PENDING}) == 0 or None


def _asking(records: Records, doctype: str, filters: dict[str, object]) -> Callable[[], bool | None]:
	return lambda: records.count(doctype, filters) > 0 or None


def time_inserts(records: Records, count: int) -> Iterator[float]:
	"""Milliseconds of each of `count` tickets, inserted and committed one by one."""
	for number in range(count):
		started = time.perf_counter()
		with records.transaction():
			records.insert(
				"HD Ticket",
				{
					"subject": f"Bare ticket {number}",
					"description": "<p>" + "The text of a ticket. " * 40 + "</p>",
					"priority": "P1",
					"ticket_type": "Line Stop",
				},
			)
		yield (time.perf_counter() - started) * 1000


@click.command()
@click.option("--count", default=50, show_default=True, help="Incidents to measure.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/benchmarks/latency-embedded.json"))
def main(count: int, out: Path) -> None:
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder:
		result = measure(Path(folder), count)
	write_result(result, "embedded edition", out)


if __name__ == "__main__":
	main()
