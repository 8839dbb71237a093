"""What was spent against the budget of the period, by line and pool, and below each by category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from frappe import _

from plant_itsm.domain.allocation import CostObject, CostObjectKind
from plant_itsm.domain.showback import Showback
from plant_itsm.frappe_site.cost_reporting import (
	CostScope,
	amount,
	cost_scope_of,
	money,
	receiver_columns,
	report_link,
	said_to_the_user,
	share,
)
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, chart, column, currency_column, figure, percentage
from plant_itsm.services.budgets import Budgets, budgets_of

Actuals = Mapping[CostObject, Mapping[str, Decimal]]


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = cost_scope_of(filters)
	with said_to_the_user():
		found = scope.showback()
		budgets = budgets_of(FrappeRecords(), scope.period, found.currency)
	actuals = _actuals(found)
	owners = [owner for owner in sorted({*actuals, *budgets}, key=_place) if scope.holds(owner)]
	rows = [row for owner in owners for row in _rows(scope, owner, actuals, budgets, found.currency)]
	receivers = [row for row in rows if not row["indent"]]
	return _columns(), rows, None, _chart(receivers), _summary(receivers, found.currency)


def _place(owner: CostObject) -> tuple[bool, str]:
	return owner.kind != CostObjectKind.LINE, owner.name


def _actuals(found: Showback) -> Actuals:
	"""Of a line what it cost in the end, of a pool what it held before it passed anything on."""
	sums: dict[CostObject, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for cost in found.costs:
		sums[cost.owner][cost.bucket.category] += cost.amount
	for step in found.allocation.steps:
		sums[CostObject(CostObjectKind.POOL, step.pool)][step.bucket.category] += step.amount
	return sums


def _rows(
	scope: CostScope, owner: CostObject, actuals: Actuals, budgets: Budgets, currency: str
) -> Iterator[Row]:
	spent, planned = actuals.get(owner, {}), budgets.get(owner, {})
	whole = sum(planned.values(), Decimal(0)) if planned else None
	link = {"links": {"amount": report_link("Showback by Line", scope.period)}}
	more = {"kind": str(owner.kind), "indent": 0, "bold": 1, "currency": currency, **link}
	yield {"receiver": owner.name, **_figures(sum(spent.values(), Decimal(0)), whole), **more}
	for category in sorted({*spent, *planned}):
		figures = _figures(spent.get(category, Decimal(0)), planned.get(category))
		yield {"receiver": category, **figures, "indent": 1, "currency": currency}


def _figures(spent: Decimal, budget: Decimal | None) -> Row:
	left = None if budget is None else budget - spent
	return {
		"budget": amount(budget),
		"amount": amount(spent),
		"left": amount(left),
		"used": None if not budget else share(spent, budget),
		"note": _("no budget") if left is None else _("over budget") if left < 0 else "",
	}


def _columns() -> list[Row]:
	return [
		*receiver_columns(),
		money("budget", _("Budget of the period")),
		money("amount", _("Actual")),
		money("left", _("Left")),
		percentage("used", _("Used")),
		currency_column(),
		column("note", _("Note"), width=160),
	]


def _chart(receivers: list[Row]) -> Row | None:
	series = {
		_("Budget"): [row["budget"] or 0 for row in receivers],
		_("Actual"): [row["amount"] for row in receivers],
	}
	return chart("bar", [row["receiver"] for row in receivers], series, fieldtype="Currency")


def _summary(receivers: list[Row], currency: str) -> list[Row]:
	"""Over the receivers that have a budget: the others are not compared."""
	compared = [row for row in receivers if row["budget"] is not None]
	budget, spent = (round(sum(row[name] for row in compared), 2) for name in ("budget", "amount"))
	return [
		figure(_("Budget"), budget, "Currency", currency=currency),
		figure(_("Actual"), spent, "Currency", "Red" if spent > budget else "Green", currency=currency),
		figure(_("Without a budget"), len(receivers) - len(compared), "Int"),
	]
