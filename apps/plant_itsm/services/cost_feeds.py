"""Documents of another system as Plant Cost Entries: by rules, none twice, taken back when they are cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plant_itsm.domain.cost_ledger import cost_object_of
from plant_itsm.ports import Record, Records
from plant_itsm.services.cost_ledger import DOCTYPE as ENTRY
from plant_itsm.services.cost_ledger import post, reverse_entry

RULE = "Cost Feed Rule"
CRITERIA = ("account", "item_group", "asset_category", "supplier", "cost_center")


@dataclass(frozen=True)
class FedRow:
	"""A row of a document. key: what tells it from every other row of the document."""

	key: str
	amount: Decimal
	description: str
	account: str = ""
	item_group: str = ""
	asset_category: str = ""
	supplier: str = ""
	cost_center: str = ""


@dataclass(frozen=True)
class FedDocument:
	"""document: its kind, as rules name it. exchange_rate: to the currency of the site, None where not known."""

	document: str
	name: str
	posted_on: date
	currency: str
	rows: Sequence[FedRow]
	exchange_rate: float | None = None


def check_rule(records: Records, rule: Record) -> None:
	"""Refuse a rule that leaves open, or says twice, where costs are collected."""
	cost_object_of(f"{RULE} {rule['rule_name']}", rule["production_line"], rule["cost_pool"])


def rule_for(rules: Sequence[Record], document: str, row: FedRow) -> Record | None:
	"""The enabled rule that asks for most of what the row has; of equals the first by name."""
	fitting = [
		rule
		for rule in rules
		if rule["enabled"]
		and rule["document"] == document
		and all(not rule[name] or rule[name] == getattr(row, name) for name in CRITERIA)
	]
	return min(
		fitting, key=lambda rule: (-sum(bool(rule[name]) for name in CRITERIA), rule["name"]), default=None
	)


def post_document(records: Records, document: FedDocument) -> list[str]:
	"""Post the rows that a rule fits, in the transaction that is open; the names of the new entries."""
	rules = records.find(RULE, {"document": document.document})
	made = []
	for row in document.rows:
		rule = rule_for(rules, document.document, row)
		key = f"{document.document} {document.name} {row.key}"
		if rule is None or not row.amount or records.find(ENTRY, {"source_key": key}, limit=1):
			continue
		made.append(str(post(records, _entry(document, row, rule, key))["name"]))
	return made


def _entry(document: FedDocument, row: FedRow, rule: Record, key: str) -> Record:
	target = ("plant_site", "category", "spend_type", "production_line", "cost_pool")
	return {
		**{name: rule[name] for name in target},
		"posting_date": document.posted_on,
		"amount": row.amount,
		"currency": document.currency,
		"exchange_rate": document.exchange_rate,
		"description": f"{row.description} (rule {rule['name']})",
		"source": document.document,
		"source_document": document.name,
		"source_key": key,
	}


def take_back(records: Records, document: str, name: str, on: date) -> list[str]:
	"""Reverse what a document has posted, in the transaction that is open; the names of the reversals."""
	posted = records.find(ENTRY, {"source": document, "source_document": name})
	return [
		str(reverse_entry(records, row["name"], on, f"{document} {name} was cancelled")["name"])
		for row in posted
		if not row["reversed_by"] and not row["reverses"]
	]
