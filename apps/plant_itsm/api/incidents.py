"""An incident at a glance, for the ticket in the Desk and in Helpdesk."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.incident_summary import incident_summary


@frappe.whitelist(methods=["GET", "POST"])
def summary(line_stop: str) -> dict[str, Any]:
	"""Money, stage, people, next escalation, steps and lines of the incident of a line stop, as incident_summary gives
	them.

	Who may not read cost models gets no money.
	"""
	frappe.has_permission("Line Stop", "read", line_stop, throw=True)
	ports = site_ports()
	try:
		found = incident_summary(ports.records, line_stop, ports.clock.now())
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("No Incident"))
	if not frappe.has_permission("Line Stop Cost Model", "read"):
		no_money = {"cost": None, "cost_per_hour": None}
		found |= {**no_money, "lines": [line | no_money for line in found["lines"]]}
	return found
