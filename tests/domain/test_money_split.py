"""Splitting an amount: to the cent, fair to a cent, the same for a reversal."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import MoneyError
from plant_itsm.domain.money import CENT, split

amounts = st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents) / 100)
weight_lists = st.lists(
	st.decimals(0, 10**9, places=6, allow_nan=False, allow_infinity=False), min_size=1, max_size=30
).filter(any)


@given(amounts, weight_lists)
def test_the_parts_sum_to_the_whole_and_each_is_fair_to_a_cent(amount, weights):
	parts = split(amount, weights)
	assert sum(parts) == amount
	for part, weight in zip(parts, weights, strict=True):
		assert abs(part - amount * weight / sum(weights)) < CENT


@given(amounts, weight_lists)
def test_who_has_no_share_gets_nothing(amount, weights):
	parts = split(amount, [*weights, Decimal(0)])
	assert parts[-1] == 0


def test_the_first_of_equals_gets_the_odd_cent():
	assert split(Decimal("0.02"), [Decimal(1)] * 3) == [CENT, CENT, Decimal("0.00")]


@pytest.mark.parametrize(
	("amount", "weights", "text"),
	[
		("1.005", ["1"], "fraction of a cent"),
		("1.00", ["0", "0"], "above 0"),
		("1.00", [], "no weights"),
		("1.00", ["2", "-1"], "negative"),
	],
)
def test_what_cannot_be_split_is_refused(amount, weights, text):
	with pytest.raises(MoneyError, match=text):
		split(Decimal(amount), [Decimal(weight) for weight in weights])
