"""Reporting a fault from the page that the label of a CI opens."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from frappe.utils import escape_html

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.impact_models import kept_model
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.fault_reports import FaultEffect, FaultReport, report_fault
from plant_itsm.services.settings import settings_of

HOUR_SECONDS = 3600


def _reports_per_hour() -> int:
	return settings_of(FrappeRecords()).fault_reports_per_hour


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=_reports_per_hour, seconds=HOUR_SECONDS)
def report(ci: str, text: str, effect: str = FaultEffect.RUNS.value) -> dict[str, str]:
	"""Open a ticket for a fault of an OT CI in the user's name: {ticket}. Whoever may read the CI may report.

	effect: what the fault does to the line, one of the words of FaultEffect. One network address may report so often in
	an hour as the settings say: a label hangs where everybody passes.
	"""
	frappe.has_permission("OT CI", "read", ci, throw=True)
	if effect not in set(FaultEffect):
		frappe.throw(_("{0} is no effect on a line.").format(escape_html(effect)))
	reporter = frappe.db.get_value("User", frappe.session.user, "email")
	sees_money = bool(frappe.has_permission("Line Stop Cost Model", "read"))
	told = FaultReport(ci, text, FaultEffect(effect), reporter, sees_money)
	try:
		with kept_model() as model:
			ticket = report_fault(site_ports(), model, told)
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("Not Reported"))
	return {"ticket": ticket}
