"""What the form and the list of CI Proposal ask for: discovering, accepting, merging, ignoring."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from plant_itsm.api.inventory import refusals
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.discovery import discover as look
from plant_itsm.services import discovery
from plant_itsm.services.discovery import CI, DOCTYPE

CONNECTION = "OT Connection"
SHORTEST_SECONDS, LONGEST_SECONDS = 0.5, 30.0
"""How long a request may wait for births."""


@frappe.whitelist(methods=["POST"])
def discover(connection: str, seconds: float = 5.0) -> str:
	"""Look through a connection for devices and propose them; returns the outcome in words."""
	frappe.has_permission(CONNECTION, "write", connection, throw=True)
	frappe.has_permission(DOCTYPE, "write", throw=True)
	with refusals(_("No Discovery")):
		found = look(site_ports(), connection, min(max(float(seconds), SHORTEST_SECONDS), LONGEST_SECONDS))
	return str(found)


@frappe.whitelist(methods=["POST"])
def accept(proposal: str) -> str:
	"""Make the CI that is proposed; returns its name."""
	_check_may_decide(proposal)
	frappe.has_permission(CI, "create", throw=True)
	with refusals(_("Not Accepted")):
		return discovery.accept(site_ports().records, proposal)


@frappe.whitelist(methods=["GET", "POST"])
def compare(proposal: str, ci: str) -> dict[str, Any]:
	"""What a merge would do: {filled: {fieldname: value}, conflicts: [{fieldname, ci_value, device_value}]}."""
	frappe.has_permission(DOCTYPE, "read", proposal, throw=True)
	frappe.has_permission(CI, "read", ci, throw=True)
	with refusals(_("No Comparison")):
		filled, conflicts = discovery.compare(site_ports().records, proposal, ci)
	return {"filled": filled, "conflicts": [vars(conflict) for conflict in conflicts]}


@frappe.whitelist(methods=["POST"])
def merge(proposal: str, ci: str) -> int:
	"""Fill the empty fields of a CI with what the device says; returns how many fields say something else."""
	_check_may_decide(proposal)
	frappe.has_permission(CI, "write", ci, throw=True)
	with refusals(_("Not Merged")):
		return len(discovery.merge(site_ports().records, proposal, ci))


@frappe.whitelist(methods=["POST"])
def ignore(proposal: str) -> None:
	"""Never propose this device again."""
	_check_may_decide(proposal)
	with refusals(_("Not Ignored")):
		discovery.ignore(site_ports().records, proposal)


def _check_may_decide(proposal: str) -> None:
	frappe.has_permission(DOCTYPE, "write", proposal, throw=True)
