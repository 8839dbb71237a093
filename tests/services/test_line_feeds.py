"""Buffers between lines: what a stop upstream costs downstream, from the signal to the end of the stop."""

from datetime import timedelta

from tests.services.conftest import START

UPSTREAM, DOWNSTREAM = "Assembly Line 3", "Assembly Line 4"


def test_a_line_behind_a_buffer_costs_from_when_the_buffer_is_empty(plant):
	feed = {"from_line": UPSTREAM, "to_line": DOWNSTREAM, "buffer_minutes": 30.0}
	plant.records.insert("Line Feed", feed)
	drain = plant.drain()
	(name,) = drain.process([plant.state("OFFLINE", ts=START)])
	opened = plant.records.get("Line Stop", name)
	rows = {row["production_line"]: row["reached_after_seconds"] for row in opened["lines"]}
	assert rows == {UPSTREAM: 0.0, DOWNSTREAM: 1800.0}
	assert (
		"7,600.00 EUR per hour once the buffers are empty, 3,800.00 EUR until then" in opened["description"]
	)
	assert f"<b>{DOWNSTREAM}</b> stopped after 30 min 00 s" in opened["description"]
	plant.clock.move(7260)
	(name,) = drain.process([plant.state("RUNNING", ts=START + timedelta(hours=2))])
	ended = plant.records.get("Line Stop", name)
	costs = {row["production_line"]: str(row["cost"]) for row in ended["lines"]}
	assert costs == {UPSTREAM: "7600.00", DOWNSTREAM: "5700.00"}
	assert str(ended["cost"]) == "13300.00"
