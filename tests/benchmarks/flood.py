"""A flood on the embedded edition: 10,000 alarms in one second from 800 CIs behind 20 switches, against one ticket per
alarm in the same run.

`python -m tests.benchmarks.flood`. Every CI says again and again that it is down; the order is chance, but always the
same, so most robots are heard before their switch.
"""

from __future__ import annotations

import tempfile
from datetime import datetime, timezone
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
from tests.benchmarks.latency import time_inserts
from tests.benchmarks.measures import TICKET_SECONDS, state

LOOK_SECONDS = 0.01


def measure(folder: Path, alarms: int) -> Flood:
	"""Run a site in `folder` and flood it."""
	site = EmbeddedSite.create(folder / "site")
	plant = FloodPlant()
	load_plant(site.records, plant.write(folder / "plant"))
	with mqtt_broker(folder / "broker", folder / "logs") as broker, Machines(broker.port) as machines:
		point_at_demo_plant(site.records, LOOPBACK, broker.port, broker.mqtt_version, "")
		with (
			run_site(site, keep_keys=False) as runtime,
			Watch(runtime.ports, [runtime.check], GIVE_UP_SECONDS) as watch,
		):
			machines.publish(plant.base.topic(plant.spare), state("OFFLINE"), retain=True)
			watch.until("a first ticket", lambda: site.records.count("HD Ticket") or None, TICKET_SECONDS)
			times = _flood(runtime, broker.port, plant, alarms)
		result = _result(site.records, plant, alarms, times)
	site.records.close()
	return result


def _flood(runtime: Runtime, port: int, plant: FloodPlant, alarms: int) -> Times:
	records = runtime.ports.records
	before = _received(records, plant)

	def is_done() -> bool:
		runtime.check()
		pending = records.count("Outbox Entry", {"status": OutboxStatus.PENDING})
		return _received(records, plant) == before + alarms and not pending

	return send_flood(
		port,
		plant.alarms(alarms, datetime.now(timezone.utc)),
		lambda: records.count("HD Ticket", {"priority": "P1"}) > 1,
		is_done,
		LOOK_SECONDS,
	)


def _received(records: Records, plant: FloodPlant) -> int:
	row = records.get("OT Connection State", plant.base.connection)
	return int(row["received"]) if row else 0


def _result(records: Records, plant: FloodPlant, alarms: int, times: Times) -> Flood:
	flooded = {"plant_root_ci": ("!=", plant.base.ci_name(plant.spare))}
	tickets = records.count("HD Ticket", flooded)
	open_tickets = records.count("HD Ticket", {**flooded, "status": "Open"})
	naive = sum(time_inserts(records, NAIVE_TICKETS)) / 1000 / NAIVE_TICKETS * alarms
	return Flood(
		alarms=alarms,
		cis=plant.cis,
		roots=plant.cells,
		stops=records.count("Line Stop") - 1,
		tickets=tickets,
		open_tickets=open_tickets,
		first_ticket=round(times.first_ticket, 3),
		done=round(times.done, 2),
		processor=round(times.processor, 1),
		naive_tickets=NAIVE_TICKETS,
		naive=round(naive, 1),
	)


@click.command()
@click.option("--alarms", default=ALARMS, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/benchmarks/flood-embedded.json"))
def main(alarms: int, out: Path) -> None:
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder:
		result = measure(Path(folder), alarms)
	write_flood(result, "embedded edition", out)


if __name__ == "__main__":
	main()
