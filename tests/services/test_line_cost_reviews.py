"""Is the cost of a line justified by its output? The review of the seed's lines, and what a decision fixes."""

from datetime import date
from decimal import Decimal

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.services.cost_files import post_files
from plant_itsm.services.cost_ledger import post
from plant_itsm.services.line_cost_reviews import DOCTYPE
from plant_itsm.services.plants import load_plant, plant_folder

COSTS = plant_folder("seed") / "costs"


@pytest.fixture
def site(plant):
	load_plant(plant.records, COSTS)
	post_files(plant.records, COSTS / "entries")
	return plant.records


def of(line="Line C", **more):
	months = {"from_month": date(2026, 1, 1), "to_month": date(2026, 12, 1)}
	return {"production_line": line, **months, **more}


def test_line_c_is_reviewed_from_its_showback(site):
	found = site.insert(DOCTYPE, of())
	assert (found["plant_site"], found["verdict"]) == ("Demo Plant", "Not justified by its output")
	assert (found["amount"], found["good_units"], found["difference_percent"]) == (268_000, 239_286, 27.9)
	assert (found["cost_per_unit"], found["benchmark"]) == (Decimal("1.1200"), Decimal("0.8759"))
	assert [row["production_line"] for row in found["compared"]] == ["Line C", "Line A", "Line B"]
	assert found["compared"][0]["product"] == "Modules"
	assert sum(row["gap"] for row in found["categories"]) == found["gap"] == Decimal("58398.51")
	assert [row["change_percent"] for row in found["outputs"]] == [-20, -10, 0, 10, 20]
	assert "Cost per unit: 268000.00 / 239286 = 1.1200 EUR" in found["explanation"]


def test_a_decision_is_needed_and_fixes_the_figures(site):
	draft = site.insert(DOCTYPE, of())
	with pytest.raises(InvalidRecordError, match="nothing is decided"):
		site.update(DOCTYPE, draft["name"], {"docstatus": 1})
	decided = {"decision": "Lower the cost", "reason": "Tender the robot service", "docstatus": 1}
	site.update(DOCTYPE, draft["name"], decided)
	entry = {"posting_date": date(2026, 5, 1), "plant_site": "Demo Plant", "category": "IT infrastructure"}
	post(site, {**entry, "production_line": "Line A", "amount": Decimal(50_000), "currency": "EUR"})
	assert site.get(DOCTYPE, draft["name"])["benchmark"] == Decimal("0.8759")
	assert site.insert(DOCTYPE, of())["benchmark"] > Decimal("0.9")
	with pytest.raises(InvalidRecordError, match="it is submitted"):
		site.update(DOCTYPE, draft["name"], {"decision": "Accept the cost"})


def test_a_period_without_output_and_months_that_are_swapped(site):
	nothing = site.insert(DOCTYPE, of(from_month=date(2031, 1, 1), to_month=date(2031, 2, 1)))
	assert (nothing["verdict"], nothing["benchmark"], nothing["outputs"]) == ("Cannot be told", 0, [])
	assert (
		nothing["summary"]
		== "Line C has no output in this period: no cost per unit. Enter its Production Output."
	)
	with pytest.raises(InvalidRecordError, match="Swap the months"):
		site.insert(DOCTYPE, of(to_month=date(2025, 1, 1)))
