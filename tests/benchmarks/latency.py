"""How long it takes from a message at the broker to a committed ticket, against a bare ticket insert in the same run.

`python -m tests.benchmarks.latency`. One incident at a time on an idle site, each at a CI of its own.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

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
from tests.benchmarks.plants import CONNECTION, ci_name, topic, write_plant

TICKET_SECONDS = 20.0
OVERALL_SECONDS = 300.0
LOOK_SECONDS = 0.001
AIM_P95_MS = 1000.0
AIM_OVERHEAD_MS = 50.0


@dataclass(frozen=True)
class Spread:
	"""Milliseconds."""

	p50: float
	p95: float
	worst: float

	@classmethod
	def of(cls, milliseconds: Sequence[float]) -> Spread:
		ranks = statistics.quantiles(milliseconds, n=100, method="inclusive")
		return cls(round(ranks[49], 2), round(ranks[94], 2), round(max(milliseconds), 2))


@dataclass(frozen=True)
class Latency:
	"""publish_to_ticket: from the publish to the ticket as another process sees it. overhead: at p50, beyond the bare
	insert."""

	count: int
	publish_to_ticket: Spread
	bare_insert: Spread
	overhead_ms: float

	@classmethod
	def of(cls, publish_to_ticket: Sequence[float], bare_insert: Sequence[float]) -> Latency:
		signals, inserts = Spread.of(publish_to_ticket), Spread.of(bare_insert)
		return cls(len(publish_to_ticket), signals, inserts, round(signals.p50 - inserts.p50, 2))

	def as_json(self) -> dict[str, object]:
		return asdict(self)


def measure(folder: Path, count: int) -> Latency:
	"""Run a site in `folder` and open `count` incidents. Raises a PlantItsmError when one does not come."""
	site = EmbeddedSite.create(folder / "site")
	load_plant(site.records, write_plant(folder / "plant", count + 1))
	with mqtt_broker(folder / "broker", folder / "logs") as broker, Machines(broker.port) as machines:
		point_at_demo_plant(site.records, LOOPBACK, broker.port, broker.mqtt_version, "")
		with (
			run_site(site, keep_keys=False) as runtime,
			Watch(runtime.ports, [runtime.check], OVERALL_SECONDS) as watch,
		):
			_wait_for_listener(runtime, watch, machines)
			inserts = list(time_inserts(site.records, count))
			signals = [_time_incident(runtime, watch, machines, number) for number in range(1, count + 1)]
	site.records.close()
	return Latency.of(signals, inserts)


def _wait_for_listener(runtime: Runtime, watch: Watch, machines: Machines) -> None:
	"""The first incident of all, at a CI that is not measured: it finds every cache cold."""
	machines.publish(topic(0), state("RUNNING"), retain=True)
	received = _asking(
		runtime.ports.records, "OT Connection State", {"connection": CONNECTION, "received": (">", 0)}
	)
	watch.until("a first signal", received, TICKET_SECONDS)
	_time_incident(runtime, watch, machines, 0)


def _time_incident(runtime: Runtime, watch: Watch, machines: Machines, number: int) -> float:
	records = runtime.ports.records
	there = _asking(records, "HD Ticket", {"plant_root_ci": ci_name(number)})
	payload = state("OFFLINE")
	started = time.perf_counter()
	machines.publish(topic(number), payload, retain=False)
	while there() is None:
		if time.perf_counter() - started > TICKET_SECONDS:
			watch.until(f"the ticket of {ci_name(number)}", there, 0)
		time.sleep(LOOK_SECONDS)  # SQLite tells nobody of a commit
	milliseconds = (time.perf_counter() - started) * 1000
	watch.until("an idle site", lambda: _is_idle(records), TICKET_SECONDS)
	return milliseconds


def _is_idle(records: Records) -> bool | None:
	return records.count("Outbox Entry", {"status": OutboxStatus.PENDING}) == 0 or None


def _asking(records: Records, doctype: str, filters: dict[str, object]) -> Callable[[], bool | None]:
	return lambda: records.count(doctype, filters) > 0 or None


def state(value: str) -> bytes:
	"""A message that is told apart from every other by its time."""
	return json.dumps({"state": value, "ts": datetime.now(timezone.utc).isoformat()}).encode()


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


def table_of(result: Latency, edition: str) -> Table:
	table = Table(title=f"{edition}, {result.count} incidents, milliseconds", title_justify="left")
	table.add_column("")
	for header in ("p50", "p95", "worst", "aim"):
		table.add_column(header, justify="right")
	for label, spread, aim in (
		("publish → ticket committed", result.publish_to_ticket, f"p95 < {AIM_P95_MS:g}"),
		("bare ticket insert", result.bare_insert, ""),
	):
		table.add_row(label, f"{spread.p50:.1f}", f"{spread.p95:.1f}", f"{spread.worst:.1f}", aim)
	table.add_row("overhead", f"{result.overhead_ms:.1f}", "", "", f"< {AIM_OVERHEAD_MS:g}")
	return table


@click.command()
@click.option("--count", default=50, show_default=True, help="Incidents to measure.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/benchmarks/latency-embedded.json"))
def main(count: int, out: Path) -> None:
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder:
		result = measure(Path(folder), count)
	Console().print(table_of(result, "embedded edition"))
	out.parent.mkdir(parents=True, exist_ok=True)
	out.write_text(json.dumps(result.as_json(), indent=2) + "\n", encoding="utf-8")
	click.echo(json.dumps(result.as_json()))


if __name__ == "__main__":
	main()
