"""Cost models: dated, without overlap, in the site's currency; a duration priced to the cent."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.calendars import Shift, ShiftCalendar
from plant_itsm.domain.cost_models import CostModel, check_cost_model, cost_of, model_on
from plant_itsm.domain.errors import InvalidRecordError, MoneyError
from plant_itsm.domain.line_stops import StoppedLine, settle
from plant_itsm.domain.money import Money, to_decimal, total
from plant_itsm.domain.time_spans import Span

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


AROUND_THE_CLOCK = ShiftCalendar(ZoneInfo("Europe/Berlin"))
LINE = StoppedLine("L3", RATE, "L3 from 2026-01-01", AROUND_THE_CLOCK)
ONSET = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)


def after(**span):
	return ONSET + timedelta(**span)


def test_a_settlement_explains_itself_and_counts_real_time_over_a_clock_change():
	onset = datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)  # 02:30 in Berlin, before the clock goes back
	end = settle(onset, onset + timedelta(hours=1), [], [LINE])
	assert end.cost == RATE
	assert end.explanation == (
		"L3: 3,800.00 EUR per hour × 3600 s of planned production ÷ 3600 s = 3,800.00 EUR (L3 from 2026-01-01)"
	)


def test_no_planned_production_no_cost():
	day = ShiftCalendar(ZoneInfo("Europe/Berlin"), (Shift("Day", time(6), time(14)),))  # until 12:00 UTC
	end = settle(ONSET, after(hours=8), [], [replace(LINE, calendar=day)])
	assert (end.duration_seconds, end.lines[0].planned_seconds) == (28800, 14400)
	assert end.cost == Money(Decimal("15200.00"), "EUR")
	night = settle(after(hours=6), after(hours=8), [], [replace(LINE, calendar=day)])
	assert night.cost == Money(Decimal("0.00"), "EUR")


def test_an_interruption_is_neither_counted_nor_priced():
	end = settle(ONSET, after(minutes=60), [Span(after(minutes=10), after(minutes=40))], [LINE])
	assert (end.duration_seconds, end.cost) == (1800, Money(Decimal("1900.00"), "EUR"))


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=5), st.integers(0, 10**6))
def test_the_cost_of_a_stop_is_the_sum_of_its_lines_to_the_cent(rates, seconds):
	lines = [replace(LINE, name=str(rate), cost_per_hour=Money(Decimal(rate) / 100, "EUR")) for rate in rates]
	end = settle(ONSET, after(seconds=seconds), [], lines)
	assert end.cost is not None
	assert end.cost.amount == sum(line.cost.amount for line in end.lines)
	assert end.cost == end.cost.rounded()


def test_an_end_before_the_onset_ends_at_the_onset():
	end = settle(ONSET, after(seconds=-5), [], [LINE])
	assert (end.ended_at, end.duration_seconds, end.cost) == (ONSET, 0, Money(Decimal("0.00"), "EUR"))


def test_a_stop_without_a_rate_says_so():
	end = settle(ONSET, after(hours=1), [], [replace(LINE, cost_per_hour=None)])
	assert (end.cost, end.explanation[:10]) == (None, "not priced")


@pytest.mark.parametrize("bad", ["", "12,5", "NaN", "Infinity", "abc", None])
def test_no_amount_comes_from_what_is_no_finite_number(bad):
	with pytest.raises(MoneyError):
		to_decimal(bad)


def test_a_total_of_nothing_is_none_and_currencies_do_not_mix():
	assert total([]) is None
	with pytest.raises(MoneyError, match="different currencies"):
		total([RATE, Money(Decimal(1), "USD")])


def test_a_line_behind_a_buffer_costs_nothing_until_planned_production_has_emptied_it():
	buffered = replace(LINE, buffer_seconds=Decimal(1200))
	assert settle(ONSET, after(minutes=15), [], [buffered]).cost == Money(Decimal("0.00"), "EUR")
	end = settle(ONSET, after(minutes=50), [], [buffered])
	assert end.cost == Money(Decimal("1900.00"), "EUR")
	assert end.lines[0].planned_seconds == 1800
	assert "1800 s of planned production after 1200 s from the buffers" in end.explanation
