"""Rehearsing a line stop, for the form of a Signal Rule and the page Plant Setup."""

from __future__ import annotations

from typing import Any

import frappe
import redis

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.frappe_site.values import system_zone
from plant_itsm.ot_listeners import drilling
from plant_itsm.ot_listeners.supervisor import connect, start_drain
from plant_itsm.services import drills

DRILL, RULE = "Line Stop Drill", "Signal Rule"


@frappe.whitelist(methods=["POST"])
def rehearse(rule: str) -> str:
	"""Start a drill of a Signal Rule and return its name. Nobody is told but who asks.

	It takes the right to create a Line Stop Drill, and to read the rule.
	"""
	frappe.has_permission(DRILL, "create", throw=True)
	frappe.has_permission(RULE, "read", rule, throw=True)
	ports = site_ports()
	try:
		drill = drilling.rehearse(ports, rule, frappe.session.user)
		start_drain(ports, connect(ports))
		return drill
	except (redis.ConnectionError, redis.TimeoutError) as error:
		frappe.throw(frappe._("Redis does not answer: {0}. Try again.").format(error))
	except PlantItsmError as error:
		frappe.throw(frappe.utils.escape_html(str(error)), title=frappe._("Drill"))


@frappe.whitelist(methods=["GET", "POST"])
def progress(drill: str) -> dict[str, Any]:
	"""How far a drill has come: {status, remark, summary, line_stop, ticket, title, priority, stages: [{stage,
	seconds}], clean_up_at: as the site keeps its times}; seconds since its start, None for what is still to come."""
	frappe.has_permission(DRILL, "read", drill, throw=True)
	state = drills.progress(site_ports().records, drill)
	return {**state, "clean_up_at": f"{state['clean_up_at'].astimezone(system_zone()):%F %T}"}


@frappe.whitelist(methods=["POST"])
def clean_up(drill: str) -> dict[str, Any]:
	"""Remove all that a drill has brought about: {status, summary}. Once more does nothing."""
	frappe.has_permission(DRILL, "write", drill, throw=True)
	try:
		row = drills.clean_up(site_ports(), drill)
	except PlantItsmError as error:
		frappe.throw(frappe.utils.escape_html(str(error)), title=frappe._("Drill"))
	return {key: row[key] for key in ("status", "summary", "remark")}
