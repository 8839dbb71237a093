"""What the forms of OT changes ask for: windows for a request, a decision on it, and calendars."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.change_finder import find_windows as find
from plant_itsm.services.change_requests import DOCTYPE


@frappe.whitelist(methods=["GET", "POST"])
def find_windows(change: str, count: int = 5) -> dict[str, Any]:
	"""The next times for an OT Change Request, as Windows.as_json gives them; times are ISO 8601 in UTC.

	Who may not read cost models gets no money.
	"""
	frappe.has_permission(DOCTYPE, "read", change, throw=True)
	try:
		found = find(site_ports(), change, cint(count)).as_json()
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("No Windows"))
	return found if frappe.has_permission("Line Stop Cost Model", "read") else _without_money(found)


def _without_money(found: dict[str, Any]) -> dict[str, Any]:
	hidden = {"money_at_risk": None, "risk_explanation": None, "cost_of_waiting": None}
	return {**found, "slots": [{**slot, **hidden} for slot in found["slots"]]}


@frappe.whitelist(methods=["POST"])
def decide(change: str, decision: str, comment: str, on_behalf_of: str | None = None) -> str:
	"""Sign a change as the user who is logged in: Approved or Rejected. Returns the status of the change."""
	doc = frappe.get_doc(DOCTYPE, change)
	doc.check_permission("write")
	doc.append("approvals", {"decision": decision, "comment": comment, "on_behalf_of": on_behalf_of})
	doc.save()
	return str(doc.status)
