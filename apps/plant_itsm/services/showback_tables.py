"""A showback as tables with numbers as numbers: categories by receiver, figures beside the spend, every step."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from plant_itsm.domain.allocation import CostObject, CostObjectKind
from plant_itsm.domain.showback import Showback, ShowbackReceiver

Table = list[list[Any]]
TOTAL = "Total"


def receivers_by_category(showback: Showback) -> Table:
	"""The header, a row for each category, and last the total: what each receiver cost, and all of them."""
	owners = [receiver.owner for receiver in showback.receivers if receiver.amount]
	amounts: dict[tuple[str, CostObject], Decimal] = {}
	for cost in showback.costs:
		place = cost.bucket.category, cost.owner
		amounts[place] = amounts.get(place, Decimal(0)) + cost.amount
	rows: Table = [["Category", *map(str, owners), TOTAL]]
	for category, total in showback.by_category().items():
		rows.append([category, *(amounts.get((category, owner), Decimal(0)) for owner in owners), total])
	sums = [sum((row[place] for row in rows[1:]), Decimal(0)) for place in range(1, len(owners) + 2)]
	rows.append([TOTAL, *sums])
	return rows


def figures_by_receiver(showback: Showback) -> Table:
	"""The header and a row for each receiver: CapEx, OpEx, share, units, cost per unit, budget, before, downtime."""
	header = [
		"Receiver",
		"CapEx",
		"OpEx",
		"Sum",
		"Share %",
		"Good units",
		"Cost per unit",
		"Budget",
		"Previous period",
		"Cost of downtime",
		"Note",
	]
	rows = [_figures(one) for one in showback.receivers]
	lines = [one for one in showback.receivers if one.owner.kind == CostObjectKind.LINE]
	totals: list[Any] = [
		TOTAL,
		sum((one.capex for one in showback.receivers), Decimal(0)),
		sum((one.opex for one in showback.receivers), Decimal(0)),
		showback.total,
		Decimal(100) if showback.total else Decimal(0),
		sum(one.beside.good_units or 0 for one in lines),
		showback.cost_per_unit,
		_sum_known(one.beside.budget for one in showback.receivers),
		_sum_known(one.beside.previous for one in showback.receivers),
		_sum_known(one.beside.downtime_cost for one in showback.receivers),
		"",
	]
	return [header, *rows, totals]


def _figures(one: ShowbackReceiver) -> list[Any]:
	return [
		str(one.owner),
		one.capex,
		one.opex,
		one.amount,
		one.share_percent,
		one.beside.good_units,
		one.cost_per_unit,
		one.beside.budget,
		one.beside.previous,
		one.beside.downtime_cost,
		one.note,
	]


def _sum_known(amounts: Any) -> Decimal | None:
	known = [amount for amount in amounts if amount is not None]
	return sum(known, Decimal(0)) if known else None


def allocation_steps(showback: Showback) -> Table:
	"""The header and a row for each amount that a pool has passed on, in the order in which it was."""
	header = ["Pool", "Rule", "Category", "Spend type", "To", "Weight", "Of", "From amount", "Amount"]
	return [
		header,
		*(
			[
				step.pool,
				step.rule,
				step.bucket.category,
				step.bucket.spend_type,
				str(step.receiver),
				step.weight,
				step.total_weight,
				step.from_amount,
				step.amount,
			]
			for step in showback.allocation.steps
		),
	]


def sheets(showback: Showback) -> Sequence[tuple[str, Table]]:
	"""What a workbook of a showback holds."""
	return (
		("Showback", receivers_by_category(showback)),
		("Figures", figures_by_receiver(showback)),
		("Allocation", allocation_steps(showback)),
	)


def as_json(showback: Showback) -> dict[str, Any]:
	"""Amounts as texts with two decimals, costs per unit with four."""
	return {
		"currency": showback.currency,
		"total": f"{showback.total:.2f}",
		"cost_per_unit": _text(showback.cost_per_unit),
		"categories": {category: f"{amount:.2f}" for category, amount in showback.by_category().items()},
		"receivers": [_receiver_json(showback, one) for one in showback.receivers],
		"fingerprint": showback.fingerprint(),
	}


def _receiver_json(showback: Showback, one: ShowbackReceiver) -> dict[str, Any]:
	own = [cost for cost in showback.costs if cost.owner == one.owner]
	return {
		"kind": one.owner.kind,
		"name": one.owner.name,
		"capex": f"{one.capex:.2f}",
		"opex": f"{one.opex:.2f}",
		"amount": f"{one.amount:.2f}",
		"share_percent": str(one.share_percent),
		"good_units": one.beside.good_units,
		"cost_per_unit": _text(one.cost_per_unit),
		"budget": _text(one.beside.budget),
		"previous": _text(one.beside.previous),
		"downtime_cost": _text(one.beside.downtime_cost),
		"note": one.note,
		"costs": [
			{
				"category": cost.bucket.category,
				"spend_type": cost.bucket.spend_type,
				"direct": f"{cost.direct:.2f}",
				"allocated": f"{cost.allocated:.2f}",
			}
			for cost in own
		],
	}


def _text(amount: Decimal | None) -> str | None:
	return None if amount is None else str(amount)
