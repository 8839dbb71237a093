"""What was spent against the budget of the period, by line and pool, and below each by category.

Only what has a budget is compared: spend in a category without one stands apart.
"""

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
	shown = {*budgets, *(cost.owner for cost in found.costs)}
	owners = [owner for owner in sorted(shown, key=_place) if scope.holds(owner)]
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
	link = {"links": {"amount": report_link("Showback by Line", scope.period)}}
	more = {"kind": str(owner.kind), "indent": 0, "bold": 1, "currency": currency, **link}
	yield {"receiver": owner.name, **_figures(spent, planned), **more}
	for category in sorted({*spent, *planned}):
		of = {category: spent.get(category, Decimal(0))}
		budget = {category: planned[category]} if category in planned else {}
		yield {"receiver": category, **_figures(of, budget), "indent": 1, "currency": currency}


def _figures(spent: Mapping[str, Decimal], planned: Mapping[str, Decimal]) -> Row:
	whole = sum(spent.values(), Decimal(0))
	compared = sum((spent.get(category, Decimal(0)) for category in planned), Decimal(0))
	budget = sum(planned.values(), Decimal(0))
	return {
		"budget": amount(budget) if planned else None,
		"amount": amount(whole),
		"unplanned": amount(whole - compared),
		"left": amount(budget - compared) if planned else None,
		"used": share(compared, budget) if budget else None,
		"note": "" if compared <= budget else _("over budget"),
	}


def _columns() -> list[Row]:
	return [
		*receiver_columns(),
		money("budget", _("Budget of the period")),
		money("amount", _("Actual"), disable_total=1),
		money("unplanned", _("Without a budget"), disable_total=1),
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
	budget, left, unplanned = (
		round(sum(row[name] or 0 for row in receivers), 2) for name in ("budget", "left", "unplanned")
	)
	return [
		figure(_("Budget"), budget, "Currency", currency=currency),
		figure(_("Left"), left, "Currency", "Red" if left < 0 else "Green", currency=currency),
		figure(_("Spent without a budget"), unplanned, "Currency", currency=currency),
	]
