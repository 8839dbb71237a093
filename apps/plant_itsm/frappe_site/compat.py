"""What Frappe, ERPNext and Helpdesk name or do differently in the versions that we run on: 15 and 16."""

from __future__ import annotations

import frappe
from frappe.core.utils import get_parent_doc
from frappe.model.document import Document

PURCHASE_AMOUNTS = ("net_purchase_amount", "gross_purchase_amount")
"""The first since ERPNext 16."""


def purchase_amount_field(doctype: str) -> str:
	"""The field of what an asset cost, of an Asset or of its depreciation schedule."""
	meta = frappe.get_meta(doctype)
	return next(fieldname for fieldname in PURCHASE_AMOUNTS if meta.has_field(fieldname))


def let_message_save_ticket(message: Document) -> None:
	"""Helpdesk saves a new ticket once more when it keeps its description as a message, and asks whether the person may
	write. Since 1.28 only agents and customers may; whether a person of the plant may report, we have asked before."""
	ticket = get_parent_doc(message)
	if ticket:
		ticket.flags.ignore_permissions = True
