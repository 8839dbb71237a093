"""Single points of failure: ranked by money per hour at risk, redundancy taken into account and shown."""

from datetime import date
from decimal import Decimal

from plant_itsm.domain.cmdb import ConfigurationItem, ProductionLine, Relation, build_cmdb
from plant_itsm.domain.cost_models import CostModel, HourlyRates
from plant_itsm.domain.impact import impact_of
from plant_itsm.domain.line_feeds import LineFeed
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.single_points import single_points_of_failure
from plant_itsm.domain.vocabulary import FailureTravel, LineEffect
from tests.plants_generated import generated_plant

DAYS = {"Plant": date(2026, 6, 1)}
LINES = [ProductionLine(name, "Plant", 240) for name in ("L1", "L2", "L3")]


def needs(source, target):
	return Relation(source, "depends on", target, FailureTravel.TARGET_TO_SOURCE)


def model(line, amount, currency="EUR"):
	return CostModel(f"{line} model", line, date(2026, 1, 1), None, currency, HourlyRates(Decimal(amount)))


def plant(groups=()):
	items = [
		ConfigurationItem("R1", "Robot", "L1"),
		ConfigurationItem("R2", "Robot", "L2"),
		ConfigurationItem("Label", "Printer", "L2", LineEffect.DEGRADES),
		ConfigurationItem("A", "Server"),
		ConfigurationItem("B", "Server"),
		ConfigurationItem("Alone", "Server"),
	]
	relations = [needs("R1", "A"), needs("R1", "B"), needs("R2", "B"), needs("Label", "A")]
	return build_cmdb(items, relations, [], LINES, groups, [LineFeed("L2", "L3", 1800.0)])


MODELS = [model("L1", 3800), model("L2", 1000), model("L3", 500)]


def ranked(cmdb, models=MODELS, most=50):
	return single_points_of_failure(cmdb, models, DAYS, most)


def test_the_ranking_is_by_money_after_the_buffers_and_shows_what_it_costs_now():
	points = ranked(plant())
	assert [(point.ci, str(point.risk.cost_per_hour)) for point in points] == [
		("B", "5,300.00 EUR"),
		("A", "3,800.00 EUR"),
		("R1", "3,800.00 EUR"),
		("R2", "1,500.00 EUR"),
		("Label", "None"),
	]
	assert points[0].risk.stops == {"L1": 0.0, "L2": 0.0, "L3": 1800.0}
	assert str(points[0].risk.cost_per_hour_now) == "4,800.00 EUR"
	assert (points[0].ci_class, points[0].risk.units_per_shift) == ("Server", 720)
	assert points[1].risk.degraded == ("L2",)
	assert [point.ci for point in ranked(plant(), most=2)] == ["B", "A"]


def test_what_a_group_covers_is_no_risk_and_the_group_is_shown():
	points = {
		point.ci: point for point in ranked(plant([RedundancyGroup("Servers", ("A", "B"), 1, cis=("R1",))]))
	}
	assert points["B"].risk.stops == {"L2": 0.0, "L3": 1800.0}
	assert points["B"].redundancy == ("Servers: 1 of 2 needed",)
	assert points["A"].risk.stops == {}
	assert points["A"].risk.degraded == ("L2",)
	assert points["R1"].redundancy == ()
	assert "Alone" not in points


def test_currencies_are_ranked_apart_and_a_missing_price_is_said():
	points = ranked(plant(), [model("L1", 9, "USD"), model("L2", 1000)])
	costs = {point.ci: point.risk.cost_per_hour for point in points}
	assert costs["B"] is None
	assert [point.ci for point in points] == ["R2", "A", "R1", "B", "Label"]
	assert any("no total" in reason for reason in {p.ci: p for p in points}["B"].risk.not_priced)
	assert points[0].risk.not_priced == ("L3: not priced: no cost model valid on 2026-06-01",)


def test_each_point_costs_what_its_impact_costs():
	cmdb = generated_plant(1_000)
	models = [model(line, 1000 + place) for place, line in enumerate(cmdb.lines)]
	points = ranked(cmdb, models, most=10**6)
	assert len(points) > 100
	for point in points[::20]:
		impact = impact_of(cmdb, models, [point.ci], DAYS)
		assert point.risk.cost_per_hour == impact.cost_per_hour
		assert point.risk.cost_per_hour_now == impact.cost_per_hour_now
		assert point.risk.units_per_shift == impact.units_per_shift
