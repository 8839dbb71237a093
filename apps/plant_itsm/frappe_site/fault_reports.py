"""A Fault Report of a person becomes their ticket, in the transaction that saves it."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, escape_html, now_datetime

from plant_itsm.domain.cmdb import CI
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.vocabulary import FaultEffect
from plant_itsm.frappe_site.impact_models import kept_model
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.fault_reports import FaultReport, report_fault
from plant_itsm.services.settings import settings_of

REPORT = "Fault Report"


def reports_per_hour() -> int:
	return settings_of(FrappeRecords()).fault_reports_per_hour


def check_may_report(doc: Document) -> None:
	"""Whoever may read the CI may report, and not more often in an hour than the settings say.

	A web form saves whatever somebody sends who has logged in; what they may do is asked here.
	"""
	frappe.has_permission(CI, "read", doc.ci, throw=True)
	if doc.effect not in set(FaultEffect):
		frappe.throw(_("{0} is no effect on a line.").format(escape_html(doc.effect)))
	doc.update({"reported_by": frappe.session.user, "hd_ticket": None})
	since = add_to_date(now_datetime(), hours=-1)
	mine = {"reported_by": frappe.session.user, "creation": [">", since]}
	if frappe.db.count(REPORT, mine) >= reports_per_hour():
		text = _("You have reported {0} faults within an hour. Call the shift leader, or try again later.")
		frappe.throw(text.format(reports_per_hour()), frappe.RateLimitExceededError)


def open_ticket(doc: Document) -> str:
	"""The name of the ticket. It tells money only to whom it may: the reporter sees it."""
	address = frappe.db.get_value("User", doc.reported_by, "email")
	sees_money = bool(frappe.has_permission("Line Stop Cost Model", "read", user=doc.reported_by))
	told = FaultReport(doc.ci, doc.text, FaultEffect(doc.effect), address, sees_money)
	try:
		with kept_model() as model:
			return report_fault(site_ports(), model, told)
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("Not Reported"))
