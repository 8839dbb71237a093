"""Repair or spare: the seed's robot, and laws of the comparison."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import MoneyError
from plant_itsm.domain.money import Money
from plant_itsm.domain.spare_decision import SpareOption, decide
from plant_itsm.domain.vocabulary import SpareAdvice

RATE = Money(Decimal("3800.00"), "EUR")


def eur(text):
	return Money(Decimal(text), "EUR")


def test_a_robot_that_takes_three_hours_to_repair_is_swapped():
	decision = decide(180, 120, RATE, [SpareOption("Spare for AR-042", 45, eur("1200"))])
	assert decision.advice == SpareAdvice.SWAP
	assert decision.saving == eur("7350.00")
	assert decision.explanation == (
		"Repair: 180 min × 3,800.00 EUR per hour ÷ 60 = 11,400.00 EUR."
		" Spare for AR-042: 45 min × 3,800.00 EUR per hour ÷ 60 + 1,200.00 EUR for the swap = 4,050.00 EUR."
		" Swap in Spare: 7,350.00 EUR less."
	)


def test_up_to_the_limit_nothing_is_compared():
	decision = decide(120, 120, RATE, [SpareOption("Spare", 1)])
	assert (decision.advice, decision.explanation) == (
		SpareAdvice.REPAIR,
		"Repair: 120 min is not above the limit of 120 min.",
	)


def test_what_is_missing_is_said():
	assert "no spare is known. Enter on the OT CI" in decide(180, 120, RATE, []).explanation
	assert decide(180, 120, None, [SpareOption("Spare", 45)]).explanation.startswith(
		"Not priced, so compared by time"
	)
	with pytest.raises(MoneyError, match="different currencies"):
		decide(180, 120, RATE, [SpareOption("Spare", 45, Money(Decimal(1), "USD"))])


spares = st.lists(
	st.builds(
		SpareOption, st.just("Spare"), st.integers(1, 1000), st.none() | st.integers(0, 20000).map(eur)
	),
	min_size=1,
	max_size=4,
)


@given(st.integers(121, 2000), st.integers(0, 900000), spares)
def test_the_advice_is_the_cheaper_of_all_and_the_saving_is_the_difference(minutes, cents, offered):
	rate = eur(Decimal(cents) / 100)
	decision = decide(minutes, 120, rate, offered)
	repair = rate.times(Decimal(minutes) / 60).rounded().amount
	swaps = [
		rate.times(Decimal(one.swap_minutes) / 60).rounded().amount
		+ (one.swap_cost.amount if one.swap_cost else 0)
		for one in offered
	]
	assert decision.advice == (SpareAdvice.SWAP if min(swaps) < repair else SpareAdvice.REPAIR)
	assert decision.saving.amount == abs(repair - min(swaps))
