"""Reporting a fault from the page that the label of a CI opens."""

from __future__ import annotations

import frappe
from frappe.rate_limiter import rate_limit

from plant_itsm.domain.vocabulary import FaultEffect
from plant_itsm.frappe_site.fault_reports import REPORT, reports_per_hour

HOUR_SECONDS = 3600


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=reports_per_hour, seconds=HOUR_SECONDS)
def report(ci: str, text: str, effect: str = FaultEffect.RUNS.value) -> dict[str, str]:
	"""Open a ticket for a fault of an OT CI in the user's name: {ticket}. Whoever may read the CI may report.

	effect: what the fault does to the line, one of the words of FaultEffect. One network address may report so often in
	an hour as the settings say: a label hangs where everybody passes.
	"""
	frappe.has_permission("OT CI", "read", ci, throw=True)
	doc = frappe.get_doc({"doctype": REPORT, "ci": ci, "text": text, "effect": effect})
	doc.insert(ignore_permissions=True)
	return {"ticket": doc.hd_ticket}
