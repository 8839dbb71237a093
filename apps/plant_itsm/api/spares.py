"""What the form of a spare part asks for: what to order of it, and its Material Request."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from plant_itsm.api.inventory import refusals
from plant_itsm.frappe_site.erpnext_reorders import check_has_requests, draft_material_request, refresh_stock
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services import spares


@frappe.whitelist(methods=["GET", "POST"])
def proposal(spare_part: str) -> dict[str, Any]:
	"""What to order of a part: {quantity, enough, explanation}."""
	frappe.has_permission(spares.PART, "read", spare_part, throw=True)
	records = site_ports().records
	with refusals(_("No Proposal")):
		return vars(spares.reorder_of(records, records.get(spares.PART, spare_part) or {}))


@frappe.whitelist(methods=["POST"])
def order(spare_part: str) -> str:
	"""The name of the Material Request draft for what a part lacks; the same again while it is a draft."""
	frappe.has_permission(spares.PART, "write", spare_part, throw=True)
	check_has_requests()
	frappe.has_permission("Material Request", "create", throw=True)
	refresh_stock()
	with refusals(_("Not Ordered")):
		return draft_material_request(spare_part)
