"""What line stops have cost each line in a period, beside its spend and never in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from frappe import _

from plant_itsm.domain.allocation import CostObjectKind
from plant_itsm.domain.showback import ShowbackReceiver, per_unit
from plant_itsm.frappe_site.cost_reporting import (
	CostScope,
	amount,
	cost_scope_of,
	money,
	said_to_the_user,
	share,
)
from plant_itsm.frappe_site.reporting import (
	Row,
	chart,
	column,
	currency_column,
	figure,
	link,
	number,
	percentage,
)


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = cost_scope_of(filters)
	with said_to_the_user():
		found = scope.showback()
	lines = [
		one for one in found.receivers if one.owner.kind == CostObjectKind.LINE and scope.holds(one.owner)
	]
	rows = [_row(scope, one, found.currency) for one in lines]
	series = {
		_("Cost of downtime"): [row["downtime_cost"] for row in rows],
		_("Spend"): [row["amount"] for row in rows],
	}
	figures = chart("bar", [row["production_line"] for row in rows], series, fieldtype="Currency")
	whole = sum((one.beside.downtime_cost or Decimal(0) for one in lines), Decimal(0))
	summary = [figure(_("Cost of downtime"), amount(whole), "Currency", "Red", currency=found.currency)]
	return _columns(), rows, None, figures, summary


def _row(scope: CostScope, one: ShowbackReceiver, currency: str) -> Row:
	downtime = one.beside.downtime_cost or Decimal(0)
	return {
		"production_line": one.owner.name,
		"downtime_cost": amount(downtime),
		"amount": amount(one.amount),
		"ratio": share(downtime, one.amount),
		"good_units": one.beside.good_units,
		"downtime_per_unit": amount(per_unit(downtime, one.beside.good_units or 0)),
		"currency": currency,
		"links": {"downtime_cost": _stops(scope, one.owner.name)},
	}


def _stops(scope: CostScope, line: str) -> str:
	first, last = scope.period.first.first_day, scope.period.last.last_day
	return (
		"/app/query-report/Line%20Stop%20Cost?group_by=Incident"
		f"&from_date={first}&to_date={last}&production_line={quote(line)}"
	)


def _columns() -> list[Row]:
	return [
		link("production_line", _("Line"), "Production Line", 220),
		money("downtime_cost", _("Cost of downtime")),
		money("amount", _("Spend")),
		percentage("ratio", _("Downtime in % of spend"), 180),
		column("good_units", _("Good units"), "Int", 110),
		number("downtime_per_unit", _("Downtime per unit"), 4, 160),
		currency_column(),
	]
