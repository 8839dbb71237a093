"""ERPNext's documents and the ledger of plant costs: invoices, journal entries and assets in, chargebacks out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.database.database import savepoint
from frappe.model.document import Document
from frappe.utils import escape_html, getdate

from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.money import to_decimal
from plant_itsm.frappe_site.compat import purchase_amount_field
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.chargeback import JournalLine, journal_lines, setup_of
from plant_itsm.services.cost_feeds import RULE, FedDocument, FedRow, post_document, take_back
from plant_itsm.services.cost_ledger import STATEMENT


@contextmanager
def said_and_left_out(title: str) -> Iterator[None]:
	"""What of ours is refused is undone and told to the user; the document of ERPNext is saved all the same."""
	with savepoint(PlantItsmError):
		try:
			yield
		except PlantItsmError as error:
			frappe.msgprint(_(escape_html(str(error))), title=title)
			raise


def submitted(doc: Document, method: str | None = None) -> None:
	"""Post what rules take from a document. What cannot be posted is said, and holds up no bookkeeping."""
	if not frappe.db.exists(RULE, {"document": doc.doctype, "enabled": 1}) or _is_chargeback(doc):
		return
	with said_and_left_out(_("Not Posted to the Plant's Costs")):
		post_document(FrappeRecords(), fed_document(doc))


def cancelled(doc: Document, method: str | None = None) -> None:
	"""Reverse what the document has posted, today; where that is refused, the document stays."""
	try:
		take_back(FrappeRecords(), doc.doctype, doc.name, getdate())
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("Not Cancelled"))


def _is_chargeback(doc: Document) -> bool:
	return doc.doctype == "Journal Entry" and bool(frappe.db.exists(STATEMENT, {"journal_entry": doc.name}))


def fed_document(doc: Document) -> FedDocument:
	"""In the currency of its company."""
	rows = {"Purchase Invoice": _invoice_rows, "Journal Entry": _journal_rows, "Asset": _asset_rows}
	currency = frappe.get_cached_value("Company", doc.company, "default_currency")
	day = getdate(doc.purchase_date if doc.doctype == "Asset" else doc.posting_date)
	return FedDocument(doc.doctype, doc.name, day, currency, rows[doc.doctype](doc))


def _invoice_rows(doc: Document) -> list[FedRow]:
	return [
		FedRow(
			key=row.name,
			amount=to_decimal(row.base_net_amount or 0),
			description=f"{doc.supplier}: {row.item_name}",
			account=row.expense_account or "",
			item_group=row.item_group or "",
			supplier=doc.supplier or "",
			cost_center=row.cost_center or "",
		)
		for row in doc.items
	]


def _journal_rows(doc: Document) -> list[FedRow]:
	"""What was debited: the other side of a booking is no cost."""
	return [
		FedRow(
			key=row.name,
			amount=to_decimal(row.debit),
			description=row.user_remark or doc.user_remark or doc.name,
			account=row.account or "",
			cost_center=row.cost_center or "",
		)
		for row in doc.accounts
		if (row.debit or 0) > 0
	]


def _asset_rows(doc: Document) -> list[FedRow]:
	"""What an asset cost that came without an invoice; one that was bought is posted from its invoice."""
	if doc.get("purchase_invoice") or doc.get("purchase_receipt"):
		return []
	cost = doc.get(purchase_amount_field("Asset"))
	return [
		FedRow(
			key="cost",
			amount=to_decimal(cost or 0),
			description=doc.asset_name or doc.name,
			asset_category=doc.asset_category or "",
			cost_center=doc.cost_center or "",
		)
	]


def draft_journal_entry(statement: str) -> str:
	"""The Journal Entry that charges a statement, made as a draft where there is none yet."""
	if ERPNEXT not in frappe.get_installed_apps():
		frappe.throw(_("A chargeback is a Journal Entry of ERPNext, which this site does not have."))
	records = FrappeRecords()
	record = records.get(STATEMENT, statement, for_update=True) or {}
	known = record.get("journal_entry")
	if known and frappe.db.exists("Journal Entry", {"name": known, "docstatus": ["!=", 2]}):
		return str(known)
	setup = setup_of(records, record["plant_site"])
	entry = frappe.get_doc(
		{
			"doctype": "Journal Entry",
			"voucher_type": "Journal Entry",
			"company": setup["company"],
			"posting_date": record["to_month"],
			"user_remark": _("Chargeback of {0}").format(statement),
			"accounts": [_row(line) for line in journal_lines(record, setup)],
		}
	).insert()
	records.update(STATEMENT, statement, {"journal_entry": entry.name})
	return str(entry.name)


def _row(line: JournalLine) -> dict[str, object]:
	return {
		"account": line.account,
		"cost_center": line.cost_center or None,
		"debit_in_account_currency": float(line.debit),
		"credit_in_account_currency": float(line.credit),
		"user_remark": line.remark,
	}
