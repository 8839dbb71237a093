"""What was spent against the budget of the period, by line and pool."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from frappe import _

from plant_itsm.domain.showback import ShowbackReceiver
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
from plant_itsm.frappe_site.reporting import Row, chart, column, currency_column, figure, percentage


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = cost_scope_of(filters)
	with said_to_the_user():
		found = scope.showback()
	receivers = [one for one in found.receivers if scope.holds(one.owner)]
	rows = [_row(scope, one, found.currency) for one in receivers]
	return _columns(), rows, None, _chart(receivers), _summary(receivers, found.currency)


def _row(scope: CostScope, one: ShowbackReceiver, currency: str) -> Row:
	budget = one.beside.budget
	left = None if budget is None else budget - one.amount
	return {
		"receiver": one.owner.name,
		"kind": str(one.owner.kind),
		"budget": amount(budget),
		"amount": amount(one.amount),
		"left": amount(left),
		"used": None if not budget else share(one.amount, budget),
		"currency": currency,
		"note": _("no budget") if budget is None else _("over budget") if left and left < 0 else "",
		"links": {"amount": report_link("Showback by Line", scope.period)},
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


def _chart(receivers: list[ShowbackReceiver]) -> Row | None:
	series = {
		_("Budget"): [amount(one.beside.budget) or 0 for one in receivers],
		_("Actual"): [amount(one.amount) for one in receivers],
	}
	return chart("bar", [one.owner.name for one in receivers], series, fieldtype="Currency")


def _summary(receivers: list[ShowbackReceiver], currency: str) -> list[Row]:
	"""Over the receivers that have a budget: the others are not compared."""
	compared = [one for one in receivers if one.beside.budget is not None]
	budget = sum((one.beside.budget or Decimal(0) for one in compared), Decimal(0))
	spent = sum((one.amount for one in compared), Decimal(0))
	return [
		figure(_("Budget"), amount(budget), "Currency", currency=currency),
		figure(
			_("Actual"), amount(spent), "Currency", "Red" if spent > budget else "Green", currency=currency
		),
		figure(_("Without a budget"), len(receivers) - len(compared), "Int"),
	]
