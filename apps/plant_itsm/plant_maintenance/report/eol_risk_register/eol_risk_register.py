"""CIs by their end of life and support: how long it has passed, what their failure puts at risk, whether a spare is
ready."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.cmdb import CI, Node
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.impact_models import kept_model
from plant_itsm.frappe_site.reading import readable
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, chart, column, currency_column, figure, link, percentage
from plant_itsm.services.asset_evidence import AssetEvidence
from plant_itsm.services.end_of_life import EndOfLifeRisk, end_of_life_register, share_past

MONEY = ("cost_per_hour", "risk", "explanation", "currency")
CHART_BARS = 12


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission(CI, "read", throw=True)
	records = FrappeRecords()
	with kept_model() as model:
		register = end_of_life_register(records, AssetEvidence(records, model, SystemClock().now()))
	may_read = readable(Node(CI, row.ci) for row in register.rows)
	sees_money = frappe.has_permission("Line Stop Cost Model", "read")
	shown = [row for row in register.rows if Node(CI, row.ci) in may_read]
	if not sees_money:
		shown.sort(key=lambda row: (-(row.days_past or 0), row.ci))  # the order would tell the money
	columns = [one for one in _columns() if sees_money or one["fieldname"] not in MONEY]
	rows = [_row(row, sees_money) for row in shown]
	return columns, rows, None, _chart(rows) if sees_money else None, _summary(shown, sees_money)


def _row(risk: EndOfLifeRisk, sees_money: bool) -> Row:
	row: Row = {
		"ci": risk.ci,
		"production_line": risk.production_line,
		"end_of_life_on": risk.end_of_life_on,
		"end_of_support_on": risk.end_of_support_on,
		"days_past": risk.days_past,
		"probability": None if risk.probability is None else round(100 * risk.probability, 1),
		"ready_spares": risk.ready_spares,
	}
	if not sees_money:
		return row
	hourly, at_risk = risk.cost_per_hour, risk.risk.money
	return {
		**row,
		"cost_per_hour": hourly and float(hourly.amount),
		"risk": at_risk and float(at_risk.amount),
		"currency": hourly and hourly.currency,
		"explanation": risk.risk.explanation,
	}


def _columns() -> list[Row]:
	return [
		link("ci", _("CI"), "OT CI"),
		link("production_line", _("Line"), "Production Line", 130),
		column("end_of_life_on", _("End of life"), "Date"),
		column("end_of_support_on", _("End of support"), "Date", 120),
		column("days_past", _("Days past"), "Int", 90),
		column("ready_spares", _("Tested spares ready"), "Int", 140),
		percentage("probability", _("Failure within a year"), 150),
		column("cost_per_hour", _("Cost of failure per hour"), "Currency", 180, options="currency"),
		column("risk", _("At risk within a year"), "Currency", 160, options="currency"),
		currency_column(hidden=1),
		column("explanation", _("How it came about"), width=560),
	]


def _chart(rows: list[Row]) -> Row | None:
	shown = [row for row in rows if row["risk"]][:CHART_BARS]
	series = {_("At risk within a year"): [row["risk"] for row in shown]}
	return chart("bar", [row["ci"] for row in shown], series, fieldtype="Currency")


def _summary(rows: list[EndOfLifeRisk], sees_money: bool) -> list[Row]:
	past = sum((row.days_past or 0) > 0 for row in rows)
	share = share_past(rows)
	figures = [
		figure(_("Past their end of life"), past, "Int", "Red" if past else "Green"),
		figure(_("Share of the CIs with a date"), None if share is None else float(share * 100), "Percent"),
	]
	risks = [row.risk.money for row in rows if row.risk.money is not None]
	currencies = {risk.currency for risk in risks}
	if sees_money and len(currencies) == 1:
		total = float(sum(risk.amount for risk in risks))
		figures.append(
			figure(_("At risk within a year"), total, "Currency", "Orange", currency=currencies.pop())
		)
	return figures
