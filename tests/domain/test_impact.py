"""Impact: exact through any depth, over cycles, priced by the model of the day."""

from datetime import date
from decimal import Decimal

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.cmdb import (
	CI,
	LINE,
	ConfigurationItem,
	Node,
	ProductionLine,
	Relation,
	Segment,
	build_cmdb,
)
from plant_itsm.domain.cost_models import CostModel, HourlyRates
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.impact import impact_of
from plant_itsm.domain.money import Money
from plant_itsm.domain.vocabulary import FailureTravel, LineEffect, LineState

DAY = date(2026, 6, 1)
DAYS = {"Plant": DAY}


def line(name, units=240):
	return ProductionLine(name=name, plant_site="Plant", units_per_shift=units, product="SUV")


def part_of(source, target):
	return Relation(source, "part of", target, FailureTravel.SOURCE_TO_TARGET)


def model(line_name, amount="3800", currency="EUR", valid_from=date(2026, 1, 1), valid_to=None):
	rates = HourlyRates(Decimal(amount))
	return CostModel(f"{line_name} {valid_from}", line_name, valid_from, valid_to, currency, rates)


def test_a_component_stops_the_line_of_its_machine_and_the_path_says_how():
	cmdb = build_cmdb(
		[ConfigurationItem("PLC"), ConfigurationItem("Robot", production_line="L3")],
		[part_of("PLC", "Robot")],
		[],
		[line("L3")],
	)
	impact = impact_of(cmdb, [model("L3")], ["PLC"], DAYS)
	assert [found.line.name for found in impact.lines] == ["L3"]
	assert impact.lines[0].path == "PLC → Robot → L3"
	assert impact.affected_cis == ("Robot",)
	assert impact.units_per_shift == 240
	assert impact.cost_per_hour == Money(Decimal(3800), "EUR")


def test_a_switch_takes_every_member_of_its_segment_along():
	robots = [ConfigurationItem(f"R{n}", production_line=f"L{n}") for n in (3, 4, 5)]
	cmdb = build_cmdb(
		[*robots, ConfigurationItem("SW")],
		[],
		[Segment("VLAN 143", ("SW",), ("SW", "R3", "R4", "R5"))],
		[line(f"L{n}") for n in (3, 4, 5)],
	)
	impact = impact_of(cmdb, [model(f"L{n}") for n in (3, 4, 5)], ["SW"], DAYS)
	assert impact.affected_cis == ("R3", "R4", "R5")
	assert impact.cost_per_hour == Money(Decimal(11400), "EUR")


def test_a_line_that_is_both_degraded_and_stopped_is_stopped_by_the_way_that_stops_it():
	cmdb = build_cmdb(
		[
			ConfigurationItem("Edge"),
			ConfigurationItem("MES", production_line="L3", line_effect=LineEffect.DEGRADES),
			ConfigurationItem("Cell"),
			ConfigurationItem("Robot", production_line="L3"),
		],
		[part_of("Edge", "MES"), part_of("Edge", "Cell"), part_of("Cell", "Robot")],
		[],
		[line("L3")],
	)
	(found,) = impact_of(cmdb, [model("L3")], ["Edge"], DAYS).lines
	assert found.state == LineState.STOPPED
	assert found.path == "Edge → Cell → Robot → L3"
	(degraded,) = impact_of(cmdb, [model("L3")], ["MES"], DAYS).lines
	assert degraded.state == LineState.DEGRADED
	assert (degraded.units_blocked_per_shift, degraded.cost_per_hour) == (0, None)


def test_a_stop_is_priced_with_the_model_of_its_day_and_says_when_there_is_none():
	cmdb = build_cmdb([ConfigurationItem("R", production_line="L3")], [], [], [line("L3")])
	models = [
		model("L3", "3000", valid_to=date(2026, 5, 31)),
		model("L3", "3800", valid_from=DAY),
	]
	assert impact_of(cmdb, models, ["R"], {"Plant": date(2026, 5, 31)}).cost_per_hour == Money(
		Decimal(3000), "EUR"
	)
	assert impact_of(cmdb, models, ["R"], DAYS).cost_per_hour == Money(Decimal(3800), "EUR")
	unpriced = impact_of(cmdb, models, ["R"], {"Plant": date(2025, 12, 31)})
	assert unpriced.cost_per_hour is None
	assert unpriced.not_priced == ("L3: not priced: no cost model valid on 2025-12-31",)
	assert unpriced.units_per_shift == 240


def test_currencies_are_never_added():
	cmdb = build_cmdb(
		[ConfigurationItem("R", production_line="L3"), ConfigurationItem("S", production_line="L4")],
		[],
		[],
		[line("L3"), line("L4")],
	)
	impact = impact_of(cmdb, [model("L3"), model("L4", currency="USD")], ["R", "S"], DAYS)
	assert impact.cost_per_hour is None
	assert "EUR" in impact.not_priced[0]
	assert "USD" in impact.not_priced[0]


def test_an_unknown_ci_is_named():
	cmdb = build_cmdb([], [], [], [])
	with pytest.raises(MissingRecordError, match="'AR-999'"):
		impact_of(cmdb, [], ["AR-999"], DAYS)


TRAVELS = st.sampled_from(list(FailureTravel))
NAMES = [f"CI{n}" for n in range(12)]
RELATIONS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), TRAVELS), max_size=30)


@given(RELATIONS, st.sets(st.sampled_from(NAMES), min_size=1, max_size=3))
def test_the_affected_cis_are_the_descendants_in_any_graph_with_cycles(relations, failed):
	items = [ConfigurationItem(name, production_line=f"L{index % 4}") for index, name in enumerate(NAMES)]
	cmdb = build_cmdb(
		items,
		[Relation(source, "r", target, travels) for source, target, travels in relations],
		[],
		[line(f"L{n}") for n in range(4)],
	)
	impact = impact_of(cmdb, [model(f"L{n}") for n in range(4)], failed, DAYS)
	reached = set().union(*(nx.descendants(cmdb.failures, Node(CI, name)) for name in failed))
	assert set(impact.affected_cis) == {node.name for node in reached if node.kind == CI} - failed
	lines = {node.name for node in reached if node.kind == LINE}
	assert {found.line.name for found in impact.lines} == lines
	assert impact.cost_per_hour == Money(Decimal(3800) * len(lines), "EUR")
	for found in impact.lines:
		steps = found.path.split(" → ")
		assert steps[0] in failed
		assert len(steps) == len(set(steps))
