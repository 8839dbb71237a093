"""Capital Assets: proposals by kind, what is refused, schedules of components, units of production by output."""

from datetime import date
from decimal import Decimal

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.months import Month
from plant_itsm.services.capital_assets import DOCTYPE, schedules
from plant_itsm.services.plants import load_plant, load_vocabulary, plant_folder


@pytest.fixture
def site(plant):
	load_vocabulary(plant.records)
	load_plant(plant.records, plant_folder("seed") / "costs")
	return plant.records


def component(name="Arm", **more):
	values = {"component": name, "cost": Decimal("12000.00"), "available_on": date(2026, 1, 1)}
	return {**values, "method": "Straight Line", "life_months": 12, **more}


def asset(**more):
	values = {
		"asset_name": "Welding robot 7",
		"asset_kind": "Production machines and robots",
		"plant_site": "Demo Plant",
		"production_line": "Line A",
		"currency": "EUR",
		"components": [component()],
	}
	return {**values, **more}


def test_the_guidance_of_its_kind_proposes_and_explains(site):
	robot = site.insert(DOCTYPE, asset())
	assert robot["spend_type"] == "CapEx"
	assert "capitalise each significant component" in robot["guidance"]
	assert robot["guidance"].endswith("Usual life 8 to 15 years.")
	own_choice = site.insert(DOCTYPE, asset(asset_name="Small tool", spend_type="OpEx"))
	assert (own_choice["spend_type"], own_choice["guidance"][:6]) == ("OpEx", "CapEx.")


def test_a_kind_that_may_be_either_is_chosen_by_a_person(site):
	with pytest.raises(InvalidRecordError, match=r"may be CapEx or OpEx\. A perpetual licence .* Choose"):
		site.insert(DOCTYPE, asset(asset_kind="MES software"))
	assert site.insert(DOCTYPE, asset(asset_kind="MES software", spend_type="CapEx"))["spend_type"] == "CapEx"


@pytest.mark.parametrize(
	("change", "text"),
	[
		({"components": [component(life_months=-3)]}, "life of -3 months is not above 0"),
		(
			{"components": [component(residual=Decimal("12000.01"))]},
			"must lie between 0 and the cost 12000.00",
		),
		({"components": [component(), component()]}, "component Arm is named 2 times"),
		({"cost_pool": "Corporate IT"}, "names both a production line and a cost pool"),
		({"production_line": None}, "names no cost object"),
		(
			{"revisions": [{"component": "Leg", "revised_on": date(2026, 3, 1), "life_months_left": 5}]},
			"'Leg' is revised but no component of it. Choose one of: Arm",
		),
		(
			{"revisions": [{"component": "Arm", "revised_on": date(2025, 3, 1), "life_months_left": 5}]},
			"does not lie after the day",
		),
	],
)
def test_what_cannot_be_is_refused(site, change, text):
	with pytest.raises(InvalidRecordError, match=text):
		site.insert(DOCTYPE, asset(**change))
	assert not site.find(DOCTYPE)


def test_a_replaced_component_leaves_and_its_successor_depreciates_apart(site):
	old = component("Drive", disposed_on=date(2026, 7, 1))
	new = component("Drive 2", available_on=date(2026, 7, 1), cost=Decimal("6000.00"))
	robot = site.insert(DOCTYPE, asset(components=[old, new]))
	found = {one.name: lines for one, lines in schedules(site, robot, Month(2027, 12))}
	gone = found["Drive"]
	assert sum(line.depreciation for line in gone) == Decimal("6000.00")
	assert (gone[-1].month, gone[-1].disposal) == (Month(2026, 7), Decimal("6000.00"))
	assert found["Drive 2"][0].month == Month(2026, 7)
	assert [line.depreciation for line in found["Drive 2"]] == [Decimal("500.00")] * 12


def test_a_change_of_estimate_works_from_its_day_on(site):
	revision = {
		"component": "Arm",
		"revised_on": date(2026, 7, 1),
		"life_months_left": 2,
		"impairment": Decimal("1000.00"),
	}
	robot = site.insert(DOCTYPE, asset(revisions=[revision]))
	[(_component, lines)] = schedules(site, robot, Month(2027, 12))
	assert [line.depreciation for line in lines] == [Decimal(1000)] * 6 + [Decimal(2500)] * 2
	assert lines[6].impairment == Decimal("1000.00")


def test_units_of_production_follow_the_output_of_the_line(site):
	for number, units in ((1, 300), (2, 100)):
		values = {"production_line": "Line A", "month": date(2028, number, 1), "good_units": units}
		site.insert("Production Output", values)
	press = component(
		method="Units of Production", units=1000, available_on=date(2028, 1, 1), life_months=None
	)
	robot = site.insert(DOCTYPE, asset(components=[press]))
	[(_component, lines)] = schedules(site, robot, Month(2028, 3))
	assert [line.depreciation for line in lines] == [Decimal(3600), Decimal(1200), Decimal(0)]
