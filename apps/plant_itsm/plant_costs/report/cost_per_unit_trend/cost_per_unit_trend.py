"""Cost per good unit of each line, month by month. Each month is allocated by the drivers of that month."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from frappe import _

from plant_itsm.domain.allocation import CostObjectKind
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.months import Month, months_between
from plant_itsm.frappe_site.cost_reporting import (
	CostScope,
	amount,
	cost_scope_of,
	entries_link,
	money,
	said_to_the_user,
)
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, chart, column, currency_column, figure, link, number
from plant_itsm.services.cost_rollups import costs_of
from plant_itsm.services.showback import showback


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = cost_scope_of(filters)
	with said_to_the_user():
		rows = [row for month in _posted_months(scope) for row in _rows(scope, month)]
	return _columns(), rows, None, _chart(rows), _summary(rows)


def _posted_months(scope: CostScope) -> list[Month]:
	site, months = scope.period.plant_site, months_between(scope.period.first, scope.period.last)
	return [month for month in months if costs_of(FrappeRecords(), site, month, month)]


def _rows(scope: CostScope, month: Month) -> list[Row]:
	period = replace(scope.period, first=month, last=month)
	try:
		found = showback(FrappeRecords(), period)
	except (
		InvalidRecordError
	) as error:  # a driver without values in this month: the others still say something
		return [{"month": str(month), "note": str(error)}]
	return [
		{
			"month": str(month),
			"production_line": one.owner.name,
			"amount": amount(one.amount),
			"good_units": one.beside.good_units,
			"cost_per_unit": amount(one.cost_per_unit),
			"currency": found.currency,
			"note": one.note,
			"links": {"amount": entries_link(period, one.owner)},
		}
		for one in found.receivers
		if one.owner.kind == CostObjectKind.LINE and scope.holds(one.owner)
	]


def _columns() -> list[Row]:
	return [
		column("month", _("Month"), width=100),
		link("production_line", _("Line"), "Production Line", 200),
		money("amount", _("Sum")),
		column("good_units", _("Good units"), "Int", 120),
		number("cost_per_unit", _("Cost per unit"), 4, 140),
		currency_column(),
		column("note", _("Note"), width=320),
	]


def _chart(rows: list[Row]) -> Row | None:
	months = sorted({row["month"] for row in rows})
	lines = sorted({row["production_line"] for row in rows if row.get("production_line")})
	known = {(row["month"], row.get("production_line")): row.get("cost_per_unit") for row in rows}
	series = {line: [known.get((month, line)) for month in months] for line in lines}
	return chart("line", months if lines else [], series)


def _summary(rows: list[Row]) -> list[Row]:
	"""Of each line over the months of the table."""
	figures = []
	for line in sorted({row["production_line"] for row in rows if row.get("production_line")}):
		own = [row for row in rows if row.get("production_line") == line]
		units = sum(row["good_units"] or 0 for row in own)
		whole = sum(row["amount"] for row in own)
		figures.append(figure(line, whole / units if units else None))
	return figures
