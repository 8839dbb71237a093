"""CIs by their end of life: how long it has passed, what an hour of their failure costs, whether a spare is ready."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.cmdb import CI, Node
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.impact_models import kept_model
from plant_itsm.frappe_site.reading import readable
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, column, currency_column, figure, link
from plant_itsm.services.life_cycle import EndOfLifeRisk, end_of_life_register

MONEY = ("cost_per_hour", "currency")


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission(CI, "read", throw=True)
	with kept_model() as model:
		register = end_of_life_register(FrappeRecords(), model, SystemClock())
	may_read = readable(Node(CI, row.ci) for row in register.rows)
	sees_money = frappe.has_permission("Line Stop Cost Model", "read")
	shown = [row for row in register.rows if Node(CI, row.ci) in may_read]
	if not sees_money:
		shown.sort(key=lambda row: (-row.days_past, row.ci))  # the order would tell the money
	past = sum(row.days_past > 0 for row in shown)
	summary = [
		figure(_("Past their end of life"), past, "Int", "Red" if past else "Green"),
		figure(_("Share of the CIs with a date"), 100 * past / len(shown) if shown else None, "Percent"),
	]
	columns = [one for one in _columns() if sees_money or one["fieldname"] not in MONEY]
	return columns, [_row(row, sees_money) for row in shown], None, None, summary


def _row(risk: EndOfLifeRisk, sees_money: bool) -> Row:
	cost = risk.cost_per_hour if sees_money else None
	money = {"cost_per_hour": cost and float(cost.rounded().amount), "currency": cost and cost.currency}
	return {
		"ci": risk.ci,
		"end_of_life_on": risk.end_of_life_on,
		"days_past": risk.days_past,
		"ready_spares": risk.ready_spares,
		**(money if sees_money else {}),
	}


def _columns() -> list[Row]:
	return [
		link("ci", _("CI"), "OT CI"),
		column("end_of_life_on", _("End of life"), "Date"),
		column("days_past", _("Days past"), "Int"),
		column("cost_per_hour", _("Cost of failure per hour"), "Currency", 180, options="currency"),
		currency_column(hidden=1),
		column("ready_spares", _("Tested spares ready"), "Int", 150),
	]
