"""Depreciation as ERPNext books it, for assets whose CI links to one: then its schedule counts, not ours."""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe.utils import getdate

from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.domain.depreciation import ScheduleLine
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.months import Month
from plant_itsm.frappe_site.compat import purchase_amount_field

NOTHING = Decimal(0)


def asset_of_ci(ot_ci: str | None) -> str | None:
	"""The ERPNext Asset that a CI links to."""
	if not ot_ci or ERPNEXT not in frappe.get_installed_apps():
		return None
	found: str | None = frappe.db.get_value("OT CI", ot_ci, "erpnext_asset")
	return found or None


def booked_schedule(asset: str) -> list[ScheduleLine]:
	"""The active schedule of an asset, of its first finance book; empty where ERPNext depreciates nothing."""
	schedule = "Asset Depreciation Schedule"
	cost = purchase_amount_field(schedule)
	active = frappe.get_all(
		schedule,
		filters={"asset": asset, "docstatus": 1, "status": "Active"},
		fields=["name", cost, "opening_accumulated_depreciation"],
		order_by="finance_book_id asc",
		limit=1,
	)
	if not active:
		return []
	rows = frappe.get_all(
		"Depreciation Schedule",
		filters={"parent": active[0].name, "parenttype": schedule},
		fields=["schedule_date", "depreciation_amount"],
		order_by="schedule_date asc",
	)
	opening = to_decimal(active[0][cost]) - to_decimal(active[0].opening_accumulated_depreciation or 0)
	lines: list[ScheduleLine] = []
	for row in rows:
		month = Month.of(getdate(row.schedule_date))
		lines.append(ScheduleLine(month, opening, to_decimal(row.depreciation_amount), NOTHING, NOTHING))
		opening = lines[-1].closing
	return lines
