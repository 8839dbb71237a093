"""A contract posts its months when it is submitted, and is refused whole where one of them cannot be posted."""

from datetime import date
from decimal import Decimal

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.months import Month
from plant_itsm.services.cost_ledger import DOCTYPE as ENTRY
from plant_itsm.services.cost_rollups import costs_of
from plant_itsm.services.plants import load_plant, load_vocabulary, plant_folder
from plant_itsm.services.service_contracts import DOCTYPE

SITE = "Demo Plant"


@pytest.fixture
def site(plant):
	load_vocabulary(plant.records)
	load_plant(plant.records, plant_folder("seed") / "costs")
	return plant.records


def contract(**more):
	values = {
		"title": "Robot service 2027",
		"plant_site": SITE,
		"category": "OT maintenance contracts",
		"production_line": "Line A",
		"amount": Decimal("1000.00"),
		"currency": "EUR",
		"from_month": date(2027, 1, 15),
		"to_month": date(2027, 3, 15),
		"docstatus": 1,
	}
	return {**values, **more}


def test_its_months_sum_to_the_contract_and_are_posted_when_it_is_submitted(site):
	draft = site.insert(DOCTYPE, contract(docstatus=0))
	assert not site.find(ENTRY)
	site.update(DOCTYPE, draft["name"], {"docstatus": 1})
	months = [
		sum(costs_of(site, SITE, Month(2027, number), Month(2027, number)).values()) for number in (1, 2, 3)
	]
	assert months == [Decimal("333.34"), Decimal("333.33"), Decimal("333.33")]
	assert {row["source_document"] for row in site.find(ENTRY)} == {"Robot service 2027"}


@pytest.mark.parametrize(
	("change", "text"),
	[
		({"to_month": date(2026, 12, 31)}, "ends before it begins"),
		({"currency": "USD"}, "USD has no exchange rate to EUR"),
		({"cost_pool": "Corporate IT"}, "both a production line and a cost pool"),
		({"amount": Decimal("0.02")}, "less than a cent each"),
	],
)
def test_what_cannot_be_posted_is_refused_whole(site, change, text):
	with pytest.raises(InvalidRecordError, match=text):
		site.insert(DOCTYPE, contract(**change))
	assert not site.find(ENTRY)


def test_a_locked_month_refuses_the_contract(site):
	months = {"plant_site": SITE, "from_month": date(2027, 2, 1), "to_month": date(2027, 2, 1)}
	site.insert("Showback Statement", {**months, "docstatus": 1})
	with pytest.raises(InvalidRecordError, match=r"2027-02 is locked by .*Begin after 2027-02-28"):
		site.insert(DOCTYPE, contract())
	assert not site.find(ENTRY)
