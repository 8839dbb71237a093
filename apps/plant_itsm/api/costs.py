"""What people do with costs beyond the forms: charge a statement, reverse an entry, take a report away."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.cost_access import MODULE, is_limited
from plant_itsm.frappe_site.cost_uploads import post_upload
from plant_itsm.frappe_site.erpnext_costs import draft_journal_entry
from plant_itsm.frappe_site.report_workbooks import report_workbook
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


@frappe.whitelist(methods=["GET"])
def workbook(report: str, filters: str | dict[str, Any]) -> None:
	"""Download a cost report as a workbook; refused to whoever may not open or export it."""
	if frappe.get_cached_value("Report", report, "module") != MODULE:
		frappe.throw(_("{0} is no report about costs.").format(escape_html(report)), frappe.PermissionError)
	frappe.response.filecontent = report_workbook(report, frappe.parse_json(filters))
	frappe.response.filename = f"{report}.xlsx"
	frappe.response.type = "binary"


@frappe.whitelist(methods=["POST"])
def post_file(file_url: str) -> str:
	"""Post the entries of an uploaded CSV file or workbook, all or none; how many there were. Frappe's own import would
	read an amount with a decimal comma as another one."""
	frappe.has_permission(cost_ledger.DOCTYPE, "submit", throw=True)
	if is_limited(frappe.session.user):
		frappe.throw(
			_("A file may hold entries of any line, and you are kept to some."), frappe.PermissionError
		)
	try:
		return str(post_upload(file_url))
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))).replace("\n", "<br>"), title=_("Nothing Posted"))


@frappe.whitelist(methods=["POST"])
def reverse_entry(entry: str, on: str | date, reason: str) -> str:
	"""The name of the entry that takes a posted one back."""
	frappe.has_permission(cost_ledger.DOCTYPE, "submit", throw=True)
	frappe.has_permission(cost_ledger.DOCTYPE, "submit", entry, throw=True)
	try:
		return str(cost_ledger.reverse(site_ports(), entry, getdate(on), reason)["name"])
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("Not Reversed"))
