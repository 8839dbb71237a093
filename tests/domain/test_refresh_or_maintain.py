"""Keep against replace, by hand and by the laws of discounting."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import InvalidRecordError, MoneyError
from plant_itsm.domain.money import Money
from plant_itsm.domain.refresh_or_maintain import Course, compare

RATE = Decimal("0.08")
money = st.integers(0, 500_000).map(lambda amount: Money(Decimal(amount), "EUR"))
courses = st.builds(
	Course,
	st.just("course"),
	money,
	money,
	st.decimals(0, 12, places=2),
	st.decimals(0, "0.5", places=2),
	money,
)


def euro(amount):
	return Money(Decimal(amount), "EUR")


def course(name, purchase, maintenance, failures, growth="0", residual=0):
	return Course(name, euro(purchase), euro(maintenance), Decimal(failures), Decimal(growth), euro(residual))


def test_two_years_by_hand():
	"""Keep: (1,000 + 2 x 500)/1.1 + 2,200/1.21. Replace: 3,000 + 100/1.1 + (100 - 605)/1.21."""
	found = compare(
		course("Keep", 0, 1000, 2, "0.1"),
		course("Replace", 3000, 100, 0, residual=605),
		euro(500),
		2,
		Decimal("0.1"),
	)
	assert (found.keep, found.replace) == (euro("3636.36"), euro("2673.55"))
	assert found.advice == "Refresh"
	assert found.years == ((euro("2000.00"), euro("100.00")), (euro("2200.00"), euro("100.00")))
	assert "2 failures × 500.00 EUR a year, rising 10.0 % a year" in found.explanation


@given(courses, money, st.integers(1, 20))
def test_a_course_against_itself_is_kept(one, failure, years):
	found = compare(one, one, failure, years, RATE)
	assert found.keep == found.replace
	assert found.advice == "Maintain"


@given(courses, money, st.integers(1, 10))
def test_without_a_rate_the_cost_is_the_sum_of_the_years(one, failure, years):
	found = compare(one, one, failure, years, Decimal(0))
	plain = one.purchase.amount - one.residual.amount + sum(keep.amount for keep, _ in found.years)
	assert abs(found.keep.amount - plain) <= Decimal("0.01") * years


def test_what_cannot_be_is_refused():
	good = course("Keep", 0, 1, 1)
	for keep, years, rate in ((good, 0, "0"), (good, 1, "-1"), (course("Keep", 0, -1, 1), 1, "0")):
		with pytest.raises(InvalidRecordError):
			compare(keep, good, euro(1), years, Decimal(rate))
	with pytest.raises(MoneyError):
		compare(good, good, Money(Decimal(1), "CHF"), 1, RATE)
