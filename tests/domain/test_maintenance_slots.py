"""The choice of a slot against brute force, and always before the predicted failure."""

import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

from plant_itsm.domain.change_costs import FailurePrediction
from plant_itsm.domain.errors import MoneyError
from plant_itsm.domain.maintenance_slots import Candidate, choose_slot
from plant_itsm.domain.money import Money
from plant_itsm.domain.time_spans import Span

NOW = datetime(2026, 6, 1, 8, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def euro(amount):
	return Money(Decimal(amount), "EUR")


def slot(hours, cost=0, length=2):
	return Candidate(Span(NOW + hours * HOUR, NOW + (hours + length) * HOUR), euro(cost))


def linear(wait):
	"""Certain after 1,000 hours."""
	return min(Decimal(wait // HOUR) / 1000, Decimal(1))


def brute_force(candidates, stop_cost, horizon_hours):
	"""Every slot priced in exact fractions of cents; the earliest of the cheapest."""
	best = None
	for one in candidates:
		start, end = ((moment - NOW) / HOUR for moment in one.span)
		if start < 0 or end > horizon_hours:
			continue
		probability = min(Fraction(int(start), 1000), Fraction(1))
		cents = (Fraction(stop_cost) * probability + Fraction(one.planned_cost.amount)) * 100
		price = int(cents + Fraction(1, 2))
		if best is None or (price, start, end) < best[0]:
			best = (price, start, end), one
	return best and best[1]


def test_the_choice_is_that_of_brute_force_in_1000_random_cases():
	draw = random.Random(7)
	none = 0
	for _ in range(1000):
		candidates = [
			slot(draw.randint(-20, 600), draw.randint(0, 3000), draw.randint(1, 12))
			for _ in range(draw.randint(0, 25))
		]
		cost, horizon = draw.randint(0, 40_000), draw.randint(1, 500)
		expected = brute_force(candidates, cost, horizon)
		chosen = choose_slot(candidates, linear, euro(cost), NOW, NOW + horizon * HOUR)
		assert (chosen and chosen.candidate) == expected
		none += expected is None
	assert 20 < none < 500


def test_a_cheaper_slot_after_the_predicted_failure_is_not_chosen():
	chosen = choose_slot([slot(10, 900), slot(340, 0)], linear, euro(1000), NOW, NOW + 336 * HOUR)
	assert chosen.candidate == slot(10, 900)
	assert choose_slot([slot(335)], linear, euro(1000), NOW, NOW + 336 * HOUR) is None


def test_the_seeds_prediction_prices_the_next_weekend():
	"""78 % within 14 days, at a constant rate: 1 - 0.22^(5/14) after 5 days."""
	prediction = FailurePrediction(Decimal("0.78"), timedelta(days=14), euro(15_200))
	chosen = choose_slot(
		[slot(5 * 24), slot(12 * 24)],
		prediction.probability_within,
		prediction.cost,
		NOW,
		NOW + prediction.within,
	)
	assert chosen.candidate == slot(5 * 24)
	assert chosen.explanation == (
		"P(failure before it begins) 41.8 % × unplanned stop 15,200.00 EUR + planned stop 0.00 EUR = 6,348.95 EUR"
	)


def test_currencies_are_not_mixed():
	other = Candidate(Span(NOW, NOW + HOUR), Money(Decimal(5), "CHF"))
	with pytest.raises(MoneyError):
		choose_slot([other], linear, euro(5), NOW, NOW + 9 * HOUR)
