"""What people do with costs beyond the forms: charge a statement, reverse an entry."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.erpnext_costs import draft_journal_entry
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services import cost_ledger


@frappe.whitelist(methods=["POST"])
def charge_statement(statement: str) -> str:
	"""The name of the Journal Entry draft that charges a submitted statement; the same again where there is one."""
	frappe.has_permission(cost_ledger.STATEMENT, "submit", statement, throw=True)
	try:
		return draft_journal_entry(statement)
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("Not Charged"))


@frappe.whitelist(methods=["POST"])
def reverse_entry(entry: str, on: str | date, reason: str) -> str:
	"""The name of the entry that takes a posted one back."""
	frappe.has_permission(cost_ledger.DOCTYPE, "submit", throw=True)
	frappe.has_permission(cost_ledger.DOCTYPE, "submit", entry, throw=True)
	try:
		return str(cost_ledger.reverse(site_ports(), entry, getdate(on), reason)["name"])
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("Not Reversed"))
