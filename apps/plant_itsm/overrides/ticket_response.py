"""Who answers a ticket, or is assigned to it by a person, has taken notice of its line stop.

What fails here is logged and holds up neither ticket nor assignment.
"""

from __future__ import annotations

import logging

import frappe
from frappe.database.database import savepoint
from frappe.model.document import Document

from plant_itsm.custom_fields import TICKET
from plant_itsm.frappe_site.records import is_our_write
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.response import acknowledge_quietly

log = logging.getLogger(__name__)


def ticket_updated(doc: Document, method: str | None = None) -> None:
	"""The first response on a ticket acknowledges its line stop."""
	is_answered = doc.get("first_responded_on") and doc.has_value_changed("first_responded_on")
	if doc.get("plant_line_stop") and is_answered and not is_our_write(doc):
		_acknowledge(doc.plant_line_stop)


def assigned(doc: Document, method: str | None = None) -> None:
	"""A ToDo for a ticket acknowledges its line stop. One that an Assignment Rule has made is nobody's notice."""
	if doc.reference_type != TICKET or doc.assignment_rule:
		return
	line_stop = frappe.db.get_value(TICKET, doc.reference_name, "plant_line_stop")
	if line_stop:
		_acknowledge(line_stop)


def _acknowledge(line_stop: str) -> None:
	with savepoint(catch=Exception):
		try:
			acknowledge_quietly(site_ports(), line_stop, frappe.session.user)
		except Exception:
			log.exception("line stop %s could not be acknowledged by its ticket", line_stop)
			raise
