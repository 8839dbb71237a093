"""The window finder on a Frappe site: a year ahead, 200 windows, 500 changes; beside it the naive scan of all of them.

`python -m tests.benchmarks.site_windows` with the bench's Python, in the bench's folder sites: what
`bench-config/site-windows` does. What it makes carries a prefix and is removed afterwards.
"""

from __future__ import annotations

import json
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import click
import frappe

from plant_itsm.domain.time_spans import Span
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.change_finder import find_windows
from plant_itsm.services.plants import load_vocabulary
from plant_itsm.tests.contract_plant import SmallPlant
from plant_itsm.tests.site_case import remove_named
from tests.benchmarks.naive_windows import naive_slots

LIMIT_SECONDS = 0.3
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HOUR = timedelta(hours=1)


def make(records: FrappeRecords, prefix: str, windows: int, changes: int) -> tuple[str, str]:
	"""The windows, the changes, and two requests: one that finds a time at once, one that never does."""
	plant = SmallPlant(records, prefix)
	now = datetime.now(timezone.utc).replace(microsecond=0)
	line = plant.line("Line")
	cis = [plant.ci(f"CI {number}", production_line=line) for number in range(50)]
	for number in range(windows):
		start = now.replace(hour=number % 24, minute=0, second=0) - timedelta(days=number % 7)
		values = {
			"window_name": plant.named(f"W{number}"),
			"kind": "Freeze" if number % 10 == 0 else "Maintenance Window",
			"plant_site": plant.site,
			"ci_class": None if number % 10 else plant.ci_class,
			"starts_at": start,
			"ends_at": start + 2 * HOUR,
			"recurrence_rule": f"FREQ=WEEKLY;BYDAY={WEEKDAYS[number % 7]}",
			"repeat_until": date.today() + timedelta(days=400),
		}
		records.insert_checked("Change Window", values)
	easy, hard = (_request(records, plant, cis[0], minutes) for minutes in (60, 240))
	_reserve(plant, cis, now, changes)
	frappe.db.commit()
	return easy, hard


def _request(records: FrappeRecords, plant: SmallPlant, ci: str, minutes: int) -> str:
	values = {
		"title": plant.named(f"{minutes} min"),
		"change_type": "MES configuration",
		"requested_by": "Administrator",
		"cis": [{"ci": ci}],
		"duration_minutes": minutes,
	}
	return str(records.insert("OT Change Request", values)["name"])


def _reserve(plant: SmallPlant, cis: list[str], now: datetime, changes: int) -> None:
	"""Scheduled changes over the year, one in five on the CI that is asked for."""
	zone = frappe.utils.get_system_timezone()
	local = frappe.utils.convert_utc_to_timezone(now.replace(tzinfo=None), zone).replace(tzinfo=None)
	rows, children = [], []
	for number in range(changes):
		name, start = plant.named(f"C{number}"), local + timedelta(days=365 * number / changes)
		title = plant.named("change")
		rows.append(
			(name, title, "MES configuration", "Normal", "Scheduled", "Administrator", start, start + HOUR)
		)
		ci = cis[0] if number % 5 == 0 else cis[number % len(cis)]
		children.append((f"{name}ci", name, "OT Change Request", "cis", 1, ci))
	fields = [
		"name",
		"title",
		"change_type",
		"category",
		"status",
		"requested_by",
		"planned_start",
		"planned_end",
	]
	frappe.db.bulk_insert("OT Change Request", fields, rows)
	frappe.db.bulk_insert("Change CI", ["name", "parent", "parenttype", "parentfield", "idx", "ci"], children)


def measure(search: Callable[[], list[Span]], runs: int) -> dict[str, float]:
	"""Times of a search in a transaction of its own; wall and processor time of Python."""
	walls, processor = [], []
	slots: list[Span] = []
	for _ in range(runs):
		frappe.db.rollback()
		begin, worked = time.perf_counter(), time.process_time()
		slots = search()
		walls.append(time.perf_counter() - begin)
		processor.append(time.process_time() - worked)
	return {
		"slots": len(slots),
		"median_ms": statistics.median(walls) * 1e3,
		"max_ms": max(walls) * 1e3,
		"processor_ms": statistics.median(processor) * 1e3,
	}


def compare(name: str, count: int, runs: int) -> dict[str, Any]:
	"""The finder and the naive scan, which must find the same times."""
	ports = site_ports()

	def found() -> list[Span]:
		return [priced.slot.span for priced in find_windows(ports, name, count).slots]

	def scanned() -> list[Span]:
		return naive_slots(name, count, ports.clock.now())

	begins = [[span.start for span in search()] for search in (found, scanned)]
	if begins[0][1:] != begins[1][1:]:  # the first may begin now
		raise SystemExit(f"finder and naive scan differ: {begins}")
	fast, naive = measure(found, runs), measure(scanned, max(runs // 4, 1))
	return {"finder": fast, "naive scan": naive, "ratio": naive["median_ms"] / fast["median_ms"]}


@click.command()
@click.option("--site", required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--windows", default=200)
@click.option("--changes", default=500)
@click.option("--runs", default=20)
def main(site: str, out: Path, windows: int, changes: int, runs: int) -> None:
	frappe.init(site=site)
	frappe.connect()
	prefix = f"B{secrets.token_hex(4)}"
	try:
		load_vocabulary(FrappeRecords())
		easy, hard = make(FrappeRecords(), prefix, windows, changes)
		result = {
			"windows": windows,
			"changes": changes,
			"next 5": compare(easy, 5, runs),
			"next 50": compare(easy, 50, runs),
			"none within a year": compare(hard, 5, runs),
		}
	finally:
		frappe.db.rollback()
		remove_named(prefix)
		frappe.db.commit()
		frappe.destroy()
	out.parent.mkdir(parents=True, exist_ok=True)
	out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
	worst = max(part["finder"]["median_ms"] for part in result.values() if isinstance(part, dict))
	print(f"{json.dumps(result)} written to {out}")
	sys.exit(worst > LIMIT_SECONDS * 1e3)


if __name__ == "__main__":
	main()
