"""Shift calendars against counting every single minute, over both days on which the clock changes."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.calendars import ALL_WEEK, Break, Shift, ShiftCalendar, check_shifts
from plant_itsm.domain.errors import InvalidRecordError

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = frozenset(range(5))
THREE_SHIFTS = (
	Shift("Early", time(6), time(14)),
	Shift("Late", time(14), time(22)),
	Shift("Night", time(22), time(6)),
)


def local(*parts):
	return datetime(*parts, tzinfo=BERLIN)


def hours(calendar, start, end):
	return calendar.planned_seconds(start, end) / 3600


def test_without_shifts_a_line_runs_around_the_clock():
	assert hours(ShiftCalendar(BERLIN), local(2026, 6, 1), local(2026, 6, 8)) == 168


def test_three_shifts_are_the_whole_week_with_the_change_of_the_clock():
	calendar = ShiftCalendar(BERLIN, THREE_SHIFTS)
	assert hours(calendar, local(2026, 3, 28, 12), local(2026, 3, 29, 12)) == 23
	assert hours(calendar, local(2026, 10, 24, 12), local(2026, 10, 25, 12)) == 25


def test_a_night_shift_lasts_seven_hours_in_spring_and_nine_in_autumn():
	nights = ShiftCalendar(BERLIN, (Shift("Night", time(22), time(6)),))
	assert hours(nights, local(2026, 3, 28, 12), local(2026, 3, 29, 12)) == 7
	assert hours(nights, local(2026, 10, 24, 12), local(2026, 10, 25, 12)) == 9


def test_a_night_shift_belongs_to_the_day_on_which_it_starts():
	fridays = ShiftCalendar(BERLIN, (Shift("Night", time(22), time(6), frozenset({4})),))
	assert hours(fridays, local(2026, 6, 6, 0), local(2026, 6, 7, 0)) == 6  # Saturday morning
	assert hours(fridays, local(2026, 6, 5, 0), local(2026, 6, 5, 6)) == 0  # Friday morning


def test_breaks_closed_days_and_extra_shifts():
	calendar = ShiftCalendar(
		BERLIN,
		(Shift("Day", time(8), time(16), WORKDAYS),),
		(Break(time(12), time(12, 30)),),
		{date(2026, 6, 4): (), date(2026, 6, 6): (Shift("Extra", time(8), time(12)),)},
	)
	assert hours(calendar, local(2026, 6, 1), local(2026, 6, 8)) == Decimal("34.0")  # 4 x 7.5 + 4


def test_a_clock_of_working_time_waits_for_the_next_shift():
	calendar = ShiftCalendar(BERLIN, (Shift("Day", time(8), time(16), WORKDAYS),))
	assert calendar.after(local(2026, 6, 5, 15, 50), 900) == local(2026, 6, 8, 8, 5)  # Friday to Monday
	assert calendar.after(local(2026, 6, 5, 9), 900) == local(2026, 6, 5, 9, 15)
	assert (
		ShiftCalendar(BERLIN, (Shift("Never", time(8), time(16), frozenset()),)).after(local(2026, 6, 5), 1)
		is None
	)


def test_the_shift_at_a_moment():
	calendar = ShiftCalendar(BERLIN, THREE_SHIFTS)
	assert calendar.shift_at(local(2026, 6, 2, 3)).name == "Night"
	assert calendar.shift_at(local(2026, 6, 2, 6)).name == "Early"
	assert ShiftCalendar(BERLIN, THREE_SHIFTS[:1]).shift_at(local(2026, 6, 2, 15)) is None


@pytest.mark.parametrize(
	("shifts", "text"),
	[
		((Shift("A", time(6), time(14)), Shift("B", time(13), time(22))), "A .* overlaps shift B"),
		((Shift("A", time(22), time(6)), Shift("B", time(5), time(13))), "A .* overlaps shift B"),
		(
			(
				Shift("Sunday", time(22), time(6), frozenset({6})),
				Shift("Monday", time(5), time(9), frozenset({0})),
			),
			"Sunday",
		),
		((Shift("A", time(0), time(0)), Shift("B", time(5), time(6))), "overlaps"),
	],
)
def test_shifts_that_overlap_are_refused(shifts, text):
	with pytest.raises(InvalidRecordError, match=text):
		check_shifts("Production Line L3", shifts, ())


def test_shifts_that_touch_are_fine_and_a_break_needs_a_length():
	check_shifts("Production Line L3", THREE_SHIFTS, ())
	with pytest.raises(InvalidRecordError, match="no length"):
		check_shifts("Production Line L3", (), (Break(time(12), time(12)),))


CLOCK = st.builds(time, st.sampled_from([0, 1, 4, 6, 12, 14, 20, 22, 23]), st.sampled_from([0, 15, 30]))
WEEKDAYS = st.frozensets(st.integers(0, 6))
SHIFTS = st.lists(
	st.builds(Shift, st.just("S"), CLOCK, CLOCK, WEEKDAYS | st.just(ALL_WEEK)), min_size=1, max_size=4
)
BREAKS = st.lists(st.builds(Break, CLOCK, CLOCK).filter(lambda one: one.start != one.end), max_size=2)
STARTS = st.sampled_from([local(2026, 3, 28, 5), local(2026, 10, 24, 5), local(2026, 6, 3, 17, 10)])


@settings(max_examples=150, deadline=None)
@given(SHIFTS, BREAKS, STARTS, st.integers(1, 3 * 24 * 60), st.sets(st.integers(0, 3), max_size=2))
def test_planned_time_equals_counting_every_minute(shifts, breaks, start, minutes, closed):
	changes = {start.date() + timedelta(days=offset): () for offset in closed}
	calendar = ShiftCalendar(BERLIN, tuple(shifts), tuple(breaks), changes)
	end = (start.astimezone(timezone.utc) + timedelta(minutes=minutes)).astimezone(BERLIN)
	counted = sum(counts(calendar, start, minute) for minute in range(minutes))
	assert calendar.planned_seconds(start, end) == counted * 60


def counts(calendar, start, minute):
	"""Whether one minute is planned, told by the wall clock alone. No time in a test lies in the repeated hour."""
	at = (start.astimezone(timezone.utc) + timedelta(minutes=minute)).astimezone(BERLIN)
	days = (at.date() - timedelta(days=1), at.date())
	if any(inside(one, at, day) for one in calendar.breaks for day in days):
		return 0
	return int(any(inside(shift, at, day) for day in days for shift in shifts_on(calendar, day)))


def shifts_on(calendar, day):
	if day in calendar.changes:
		return calendar.changes[day]
	return [shift for shift in calendar.shifts if day.weekday() in shift.weekdays]


def inside(one, at, day):
	start, end = datetime.combine(day, one.start), datetime.combine(day, one.end)
	end += timedelta(days=1) if one.end <= one.start else timedelta(0)
	return start <= at.replace(tzinfo=None) < end
