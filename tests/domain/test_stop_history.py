"""Which corrections of a line stop there are: what they make of its times, and what cannot be."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import CorrectionError
from plant_itsm.domain.oee import StopClass
from plant_itsm.domain.stop_history import (
	RecordedStop,
	corrected_end,
	corrected_onset,
	merge,
	reclassified,
	split,
)
from plant_itsm.domain.time_spans import Span, merged, minus
from plant_itsm.domain.vocabulary import EventKind, StopClassification, StopLoss

ONSET = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
NOW = ONSET + timedelta(days=1)
L3 = frozenset({"L3"})


def after(minutes):
	return ONSET + timedelta(minutes=minutes)


def stop(name="LS-1", start=0, end=60, gaps=(), **more):
	interruptions = tuple(Span(after(one), after(two)) for one, two in gaps)
	kept = {"kind": EventKind.LINE_STOP, "stop_reason": None, "lines": L3} | more
	ended_at = None if end is None else after(end)
	return RecordedStop(name=name, onset=after(start), ended_at=ended_at, interruptions=interruptions, **kept)


def down(one):
	return list(minus([Span(one.onset, one.ended_at)], one.interruptions))


@st.composite
def stops_with_gaps(draw):
	start, *moments, end = sorted(draw(st.sets(st.integers(0, 1000), min_size=4, max_size=10)))
	gaps = list(zip(moments[::2], moments[1::2], strict=False))
	return stop(start=start, end=end, gaps=gaps)


@given(stops_with_gaps(), st.integers(0, 1000))
def test_a_split_loses_and_adds_no_downtime_and_a_merge_undoes_it(whole, minute):
	at = after(minute)
	if not whole.onset < at < whole.ended_at:
		with pytest.raises(CorrectionError, match="not between its onset"):
			split(whole, at)
		return
	first, second = split(whole, at)
	assert merged([*down(first), *down(second)]) == merged(down(whole))
	assert first.onset == whole.onset
	assert second.ended_at == whole.ended_at
	assert first.ended_at <= second.onset
	assert first.onset < first.ended_at
	assert second.onset < second.ended_at
	(again, _) = merge([RecordedStop(**{**vars(second), "name": "LS-2"}), first])
	assert again == whole


def test_a_split_where_the_line_ran_leaves_that_time_out():
	first, second = split(stop(gaps=[(20, 30)]), after(25))
	assert (first.ended_at, second.onset, first.interruptions, second.interruptions) == (
		after(20),
		after(30),
		(),
		(),
	)


def test_a_merge_keeps_the_earliest_and_the_times_in_between_in_which_the_line_ran():
	kept, others = merge([stop("LS-2", 40, 60), stop("LS-1", 0, 30), stop("LS-3", 20, 45)])
	assert (kept.name, kept.ended_at, kept.interruptions) == ("LS-1", after(60), ())
	assert [one.name for one in others] == ["LS-3", "LS-2"]
	apart, _ = merge([stop("LS-2", 40, 60), stop("LS-1", 0, 30)])
	assert apart.interruptions == (Span(after(30), after(40)),)


def test_times_move_within_what_they_leave_standing():
	assert corrected_onset(stop(gaps=[(20, 30)]), after(-10), NOW).onset == after(-10)
	assert corrected_end(stop(gaps=[(20, 30)]), after(31), NOW).ended_at == after(31)
	assert corrected_onset(stop(end=None), after(-10), NOW).ended_at is None


PLANNED_REASON = StopClass(planned=True)
BROKEN = StopClass(loss=StopLoss.BREAKDOWNS)
SETUP = StopClass(loss=StopLoss.SETUP)


@pytest.mark.parametrize(
	("correct", "text"),
	[
		(lambda: corrected_onset(stop(), after(60), NOW), "onset .* is not before its end"),
		(lambda: corrected_onset(stop(end=None), NOW + timedelta(seconds=1), NOW), "lies in the future"),
		(lambda: corrected_onset(stop(gaps=[(20, 30)]), after(20), NOW), "when the line ran again.*Split"),
		(lambda: corrected_end(stop(gaps=[(20, 30)]), after(30), NOW), "up to when the line ran.*Split"),
		(lambda: corrected_end(stop(end=None), after(5), NOW), "is open.*Wait for its end"),
		(lambda: split(stop(end=None), after(5)), "is open"),
		(lambda: split(stop(part_of="LS-9"), after(5)), "is part of LS-9.*Correct LS-9"),
		(lambda: merge([stop(), stop("LS-2", end=None)]), "LS-2 is open"),
		(lambda: merge([stop(), stop("LS-2", lines=frozenset({"L4"}))]), r"no line in common \(L3; L4\)"),
		(
			lambda: merge([stop(), stop("LS-2", kind=EventKind.PLANNED_STOP)]),
			"LS-2 is Planned Stop. Re-classify",
		),
		(lambda: reclassified(stop(), StopClassification.UNPLANNED, None, None), "is Unplanned already"),
		(
			lambda: reclassified(stop(), StopClassification.PLANNED, "R", BROKEN),
			"means Breakdowns, which is not Planned",
		),
		(
			lambda: reclassified(stop(), StopClassification.UNPLANNED, "R", PLANNED_REASON),
			"means planned, which is not Unplanned",
		),
		(lambda: reclassified(stop(), StopClassification.CHANGEOVER, None, None), "needs a Stop Reason"),
	],
)
def test_what_cannot_be_is_refused_with_the_way_out(correct, text):
	with pytest.raises(CorrectionError, match=text):
		correct()


def test_a_class_is_a_kind_and_what_the_reason_says():
	changeover = reclassified(stop(), StopClassification.CHANGEOVER, "Setup", SETUP)
	assert (changeover.kind, changeover.stop_reason) == (EventKind.LINE_STOP, "Setup")
	planned = reclassified(changeover, StopClassification.PLANNED, None, None)
	assert (planned.kind, planned.stop_reason) == (EventKind.PLANNED_STOP, None)
	assert reclassified(planned, StopClassification.STARVED, None, None).kind == EventKind.STARVED_OR_BLOCKED
