"""HD Ticket: what plant_itsm has written on a ticket stays as it is, and a ticket can be deleted."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from plant_itsm.custom_fields import TICKET, ticket_field_labels
from plant_itsm.frappe_site.compat import let_message_save_ticket
from plant_itsm.frappe_site.records import FrappeRecords, is_our_write
from plant_itsm.services.priorities import choose_priority

_OPENING = "plant_itsm_opening"
"""In frappe.flags: the ticket that one of our services is inserting."""


def validate(doc: Document, method: str | None = None) -> None:
	"""Refuse a change of our fields by anybody but our services; in need, a System Manager may correct one.

	On a new ticket they are emptied: Frappe may have filled one from the user permissions of whoever writes it.
	"""
	is_ours = is_our_write(doc)
	if is_ours and doc.is_new():
		frappe.flags[_OPENING] = doc.name
	if is_ours or "System Manager" in frappe.get_roles():
		return
	labels = ticket_field_labels()
	if doc.is_new():
		doc.update(dict.fromkeys(labels))
		return
	before = doc.get_doc_before_save()
	changed = [
		_(label)
		for fieldname, label in labels.items()
		if (doc.get(fieldname) or None) != (before.get(fieldname) or None)
	]
	if changed:
		text = _(
			"Ticket {0}: {1} cannot be changed by hand. Correct the Line Stop's CI, rule or cost model instead."
		)
		frappe.throw(text.format(doc.name, ", ".join(changed)), frappe.PermissionError, title=_("Line Stop"))


def before_message(doc: Document, method: str | None = None) -> None:
	"""The description of a ticket that we open becomes a message, whoever it is opened for."""
	if doc.reference_doctype == TICKET and doc.reference_name == frappe.flags.get(_OPENING):
		let_message_save_ticket(doc)


def after_insert(doc: Document, method: str | None = None) -> None:
	frappe.flags.pop(_OPENING, None)


def on_update(doc: Document, method: str | None = None) -> None:
	"""A priority that a person chooses on the ticket goes before the computed one, until it is cleared on the stop."""
	if not doc.get("plant_line_stop") or is_our_write(doc) or doc.flags.in_insert:
		return
	if doc.has_value_changed("priority"):
		reason = _("set on ticket {0} by {1}").format(doc.name, frappe.session.user)
		choose_priority(FrappeRecords(), doc.plant_line_stop, doc.priority, reason)


def on_trash(doc: Document, method: str | None = None) -> None:
	"""Its line stop lets go of the ticket: both link to each other, and Frappe would delete neither. So does the report
	of a fault, which tells what was seen."""
	for doctype in ("Line Stop", "Fault Report"):
		frappe.db.set_value(doctype, {"hd_ticket": doc.name}, "hd_ticket", None)
