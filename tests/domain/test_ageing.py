"""What past years say of coming ones, and what a failure puts at risk, by hand and by their laws."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.ageing import LARGEST_GROWTH, Restoration, failure_risk, growth, restoration
from plant_itsm.domain.money import Money

ASSUMED = Decimal("0.05")
hours = st.decimals("0.1", 500, places=2)


def decimals(*values):
	return [Decimal(value) for value in values]


def test_growth_is_the_mean_yearly_rate_between_the_first_and_the_last_year():
	found = growth(decimals(1000, 5000, 1210), " EUR", ASSUMED)
	assert found.rate == Decimal("0.100")
	assert found.explanation == "growth from 1000.00 to 1210.00 EUR in 3 years is 10.0 % a year"
	assert growth(decimals(1000, 640), "", ASSUMED).rate == Decimal("-0.360")


@given(st.integers(1, 10**6), st.decimals("-0.5", "0.9", places=2), st.integers(2, 10))
def test_growth_finds_the_rate_that_the_years_were_made_with(first, rate, years):
	values = [first * (1 + rate) ** year for year in range(years)]
	assert abs(growth(values, "", ASSUMED).rate - rate) <= Decimal("0.001")


@pytest.mark.parametrize("values", [(), (100,), (0, 100), (100, 0)])
def test_without_a_trend_the_growth_is_assumed_and_that_is_said(values):
	found = growth(decimals(*values), "", ASSUMED)
	assert (found.rate, found.explanation) == (
		ASSUMED,
		"growth 5.0 % assumed, as the years before show no trend",
	)


def test_what_more_than_doubles_each_year_is_no_trend_that_goes_on():
	found = growth(decimals(100, 900), "", ASSUMED)
	assert found.rate == LARGEST_GROWTH
	assert found.explanation.endswith("is 800.0 % a year, counted as 100.0 %")


def lasts(swap=None, past=(), lead=None):
	return restoration(
		swap_hours=swap and Decimal(swap),
		past_hours=decimals(*past),
		lead_time_hours=lead and Decimal(lead),
		usual_hours=Decimal(4),
	)


@pytest.mark.parametrize(
	("known", "hours", "why"),
	[
		({"swap": 1, "past": (5, 7), "lead": 500}, 1, "a tested spare is swapped in within 1.00 h"),
		({"swap": 9, "past": (5, 7)}, 6, "mean of 2 past failures: 6.00 h"),
		({"past": (5, 7), "lead": 500}, 6, "mean of 2 past failures"),
		({"lead": 500}, 500, "no part on hand: 500 h of production in its lead time"),
		({}, 4, "no failure so far: 4.00 h as in the settings"),
	],
)
def test_how_long_a_failure_lasts_follows_from_what_is_known(known, hours, why):
	found = lasts(**known)
	assert found.hours == hours
	assert found.explanation.startswith(why)


@given(hours, st.lists(hours, min_size=1))
def test_a_tested_spare_never_makes_a_failure_last_longer(swap, past):
	assert lasts(swap=swap, past=past).hours <= lasts(past=past).hours


def test_what_is_at_risk_is_money_times_probability_times_hours():
	one = failure_risk(Money(Decimal(3800), "EUR"), 0.25, Restoration(Decimal(8), "as ever"), "")
	assert one.money == Money(Decimal("7600.00"), "EUR")
	assert one.explanation == (
		"3,800.00 EUR per hour × 25.0% within a year × 8.00 h (as ever) = 7,600.00 EUR"
	)


@pytest.mark.parametrize(("rate", "probability"), [(None, 0.5), (Money(Decimal(1), "EUR"), None)])
def test_a_risk_of_which_something_is_not_known_is_not_made_up(rate, probability):
	found = failure_risk(rate, probability, Restoration(Decimal(8), ""), "no failure is known")
	assert (found.money, found.explanation) == (None, "not enough data: no failure is known")
