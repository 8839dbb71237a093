"""One root, one incident: whoever reports first, one P1 with three lines and 11,400 EUR per hour."""

from __future__ import annotations

import random
import shutil

import pytest

from plant_itsm.services import incident_clock
from plant_itsm.services.oee import refresh
from tests.services.cell import LINES, ROBOTS, SWITCH, Cell, add_robots, settings
from tests.services.conftest import Plant


@pytest.fixture(scope="module")
def plant_file(tmp_path_factory):
	"""The plant with its robots, made once."""
	path = tmp_path_factory.mktemp("cell") / "plant.sqlite"
	plant = Plant(path)
	add_robots(plant.records)
	plant.records.close()
	return path


@pytest.fixture
def cell(plant_file, tmp_path):
	plant = Plant(shutil.copy(plant_file, tmp_path), is_loaded=True)
	yield Cell(plant)
	plant.records.close()


def assert_one_incident(cell):
	(incident,) = cell.incidents()
	assert incident["root_ci"] == SWITCH
	assert cell.parts_of(SWITCH) == ROBOTS
	assert (incident["units_per_shift"], str(incident["cost_per_hour"])) == (720, "11400.00")
	assert [row["production_line"] for row in incident["incident_lines"] or incident["lines"]] == LINES
	(ticket,) = cell.open_tickets()
	assert (ticket["plant_line_stop"], ticket["priority"]) == (incident["name"], "P1")
	assert (ticket["plant_units_per_shift"], str(ticket["plant_cost_per_hour"])) == (720, "11400.00")


def test_the_switch_first(cell):
	cell.report(SWITCH)
	cell.report(*ROBOTS)
	assert_one_incident(cell)
	assert cell.records.count("HD Ticket") == 1


def test_the_robots_first_in_one_batch(cell):
	cell.report(*ROBOTS)
	(group,) = cell.incidents()
	assert (group["root_ci"], group["suspected_root_ci"]) == (ROBOTS[0], SWITCH)
	(ticket,) = cell.open_tickets()
	assert ticket["plant_suspected_root_ci"] == SWITCH
	assert str(ticket["plant_cost_per_hour"]) == "11400.00"
	cell.report(SWITCH)
	assert_one_incident(cell)


@pytest.mark.parametrize("seed", range(2))
def test_in_any_order_one_by_one(cell, seed):
	order = random.Random(seed).sample([*ROBOTS, SWITCH], 41)
	for ci in order:
		cell.report(ci)
		cell.plant.clock.move(0.2)
	assert_one_incident(cell)


def test_in_one_order_with_nothing_delivered_before_the_end(cell):
	posted = [*cell.report(*ROBOTS[:20], deliver=False), *cell.report(SWITCH, *ROBOTS[20:], deliver=False)]
	cell.plant.deliver(posted)
	assert_one_incident(cell)
	assert cell.records.count("HD Ticket") == 1


def test_merged_tickets_keep_their_history_and_tell_where_the_work_goes_on(cell):
	cell.report(ROBOTS[0])
	(first,) = cell.open_tickets()
	words = {
		"reference_ticket": first["name"],
		"commented_by": "romy@plant.example",
		"content": "Gripper is hot.",
	}
	cell.records.insert("HD Ticket Comment", words)
	cell.report(SWITCH)
	(ticket,) = cell.open_tickets()
	merged = cell.records.get("HD Ticket", first["name"])
	assert (merged["status"], merged["is_merged"], merged["merged_with"]) == ("Closed", True, ticket["name"])
	assert "Gripper is hot." in cell.comments_on(merged)
	assert "Gripper is hot." in cell.comments_on(ticket)
	assert any(f"#{ticket['name']}" in text for text in cell.comments_on(merged))
	assert any(f"#{first['name']}" in text for text in cell.comments_on(ticket))


def test_each_part_ends_with_its_own_signal_and_the_incident_with_the_last(cell):
	cell.report(SWITCH, *ROBOTS)
	cell.plant.clock.move(600)
	cell.report(*ROBOTS[:10], up=True)
	assert {cell.stop_of(robot)["status"] for robot in ROBOTS[:10]} == {"Ended"}
	assert cell.stop_of(SWITCH)["incident_ended_at"] is None
	cell.report(SWITCH, up=True)
	cell.plant.clock.move(20)
	cell.report(*ROBOTS[10:], up=True)
	root = cell.stop_of(SWITCH)
	assert (root["status"], root["parts_due_at"]) == ("Ended", None)
	assert root["incident_ended_at"] == max(cell.stop_of(robot)["ended_at"] for robot in ROBOTS)
	(ticket,) = cell.open_tickets()
	reports = [text for text in cell.comments_on(ticket) if "ended after" in text]
	assert len(reports) == 1
	assert "10 min 20 s" in reports[0]


def test_parts_that_outlast_their_root_become_an_incident_of_their_own(cell):
	cell.report(SWITCH, *ROBOTS)
	cell.plant.clock.move(300)
	cell.report(SWITCH, up=True)
	cell.report(*ROBOTS[2:], up=True)
	cell.wait(30)
	assert cell.incidents() == []
	cell.wait(31)
	own = cell.incidents()
	assert [stop["root_ci"] for stop in own] == ROBOTS[:2]
	assert {stop["priority"] for stop in own} == {"P1"}
	assert {ticket["plant_root_ci"] for ticket in cell.open_tickets()} == {SWITCH, *ROBOTS[:2]}
	ended = cell.stop_of(SWITCH)
	assert ended["incident_ended_at"] == cell.stop_of(ROBOTS[-1])["ended_at"]
	(ticket,) = cell.records.find("HD Ticket", {"plant_line_stop": ended["name"]})
	assert sum("ended after" in text for text in cell.comments_on(ticket)) == 1


def test_the_tick_does_what_time_brings_while_no_drain_runs(cell):
	cell.report(SWITCH, *ROBOTS[:2])
	cell.report(SWITCH, up=True)
	assert incident_clock.pass_time(cell.plant.ports) == []
	cell.plant.clock.move(61)
	delivered = incident_clock.pass_time(cell.plant.ports)
	assert {cell.stop_of(robot)["name"] for robot in ROBOTS[:2]} <= set(delivered)
	assert {stop["root_ci"] for stop in cell.incidents()} == set(ROBOTS[:2])
	assert incident_clock.pass_time(cell.plant.ports) == []


def test_a_ticket_that_was_merged_opens_again_when_its_stop_outlasts_the_root(cell):
	cell.report(ROBOTS[0])
	(first,) = cell.open_tickets()
	cell.report(SWITCH)
	cell.report(SWITCH, up=True)
	cell.wait(61)
	again = cell.records.get("HD Ticket", first["name"])
	assert (again["status"], again["is_merged"], again["merged_with"]) == ("Open", False, None)
	assert "incident of its own again" in cell.comments_on(again)[-1]


def test_the_priority_and_the_money_move_with_the_lines(cell):
	cell.records.update("Priority Rule", "Line stop", {"cost_per_hour_from": 5000, "currency": "EUR"})
	cell.records.insert("Priority Rule", {"rule_name": "Small stop", "position": 150, "priority": "P2"})
	drain = cell.robots = cell.plant.drain()
	assert drain
	cell.report(ROBOTS[0])
	(ticket,) = cell.open_tickets()
	assert (ticket["priority"], str(ticket["plant_cost_per_hour"])) == ("P2", "3800.00")
	cell.report(*ROBOTS[1:])
	(ticket,) = cell.open_tickets()
	assert (ticket["priority"], str(ticket["plant_cost_per_hour"])) == ("P1", "11400.00")
	(told,) = cell.comments_on(ticket)
	for part in (
		"11,400.00 EUR per hour, before: 240 units per shift, 3,800.00 EUR per hour",
		"Priority P2 → P1: P1 because of rule Line stop: line stop, ≥ 5,000.00 EUR per hour",
		"Suspected root: SW-L3-043",
	):
		assert part in told


def test_people_of_a_line_that_comes_in_later_are_told_and_nobody_twice(cell):
	cell.records.update(
		"Production Line",
		LINES[1],
		{"responsibles": [{"role": "Plant IT", "user": "ingo.it@demo-plant.example"}]},
	)
	cell.records.update(
		"Production Line",
		LINES[0],
		{"responsibles": [{"role": "Robot Maintenance", "user": "romy.robotics@demo-plant.example"}]},
	)
	cell.report(ROBOTS[0])
	cell.report(*ROBOTS[1:])
	told = [user for notice in cell.plant.notifier.notices for user in notice.users]
	assert len(told) == len(set(told)) == 3


def test_few_failures_that_nothing_silent_explains_well_stay_apart(cell):
	cell.report(*ROBOTS[:5])  # of fifty CIs behind the switch: more likely five faults than one switch
	assert len(cell.incidents()) == 5
	assert len(cell.open_tickets()) == 5


def test_no_root_is_suspected_where_the_plant_does_not_want_it(cell):
	settings(cell.records, suspected_root_from=0)
	cell.robots = cell.plant.drain()
	cell.report(*ROBOTS)
	assert len(cell.incidents()) == 40


class TestMicroStops:
	@pytest.fixture(autouse=True)
	def _limit(self, cell):
		settings(cell.records, micro_stop_below_seconds=30, reopen_within_seconds=0)
		cell.robots, cell.switch = cell.plant.drain(), cell.plant.drain("Line Controller")

	def test_a_stop_that_ends_before_is_counted_and_never_ticketed(self, cell):
		cell.report(ROBOTS[0])
		cell.plant.clock.move(10)
		cell.report(ROBOTS[0], up=True)
		cell.wait(25)
		stop = cell.stop_of(ROBOTS[0])
		assert (stop["micro_stop"], stop["status"], stop["hd_ticket"]) == (True, "Ended", None)
		assert stop["duration_seconds"] == pytest.approx(10, abs=0.01)
		assert cell.records.count("HD Ticket") == 0
		assert cell.plant.notifier.notices == []
		assert cell.records.count("Outbox Entry", {"status": "Pending"}) == 0

	def test_each_line_of_a_micro_stop_is_to_be_computed_anew_when_its_last_part_has_ended(self, cell):
		cell.report(SWITCH, ROBOTS[0])
		cell.plant.clock.move(5)
		cell.report(SWITCH, up=True)
		refresh(cell.plant.ports)  # until now it counts as a breakdown
		cell.plant.clock.move(5)
		cell.report(ROBOTS[0], up=True)
		assert cell.stop_of(SWITCH)["micro_stop"] is True
		for line in LINES:
			assert cell.records.get("Line OEE State", line)["changed_since"] is not None, line

	def test_a_stop_that_lasts_has_its_ticket_when_the_limit_is_over(self, cell):
		cell.report(ROBOTS[0])
		assert cell.open_tickets() == []
		assert cell.robots.next_due() is not None
		cell.wait(31)
		assert len(cell.open_tickets()) == 1
		assert cell.stop_of(ROBOTS[0])["micro_stop"] is False
		assert cell.robots.next_due() is None

	def test_a_line_has_a_limit_of_its_own(self, cell):
		cell.records.update(
			"Production Line", LINES[0], {"own_micro_stop_limit": True, "micro_stop_below_seconds": 0}
		)
		cell.report(ROBOTS[0], ROBOTS[1])
		assert [ticket["plant_root_ci"] for ticket in cell.open_tickets()] == [ROBOTS[0]]

	def test_a_restarted_drain_knows_what_waits(self, cell):
		cell.report(ROBOTS[0])
		cell.robots = cell.plant.drain()
		cell.wait(31)
		assert len(cell.open_tickets()) == 1
