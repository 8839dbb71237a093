"""OEE against figures worked out by hand, and its times against counting every single minute of both clock changes."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.calendars import OUTSIDE, Break, Shift, ShiftCalendar
from plant_itsm.domain.oee import (
	MORE_SCRAP,
	NO_PLANNED_TIME,
	NO_PRODUCTION,
	NO_RUN_TIME,
	NOTHING_BUT_STOPS,
	Inputs,
	LineDown,
	Quantities,
	StopClass,
	big_losses,
	effectiveness,
	inputs_of,
	shift_times,
	stop_class,
)
from plant_itsm.domain.oee_explained import explanation, sums_explained
from plant_itsm.domain.time_spans import Span, merged, seconds_of, without_first
from plant_itsm.domain.vocabulary import EventKind, StopLoss

BERLIN = ZoneInfo("Europe/Berlin")
EARLY = datetime(2026, 6, 1, 4, tzinfo=timezone.utc)  # 06:00 in Berlin
SHIFT = Span(EARLY, EARLY + timedelta(hours=8))
PLANNED = StopClass(planned=True)
THREE_SHIFTS = (
	Shift("Early", time(6), time(14)),
	Shift("Late", time(14), time(22)),
	Shift("Night", time(22), time(6)),
)


def down(stop, start_minute, end_minute, stop_class=StopClass(loss=StopLoss.BREAKDOWNS), at=EARLY):  # noqa: B008
	start, end = (at + timedelta(minutes=minute) for minute in (start_minute, end_minute))
	return LineDown(stop, start, (Span(start, end),), stop_class)


def test_a_shift_worked_out_by_hand():
	"""8 h, 30 min planned stop, breakdowns 07:00-07:20 and 07:10-07:40 merged to 40 min, 5 min minor stop; 120 s per
	unit, 190 produced, 6 scrap of which 2 while starting up."""
	times = shift_times(
		[SHIFT],
		[
			down("A", 60, 80),
			down("B", 70, 100),
			down("P", 240, 270, PLANNED),
			down("M", 300, 305, StopClass(loss=StopLoss.MINOR_STOPS)),
		],
	)
	assert (times.planned, times.busy, times.production) == (28800, 27000, 24300)
	assert {part.stop: part.seconds for part in times.parts} == {"P": 1800, "A": 1200, "B": 1200, "M": 300}
	counted = Quantities(190, 6, 2)
	result = effectiveness(inputs_of(times, counted, Decimal(120), Decimal(86400)))
	assert result.availability == Decimal("0.9")
	assert round(result.performance, 6) == Decimal("0.938272")  # 120 x 190 / 24300
	assert round(result.quality, 6) == Decimal("0.968421")  # 184 / 190
	assert round(result.oee, 6) == Decimal("0.817778")  # 184 x 120 / 27000
	assert round(result.teep, 6) == Decimal("0.255556")  # 184 x 120 / 86400
	losses = big_losses(times, counted, Decimal(120))
	assert losses.stops[StopLoss.BREAKDOWNS] == 2400
	assert losses.stops[StopLoss.MINOR_STOPS] == 300
	assert (losses.reduced_speed, losses.startup_rejects, losses.production_rejects) == (1500, 240, 480)
	text = explanation(times, counted, Decimal(120), "the line")
	assert "PBT = planned time − planned stops = 28800 s − 1800 s = 27000 s" in text
	assert "Performance = PRU × PQ ÷ APT = 120 s × 190 ÷ 24300 s = 93.8 % (PRU: the line)" in text
	assert "OEE = availability × performance × quality ratio = 81.8 %" in text


def test_sums_of_shifts_say_what_was_summed_up():
	"""Two shifts: 450 and 480 min busy, 370 and 400 min of production; 300 made, 290 good; 120 s per unit."""
	seconds = [Decimal(60 * minutes) for minutes in (450 + 480, 370 + 400, 600, 580, 2 * 1440)]
	busy, production, run, good, passed = seconds
	assert sums_explained(Inputs(busy, production, Quantities(300, 10), run, good, passed)) == [
		"Availability = Σ APT ÷ Σ PBT = 46200 s ÷ 55800 s = 82.8 %",
		"Performance = Σ PRU × PQ ÷ Σ APT = 36000 s ÷ 46200 s = 77.9 %",
		"Quality ratio = Σ GQ ÷ Σ PQ = 290 ÷ 300 = 96.7 %",
		"OEE = Σ PRU × GQ ÷ Σ PBT = 34800 s ÷ 55800 s = 62.4 %",
		"TEEP = Σ PRU × GQ ÷ calendar time = 34800 s ÷ 172800 s = 20.1 %",
	]
	assert sums_explained(Inputs(busy, production, Quantities(), None, None)) == [
		"Availability = Σ APT ÷ Σ PBT = 46200 s ÷ 55800 s = 82.8 %",
		NO_PRODUCTION,
	]


@pytest.mark.parametrize(
	("busy", "production", "quantities", "pru", "why_not"),
	[
		(0, 0, Quantities(), 60, NO_PLANNED_TIME),
		(3600, 3600, Quantities(), 60, NO_PRODUCTION),
		(3600, 3600, Quantities(0, 2), 60, MORE_SCRAP),
		(3600, 3600, Quantities(2, 3), 60, MORE_SCRAP),
		(3600, 3600, Quantities(2), None, NO_RUN_TIME),
		(3600, 0, Quantities(2), 60, NOTHING_BUT_STOPS),
	],
)
def test_what_cannot_be_told_is_said_in_words(busy, production, quantities, pru, why_not):
	run = None if pru is None else Decimal(pru * quantities.produced)
	result = effectiveness(Inputs(Decimal(busy), Decimal(production), quantities, run, run))
	assert result.oee is None
	assert result.why_not == why_not
	assert (result.availability is None) == (why_not == NO_PLANNED_TIME)


def test_performance_above_one_is_shown_and_not_clipped():
	times = shift_times([SHIFT], [])
	result = effectiveness(inputs_of(times, Quantities(300), Decimal(120), Decimal(28800)))
	assert result.performance == result.oee == result.teep == Decimal("1.25")
	assert big_losses(times, Quantities(300), Decimal(120)).reduced_speed == -7200


def test_a_planned_stop_goes_before_an_unplanned_one_at_the_same_time():
	times = shift_times([SHIFT], [down("A", 0, 60), down("P", 30, 90, PLANNED)])
	assert (times.busy, times.production) == (25200, 23400)


@pytest.mark.parametrize(
	("kind", "micro", "reason", "expected"),
	[
		(EventKind.LINE_STOP, False, None, StopClass(loss=StopLoss.BREAKDOWNS)),
		(EventKind.LINE_STOP, True, None, StopClass(loss=StopLoss.MINOR_STOPS)),
		(EventKind.LINE_STOP, True, StopClass(loss=StopLoss.SETUP), StopClass(loss=StopLoss.SETUP)),
		(EventKind.LINE_STOP, False, PLANNED, PLANNED),
		(EventKind.PLANNED_STOP, False, None, PLANNED),
		(EventKind.STARVED_OR_BLOCKED, False, None, StopClass(loss=StopLoss.STARVED_OR_BLOCKED)),
		(EventKind.LOSS_OF_VIEW, False, StopClass(loss=StopLoss.BREAKDOWNS), StopClass()),
		(EventKind.DEGRADED, False, None, StopClass()),
	],
)
def test_the_class_of_a_stop(kind, micro, reason, expected):
	assert stop_class(kind, micro, reason) == expected


def test_no_proven_stop_takes_no_time():
	assert shift_times([SHIFT], [down("V", 0, 60, StopClass())]).production == 28800


def test_a_buffer_is_used_up_first():
	spans = [Span(EARLY, EARLY + timedelta(minutes=10)), Span(EARLY + timedelta(hours=1), SHIFT.end)]
	assert list(without_first(spans, Decimal(900))) == [Span(EARLY + timedelta(minutes=65), SHIFT.end)]


def local(*parts):
	return datetime(*parts, tzinfo=BERLIN)


def test_shifts_run_across_midnight_and_over_the_change_of_the_clock():
	runs = list(ShiftCalendar(BERLIN, THREE_SHIFTS).runs(local(2026, 3, 28, 21), local(2026, 3, 29, 7)))
	assert [(run.name, run.day) for run in runs] == [
		("Late", date(2026, 3, 28)),
		("Night", date(2026, 3, 28)),
		("Early", date(2026, 3, 29)),
	]
	assert [seconds_of([run.span]) / 3600 for run in runs] == [8, 7, 8]


def test_outside_of_shifts_is_a_time_of_its_own():
	calendar = ShiftCalendar(BERLIN, (Shift("Day", time(8), time(16)),))
	between = calendar.run_at(local(2026, 6, 2, 20))
	assert (between.name, between.day) == (OUTSIDE, date(2026, 6, 2))
	assert between.span == Span(local(2026, 6, 2, 16), local(2026, 6, 3))
	assert calendar.run_at(local(2026, 6, 2, 8)).name == "Day"
	assert [run.name for run in ShiftCalendar(BERLIN).runs(local(2026, 6, 1), local(2026, 6, 3))] == [
		"Around the clock"
	] * 2


CLASSES = st.sampled_from([PLANNED, *(StopClass(loss=loss) for loss in StopLoss), StopClass()])
STOPS = st.lists(st.tuples(st.integers(-600, 4000), st.integers(1, 900), CLASSES), max_size=12)
STARTS = st.sampled_from([local(2026, 3, 28, 5), local(2026, 10, 24, 5), local(2026, 6, 3, 17, 10)])
SHIFT_SETS = st.sampled_from(
	[THREE_SHIFTS, THREE_SHIFTS[:1], (), (Shift("Long", time(18), time(6)), Shift("Short", time(7), time(9)))]
)
BREAKS = st.sampled_from([(), (Break(time(12), time(12, 30)), Break(time(0), time(0, 15)))])


@settings(max_examples=30, deadline=None)
@given(SHIFT_SETS, BREAKS, STARTS, STOPS)
def test_times_equal_counting_every_minute(shifts, breaks, start, stops):
	calendar = ShiftCalendar(BERLIN, shifts, breaks)
	downs = [
		down(f"S{number:02}", first, first + minutes, kind, start.astimezone(timezone.utc))
		for number, (first, minutes, kind) in enumerate(stops)
	]
	end = start + timedelta(days=2)
	for run in calendar.runs(start, end):
		times = shift_times(calendar.planned(*run.span), downs)
		counted = count_minutes(calendar, run.span, downs)
		assert (times.planned, times.busy, times.production) == tuple(60 * n for n in counted["times"])
		assert {part.stop: part.seconds for part in times.parts} == counted["parts"]
		losses = big_losses(times, Quantities(50, 4, 1), Decimal("31.7"))
		if losses.effective is not None:
			others = losses.reduced_speed + losses.startup_rejects + losses.production_rejects
			assert sum(losses.stops.values()) + others + losses.effective == times.busy


def count_minutes(calendar, span, downs):
	"""Every minute by itself: is it planned, is a planned stop on, and which unplanned stop began first?"""
	planned = busy = running = 0
	parts = {}
	for minute in range(int((span.end - span.start).total_seconds() // 60)):
		at = span.start + timedelta(minutes=minute)
		if not calendar.planned_seconds(at, at + timedelta(minutes=1)):
			continue
		planned += 1
		on = [one for one in downs if any(s.holds(at) for s in one.spans) and one.stop_class != StopClass()]
		on_plan = [one for one in on if one.stop_class.planned]
		busy += not on_plan
		running += not on
		if on:
			first = min(on_plan or on, key=lambda one: (one.onset, one.stop))
			parts[first.stop] = parts.get(first.stop, 0) + 60
	return {"times": (planned, busy, running), "parts": parts}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 200)), max_size=8))
def test_overlapping_stops_count_once(stops):
	downs = [down(f"S{n}", first, first + minutes) for n, (first, minutes) in enumerate(stops)]
	times = shift_times([SHIFT], downs)
	cut = [one.cut(SHIFT) for one in merged(span for each in downs for span in each.spans)]
	assert times.unplanned_stops == seconds_of([span for span in cut if span])
	assert times.unplanned_stops == sum(part.seconds for part in times.parts)


@settings(max_examples=60, deadline=None)
@given(SHIFT_SETS, STARTS, st.integers(0, 3 * 24 * 60))
def test_every_moment_has_one_shift_or_none(shifts, start, minutes):
	calendar = ShiftCalendar(BERLIN, shifts)
	at = start.astimezone(timezone.utc) + timedelta(minutes=minutes)
	run = calendar.run_at(at)
	assert run.span.holds(at)
	working = calendar.shift_at(at)
	assert run.name == (working.name if working else OUTSIDE)
