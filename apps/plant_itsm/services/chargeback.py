"""What a submitted statement charges to whom, as the balanced lines of a journal entry."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from plant_itsm.domain.allocation import CostObjectKind
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.schema import SUBMITTED
from plant_itsm.ports import Record, Records

SETUP = "Chargeback Setup"


@dataclass(frozen=True)
class JournalLine:
	"""One of debit and credit is 0."""

	account: str
	cost_center: str
	debit: Decimal
	credit: Decimal
	remark: str


def setup_of(records: Records, plant_site: str) -> Record:
	setup = records.get(SETUP, plant_site)
	if setup is None:
		raise MissingRecordError(
			f"{SETUP} {plant_site!r} does not exist. Create it with the accounts that are debited and credited."
		)
	return setup


def journal_lines(statement: Record, setup: Record) -> list[JournalLine]:
	"""A debit for each receiver, and the credit of the total. Raises InvalidRecordError for a draft and for a receiver
	without an account."""
	if statement["docstatus"] != SUBMITTED:
		raise InvalidRecordError(f"{statement['name']} is a draft. Submit it before it is charged.")
	charged = [row for row in statement["receivers"] if to_decimal(row["amount"] or 0)]
	if not charged:
		raise InvalidRecordError(f"{statement['name']} has no costs, so nobody is charged.")
	accounts = {
		(kind, row[fieldname]): row
		for row in setup["accounts"]
		for kind, fieldname in ((CostObjectKind.LINE, "production_line"), (CostObjectKind.POOL, "cost_pool"))
		if row[fieldname]
	}
	missing = [
		row["object_name"] for row in charged if (row["object_kind"], row["object_name"]) not in accounts
	]
	if missing:
		raise InvalidRecordError(
			f"{SETUP} {setup['name']} has no account for {', '.join(missing)}. Add one for each."
		)
	debits = [_debit(row, accounts[row["object_kind"], row["object_name"]], statement) for row in charged]
	total = sum((line.debit for line in debits), Decimal(0))
	center = setup["credit_cost_center"] or ""
	return [*debits, JournalLine(setup["credit_account"], center, Decimal(0), total, statement["name"])]


def _debit(row: Record, account: Record, statement: Record) -> JournalLine:
	amount = to_decimal(row["amount"])
	remark = f"{statement['name']}: {row['object_name']}"
	return JournalLine(account["account"], account["cost_center"] or "", amount, Decimal(0), remark)
