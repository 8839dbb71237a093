"""Stages of a line stop: forward, in time, by those who may; back only when a repair has failed."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import InvalidRecordError, NotAllowedError
from plant_itsm.domain.response import Response, check_may
from plant_itsm.domain.vocabulary import ResponseStage as Stage

ONSET = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
LATER = ONSET + timedelta(days=1)
ORDER = list(Stage)


def minutes(number):
	return ONSET + timedelta(minutes=number)


def response(stage=Stage.DETECTED, **times):
	return Response("Line Stop LS-1", stage, ONSET, {Stage[name]: at for name, at in times.items()})


def test_a_technician_who_is_there_repairs_without_diagnosis_or_dispatch():
	moved = response().moved(Stage.REPAIRING, minutes(3), LATER)
	assert moved.stage == Stage.REPAIRING
	assert moved.times == dict.fromkeys((Stage.ACKNOWLEDGED, Stage.DISPATCHED, Stage.REPAIRING), minutes(3))


def test_an_earlier_acknowledgement_keeps_its_time():
	moved = response().moved(Stage.ACKNOWLEDGED, minutes(1), LATER).moved(Stage.DISPATCHED, minutes(9), LATER)
	assert (moved.times[Stage.ACKNOWLEDGED], moved.times[Stage.DISPATCHED]) == (minutes(1), minutes(9))


def test_a_failed_repair_goes_on_repairing_and_is_no_longer_restored():
	restored = response().moved(Stage.REPAIRING, minutes(3), LATER).moved(Stage.RESTORED, minutes(30), LATER)
	again = restored.moved(Stage.REPAIRING, minutes(40), LATER)
	assert Stage.RESTORED not in again.times
	assert again.times[Stage.REPAIRING] == minutes(3), "the repair has begun when it began"
	assert again.moved(Stage.RESTORED, minutes(50), LATER).times[Stage.RESTORED] == minutes(50)


@pytest.mark.parametrize(
	("stage", "to"),
	[
		(Stage.DETECTED, Stage.REVIEWED),
		(Stage.DISPATCHED, Stage.ACKNOWLEDGED),
		(Stage.REPAIRING, Stage.DISPATCHED),
		(Stage.RESTORED, Stage.DISPATCHED),
		(Stage.REVIEWED, Stage.REPAIRING),
		(Stage.ACKNOWLEDGED, Stage.ACKNOWLEDGED),
	],
)
def test_what_does_not_follow_is_refused_with_what_may(stage, to):
	with pytest.raises(
		InvalidRecordError, match=rf"LS-1 is {stage}.* cannot become {to}. (Next can be: |It is closed)"
	):
		response(stage).moved(to, minutes(5), LATER)


def test_the_future_and_the_time_before_the_onset_are_refused():
	with pytest.raises(
		InvalidRecordError, match=r"lies in the future, now it is 2026-06-01 08:05:00 UTC\. Enter when"
	):
		response().moved(Stage.ACKNOWLEDGED, minutes(6), minutes(5))
	with pytest.raises(
		InvalidRecordError, match=r"before its onset at 2026-06-01 08:00:00 UTC\. .*correct the onset"
	):
		response().moved(Stage.RESTORED, minutes(-1), minutes(5))
	with pytest.raises(
		InvalidRecordError, match=r"Restored at .* lies before Dispatched at 2026-06-01 08:09:00"
	):
		response(Stage.DISPATCHED, DISPATCHED=minutes(9)).moved(Stage.RESTORED, minutes(8), LATER)


def test_the_signal_restores_without_anybody_s_acknowledgement_and_after_a_person_changes_nothing():
	cleared = response().cleared(minutes(20))
	assert (cleared.stage, cleared.times) == (Stage.RESTORED, {Stage.RESTORED: minutes(20)})
	by_hand = response().moved(Stage.RESTORED, minutes(10), LATER)
	assert by_hand.cleared(minutes(20)) == by_hand


def test_a_stop_that_comes_back_goes_on_where_people_were():
	assert response().cleared(minutes(9)).came_back() == response()
	dispatched = response().moved(Stage.DISPATCHED, minutes(5), LATER)
	assert dispatched.cleared(minutes(9)).came_back() == dispatched


@given(st.lists(st.tuples(st.sampled_from(ORDER[1:]), st.integers(0, 600)), max_size=12))
def test_whatever_is_reported_times_follow_the_stages_and_a_refusal_changes_nothing(reports):
	current = response()
	for stage, after in reports:
		before = current
		try:
			current = current.moved(stage, minutes(after), minutes(600))
		except InvalidRecordError:
			assert current is before
			continue
		assert current.stage == stage
		assert stage in before.next_stages
		assert ORDER.index(stage) > ORDER.index(before.stage) or before.stage == Stage.RESTORED
		reached = [current.times[one] for one in ORDER if one in current.times]
		assert reached == sorted(reached)
		assert all(ONSET <= at <= minutes(600) for at in reached)


def test_production_does_not_repair_and_a_system_manager_may_everything():
	check_may("Line Stop LS-1", Stage.REPAIRING, ["Robot Maintenance"])
	check_may("Line Stop LS-1", Stage.REVIEWED, ["System Manager"])
	with pytest.raises(
		NotAllowedError, match="Repairing is reported by Plant Admin, Plant IT, Robot Maintenance"
	):
		check_may("Line Stop LS-1", Stage.REPAIRING, ["Production Manager", "Agent"])
