"""What each line and pool has cost in a period, by category, with what belongs beside the spend."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from frappe import _

from plant_itsm.domain.allocation import CostObject
from plant_itsm.domain.showback import CAPEX, Showback, ShowbackCost, ShowbackReceiver, in_sentences
from plant_itsm.frappe_site.cost_reporting import (
	CostScope,
	amount,
	cost_scope_of,
	entries_link,
	money,
	receiver_columns,
	report_link,
	said_to_the_user,
	share,
)
from plant_itsm.frappe_site.reporting import Row, chart, column, currency_column, figure, number, percentage


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = cost_scope_of(filters)
	with said_to_the_user():
		found = scope.showback()
	receivers = [one for one in found.receivers if scope.holds(one.owner)]
	rows = [row for one in receivers for row in _rows(scope, found, one)]
	is_whole = len(receivers) == len(found.receivers)
	message = in_sentences(found) if is_whole else None
	return _columns(), rows, message, _chart(found, receivers), _summary(found, receivers)


def _rows(scope: CostScope, found: Showback, one: ShowbackReceiver) -> Iterator[Row]:
	costs = [cost for cost in found.costs if cost.owner == one.owner]
	beside = one.beside
	yield {
		**_sums(scope, one.owner, costs),
		"receiver": one.owner.name,
		"kind": str(one.owner.kind),
		"indent": 0,
		"bold": 1,
		"currency": found.currency,
		"share": float(one.share_percent),
		"good_units": beside.good_units,
		"cost_per_unit": amount(one.cost_per_unit),
		"budget": amount(beside.budget),
		"previous": amount(beside.previous),
		"downtime_cost": amount(beside.downtime_cost),
		"note": one.note,
	}
	for category in sorted({cost.bucket.category for cost in costs}):
		own = [cost for cost in costs if cost.bucket.category == category]
		yield {
			**_sums(scope, one.owner, own, category=category),
			"receiver": category,
			"indent": 1,
			"currency": found.currency,
			"share": share(_total(own), found.total),
		}


def _total(costs: list[ShowbackCost]) -> Decimal:
	return sum((cost.amount for cost in costs), Decimal(0))


def _sums(scope: CostScope, owner: CostObject, costs: list[ShowbackCost], **more: str) -> Row:
	"""Direct and allocated, CapEx and OpEx of some costs of a receiver, with the way to what is behind them."""
	allocated = report_link("Allocation Trace", scope.period, receiver=owner.name, **more)
	return {
		"capex": amount(_total([cost for cost in costs if cost.bucket.spend_type == CAPEX])),
		"opex": amount(_total([cost for cost in costs if cost.bucket.spend_type != CAPEX])),
		"amount": amount(_total(costs)),
		"direct": amount(sum((cost.direct for cost in costs), Decimal(0))),
		"allocated": amount(sum((cost.allocated for cost in costs), Decimal(0))),
		"links": {"direct": entries_link(scope.period, owner, **more), "allocated": allocated},
	}


def _columns() -> list[Row]:
	return [
		*receiver_columns(),
		money("amount", _("Sum")),
		money("capex", _("CapEx")),
		money("opex", _("OpEx")),
		money("direct", _("Posted on it")),
		money("allocated", _("Allocated to it")),
		percentage("share", _("Share")),
		column("good_units", _("Good units"), "Int", 110),
		number("cost_per_unit", _("Cost per unit"), 4, 120),
		money("budget", _("Budget")),
		money("previous", _("Period before")),
		money("downtime_cost", _("Cost of downtime")),
		currency_column(),
		column("note", _("Note"), width=220),
	]


def _chart(found: Showback, receivers: list[ShowbackReceiver]) -> Row | None:
	shown = [one for one in receivers if one.amount]
	series = {
		category: [
			amount(_total([c for c in found.costs if c.owner == one.owner and c.bucket.category == category]))
			for one in shown
		]
		for category in found.by_category()
	}
	return chart(
		"bar", [one.owner.name for one in shown], series, barOptions={"stacked": 1}, fieldtype="Currency"
	)


def _summary(found: Showback, receivers: list[ShowbackReceiver]) -> list[Row]:
	def of(value: Decimal) -> Any:
		return amount(value)

	money_figures = (
		(_("Sum"), sum((one.amount for one in receivers), Decimal(0))),
		(_("CapEx"), sum((one.capex for one in receivers), Decimal(0))),
		(_("OpEx"), sum((one.opex for one in receivers), Decimal(0))),
	)
	per_unit = found.cost_per_unit if len(receivers) == len(found.receivers) else None
	return [
		*(figure(label, of(value), "Currency", currency=found.currency) for label, value in money_figures),
		figure(_("Cost per unit, all lines"), amount(per_unit)),
	]
