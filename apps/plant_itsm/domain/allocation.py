"""Allocation of cost pools to production lines and other receivers: step-down, to the cent, every step kept.

Costs that are posted to a line directly are not touched. A pool passes on what it holds, what it has received from
other pools included, by one rule; what a rule does not pass on stays with the pool. Shares of the whole always sum to
the whole, in each category apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import split
from plant_itsm.domain.vocabulary import Word

PERCENT = Decimal(100)


class CostObjectKind(Word):
	LINE = "Production Line"
	POOL = "Cost Pool"


class AllocationMethod(Word):
	"""How a pool is divided. Fixed Share: by percents, whose sum may stay below 100. Driver: in proportion to what is
	measured of each receiver."""

	FIXED_SHARE = "Fixed Share"
	EVEN = "Even"
	DRIVER = "Driver"


class CostObject(NamedTuple):
	"""What costs are collected on."""

	kind: CostObjectKind
	name: str

	def __str__(self) -> str:
		return self.name


class Bucket(NamedTuple):
	"""What is kept apart while costs move: the category, and CapEx or OpEx."""

	category: str
	spend_type: str


Costs = Mapping[tuple[CostObject, Bucket], Decimal]
"""Amounts in whole cents of one currency."""


class Share(NamedTuple):
	"""weight: a percent for a fixed share, what was measured for a driver, and not used for an even division."""

	receiver: CostObject
	weight: Decimal = Decimal(1)


@dataclass(frozen=True)
class AllocationRule:
	"""How a pool is passed on. step: pools of a lower step go first where nothing else orders them.

	driver: the name of what is measured, "" for other methods. Valid on every day from valid_from to valid_to.
	"""

	name: str
	pool: str
	method: AllocationMethod
	shares: tuple[Share, ...]
	valid_from: date
	valid_to: date | None = None
	step: int = 0
	driver: str = ""

	def is_valid_on(self, day: date) -> bool:
		return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

	def weights(self) -> list[Decimal]:
		if self.method == AllocationMethod.EVEN:
			return [Decimal(1)] * len(self.shares)
		return [share.weight for share in self.shares]


@dataclass(frozen=True)
class AllocationStep:
	"""One amount on its way. weight of total_weight: the part of `from_amount` that it is."""

	rule: str
	pool: str
	bucket: Bucket
	receiver: CostObject
	weight: Decimal
	total_weight: Decimal
	from_amount: Decimal
	amount: Decimal


@dataclass(frozen=True)
class Allocation:
	"""costs: who holds what in the end, without zeros. steps: in the order in which they were taken."""

	costs: Costs
	steps: tuple[AllocationStep, ...]


def check_rule(rule: AllocationRule) -> None:
	"""Refuse a rule that passes on more than there is, to nobody, to itself, or twice to the same receiver."""
	what = f"Allocation Rule {rule.name}"
	if rule.valid_to is not None and rule.valid_to < rule.valid_from:
		raise InvalidRecordError(
			f"{what}: valid to {rule.valid_to} lies before valid from {rule.valid_from}. Swap the dates."
		)
	if not rule.shares:
		raise InvalidRecordError(
			f"{what} has no receiver. Add the lines or pools that it passes costs on to."
		)
	seen: set[CostObject] = set()
	for row, share in enumerate(rule.shares, start=1):
		if share.receiver == CostObject(CostObjectKind.POOL, rule.pool):
			raise InvalidRecordError(
				f"{what}, row {row}: {rule.pool} cannot pass costs on to itself. Remove the row."
			)
		if share.receiver in seen:
			raise InvalidRecordError(
				f"{what}, row {row}: {share.receiver} is named twice. Keep one of its rows."
			)
		if share.weight < 0:
			raise InvalidRecordError(f"{what}, row {row}: {share.weight} for {share.receiver} is negative.")
		seen.add(share.receiver)
	if rule.method == AllocationMethod.FIXED_SHARE and sum(rule.weights()) > PERCENT:
		raise InvalidRecordError(
			f"{what}: its shares sum to {sum(rule.weights())} %. Lower them to 100 % at most."
		)


def check_no_overlap(rule: AllocationRule, others: Iterable[AllocationRule]) -> None:
	"""Refuse a second rule of a pool that is valid on the same day."""
	for other in others:
		if other.name == rule.name or other.pool != rule.pool:
			continue
		if rule.valid_from <= (other.valid_to or date.max) and other.valid_from <= (
			rule.valid_to or date.max
		):
			raise InvalidRecordError(
				f"Allocation Rule {rule.name}: {other.name} is valid for {rule.pool} in the same time."
				" End the earlier rule on the day before the later one starts."
			)


def in_order(rules: Sequence[AllocationRule]) -> list[AllocationRule]:
	"""The rules so that each pool has received everything before it passes on; by step, then name, where that is free.

	Raises InvalidRecordError for pools that pass costs in a circle, with the circle.
	"""
	by_pool = {rule.pool: rule for rule in rules}
	sorter: TopologicalSorter[str] = TopologicalSorter({pool: () for pool in by_pool})
	for rule in rules:
		for share in rule.shares:
			if share.receiver.kind == CostObjectKind.POOL and share.receiver.name in by_pool:
				sorter.add(share.receiver.name, rule.pool)
	try:
		sorter.prepare()
	except CycleError as error:
		circle = " → ".join(error.args[1])
		raise InvalidRecordError(
			f"Cost pools pass costs in a circle: {circle}. Remove one of these receivers from its Allocation Rule."
		) from None
	ordered: list[AllocationRule] = []
	ready: list[str] = []
	while sorter.is_active():
		ready += sorter.get_ready()
		ready.sort(key=lambda pool: (by_pool[pool].step, pool), reverse=True)
		pool = ready.pop()
		ordered.append(by_pool[pool])
		sorter.done(pool)
	return ordered


def allocate(costs: Costs, rules: Sequence[AllocationRule]) -> Allocation:
	"""Pass the pools on by their rules, of which each pool has one at most. Raises InvalidRecordError."""
	held: dict[tuple[CostObject, Bucket], Decimal] = defaultdict(Decimal, costs)
	steps: list[AllocationStep] = []
	for rule in in_order(rules):
		pool = CostObject(CostObjectKind.POOL, rule.pool)
		for bucket in sorted({bucket for owner, bucket in held if owner == pool}):
			amount = held.pop((pool, bucket))
			if not amount:
				continue
			*parts, kept = _parts(rule, amount)
			if kept:
				held[pool, bucket] = kept
			for share, weight, part in zip(rule.shares, rule.weights(), parts, strict=True):
				held[share.receiver, bucket] += part
				whole = _whole(rule)
				steps.append(
					AllocationStep(rule.name, rule.pool, bucket, share.receiver, weight, whole, amount, part)
				)
	return Allocation({place: amount for place, amount in held.items() if amount}, tuple(steps))


def _whole(rule: AllocationRule) -> Decimal:
	return PERCENT if rule.method == AllocationMethod.FIXED_SHARE else sum(rule.weights(), Decimal(0))


def _parts(rule: AllocationRule, amount: Decimal) -> list[Decimal]:
	"""What each receiver gets, and last what stays with the pool."""
	weights, whole = rule.weights(), _whole(rule)
	if whole <= 0:
		raise InvalidRecordError(
			f"Allocation Rule {rule.name}: {rule.driver or 'the driver'} sums to 0 over its receivers, so {amount} of"
			f" {rule.pool} cannot be passed on. Enter the driver's values, or choose another method."
		)
	return split(amount, [*weights, whole - sum(weights, Decimal(0))])
