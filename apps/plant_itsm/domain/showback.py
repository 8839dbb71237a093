"""The showback of a period: what each line and other receiver has cost, per category, per unit, against budget."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from plant_itsm.domain.allocation import (
	Allocation,
	AllocationRule,
	Bucket,
	CostObject,
	CostObjectKind,
	Costs,
	allocate,
)
from plant_itsm.domain.money import Money

ZERO = Decimal(0)
CAPEX, OPEX = "CapEx", "OpEx"
PER_UNIT = Decimal("0.0001")
PERCENT = Decimal("0.01")
NO_OUTPUT = "no output: no cost per unit"


@dataclass(frozen=True)
class ShowbackCost:
	"""One category on one receiver: what was posted on it directly, and what it was allocated."""

	owner: CostObject
	bucket: Bucket
	direct: Decimal
	allocated: Decimal

	@property
	def amount(self) -> Decimal:
		return self.direct + self.allocated


@dataclass(frozen=True)
class Beside:
	"""What is shown beside the spend of a receiver and never mixed into it. None: not known."""

	good_units: int | None = None
	budget: Decimal | None = None
	previous: Decimal | None = None
	downtime_cost: Decimal | None = None


@dataclass(frozen=True)
class ShowbackReceiver:
	"""share_percent: of the total of the statement, to two decimals. cost_per_unit: of a good unit, to four; None where
	nothing was produced, which note says."""

	owner: CostObject
	capex: Decimal
	opex: Decimal
	share_percent: Decimal
	cost_per_unit: Decimal | None
	beside: Beside
	note: str = ""

	@property
	def amount(self) -> Decimal:
		return self.capex + self.opex


@dataclass(frozen=True)
class Showback:
	"""receivers: lines first, then pools, by name. costs: in the same order, by category. previous_total: of the whole
	period before, with receivers that this one does not have; None where it is not known."""

	currency: str
	costs: tuple[ShowbackCost, ...]
	receivers: tuple[ShowbackReceiver, ...]
	allocation: Allocation
	previous_total: Decimal | None = None

	@property
	def total(self) -> Decimal:
		return sum((receiver.amount for receiver in self.receivers), ZERO)

	@property
	def cost_per_unit(self) -> Decimal | None:
		"""Of all lines together."""
		lines = [one for one in self.receivers if one.owner.kind == CostObjectKind.LINE]
		return per_unit(
			sum((one.amount for one in lines), ZERO), sum(one.beside.good_units or 0 for one in lines)
		)

	def by_category(self) -> dict[str, Decimal]:
		sums: dict[str, Decimal] = defaultdict(Decimal)
		for cost in self.costs:
			sums[cost.bucket.category] += cost.amount
		return dict(sorted(sums.items()))

	def fingerprint(self) -> str:
		"""SHA-256 over every figure: two runs on the same entries and rules give the same."""
		figures = {
			"currency": self.currency,
			"costs": [
				[*cost.owner, *cost.bucket, str(cost.direct), str(cost.allocated)] for cost in self.costs
			],
			"receivers": [
				[*one.owner, str(one.amount), str(one.cost_per_unit), *map(str, vars(one.beside).values())]
				for one in self.receivers
			],
			"steps": [
				[step.rule, *step.receiver, *step.bucket, str(step.amount)] for step in self.allocation.steps
			],
		}
		return hashlib.sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()


def per_unit(amount: Decimal, units: int) -> Decimal | None:
	return (amount / units).quantize(PER_UNIT, rounding=ROUND_HALF_UP) if units > 0 else None


def showback_of(
	costs: Costs,
	rules: Iterable[AllocationRule],
	beside: Mapping[CostObject, Beside],
	currency: str,
	previous_total: Decimal | None = None,
) -> Showback:
	"""Allocate the costs of a period and set beside what belongs there. Raises InvalidRecordError as allocate does."""
	allocation = allocate(costs, list(rules))
	lines = [
		ShowbackCost(owner, bucket, direct, amount - direct)
		for (owner, bucket), amount in allocation.costs.items()
		for direct in [_kept(costs, allocation, owner, bucket)]
	]
	lines.sort(key=lambda cost: (_place(cost.owner), cost.bucket))
	total = sum((cost.amount for cost in lines), ZERO)
	owners = {cost.owner for cost in lines} | {owner for owner in beside if owner.kind == CostObjectKind.LINE}
	receivers = tuple(
		_receiver(owner, [cost for cost in lines if cost.owner == owner], beside.get(owner, Beside()), total)
		for owner in sorted(owners, key=_place)
	)
	return Showback(currency, tuple(lines), receivers, allocation, previous_total)


def _kept(costs: Costs, allocation: Allocation, owner: CostObject, bucket: Bucket) -> Decimal:
	"""What of the amount in the end was posted on its owner; a pool keeps no more than it holds."""
	posted = costs.get((owner, bucket), ZERO)
	return posted if owner.kind == CostObjectKind.LINE else min(posted, allocation.costs[owner, bucket])


def _place(owner: CostObject) -> tuple[bool, str]:
	return owner.kind != CostObjectKind.LINE, owner.name


def _receiver(
	owner: CostObject, costs: list[ShowbackCost], beside: Beside, total: Decimal
) -> ShowbackReceiver:
	capex = sum((cost.amount for cost in costs if cost.bucket.spend_type == CAPEX), ZERO)
	amount = sum((cost.amount for cost in costs), ZERO)
	is_line = owner.kind == CostObjectKind.LINE
	unit_cost = per_unit(amount, beside.good_units or 0) if is_line else None
	share = (amount * 100 / total).quantize(PERCENT, rounding=ROUND_HALF_UP) if total else ZERO
	return ShowbackReceiver(
		owner,
		capex,
		amount - capex,
		share,
		unit_cost,
		beside,
		NO_OUTPUT if is_line and unit_cost is None else "",
	)


def in_sentences(showback: Showback) -> str:
	"""The statement in three sentences that a director reads: the total, the extremes, the change."""
	if not showback.total:
		return "Nothing was posted in this period."
	by_category = showback.by_category()
	largest = max(by_category, key=lambda category: by_category[category])
	first = f"The period cost {Money(showback.total, showback.currency)}, most of it for {largest}."
	return " ".join([first, _extremes(showback), _change(showback)])


def _extremes(showback: Showback) -> str:
	"""Of the cost of a unit, where there are two to compare; else who bears most."""
	priced = sorted(
		(one for one in showback.receivers if one.cost_per_unit is not None),
		key=lambda one: (one.cost_per_unit or ZERO, one.owner.name),
	)
	if len(priced) < 2:
		most = max(showback.receivers, key=lambda one: one.amount)
		return f"{most.owner} bears the largest share ({most.share_percent:.0f} %)."
	low, high = priced[0], priced[-1]
	return (
		f"A unit cost least on {low.owner} ({low.cost_per_unit:.2f} {showback.currency}) and most on {high.owner}"
		f" ({high.cost_per_unit:.2f} {showback.currency})."
	)


def _change(showback: Showback) -> str:
	"""Against the period before, where that has a statement; else how much of the spend is capital."""
	before = showback.previous_total
	if not before:
		capex = sum((one.capex for one in showback.receivers), ZERO)
		return f"CapEx is {capex * 100 / showback.total:.0f} % of it; the period before has no statement."
	change = (showback.total - before) * 100 / before
	direction = "more" if change >= 0 else "less"
	return f"That is {abs(change):.1f} % {direction} than in the period before."
