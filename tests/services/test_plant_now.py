"""The lines of the seed's plant as they stand."""

from datetime import timedelta
from decimal import Decimal

from plant_itsm.domain.money import Money
from plant_itsm.domain.plant_now import Standing
from plant_itsm.services.plant_now import cost_per_hour_of, plant_now

LINES = ["Assembly Line 3", "Assembly Line 4", "Assembly Line 5"]


def now_of(plant, lines=LINES):
	found = plant_now(plant.records, plant.clock.now(), lines)
	return {line.line: line for line in found}


def test_lines_that_run_as_planned(plant):
	lines = now_of(plant)
	assert set(lines) == set(LINES)
	assert {line.standing.standing for line in lines.values()} <= {Standing.RUNNING, Standing.NOT_PLANNED}
	assert cost_per_hour_of(lines.values()) == []


def test_a_stopped_line_comes_first_with_its_money_and_its_incident(plant):
	(stop,) = plant.drain().process([plant.state("OFFLINE")])
	plant.clock.move(1800)
	first, *others = plant_now(plant.records, plant.clock.now(), LINES)
	assert (first.line, first.standing.standing, first.standing.stop) == (
		"Assembly Line 3",
		Standing.STOPPED,
		stop,
	)
	assert first.cost_per_hour == Money(Decimal(3800), "EUR")
	assert first.cost_so_far == Money(Decimal("1900.00"), "EUR")
	assert first.incident["name"] == stop
	assert not [line for line in others if line.incident]
	assert cost_per_hour_of([first, *others]) == [Money(Decimal(3800), "EUR")]
	told = first.as_json()
	assert told["cost_so_far"] == {"amount": "1900.00", "currency": "EUR"}
	assert told["incident"]["root_ci"] == "AR-042"


def test_only_the_lines_that_are_asked_for(plant):
	plant.drain().process([plant.state("OFFLINE")])
	assert list(now_of(plant, LINES[1:2])) == LINES[1:2]


def test_a_line_stands_right_again_when_its_stop_has_ended(plant):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE")])
	plant.clock.move(60)
	drain.process([plant.state("RUNNING")])
	assert not [line for line in now_of(plant).values() if line.incident]


def test_a_flood_is_read_once_for_all_lines(plant, monkeypatch):
	"""What is read of stops grows neither with the lines nor with what is open."""
	plant.drain().process([plant.state("OFFLINE")])
	plant.clock.move(1800)
	few = _finds_of_stops(plant, monkeypatch)
	(stop,) = plant.records.find("Line Stop")
	stop = plant.records.get("Line Stop", stop["name"])
	(row, *_) = stop["lines"]
	for number in range(30):
		onset = stop["onset"] - timedelta(minutes=number)
		rows = [{**row, "production_line": LINES[number % len(LINES)]}]
		flood = {"name": None, "open_key": None, "hd_ticket": None, "onset": onset, "lines": rows}
		plant.records.insert(
			"Line Stop", {**stop, **flood, "cost_parts": [], "steps": [], "incident_lines": []}
		)
	assert _finds_of_stops(plant, monkeypatch) <= few + 6


def _finds_of_stops(plant, monkeypatch):
	"""What is asked of stops and of their lines; a further stretch of time takes six questions."""
	asked = []
	find = plant.records.find
	with monkeypatch.context() as patch:
		patch.setattr(
			plant.records,
			"find",
			lambda doctype, *args, **more: asked.append(doctype) or find(doctype, *args, **more),
		)
		now_of(plant)
	return len([doctype for doctype in asked if doctype in ("Line Stop", "Line Stop Line")])
