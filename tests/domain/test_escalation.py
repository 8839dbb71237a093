"""Steps of an escalation: each comes due once, at its minute, by the clock of its policy."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.calendars import Shift, ShiftCalendar
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.escalation import (
	Countdown,
	EscalationPolicy,
	EscalationStep,
	check_steps,
	due_run,
	next_run,
	policy_for,
)
from plant_itsm.domain.vocabulary import Channel, EscalationTarget, EscalationTrigger

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
WEEKDAYS = frozenset(range(5))


def step(after=15, **more):
	values = {"trigger": EscalationTrigger.DISPATCH, "target": EscalationTarget.ROLE, "who": "Plant Admin"}
	return EscalationStep(after_minutes=after, **{**values, **more})


@given(
	steps=st.lists(
		st.builds(
			step,
			after=st.integers(1, 90),
			repeat_minutes=st.integers(0, 30),
			most_repeats=st.integers(1, 5),
			who=st.sampled_from(["Plant Admin", "Plant IT", "Production Manager"]),
		),
		max_size=4,
		unique_by=lambda one: one.label,
	),
	ticks=st.lists(st.integers(0, 260), max_size=80),
	schedulers=st.integers(1, 3),
)
def test_each_run_happens_once_and_never_early_however_often_and_by_whom_it_is_looked(
	steps, ticks, schedulers
):
	countdown, done = Countdown(START), {}
	for minute in sorted(ticks):
		now = START + timedelta(minutes=minute)
		for _ in range(schedulers):
			for one in steps:
				run = due_run(one, countdown, now)
				if run is not None and run.key("LS-1") not in done:
					assert run.due_at <= now
					done[run.key("LS-1")] = (run, now)
	for one in steps:
		mine = [run for run, _ in done.values() if run.step == one]
		assert len({run.repeat for run in mine}) == len(mine) <= one.last_repeat + 1
		last = START + timedelta(minutes=max(ticks, default=0))
		assert bool(mine) == (countdown.at(one.after_minutes) <= last), "a due step is not left out"


@given(st.integers(1, 300), st.integers(1, 60), st.integers(1, 10))
def test_ticked_every_minute_a_step_and_each_repeat_fires_within_its_minute(after, repeat, most):
	one, countdown, fired = step(after, repeat_minutes=repeat, most_repeats=most), Countdown(START), {}
	for minute in range(after + repeat * most + 2):
		now = START + timedelta(minutes=minute, seconds=17)
		run = due_run(one, countdown, now)
		if run is not None:
			fired.setdefault(run.repeat, now - run.due_at)
	assert sorted(fired) == list(range(most + 1))
	assert max(fired.values()) < timedelta(seconds=60)


@pytest.mark.parametrize(
	"start",
	[
		datetime(2026, 10, 25, 0, 50, tzinfo=timezone.utc),  # 02:50 CEST, before the hour that comes twice
		datetime(2026, 3, 29, 0, 50, tzinfo=timezone.utc),  # 01:50 CET, before the hour that is skipped
		datetime(2026, 6, 7, 1, 0, tzinfo=timezone.utc),  # a Sunday night
	],
)
def test_around_the_clock_fifteen_minutes_are_fifteen_minutes(start):
	assert Countdown(start.astimezone(BERLIN)).at(15) == start + timedelta(minutes=15)


EARLY = ShiftCalendar(BERLIN, (Shift("Early", time(6), time(14), WEEKDAYS),))
NIGHT = ShiftCalendar(BERLIN, (Shift("Night", time(22), time(6)),))


def berlin(*when):
	return datetime(*when, tzinfo=BERLIN)


@pytest.mark.parametrize(
	("calendar", "start", "minutes", "due"),
	[
		(EARLY, berlin(2026, 6, 7, 12, 0), 15, berlin(2026, 6, 8, 6, 15)),  # Sunday -> Monday
		(EARLY, berlin(2026, 6, 5, 13, 50), 15, berlin(2026, 6, 8, 6, 5)),  # Friday's end -> Monday
		(EARLY, berlin(2026, 6, 1, 13, 45), 15, berlin(2026, 6, 1, 14, 0)),  # the last minute of the shift
		(NIGHT, berlin(2026, 3, 29, 1, 50), 15, berlin(2026, 3, 29, 3, 5)),  # the clock skips an hour
		(
			NIGHT,
			berlin(2026, 10, 25, 2, 50),
			15,
			berlin(2026, 10, 25, 2, 5, 0).replace(fold=1),
		),  # it comes twice
	],
)
def test_by_the_shift_calendar_only_planned_time_counts(calendar, start, minutes, due):
	assert Countdown(start, calendar).at(minutes) == due.astimezone(timezone.utc)


def test_a_line_that_never_works_is_never_escalated_by_its_shifts():
	closed = ShiftCalendar(BERLIN, (Shift("None", time(6), time(14), frozenset()),))
	assert due_run(step(), Countdown(START, closed), START + timedelta(days=30)) is None


def test_of_missed_repeats_only_the_last_is_told():
	one = step(15, repeat_minutes=5, most_repeats=10)
	assert due_run(one, Countdown(START), START + timedelta(minutes=42)).repeat == 5


def test_the_next_run_is_the_first_to_come():
	run = next_run([step(15), step(5, repeat_minutes=4, most_repeats=9)], Countdown(START), START)
	assert run.due_at == START + timedelta(minutes=5)
	late = next_run([step(15), step(5, repeat_minutes=4, most_repeats=1)], Countdown(START), run.due_at)
	assert late.due_at == START + timedelta(minutes=9)


def test_a_webhook_needs_nobody_to_tell():
	check_steps("Escalation Policy X", [step(who=None, channel=Channel.WEBHOOK)])


def test_the_most_specific_policy_applies():
	def policy(name, **fits):
		return EscalationPolicy(name, (step(),), **fits)

	all_of_them = [
		policy("B any"),
		policy("A any"),
		policy("P1", priority="P1"),
		policy("stops", stop_kind="Line Stop"),
		policy("Line 3", production_line="Line 3"),
	]
	assert policy_for(all_of_them, "Line Stop", "P1", ["Line 3", "Line 4"]).name == "Line 3"
	assert policy_for(all_of_them, "Line Stop", "P1", ["Line 4"]).name == "stops"
	assert policy_for(all_of_them, "Degraded", "P1", ["Line 4"]).name == "P1"
	assert policy_for(all_of_them, "Degraded", None, []).name == "A any"
	assert policy_for([], "Degraded", None, []) is None


@pytest.mark.parametrize(
	("steps", "why"),
	[
		([step(0)], "Enter 1 minute or more"),
		([step(who=None)], "it names no role. Choose one"),
		([step(target=EscalationTarget.USER, who=None)], "it names no user"),
		([step(repeat_minutes=5)], "repeats 0 times. Enter 1 to 100"),
		([step(), step()], "2 .*stands there already"),
	],
)
def test_a_step_that_would_tell_nobody_or_for_ever_is_refused(steps, why):
	with pytest.raises(InvalidRecordError, match=rf"Escalation Policy X, step.*{why}"):
		check_steps("Escalation Policy X", steps)
