"""Cost models: dated, without overlap, in the site's currency; a duration priced to the cent."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.cost_models import CostModel, check_cost_model, cost_of, model_on
from plant_itsm.domain.errors import InvalidRecordError, MoneyError
from plant_itsm.domain.line_stops import settle
from plant_itsm.domain.money import Money, to_decimal, total

RATE = Money(Decimal("3800.00"), "EUR")


def model(name, valid_from, valid_to=None, rate=RATE):
	return CostModel(name, "L3", valid_from, valid_to, rate)


@pytest.mark.parametrize(
	("candidate", "text"),
	[
		(model("new", date(2026, 3, 2), date(2026, 3, 1)), "2026-03-01 lies before valid from 2026-03-02"),
		(model("new", date(2026, 6, 30)), "overlaps old"),
		(model("new", date(2020, 1, 1)), "overlaps old"),
		(model("new", date(2027, 1, 1), rate=Money(Decimal(1), "USD")), "USD differs from EUR"),
		(model("new", date(2027, 1, 1), rate=Money(Decimal(-1), "EUR")), "negative"),
	],
)
def test_a_model_that_cannot_be_is_refused_with_the_way_out(candidate, text):
	old = model("old", date(2026, 1, 1), date(2026, 6, 30))
	with pytest.raises(InvalidRecordError, match=text):
		check_cost_model(candidate, [old], "EUR")


def test_the_day_after_the_last_day_is_free_for_the_next_model():
	old = model("old", date(2026, 1, 1), date(2026, 6, 30))
	new = model("new", date(2026, 7, 1))
	check_cost_model(new, [old, new], "EUR")
	assert model_on([old, new], "L3", date(2026, 6, 30)) == old
	assert model_on([old, new], "L3", date(2026, 7, 1)) == new
	assert model_on([old, new], "L4", date(2026, 7, 1)) is None


def test_cost_is_rate_times_hours_rounded_once_at_the_end():
	assert cost_of(RATE, Decimal(5400)) == Money(Decimal("5700.00"), "EUR")
	assert cost_of(RATE, Decimal("0.01")) == Money(Decimal("0.01"), "EUR")


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_stop_in_two_halves_costs_the_whole_to_a_cent(first, second):
	halves = cost_of(RATE, Decimal(first)) + cost_of(RATE, Decimal(second))
	whole = cost_of(RATE, Decimal(first + second))
	assert abs(halves.amount - whole.amount) <= Decimal("0.01")


def test_a_settlement_explains_itself_and_counts_real_time_over_a_clock_change():
	onset = datetime(
		2026, 10, 25, 0, 30, tzinfo=timezone.utc
	)  # 02:30 in Berlin, half an hour before the clock goes back
	end = settle(onset, onset + timedelta(hours=1), RATE, ["L3 from 2026-01-01"])
	assert end.cost == Money(Decimal("3800.00"), "EUR")
	assert "3,800.00 EUR per hour × 3600 s ÷ 3600 s = 3,800.00 EUR (L3 from 2026-01-01)" in end.explanation


def test_an_end_before_the_onset_ends_at_the_onset():
	onset = datetime(2026, 6, 1, tzinfo=timezone.utc)
	end = settle(onset, onset - timedelta(seconds=5), RATE, [])
	assert (end.ended_at, end.duration_seconds) == (onset, 0)


def test_a_stop_without_a_rate_says_so():
	onset = datetime(2026, 6, 1, tzinfo=timezone.utc)
	assert settle(onset, onset, None, []).explanation.startswith("not priced")


@pytest.mark.parametrize("bad", ["", "12,5", "NaN", "Infinity", "abc", None])
def test_no_amount_comes_from_what_is_no_finite_number(bad):
	with pytest.raises(MoneyError):
		to_decimal(bad)


def test_a_total_of_nothing_is_none_and_currencies_do_not_mix():
	assert total([]) is None
	with pytest.raises(MoneyError, match="different currencies"):
		total([RATE, Money(Decimal(1), "USD")])
