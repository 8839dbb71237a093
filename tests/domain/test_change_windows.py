"""Change windows: times over both days on which the clock changes, exceptions, off-shift, and what is refused."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from plant_itsm.domain.calendars import Shift, ShiftCalendar
from plant_itsm.domain.change_recurrences import Recurrence, next_clock_change
from plant_itsm.domain.change_windows import (
	ChangeWindow,
	Place,
	WindowScope,
	all_occurrences,
	check_freezes,
	check_window,
)
from plant_itsm.domain.change_words import WindowKind
from plant_itsm.domain.errors import InvalidRecordError

BERLIN = ZoneInfo("Europe/Berlin")
UTC = timezone.utc
SITE = WindowScope("Munich")


def local(*parts):
	return datetime(*parts, tzinfo=BERLIN)


def window(start, end, rule=None, until=date(2027, 12, 31), kind=WindowKind.MAINTENANCE, scope=SITE, **more):
	recurrence = Recurrence(rule, until) if rule else None
	name = more.pop("name", "W")
	zone = more.pop("zone", BERLIN)
	return ChangeWindow(name, kind, scope, zone, start, end, recurrence, **more)


def spans(one, start, end):
	return [occurrence.span for occurrence in one.occurrences(start, end)]


def test_a_weekly_window_keeps_its_wall_times_when_the_clock_changes():
	sundays = window(datetime(2026, 3, 1, 0), datetime(2026, 3, 1, 6), "FREQ=WEEKLY;BYDAY=SU")
	found = spans(sundays, local(2026, 3, 22), local(2026, 4, 6))
	assert [(span.end - span.start) / timedelta(hours=1) for span in found] == [6, 5, 6]
	assert [span.end.astimezone(BERLIN).hour for span in found] == [6, 6, 6]
	autumn = spans(sundays, local(2026, 10, 25), local(2026, 10, 26))
	assert autumn == [(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC))]


def test_a_skipped_start_lies_after_the_gap_and_a_repeated_one_is_the_first():
	nightly = window(datetime(2026, 3, 28, 2, 30), datetime(2026, 3, 28, 5), "FREQ=DAILY")
	spring = spans(nightly, local(2026, 3, 29), local(2026, 3, 30))
	assert spring == [(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 3, tzinfo=UTC))]
	autumn = spans(nightly, local(2026, 10, 25), local(2026, 10, 26))
	assert autumn[0].start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_window_inside_the_skipped_hour_does_not_take_place():
	nightly = window(datetime(2026, 3, 28, 2), datetime(2026, 3, 28, 3), "FREQ=DAILY")
	days = [
		span.start.astimezone(BERLIN).day for span in spans(nightly, local(2026, 3, 28), local(2026, 3, 31))
	]
	assert days == [28, 30]


def test_a_rule_may_end_by_until_in_utc_by_count_or_by_day():
	start, end = datetime(2026, 6, 1, 22), datetime(2026, 6, 2, 4)
	for rule, count in (("FREQ=DAILY;UNTIL=20260603T200000Z", 3), ("FREQ=DAILY;COUNT=2", 2)):
		assert len(spans(window(start, end, rule, None), local(2026, 5, 1), local(2026, 8, 1))) == count, rule
	assert (
		len(spans(window(start, end, "FREQ=DAILY", date(2026, 6, 5)), local(2026, 5, 1), local(2026, 8, 1)))
		== 5
	)


def test_exceptions_cancel_and_move():
	sundays = window(
		datetime(2026, 6, 7, 8),
		datetime(2026, 6, 7, 12),
		"FREQ=WEEKLY;BYDAY=SU",
		exceptions={date(2026, 6, 14): None, date(2026, 6, 21): (time(20), time(2))},
	)
	found = spans(sundays, local(2026, 6, 1), local(2026, 6, 29))
	assert [span.start for span in found] == [
		local(2026, 6, 7, 8),
		local(2026, 6, 21, 20),
		local(2026, 6, 28, 8),
	]
	assert found[1].end == local(2026, 6, 22, 2)


def test_off_shift_is_when_no_line_of_the_scope_is_planned():
	days = ShiftCalendar(BERLIN, (Shift("Day", time(6), time(14), frozenset(range(5))),))
	late = ShiftCalendar(BERLIN, (Shift("Late", time(12), time(22), frozenset(range(4))),))
	free = window(
		datetime(2026, 1, 1),
		datetime(2027, 1, 1),
		kind=WindowKind.OFF_SHIFT,
		follows_shifts=True,
		calendars=(days, late),
		exceptions={date(2026, 6, 6): None},
	)
	found = spans(free, local(2026, 6, 4, 12), local(2026, 6, 9, 12))
	assert [(span.start, span.end) for span in found] == [
		(local(2026, 6, 4, 22), local(2026, 6, 5, 6)),
		(local(2026, 6, 5, 14), local(2026, 6, 6, 0)),
		(local(2026, 6, 7, 0), local(2026, 6, 8, 6)),
		(local(2026, 6, 8, 22), local(2026, 6, 9, 6)),
	]


def test_off_shift_spans_are_whole_over_the_pieces_that_calendars_are_read_in():
	closed = {date(2026, 6, 1) + timedelta(days=day): () for day in range(20)}
	line = ShiftCalendar(BERLIN, (Shift("Day", time(6), time(22)),), changes=closed)
	free = window(datetime(2026, 5, 20), datetime(2026, 7, 20), follows_shifts=True, calendars=(line,))
	found = spans(free, local(2026, 5, 31), local(2026, 6, 25))
	assert (local(2026, 5, 31, 22), local(2026, 6, 21, 6)) in found


def test_scopes():
	robot = Place("AR-042", "Munich", "Final Assembly", "Line 3", "Robot")
	assert SITE.holds(robot)
	assert WindowScope("Munich", "Final Assembly", "Line 3").holds(robot)
	assert WindowScope("Munich", ci_class="Robot").holds(robot)
	for other in (
		WindowScope("Graz"),
		WindowScope("Munich", ci_class="Switch"),
		WindowScope("Munich", "Paint"),
	):
		assert not other.holds(robot), other
	assert not WindowScope("Munich", "Paint").meets(WindowScope("Munich", "Final Assembly", "Line 3"))


def test_several_windows_come_in_the_order_of_time():
	first = window(datetime(2026, 6, 1, 8), datetime(2026, 6, 1, 9), "FREQ=DAILY", name="A")
	second = window(datetime(2026, 6, 1, 7), datetime(2026, 6, 1, 12), "FREQ=DAILY;INTERVAL=2", name="B")
	names = [one.window for one in all_occurrences([first, second], local(2026, 6, 1), local(2026, 6, 4))]
	assert names == ["B", "A", "A", "B", "A"]


@pytest.mark.parametrize(
	("rule", "until", "text"),
	[
		(
			"FREQ=WEEKLY;BYDAY=SA",
			None,
			"repeats without end, but the clock of Europe/Berlin changes on 2026-10-25",
		),
		("FREQ=HOURLY", date(2027, 1, 1), "FREQ=HOURLY"),
		("FREQ=DAILY;BYHOUR=3", date(2027, 1, 1), "BYHOUR"),
		("every saturday", date(2027, 1, 1), "for example FREQ=WEEKLY"),
		("FREQ=WEEKLY;BYDAY=XX", date(2027, 1, 1), "cannot be read"),
		("FREQ=WEEKLY;UNTIL=tomorrow", None, "cannot be read"),
		("FREQ=WEEKLY;INTERVAL=0", date(2027, 1, 1), "INTERVAL"),
	],
)
def test_a_rule_that_cannot_be_followed_is_refused(rule, until, text):
	with pytest.raises(InvalidRecordError, match=text):
		check_window(window(datetime(2026, 6, 6, 8), datetime(2026, 6, 6, 12), rule, until))


def test_without_clock_changes_a_rule_needs_no_end():
	check_window(
		window(datetime(2026, 6, 6, 8), datetime(2026, 6, 6, 9), "FREQ=DAILY", None, zone=ZoneInfo("UTC"))
	)
	assert next_clock_change(ZoneInfo("UTC"), date(2026, 6, 6)) is None
	assert next_clock_change(BERLIN, date(2026, 3, 29)) == date(2026, 3, 29)


def test_what_else_is_refused():
	with pytest.raises(InvalidRecordError, match="not after its start"):
		check_window(window(datetime(2026, 6, 6, 8), datetime(2026, 6, 6, 8)))
	with pytest.raises(InvalidRecordError, match="when the next has begun"):
		check_window(window(datetime(2026, 6, 6, 8), datetime(2026, 6, 7, 9), "FREQ=DAILY", date(2026, 7, 1)))
	with pytest.raises(InvalidRecordError, match="follows the shifts and cannot"):
		check_window(window(datetime(2026, 6, 6), datetime(2026, 7, 6), "FREQ=DAILY", follows_shifts=True))
	with pytest.raises(InvalidRecordError, match="freeze cannot follow"):
		check_window(
			window(datetime(2026, 6, 6), datetime(2026, 7, 6), kind=WindowKind.FREEZE, follows_shifts=True)
		)


def test_overlapping_freezes_are_refused_where_they_can_meet():
	christmas = window(datetime(2026, 12, 20), datetime(2027, 1, 7), kind=WindowKind.FREEZE, name="Christmas")
	monthly = dict(kind=WindowKind.FREEZE, name="Closing", rule="FREQ=MONTHLY;BYMONTHDAY=-1")
	closing = window(datetime(2026, 10, 31), datetime(2026, 11, 1), **monthly)
	with pytest.raises(
		InvalidRecordError, match="Closing: this freeze overlaps Christmas from 2026-12-31 00:00"
	):
		check_freezes(closing, [christmas])
	elsewhere = window(datetime(2026, 10, 31), datetime(2026, 11, 1), scope=WindowScope("Graz"), **monthly)
	check_freezes(elsewhere, [christmas])
	check_freezes(window(datetime(2026, 12, 24), datetime(2026, 12, 25)), [christmas])  # no freeze itself
	check_freezes(christmas, [christmas])
