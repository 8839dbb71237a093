"""Notification Log: a message about a ticket or line stop that was removed before the message came leads nowhere.

Frappe writes the message of an assignment in a job; the clean-up of a drill may be faster.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from plant_itsm.custom_fields import TICKET
from plant_itsm.services.downtime import STOP


def after_insert(doc: Document, method: str | None = None) -> None:
	if doc.document_type not in (TICKET, STOP):
		return
	if not frappe.db.get_value(doc.document_type, doc.document_name, "name", for_update=True):
		frappe.db.delete(doc.doctype, {"name": doc.name})
