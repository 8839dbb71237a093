"""The seed's tables of costs, by posting; what is refused; what stays as it was posted."""

from datetime import date
from decimal import Decimal

import pytest

from plant_itsm.domain.allocation import CostObject, CostObjectKind
from plant_itsm.domain.cost_ledger import Period
from plant_itsm.domain.errors import DuplicateRecordError, InvalidRecordError, PlantFileError
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.months import Month, months_between
from plant_itsm.domain.showback import in_sentences
from plant_itsm.services.budgets import budgets_of
from plant_itsm.services.cost_files import post_files
from plant_itsm.services.cost_ledger import DOCTYPE, post, reverse
from plant_itsm.services.cost_rollups import costs_of
from plant_itsm.services.plants import load_plant, plant_folder
from plant_itsm.services.showback import showback

COSTS = plant_folder("seed") / "costs"
SITE = "Demo Plant"


def year(number):
	return Period(SITE, Month(number, 1), Month(number, 12))


@pytest.fixture
def ledger(plant):
	load_plant(plant.records, COSTS)
	return plant


@pytest.fixture
def posted(ledger):
	post_files(ledger.records, COSTS / "entries")
	return ledger


def entry(**more):
	values = {
		"posting_date": date(2027, 3, 5),
		"plant_site": SITE,
		"category": "IT infrastructure",
		"production_line": "Line A",
		"amount": Decimal("100.00"),
		"currency": "EUR",
	}
	return {**values, **more}


def test_the_costs_per_line_and_category_come_out_to_the_cent(posted):
	found = showback(posted.records, year(2026))
	table = {(cost.owner.name, cost.bucket.category): Decimal(0) for cost in found.costs}
	for cost in found.costs:
		table[cost.owner.name, cost.bucket.category] += cost.amount
	assert table == {
		("Line A", "IT infrastructure"): 45_000,
		("Line B", "IT infrastructure"): 38_000,
		("Line C", "IT infrastructure"): 52_000,
		("Line A", "OT maintenance contracts"): 120_000,
		("Line B", "OT maintenance contracts"): 98_000,
		("Line C", "OT maintenance contracts"): 145_000,
		("Line A", "Software licences"): 62_000,
		("Line B", "Software licences"): 54_000,
		("Line C", "Software licences"): 71_000,
	}
	assert [one.amount for one in found.receivers] == [227_000, 190_000, 268_000]
	assert found.total == 685_000
	assert list(found.by_category().values()) == [135_000, 363_000, 187_000]


def test_the_cost_of_a_unit_of_each_line_and_of_the_plant(posted):
	found = showback(posted.records, year(2026))
	assert [round(one.cost_per_unit, 2) for one in found.receivers] == [
		to_decimal("0.94"),
		to_decimal("0.81"),
		to_decimal("1.12"),
	]
	assert round(found.cost_per_unit, 2) == to_decimal("0.96")


def test_the_shares_of_the_spend_of_the_year_before(posted):
	found = showback(posted.records, year(2025))
	assert {one.owner.name: round(one.share_percent) for one in found.receivers} == {
		"Line A": 28,
		"Line B": 24,
		"Supply Chain and Logistics": 20,
		"Quality and Compliance": 15,
		"Corporate IT": 13,
	}


def test_capex_and_opex_are_kept_apart(posted):
	found = showback(posted.records, year(2026))
	assert [one.capex for one in found.receivers] == [25_000, 18_000, 32_000]


def test_files_post_once(posted):
	again = post_files(posted.records, COSTS / "entries")
	assert (again.posted, again.known) == (0, posted.records.count(DOCTYPE))
	assert showback(posted.records, year(2026)).total == 685_000


def test_the_same_document_with_another_amount_is_explained_and_nothing_is_posted(posted, tmp_path):
	(tmp_path / "Plant Cost Entry.csv").write_text(
		"source_key,posting_date,plant_site,category,production_line,amount,currency\n"
		"new-one,2027-01-05,Demo Plant,IT infrastructure,Line A,10.00,EUR\n"
		"2026-edge-a,2026-02-16,Demo Plant,IT infrastructure,Line A,26000.00,EUR\n"
	)
	with pytest.raises(
		PlantFileError, match=r"csv:3: 2026-edge-a was posted as .* amount 25000.00, here it is 26"
	):
		post_files(posted.records, tmp_path)
	assert not posted.records.find(DOCTYPE, {"source_key": "new-one"})


def test_comma_decimals_and_unknown_lines_are_refused_with_their_place(ledger, tmp_path):
	(tmp_path / "Plant Cost Entry.csv").write_text(
		"posting_date,plant_site,category,production_line,amount,currency\n"
		'2027-01-05,Demo Plant,IT infrastructure,Line A,"1.000,50",EUR\n'
	)
	with pytest.raises(PlantFileError, match=r"csv:2: amount: '1.000,50' is no Currency"):
		post_files(ledger.records, tmp_path)


def test_a_posted_entry_does_not_change_and_is_reversed_once(ledger):
	name = post(ledger.records, entry())["name"]
	with pytest.raises(InvalidRecordError, match=r"it is submitted, so amount cannot become 1"):
		ledger.records.update(DOCTYPE, name, {"amount": Decimal("1.00")})
	opposite = reverse(ledger.ports, name, date(2027, 4, 1), "wrong line")
	assert (opposite["amount"], opposite["reverses"]) == (Decimal("-100.00"), name)
	assert ledger.records.get(DOCTYPE, name)["reversed_by"] == opposite["name"]
	assert sum(costs_of(ledger.records, SITE, Month(2027, 3), Month(2027, 4)).values()) == 0
	with pytest.raises(InvalidRecordError, match="is a reversal, or reversed"):
		reverse(ledger.ports, name, date(2027, 4, 1), "again")


def test_a_draft_counts_when_it_is_submitted(ledger):
	draft = ledger.records.insert(DOCTYPE, entry())
	assert costs_of(ledger.records, SITE, Month(2027, 3), Month(2027, 3)) == {}
	ledger.records.update(DOCTYPE, draft["name"], {"docstatus": 1})
	assert list(costs_of(ledger.records, SITE, Month(2027, 3), Month(2027, 3)).values()) == [
		Decimal("100.00")
	]


def test_another_currency_needs_a_rate(ledger):
	with pytest.raises(InvalidRecordError, match=r"100.00 USD has no exchange rate to EUR"):
		post(ledger.records, entry(currency="USD"))
	posted = post(ledger.records, entry(currency="USD", exchange_rate=0.9))
	assert (posted["base_amount"], posted["base_currency"]) == (Decimal("90.00"), "EUR")


@pytest.mark.parametrize(
	("fault", "text"),
	[
		({"production_line": None}, "names no cost object"),
		({"cost_pool": "Corporate IT"}, "names both"),
		({"amount": Decimal(0)}, "amount is 0"),
		({"amount": Decimal(-5)}, "is negative"),
	],
)
def test_entries_that_cannot_be_are_refused(ledger, fault, text):
	with pytest.raises(InvalidRecordError, match=text):
		post(ledger.records, entry(**fault))


def test_the_same_source_key_cannot_be_posted_twice(ledger):
	post(ledger.records, entry(source_key="invoice 4711"))
	with pytest.raises(DuplicateRecordError, match="invoice 4711"):
		post(ledger.records, entry(source_key="invoice 4711"))


def statement(plant, number=2026, **more):
	period = {"plant_site": SITE, "from_month": date(number, 1, 15), "to_month": date(number, 12, 3)}
	return plant.records.insert("Showback Statement", {**period, **more})


def test_a_submitted_statement_locks_its_months(posted):
	statement(posted, docstatus=1)
	with pytest.raises(InvalidRecordError, match=r"2026-05 is locked by SB Demo Plant"):
		post(posted.records, entry(posting_date=date(2026, 5, 1)))
	with pytest.raises(InvalidRecordError, match="Choose months that it leaves free"):
		statement(posted, from_month=date(2026, 12, 1), to_month=date(2027, 2, 1))


def test_two_runs_on_the_same_entries_give_the_same_figures(posted):
	draft = statement(posted)
	again = posted.records.update("Showback Statement", draft["name"], {})
	assert draft["fingerprint"] == again["fingerprint"]
	assert draft["total"] == 685_000
	assert draft["summary"].startswith(
		"The period cost 685,000.00 EUR, most of it for OT maintenance contracts."
	)
	post(posted.records, entry(posting_date=date(2026, 5, 1)))
	changed = posted.records.update("Showback Statement", draft["name"], {})
	assert changed["fingerprint"] != draft["fingerprint"]


def test_the_period_before_and_the_budget_stand_beside(posted):
	statement(posted, 2025, docstatus=1)
	budget = {"plant_site": SITE, "year": 2026, "category": "IT infrastructure", "currency": "EUR"}
	posted.records.insert("Plant Budget", {**budget, "production_line": "Line A", "amount": Decimal(240000)})
	found = {one.owner.name: one for one in showback(posted.records, year(2026)).receivers}
	assert (found["Line A"].beside.previous, found["Line A"].beside.budget) == (224_000, 240_000)
	assert found["Line C"].beside.previous == 0


def test_a_line_without_output_has_no_cost_per_unit(ledger):
	post(ledger.records, entry())
	(line,) = [one for one in showback(ledger.records, year(2027)).receivers if one.owner.name == "Line A"]
	assert (line.cost_per_unit, line.note) == (None, "no output: no cost per unit")


def test_a_circle_of_pools_is_refused_when_its_last_rule_is_saved(ledger):
	rule = {"method": "Even", "valid_from": date(2027, 1, 1)}
	one = {
		"rule_name": "One",
		"cost_pool": "Corporate IT",
		"shares": [{"cost_pool": "Quality and Compliance"}],
	}
	other = {
		"rule_name": "Other",
		"cost_pool": "Quality and Compliance",
		"shares": [{"cost_pool": "Corporate IT"}],
	}
	ledger.records.insert("Allocation Rule", {**rule, **one})
	with pytest.raises(InvalidRecordError, match="in a circle"):
		ledger.records.insert("Allocation Rule", {**rule, **other})


def test_the_change_is_told_against_the_whole_period_before(posted):
	months = {"plant_site": SITE, "from_month": date(2025, 1, 1), "to_month": date(2025, 12, 1)}
	before = posted.records.insert("Showback Statement", {**months, "docstatus": 1})
	found = showback(posted.records, year(2026))
	assert (before["total"], found.previous_total, found.total) == (800_000, 800_000, 685_000)
	assert in_sentences(found).endswith("That is 14.4 % less than in the period before.")
	assert before["summary"] == (
		"The period cost 800,000.00 EUR, most of it for Software licences. Line A bears the largest share (28 %)."
		" CapEx is 0 % of it; the period before has no statement."
	)
	assert in_sentences(showback(posted.records, year(2031))) == "Nothing was posted in this period."


def test_a_budget_falls_due_by_the_month_and_its_parts_sum_to_the_year(ledger):
	budget = {"plant_site": SITE, "year": 2027, "category": "IT infrastructure", "currency": "EUR"}
	ledger.records.insert(
		"Plant Budget", {**budget, "production_line": "Line A", "amount": Decimal("1000.00")}
	)
	ledger.records.insert("Plant Budget", {**budget, "cost_pool": "Corporate IT", "amount": Decimal(600)})
	line, pool = CostObject(CostObjectKind.LINE, "Line A"), CostObject(CostObjectKind.POOL, "Corporate IT")

	def budgets(first, last):
		return budgets_of(ledger.records, Period(SITE, first, last), "EUR")

	months = [
		budgets(month, month)[line]["IT infrastructure"]
		for month in months_between(Month(2027, 1), Month(2027, 12))
	]
	assert (sum(months), set(months)) == (1000, {Decimal("83.33"), Decimal("83.34")})
	assert budgets(Month(2026, 6), Month(2027, 6)) == {
		line: {"IT infrastructure": Decimal("500.00")},
		pool: {"IT infrastructure": Decimal("300.00")},
	}
	dollars = {**budget, "production_line": "Line A", "amount": Decimal(1), "currency": "USD"}
	ledger.records.insert("Plant Budget", dollars)
	with pytest.raises(InvalidRecordError, match=r"is in USD\. Enter it in EUR"):
		budgets(Month(2027, 1), Month(2027, 1))
	with pytest.raises(InvalidRecordError, match="names no cost object"):
		ledger.records.insert("Plant Budget", {**budget, "amount": Decimal(1)})
