"""When to do the work that a predicted failure asks for: the slot with the lowest expected cost before the failure.

Expected cost = P(failure before the work begins) x cost of the unplanned stop + cost of the planned stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from plant_itsm.domain.money import Money
from plant_itsm.domain.time_spans import Span

ProbabilityWithin = Callable[[timedelta], Decimal]
"""How probable, from 0 to 1, the failure is before so much time has passed from now on."""


@dataclass(frozen=True)
class Candidate:
	"""A time at which the work fits. planned_cost: of the production that it costs."""

	span: Span
	planned_cost: Money
	window: str = ""


@dataclass(frozen=True)
class ChosenSlot:
	candidate: Candidate
	probability_before: Decimal
	expected_cost: Money
	explanation: str


def choose_slot(
	candidates: Iterable[Candidate],
	probability_within: ProbabilityWithin,
	stop_cost: Money,
	now: datetime,
	fails_by: datetime,
) -> ChosenSlot | None:
	"""The cheapest of the slots that end by the predicted failure; of equals the earliest. None where none does.

	Raises MoneyError when a slot is priced in another currency than the unplanned stop.
	"""
	fitting = (one for one in candidates if now <= one.span.start and one.span.end <= fails_by)
	priced = (_price(one, probability_within(one.span.start - now), stop_cost) for one in fitting)
	return min(priced, key=lambda slot: (slot.expected_cost.amount, slot.candidate.span), default=None)


def _price(candidate: Candidate, probability: Decimal, stop_cost: Money) -> ChosenSlot:
	expected = (stop_cost.times(probability) + candidate.planned_cost).rounded()
	return ChosenSlot(
		candidate,
		probability,
		expected,
		f"P(failure before it begins) {probability * 100:.1f} % × unplanned stop {stop_cost}"
		f" + planned stop {candidate.planned_cost} = {expected}",
	)
