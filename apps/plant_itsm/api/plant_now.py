"""The lines of the plant as they stand, for the page Plant Now."""

from __future__ import annotations

from typing import Any

import frappe

from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.drills import drills_now
from plant_itsm.services.plant_now import cost_per_hour_of, plant_now

MONEY = ("cost_per_hour", "cost_so_far")


@frappe.whitelist(methods=["GET", "POST"])
def lines(plant_area: str | None = None) -> dict[str, Any]:
	"""{now, lines, cost_per_hour, drills}: the production lines that the user may see, the worst first, and beside them
	[{name, title}] of what is being rehearsed.

	Who may not read cost models gets no money.
	"""
	frappe.has_permission("Line Stop", "read", throw=True)
	filters = {"plant_area": plant_area} if plant_area else {}
	allowed = frappe.get_list("Production Line", filters=filters, pluck="name", limit_page_length=0)
	ports = site_ports()
	now = ports.clock.now()
	found = plant_now(ports.records, now, allowed)
	with_money = bool(frappe.has_permission("Line Stop Cost Model", "read"))
	rows = [line.as_json() for line in found]
	return {
		"now": now.isoformat(),
		"drills": [{"name": stop["name"], "title": stop["title"]} for stop in drills_now(ports.records)],
		"lines": rows if with_money else [row | dict.fromkeys(MONEY) for row in rows],
		"cost_per_hour": [money.as_json() for money in cost_per_hour_of(found)] if with_money else [],
	}
