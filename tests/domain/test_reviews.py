"""Reviews and problems: durations, resemblance, and what a status needs."""

from datetime import date, datetime, timedelta, timezone

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.problems import Analysis, check_problem
from plant_itsm.domain.reviews import (
	Action,
	StopTimes,
	StopTraits,
	check_actions,
	check_completion,
	similar_stops,
)
from plant_itsm.domain.vocabulary import ActionEffect, ProblemStatus

ONSET = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
TODAY = date(2026, 6, 10)


def after(minutes):
	return ONSET + timedelta(minutes=minutes)


def test_the_named_durations_of_a_stop():
	times = StopTimes(ONSET, after(1), after(2), after(5), after(14), after(90))
	spans = (
		times.detected_after(),
		times.acknowledged_after(),
		times.dispatched_after(),
		times.restored_after(),
	)
	assert [span.total_seconds() / 60 for span in spans] == [1, 4, 12, 90]


def test_what_has_not_happened_has_no_duration():
	times = StopTimes(ONSET, after(1))
	assert times.acknowledged_after() is times.dispatched_after() is times.restored_after() is None


def test_clocks_that_disagree_give_no_negative_duration():
	assert StopTimes(ONSET, after(-1)).detected_after() == timedelta(0)


def stop(name, ci="AR-042", ci_class="Robot", lines=("Line 3",), kind="Line Stop", days=0):
	return StopTraits(name, ci, ci_class, kind, frozenset(lines), ONSET - timedelta(days=days))


def test_similar_stops_the_same_ci_first_then_the_newest():
	others = [
		stop("other class", ci="SW-1", ci_class="Switch", days=1),
		stop("class elsewhere", ci="AR-900", lines=("Line 9",), days=1),
		stop("class here", ci="AR-041", days=9),
		stop("same, older", days=8),
		stop("same, newer", days=2),
		stop("planned", kind="Planned Stop", days=1),
		stop("later", days=-1),
	]
	found = similar_stops(stop("this"), others, most=4)
	assert [(other.name, why) for other, why in found] == [
		("same, newer", "the same CI"),
		("same, older", "the same CI"),
		("class here", "the same class of CI on Line 3"),
		("class elsewhere", "the same class of CI"),
	]


def test_an_action_reminds_when_due_then_each_week_then_of_its_effect():
	action = Action(1, date(2026, 6, 10), None, 30, None)
	assert action.reminder_on(date(2026, 6, 9), None) is None
	assert action.reminder_on(TODAY, None) == "due on 2026-06-10"
	assert action.reminder_on(date(2026, 6, 16), TODAY) is None
	assert action.reminder_on(date(2026, 6, 17), TODAY) == "due on 2026-06-10"
	done = Action(1, date(2026, 6, 10), date(2026, 6, 12), 30, None)
	assert done.effect_check_on == date(2026, 7, 12)
	assert done.reminder_on(date(2026, 7, 11), None) is None
	assert "whether it has helped" in done.reminder_on(date(2026, 7, 12), None)
	judged = Action(1, date(2026, 6, 10), date(2026, 6, 12), 30, ActionEffect.EFFECTIVE)
	assert judged.reminder_on(date(2026, 8, 1), None) is None


@pytest.mark.parametrize(
	("action", "text"),
	[
		(Action(2, TODAY, date(2026, 6, 11), 30, None), "row 2.*lies in the future"),
		(Action(1, TODAY, None, 30, ActionEffect.EFFECTIVE), "not done"),
	],
)
def test_actions_that_cannot_be_are_refused(action, text):
	with pytest.raises(InvalidRecordError, match=text):
		check_actions("Review", [action], TODAY)


@pytest.mark.parametrize(
	("fault", "text"),
	[
		({"ended": False}, "still lasts"),
		({"root_cause": ""}, "root cause is empty"),
		({"actions": 0}, "no action"),
	],
)
def test_a_review_is_completed_with_cause_and_action(fault, text):
	complete = {"ended": True, "root_cause": "worn bearing", "actions": 1, "no_action_because": ""}
	check_completion("Review", **complete)
	check_completion("Review", **complete | {"actions": 0, "no_action_because": "the line is scrapped"})
	with pytest.raises(InvalidRecordError, match=text):
		check_completion("Review", **complete | fault)


@pytest.mark.parametrize(
	("status", "analysis", "stops", "text"),
	[
		("Open", Analysis("", "", "", ["a", "", "c"]), [], "why 3 is answered while why 2 is empty"),
		("Known Error", Analysis("", "", ""), [], "root cause or a workaround"),
		("Resolved", Analysis("worn bearing", "", ""), [], "needs a solution"),
		("Closed", Analysis("", "", "replaced"), [], "needs a root cause"),
		("Open", Analysis("", "", ""), ["LS-1", "LS-2", "LS-1"], "LS-1 is named twice"),
	],
)
def test_a_problem_whose_status_is_not_borne_out_is_refused(status, analysis, stops, text):
	with pytest.raises(InvalidRecordError, match=text):
		check_problem("PRB-1", ProblemStatus(status), analysis, stops)


@pytest.mark.parametrize("status", ProblemStatus)
def test_a_problem_that_is_analysed_may_have_any_status(status):
	analysis = Analysis("worn bearing", "run at half speed", "bearing replaced", ["worn", "dry", "", "", ""])
	check_problem("PRB-1", status, analysis, ["LS-1", "LS-2"])
