"""What a line stop costs and how that comes about, for its form and for the page Plant Now."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services import stop_costs
from plant_itsm.services.cost_models import DOCTYPE as COST_MODEL

RATE_KEYS = ("formula", "quantity", "unit", "rate")
"""What tells contribution margins and wages; a field level of the cost model of its own guards them."""
RATES_LEVEL = 1


@frappe.whitelist(methods=["GET", "POST"])
def explain(line_stop: str) -> dict[str, Any]:
	"""The cost of a stop so far, or in the end, and its forecast, as services.stop_costs.explain gives them.

	Only for those who may read cost models; who may not read their rates gets the amounts of the parts alone.
	"""
	frappe.has_permission("Line Stop", "read", line_stop, throw=True)
	frappe.has_permission(COST_MODEL, "read", throw=True)
	ports = site_ports()
	try:
		told = stop_costs.explain(ports.records, line_stop, ports.clock.now())
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("No Cost"))
	if RATES_LEVEL not in frappe.get_meta(COST_MODEL).get_permlevel_access("read"):
		_without_rates(told)
	return told


def _without_rates(told: dict[str, Any]) -> None:
	for cost in (told["cost"], told["forecast"]):
		for line in cost["lines"] if cost else ():
			line["parts"] = [{**part, **dict.fromkeys(RATE_KEYS)} for part in line["parts"]]
