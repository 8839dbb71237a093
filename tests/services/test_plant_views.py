"""What screens show of the seed's plant: pictures, what-if, layers, tree, and a fault that somebody reports."""

from datetime import timedelta

import pytest

from plant_itsm.domain.cmdb import CI, LINE, SEGMENT, Node
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.vocabulary import FaultEffect, ServiceLayer
from plant_itsm.services.equipment_tree import SITE, branch
from plant_itsm.services.fault_reports import FaultReport, report_fault
from plant_itsm.services.graph_views import picture_of
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.labels import note_printed
from plant_itsm.services.service_layers import service_layers
from plant_itsm.services.what_if import what_if
from tests.services.conftest import START

SWITCH = Node(CI, "SW-L3-043")


@pytest.fixture
def model(plant):
	return ImpactModel(plant.records)


def test_the_failure_of_the_switch_takes_three_lines_and_the_picture_shows_how(plant, model):
	picture = picture_of(plant.records, model, SWITCH, 1, 120, is_failing=True).as_json()
	lines = [node for node in picture["nodes"] if node["kind"] == LINE]
	assert [(line["name"], line["affected"]) for line in sorted(lines, key=lambda node: node["name"])] == [
		(f"Assembly Line {number}", "Stopped") for number in (3, 4, 5)
	]
	on_way = {(edge["source"], edge["target"]) for edge in picture["edges"] if edge["on_way"]}
	assert ("OT CI/SW-L3-043", "Network Segment/VLAN 143") in on_way
	assert ("OT CI/AR-042", "Production Line/Assembly Line 3") in on_way


def test_two_hours_without_the_switch_cost_what_two_hours_of_three_lines_cost(plant, model):
	outage = what_if(plant.records, model, SWITCH, START, timedelta(hours=2)).as_json()
	assert outage["cost_per_hour"] == {"amount": "11400.00", "currency": "EUR"}
	assert outage["outage_cost"] == {"amount": "22800.00", "currency": "EUR"}


def test_a_line_that_stands_costs_by_itself(plant, model):
	outage = what_if(
		plant.records, model, Node(LINE, "Assembly Line 3"), START, timedelta(minutes=30)
	).as_json()
	assert [(line["line"], line["path"]) for line in outage["lines"]] == [("Assembly Line 3",) * 2]
	assert outage["outage_cost"]["amount"] == "1900.00"


@pytest.mark.parametrize("node", [Node(LINE, "Line 99"), Node(CI, "AR-999"), Node(SEGMENT, "VLAN 143")])
def test_what_cannot_fail_is_told_so(plant, model, node):
	with pytest.raises(MissingRecordError, match=node.name):
		what_if(plant.records, model, node, START, timedelta(hours=1))


def test_the_layers_hold_each_ci_once(plant):
	layers = service_layers(plant.records, ["Demo Plant"])
	assert list(layers) == list(ServiceLayer)
	counts = [sum(in_use.count for in_use in classes) for classes in layers.values()]
	assert sum(counts) == plant.records.count(CI) == 13
	assert counts[-1] == 9


def test_the_tree_reaches_every_ci_once(plant):
	found, waiting = [], [None]
	while waiting:
		for leaf in branch(plant.records, waiting.pop()).nodes:
			found.append(leaf.node)
			assert leaf.may_open == bool(branch(plant.records, leaf.node).nodes)
			waiting.append(leaf.node)
	names = [node.name for node in found if node.kind == CI]
	assert sorted(names) == sorted(row["name"] for row in plant.records.find(CI))
	assert found[0] == Node(SITE, "Demo Plant")


def test_a_reported_fault_is_a_ticket_that_names_ci_line_and_words(plant, model):
	report = FaultReport("AR-042", "Gripper <leaks>", FaultEffect.STANDS, "romy.robotics@demo-plant.example")
	with plant.records.transaction():
		ticket = plant.records.get("HD Ticket", report_fault(plant.ports, model, report))
	assert (ticket["plant_root_ci"], ticket["plant_production_line"]) == ("AR-042", "Assembly Line 3")
	assert (ticket["priority"], ticket["plant_line_stop"]) == ("P1", None)
	assert "Gripper &lt;leaks&gt;" in ticket["description"]
	assert "240 units per shift" in ticket["description"]
	assert "EUR" not in ticket["description"]


def test_a_fault_of_nothing_and_one_without_words_are_refused(plant, model):
	for ci, text, error in (("AR-999", "x", MissingRecordError), ("AR-042", " ", InvalidRecordError)):
		with pytest.raises(error):
			report_fault(plant.ports, model, FaultReport(ci, text, FaultEffect.RUNS, "romy@plant.example"))
	assert plant.records.count("HD Ticket") == 0


def test_a_printed_label_is_kept_with_its_moment(plant):
	note_printed(plant.records, ["AR-042"], START)
	assert plant.records.get(CI, "AR-042")["label_printed_on"] == START
