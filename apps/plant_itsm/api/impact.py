"""The impact of a CI, for its form in the Desk."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.impact import impact_of_cis


@frappe.whitelist(methods=["GET", "POST"])
def of_ci(ci: str) -> dict[str, Any]:
	"""Lines, units per shift and money per hour that hang on an OT CI, as Impact.as_json gives them.

	Who may not read cost models gets no money.
	"""
	frappe.has_permission("OT CI", "read", ci, throw=True)
	ports = site_ports()
	try:
		impact = impact_of_cis(ports.records, ports.clock, [ci]).as_json()
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("No Impact"))
	return impact if frappe.has_permission("Line Stop Cost Model", "read") else _without_money(impact)


def _without_money(impact: dict[str, Any]) -> dict[str, Any]:
	lines = [{**line, "cost_per_hour": None, "cost_model": None} for line in impact["lines"]]
	return {**impact, "lines": lines, "cost_per_hour": None, "cost_per_hour_now": None, "not_priced": []}
