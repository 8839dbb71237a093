"""Repair, or swap in a spare: what each costs while the line stands still."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from plant_itsm.domain.money import Money
from plant_itsm.domain.vocabulary import SpareAdvice

_HOUR = Decimal(60)


@dataclass(frozen=True)
class SpareOption:
	"""A spare that could be swapped in. label: which one. swap_cost: None where the swap itself costs nothing known."""

	label: str
	swap_minutes: int
	swap_cost: Money | None = None


@dataclass(frozen=True)
class SpareDecision:
	"""advice: None where the two cannot be compared. explanation: the formula with its inputs, or what is missing."""

	advice: SpareAdvice | None
	explanation: str
	saving: Money | None = None


def decide(
	repair_minutes: int, above_minutes: int, cost_per_hour: Money | None, spares: Iterable[SpareOption]
) -> SpareDecision:
	"""Compare minutes x cost per hour of the repair with those of the swap plus its own cost; the cheaper is advised.

	Up to `above_minutes` a repair is not compared. Raises MoneyError when a swap is priced in another currency.
	"""
	if repair_minutes <= above_minutes:
		return SpareDecision(
			SpareAdvice.REPAIR, f"Repair: {repair_minutes} min is not above the limit of {above_minutes} min."
		)
	offered = sorted(spares, key=lambda spare: (spare.swap_minutes, spare.label))
	if not offered:
		return SpareDecision(
			None,
			f"Repair takes {repair_minutes} min, and no spare is known."
			" Enter on the OT CI how many minutes a swap takes.",
		)
	if cost_per_hour is None:
		return _by_time(repair_minutes, offered[0])
	cheapest = min(offered, key=lambda spare: _swap(cost_per_hour, spare).amount)
	return _by_money(repair_minutes, cost_per_hour, cheapest)


def _by_time(repair_minutes: int, spare: SpareOption) -> SpareDecision:
	advice = SpareAdvice.SWAP if spare.swap_minutes < repair_minutes else SpareAdvice.REPAIR
	return SpareDecision(
		advice,
		f"Not priced, so compared by time: repair {repair_minutes} min, {spare.label} {spare.swap_minutes} min."
		f" {advice}.",
	)


def _by_money(repair_minutes: int, rate: Money, spare: SpareOption) -> SpareDecision:
	repair = _standstill(rate, repair_minutes)
	total = _swap(rate, spare)
	saving = Money(abs(repair.amount - total.amount), rate.currency)
	advice = SpareAdvice.SWAP if total.amount < repair.amount else SpareAdvice.REPAIR
	swap_cost = f" + {spare.swap_cost} for the swap" if spare.swap_cost else ""
	return SpareDecision(
		advice,
		f"Repair: {repair_minutes} min × {rate} per hour ÷ 60 = {repair}."
		f" {spare.label}: {spare.swap_minutes} min × {rate} per hour ÷ 60{swap_cost} = {total}."
		f" {advice}: {saving} less.",
		saving,
	)


def _swap(rate: Money, spare: SpareOption) -> Money:
	"""What swapping it in costs, standstill and swap together."""
	standstill = _standstill(rate, spare.swap_minutes)
	return (standstill + spare.swap_cost).rounded() if spare.swap_cost else standstill


def _standstill(rate: Money, minutes: int) -> Money:
	return rate.times(Decimal(minutes) / _HOUR).rounded()
