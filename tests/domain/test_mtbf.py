"""MTBF over a period, and before and after a change."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.mtbf import Outage, before_and_after, mtbf
from plant_itsm.domain.time_spans import Span

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def outage(day, days=0.5):
	return Outage(START + day * DAY, START + (day + days) * DAY)


def test_operating_time_is_the_period_without_what_was_down():
	found = mtbf([outage(10, 2), outage(40, 1)], Span(START, START + 63 * DAY))
	assert (found.operating_days, found.failures, found.days) == (60.0, 2, 30.0)
	assert str(found) == "60.0 days ÷ 2 = 30.0 days"


def test_a_failure_counts_where_it_begins_and_one_that_lasts_takes_the_rest():
	period = Span(START + 10 * DAY, START + 20 * DAY)
	assert mtbf([outage(9, 2)], period).failures == 0
	assert mtbf([outage(9, 2)], period).operating_days == 9.0
	assert mtbf([Outage(START + 15 * DAY, None)], period).operating_days == 5.0


def test_without_a_failure_or_without_time_there_is_no_mean():
	assert mtbf([], Span(START, START + 90 * DAY)).days is None
	assert str(mtbf([], Span(START, START + 90 * DAY))) == "no failure in 90.0 days"
	assert mtbf([outage(1)], Span(START, START)).days is None


@given(st.lists(st.integers(0, 360), unique=True), st.integers(1, 400))
def test_two_parts_of_a_period_add_up_to_the_whole(days, cut):
	outages = [outage(day) for day in sorted(days)]
	at, end = START + cut * DAY, START + 401 * DAY
	whole = mtbf(outages, Span(START, end))
	first, second = mtbf(outages, Span(START, at)), mtbf(outages, Span(at, end))
	assert first.failures + second.failures == whole.failures
	assert first.operating_days + second.operating_days == pytest.approx(whole.operating_days)


def test_before_and_after_look_at_most_a_year_back():
	"""One failure each 45 days until the change, then one each 120 days."""
	outages = [outage(day, 0) for day in (*range(-675, 0, 45), *range(119, 720, 120))]
	found = before_and_after(outages, START, runs_since=START - 700 * DAY, now=START + 720 * DAY)
	assert (found.before.operating_days, found.after.operating_days) == (365.0, 365.0)
	assert (found.before.failures, found.after.failures, found.factor) == (8, 4, 2.0)
	recent = before_and_after(outages, START, runs_since=START - 90 * DAY, now=START + 60 * DAY)
	assert (recent.before.operating_days, recent.after.operating_days, recent.factor) == (90.0, 60.0, None)


def test_without_a_change_there_is_no_after():
	found = before_and_after([outage(10)], None, runs_since=START, now=START + 45.5 * DAY)
	assert (found.after, found.factor) == (None, None)
	assert found.explanation == "no preventive work so far; 45.0 days ÷ 1 = 45.0 days"
