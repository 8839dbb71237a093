"""What maintenance has cost each CI in a year: labour and parts of the orders that are done."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import cint, getdate

from plant_itsm.frappe_site.maintenance_reporting import lines_of_cis
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import (
	Row,
	chart,
	column,
	currency_column,
	figure,
	link,
	number,
	percentage,
	scope_of,
)
from plant_itsm.services.maintenance_cost_feed import AssetCost, costs_of_assets
from plant_itsm.services.work_orders import DOCTYPE

IN_CHART = 10


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission(DOCTYPE, "read", throw=True)
	asked = dict(filters or {})
	year = cint(asked.get("year")) or getdate().year
	scope = scope_of({**asked, "from_date": f"{year}-01-01", "to_date": f"{year}-12-31"})
	costs = [one for one in costs_of_assets(FrappeRecords()) if one.year == year]
	lines = lines_of_cis((one.ci for one in costs), scope)
	shown = [one for one in costs if one.ci in lines]
	rows = [_row(one, lines[one.ci]) for one in shown]
	return _columns(), rows, None, _chart(shown), _summary(shown)


def _row(one: AssetCost, line: str) -> Row:
	first, last = f"{one.year}-01-01", f"{one.year}-12-31 23:59:59"
	between = quote(f'["between",["{first}","{last}"]]')
	return {
		"ci": one.ci,
		"production_line": line or None,
		"year": one.year,
		"orders": one.orders,
		"hours": round(one.labour_minutes / 60, 2),
		"labour": float(one.labour.amount),
		"parts": float(one.parts.amount),
		"total": float(one.total.amount),
		"unplanned": float(one.unplanned.amount),
		"share": _share(one.unplanned.amount, one.total.amount),
		"currency": one.total.currency,
		"links": {"orders": f"/app/maintenance-order?ci={quote(one.ci)}&status=Done&done_at={between}"},
	}


def _share(part: Decimal, whole: Decimal) -> float | None:
	return round(float(part * 100 / whole), 1) if whole else None


def _columns() -> list[Row]:
	def money(fieldname: str, label: str) -> Row:
		return column(fieldname, label, "Currency", 130, options="currency")

	return [
		link("ci", _("CI"), "OT CI"),
		link("production_line", _("Production line"), "Production Line"),
		column("year", _("Year"), "Data", 70),
		column("orders", _("Orders"), "Int", 80),
		number("hours", _("Labour (h)"), 1, 110),
		money("labour", _("Labour")),
		money("parts", _("Parts")),
		money("total", _("Maintenance cost")),
		money("unplanned", _("Of it corrective")),
		percentage("share", _("Corrective share"), 140),
		currency_column(),
	]


def _chart(costs: list[AssetCost]) -> Row | None:
	"""The most expensive ones, in the currency of most of them."""
	if not costs:
		return None
	currency = _main_currency(costs)
	top = [one for one in costs if one.total.currency == currency][:IN_CHART]
	series = {
		_("Parts"): [float(one.parts.amount) for one in top],
		_("Labour"): [float(one.labour.amount) for one in top],
	}
	options = {"stacked": 1, "spaceRatio": 0.5}
	return chart("bar", [one.ci for one in top], series, barOptions=options, fieldtype="Currency")


def _main_currency(costs: list[AssetCost]) -> str:
	currencies = [one.total.currency for one in costs]
	return max(sorted(set(currencies)), key=currencies.count)


def _summary(costs: list[AssetCost]) -> list[Row]:
	if not costs:
		return [figure(_("Maintenance cost"), None)]
	currency = _main_currency(costs)
	same = [one for one in costs if one.total.currency == currency]
	total = sum((one.total.amount for one in same), Decimal(0))
	unplanned = sum((one.unplanned.amount for one in same), Decimal(0))
	return [
		figure(_("Maintenance cost"), float(total), "Currency", currency=currency),
		figure(_("Of it corrective"), float(unplanned), "Currency", "Orange", currency=currency),
		figure(_("Per asset"), float(total / len(same)), "Currency", currency=currency),
		figure(_("Orders"), sum(one.orders for one in same), "Int"),
	]
