"""Documents of another system as entries by rules, and the lines that a statement is charged by."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.months import Month
from plant_itsm.services.chargeback import SETUP, journal_lines
from plant_itsm.services.cost_feeds import RULE, FedDocument, FedRow, post_document, take_back
from plant_itsm.services.cost_files import post_files
from plant_itsm.services.cost_ledger import DOCTYPE as ENTRY
from plant_itsm.services.cost_rollups import costs_of
from plant_itsm.services.plants import load_plant, load_vocabulary, plant_folder

SITE = "Demo Plant"
COSTS = plant_folder("seed") / "costs"
ROWS = (
	FedRow("1", Decimal("400.00"), "Robot service", account="Repairs", supplier="Kuka"),
	FedRow("2", Decimal("60.00"), "Other repair", account="Repairs", supplier="Smith"),
	FedRow("3", Decimal("9.00"), "Coffee", account="Kitchen"),
)
INVOICE = FedDocument("Purchase Invoice", "PI-1", date(2027, 3, 5), "EUR", ROWS)


@pytest.fixture
def site(plant):
	load_vocabulary(plant.records)
	load_plant(plant.records, COSTS)
	for name, more in (
		("All repairs", {"category": "Maintenance work", "production_line": "Line A"}),
		("Kuka", {"supplier": "Kuka", "category": "OT maintenance contracts", "production_line": "Line B"}),
	):
		rule = {"rule_name": name, "document": "Purchase Invoice", "account": "Repairs", "plant_site": SITE}
		plant.records.insert(RULE, {**rule, **more})
	return plant.records


def posted(records):
	found = costs_of(records, SITE, Month(2027, 1), Month(2027, 12))
	return {(owner.name, bucket.category): amount for (owner, bucket), amount in found.items()}


def test_the_rule_that_asks_for_most_decides_and_what_none_fits_stays_out(site):
	assert len(post_document(site, INVOICE)) == 2
	wanted = {("Line A", "Maintenance work"): 60, ("Line B", "OT maintenance contracts"): 400}
	assert posted(site) == wanted


def test_a_document_is_posted_once_and_taken_back_when_it_is_cancelled(site):
	post_document(site, INVOICE)
	assert post_document(site, INVOICE) == []
	assert len(take_back(site, "Purchase Invoice", "PI-1", date(2027, 4, 1))) == 2
	assert posted(site) == {}
	assert take_back(site, "Purchase Invoice", "PI-1", date(2027, 4, 1)) == []


def test_another_currency_without_a_rate_posts_nothing_of_the_document(site):
	before = site.count(ENTRY)
	with pytest.raises(InvalidRecordError, match="no exchange rate"), site.transaction():
		post_document(site, replace(INVOICE, currency="USD"))
	assert site.count(ENTRY) == before


def test_a_rule_names_a_line_or_a_pool(site):
	with pytest.raises(InvalidRecordError, match="Cost Feed Rule Nowhere names no cost object"):
		site.insert(RULE, {"rule_name": "Nowhere", "plant_site": SITE, "category": "Maintenance work"})


def statement(site, docstatus=1):
	post_files(site, COSTS / "entries")
	values = {"plant_site": SITE, "from_month": date(2026, 1, 1), "to_month": date(2026, 12, 1)}
	return site.insert("Showback Statement", {**values, "docstatus": docstatus})


def setup(site, lines=("Line A", "Line B", "Line C")):
	accounts = [{"production_line": line, "account": f"Cost of {line}"} for line in lines]
	values = {"plant_site": SITE, "company": "Demo", "credit_account": "IT", "accounts": accounts}
	return site.insert(SETUP, values)


def test_a_statement_is_charged_in_balance(site):
	lines = journal_lines(statement(site), setup(site))
	assert [line.debit for line in lines] == [227_000, 190_000, 268_000, 0]
	assert sum(line.debit for line in lines) == sum(line.credit for line in lines) == 685_000


def test_a_draft_and_a_receiver_without_account_are_not_charged(site):
	accounts = setup(site, lines=["Line A", "Line C"])
	draft = statement(site, docstatus=0)
	with pytest.raises(InvalidRecordError, match="is a draft"):
		journal_lines(draft, accounts)
	with pytest.raises(InvalidRecordError, match="has no account for Line B"):
		journal_lines({**draft, "docstatus": 1}, accounts)
