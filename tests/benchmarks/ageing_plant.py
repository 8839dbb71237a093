"""A plant of many ageing CIs, for what looks at each of them. Imports nothing of either edition."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone

from plant_itsm.domain.vocabulary import EventKind, LineStopStatus
from plant_itsm.ports import Record, Records
from plant_itsm.tests.contract_plant import SmallPlant

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=timezone.utc)
CLASSES, LINES, PARTS = 10, 50, 100
STOPS_SHARE = 0.2
"""The share of CIs that have broken down, one to five times each."""


def make_plant(records: Records, cis: int, prefix: str) -> None:
	"""CIs of ten classes on fifty lines, each with a price; parts for classes and for single CIs, and their units."""
	dice, plant = random.Random(1), SmallPlant(records, prefix)
	with records.transaction():
		lines = [plant.line(f"Line {number}") for number in range(LINES)]
		for line in lines:
			plant.cost_model(line)
		classes = [_ci_class(plant, number) for number in range(CLASSES)]
		names = [plant.named(f"CI {number:05}") for number in range(cis)]
		_add(records, "OT CI", [_ci(plant, name, lines, classes, dice) for name in names])
		broken = dice.sample(names, int(cis * STOPS_SHARE))
		_add(records, "Line Stop", [one for ci in broken for one in _stops(plant, ci, dice)])
		for number in range(PARTS):
			fit = {"ci_class": classes[number % CLASSES]} if number % 2 else {"ci": names[number]}
			_part(plant, number, fit)


def _add(records: Records, doctype: str, rows: list[Record]) -> None:
	records.insert_drafts(doctype, [records.draft(doctype, row) for row in rows])


def _ci_class(plant: SmallPlant, number: int) -> str:
	layer = "Plant & Cloud Infrastructure"
	values = {"class_name": plant.named(f"Class {number}"), "service_layer": layer, "ci_type": "OT CI"}
	return str(plant.records.insert("CI Class", values)["name"])


def _ci(plant: SmallPlant, name: str, lines: list[str], classes: list[str], dice: random.Random) -> Record:
	return {
		"ci_name": name,
		"ci_class": dice.choice(classes),
		"plant_site": plant.site,
		"production_line": dice.choice(lines),
		"line_effect": "Stops Line",
		"commissioned_on": NOW.date() - timedelta(days=dice.randrange(400, 5_000)),
		"end_of_life_on": NOW.date() + timedelta(days=dice.randrange(-700, 1_500)),
	}


def _stops(plant: SmallPlant, ci: str, dice: random.Random) -> list[Record]:
	count = dice.randint(1, 5)
	days = sorted(dice.sample(range(1, 1_000), count))
	onsets = [NOW - timedelta(days=day) for day in days]
	return [
		{
			"title": f"{ci} has stopped",
			"kind": EventKind.LINE_STOP,
			"status": LineStopStatus.ENDED,
			"root_ci": ci,
			"onset": onset,
			"detected_at": onset,
			"ended_at": onset + timedelta(hours=dice.randint(1, 8)),
		}
		for onset in onsets
	]


def _part(plant: SmallPlant, number: int, fit: Record) -> None:
	values = {
		"part_name": plant.named(f"Part {number}"),
		"on_hand": number % 3,
		"lead_time_days": 10 + number % 30,
		"swap_minutes": 45,
		"fits": [fit],
	}
	part = plant.records.insert("Spare Part", values)["name"]
	for unit in range(2):
		tested = {"state": "Ready", "test_passed": 1, "tested_on": date(2026, 11, 1)}
		plant.records.insert(
			"Spare Unit", {"unit_name": plant.named(f"{number}-{unit}"), "spare_part": part, **tested}
		)
