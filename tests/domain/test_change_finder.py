"""The window finder against counting single minutes on random calendars, and what it says about refusals."""

import os
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.calendars import Shift, ShiftCalendar
from plant_itsm.domain.change_finder import Obstacle, Obstacles, find_slots, minutes_text
from plant_itsm.domain.change_recurrences import Recurrence
from plant_itsm.domain.change_windows import ChangeWindow, WindowScope, all_occurrences
from plant_itsm.domain.change_words import CollisionKind, WindowKind
from plant_itsm.domain.time_spans import Span

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CALENDARS = int(os.environ.get("CHANGE_CALENDARS", "150"))
"""Random calendars that the finder is held against; `make test-windows` takes 1,000."""
FIRST_DAYS = (date(2026, 3, 27), date(2026, 6, 5), date(2026, 10, 23))
"""Over the day without 02:30, an ordinary one, and over the day that has it twice."""
DAYS = 6
SITE = WindowScope("Munich")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

times = st.builds(lambda quarter: time(quarter // 4, quarter % 4 * 15), st.integers(0, 95))
weekdays = st.sets(st.integers(0, 6), min_size=1)
horizon_minutes = st.integers(0, DAYS * 24 * 60)


@st.composite
def plain_windows(draw):
	"""(days on which it may start, start, end, exceptions by offset from the first day)"""
	moved = st.none() | st.tuples(times, times)
	return (
		draw(weekdays),
		draw(times),
		draw(times),
		draw(st.dictionaries(st.integers(0, DAYS), moved, max_size=2)),
	)


obstacle_spans = st.lists(st.tuples(horizon_minutes, st.integers(1, 600)), max_size=6)
shifts = st.lists(st.tuples(times, times, weekdays), max_size=2)


@lru_cache(maxsize=8)
def first_minutes(first_day):
	"""wall time -> the first UTC minute that shows it, minute by minute"""
	shown = {}
	moment = datetime.combine(first_day - 2 * DAY, time(), timezone.utc)
	for _ in range((DAYS + 5) * 24 * 60):
		shown.setdefault(moment.astimezone(BERLIN).replace(tzinfo=None), moment)
		moment += MINUTE
	return shown


def moment_of(first_day, wall):
	"""As RFC 5545 reads wall times: the first of two; in the gap by the offset before it."""
	shown = first_minutes(first_day)
	return shown[wall] if wall in shown else shown[wall - timedelta(hours=1)] + timedelta(hours=1)


def open_spans(first_day, window):
	"""The occurrences of a plain window, day by day."""
	starts_on, start, end, exceptions = window
	for offset in range(DAYS + 1):
		day = first_day + offset * DAY
		opens, closes = start, end
		if offset in exceptions:
			if exceptions[offset] is None:
				continue
			if day.weekday() in starts_on:
				opens, closes = exceptions[offset]
		if day.weekday() not in starts_on:
			continue
		last_day = day if closes > opens else day + DAY
		span = (
			moment_of(first_day, datetime.combine(day, opens)),
			moment_of(first_day, datetime.combine(last_day, closes)),
		)
		if span[0] < span[1]:
			yield span


def brute_force(occurrences, blocked, minutes, not_before):
	"""The first feasible minute of each occurrence, by trying every one of them."""
	for start, end in sorted(occurrences):
		moment, free = max(start, not_before), 0
		while moment < end:
			free = 0 if moment in blocked else free + 1
			moment += MINUTE
			if free == minutes:
				yield moment - minutes * MINUTE
				break


def change_window(number, first_day, window):
	starts_on, start, end, exceptions = window
	first = next(
		first_day + offset * DAY for offset in range(7) if (first_day + offset * DAY).weekday() in starts_on
	)
	last = first if end > start else first + DAY
	rule = f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[weekday] for weekday in sorted(starts_on))}"
	return ChangeWindow(
		f"W{number}",
		WindowKind.MAINTENANCE,
		SITE,
		BERLIN,
		datetime.combine(first, start),
		datetime.combine(last, end),
		Recurrence(rule, first_day + DAYS * DAY),
		{first_day + offset * DAY: moved for offset, moved in exceptions.items()},
	)


@settings(max_examples=CALENDARS, deadline=None)
@given(
	first_day=st.sampled_from(FIRST_DAYS),
	windows=st.lists(plain_windows(), min_size=1, max_size=3),
	spans=obstacle_spans,
	line=shifts,
	duration=st.integers(1, 40).map(lambda quarter: quarter * 15),
	wait=st.integers(0, 48 * 60),
)
def test_it_finds_what_trying_every_minute_finds(first_day, windows, spans, line, duration, wait):
	origin = datetime.combine(first_day, time(), BERLIN).astimezone(timezone.utc)
	latest = origin + (DAYS + 3) * DAY
	not_before = origin + wait * MINUTE
	obstacles = [
		Obstacle(
			Span(origin + start * MINUTE, origin + (start + length) * MINUTE), CollisionKind.SAME_CI, "X", "X"
		)
		for start, length in spans
	]
	calendar = ShiftCalendar(BERLIN, tuple(Shift("S", *shift) for shift in line))
	planned = list(calendar.planned(origin, latest)) if line else []
	blocked = {
		span.start + minute * MINUTE
		for span in [*(one.span for one in obstacles), *planned]
		for minute in range((span.end - span.start) // MINUTE)
	}
	expected = sorted(
		brute_force(
			[span for window in windows for span in open_spans(first_day, window)],
			blocked,
			duration,
			not_before,
		)
	)
	known = Obstacles(obstacles)

	def in_the_way(span):
		production = calendar.planned(*span) if line else ()
		return [*known.within(span), *(Obstacle(p, CollisionKind.PRODUCTION, "L", "L") for p in production)]

	opened = all_occurrences(
		[change_window(number, first_day, window) for number, window in enumerate(windows)], origin, latest
	)
	found = find_slots(opened, in_the_way, duration * MINUTE, not_before, 100)
	assert sorted(slot.span.start for slot in found.slots) == expected
	for slot in found.slots:
		assert slot.span.end - slot.span.start == duration * MINUTE
		assert all(rejection.longest_free < duration * MINUTE for rejection in slot.earlier)


def saturdays(name="Saturday"):
	return ChangeWindow(
		name,
		WindowKind.WEEKEND,
		SITE,
		BERLIN,
		datetime(2026, 6, 6, 8),
		datetime(2026, 6, 6, 12),
		Recurrence("FREQ=WEEKLY", date(2027, 6, 1)),
	)


def local(*parts):
	return datetime(*parts, tzinfo=BERLIN)


JUNE = local(2026, 6, 1)


def find(obstacles, hours=2, count=1, not_before=JUNE):
	opened = all_occurrences([saturdays()], not_before, not_before + 365 * DAY)
	known = Obstacles(obstacles)
	return find_slots(
		opened, lambda span: list(known.within(span)), timedelta(hours=hours), not_before, count
	)


def blocked(start, end, text="CHG-1 works on AR-042"):
	return Obstacle(Span(start, end), CollisionKind.SAME_CI, "CHG-1", text)


def test_each_slot_tells_why_earlier_windows_did_not_do():
	(slot,) = find([blocked(local(2026, 6, 6, 9), local(2026, 6, 6, 11))]).slots
	assert slot.span == (local(2026, 6, 13, 8), local(2026, 6, 13, 10))
	(rejection,) = slot.earlier
	assert rejection.text == "CHG-1 works on AR-042: 1 h are free, the change needs 2 h"
	assert rejection.obstacles[0].as_json()["kind"] == "Same CI"


def test_a_slot_after_an_obstacle_tells_what_delays_it():
	(slot,) = find([blocked(local(2026, 6, 6, 7), local(2026, 6, 6, 9))]).slots
	assert slot.span.start == local(2026, 6, 6, 9)
	assert [one.what for one in slot.delayed_by] == ["CHG-1"]


def test_a_window_shorter_than_the_change_never_does():
	found = find([], hours=5, count=3)
	assert found.slots == ()
	assert found.later[0].text == "Saturday has only 4 h, the change needs 5 h"
	assert (len(found.later), found.more_later) == (50, 2)


def test_of_a_window_that_has_begun_only_the_rest_counts():
	found = find([], hours=2, count=1, not_before=local(2026, 6, 6, 10, 30))
	assert found.slots[0].earlier[0].text == "Saturday has only left 1 h 30 min, the change needs 2 h"
	assert minutes_text(timedelta()) == "0 min"
