"""When planned maintenance is due, and which plans share a visit."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.maintenance_checks import Limits, check_limits, finding_of
from plant_itsm.domain.maintenance_plans import (
	PlannedWork,
	Usage,
	carried_over,
	check_meter_unit,
	check_plan,
	due_by_calendar,
	due_by_use,
	next_counts_from,
	visits,
)
from plant_itsm.domain.maintenance_words import LimitKind, PlanBasis, Rhythm, UsageSource

MONDAY = date(2026, 6, 1)
DAYS = st.integers(0, 60).map(lambda days: MONDAY + timedelta(days=days))
WORKS = st.lists(st.tuples(DAYS, st.integers(0, 12)), min_size=1, max_size=8).map(
	lambda rows: [PlannedWork(f"P{place}", due, days) for place, (due, days) in enumerate(rows)]
)


def fewest(works):
	"""The fewest days that meet the tolerance of each work, by search: latest days are enough to choose from."""
	best = {frozenset(): 0}
	whole = frozenset(work.name for work in works)
	stabs = {frozenset(w.name for w in works if w.earliest <= one.latest <= w.latest) for one in works}
	for stab in stabs:
		for covered, count in list(best.items()):
			both = covered | stab
			best[both] = min(best.get(both, len(works) + 1), count + 1)
	return best[whole]


@given(WORKS)
def test_a_visit_lies_within_the_tolerance_of_each_of_its_plans(works):
	for visit in visits(works):
		assert visit.earliest <= visit.on <= visit.latest
		for work in visit.plans:
			assert work.earliest <= visit.on <= work.latest


@given(WORKS)
def test_every_plan_has_one_visit_whatever_their_order(works):
	found = visits(works)
	assert sorted(work.name for visit in found for work in visit.plans) == sorted(w.name for w in works)
	assert visits(list(reversed(works))) == found


@settings(max_examples=60)
@given(WORKS)
def test_no_fewer_visits_would_do(works):
	assert len(visits(works)) == fewest(works)


@given(DAYS, st.integers(1, 400), st.integers(0, 900), st.sampled_from(Rhythm))
def test_the_next_time_is_after_the_work_and_no_round_is_made_up_for(due, every, late, rhythm):
	done = due + timedelta(days=late)
	again = due_by_calendar(next_counts_from(rhythm, due, done, every), every).on
	assert again is not None
	assert done < again <= done + timedelta(days=every)
	if rhythm == Rhythm.FIXED:
		assert (again - due).days % every == 0


def test_done_early_a_fixed_rhythm_goes_on_from_the_day_on_which_it_was_due():
	early = MONDAY - timedelta(days=5)
	assert next_counts_from(Rhythm.FIXED, MONDAY, early, 30) == MONDAY
	assert next_counts_from(Rhythm.FROM_COMPLETION, MONDAY, early, 30) == early


@given(st.floats(0, 1e6), st.floats(1, 1e4))
def test_what_is_carried_over_is_less_than_a_round(used, every):
	kept = carried_over(Rhythm.FIXED, used, every)
	assert -every <= kept < every
	assert carried_over(Rhythm.FROM_COMPLETION, used, every) == 0


def test_use_is_due_when_the_rate_of_lately_has_used_it_up():
	due = due_by_use(Usage(1900.0, 20.0, "line"), 2000.0, "running hours", MONDAY)
	assert due.on == MONDAY + timedelta(days=5)
	assert "1,900 of 2,000 running hours used (line); 100 left ÷ 20 a day = 5 days" in due.explanation
	assert due_by_use(Usage(2000.0, 0.0, "line"), 2000.0, "units", MONDAY).on == MONDAY
	idle = due_by_use(Usage(10.0, 0.0, "line"), 2000.0, "units", MONDAY)
	assert idle.on is None
	assert "no day can be told" in idle.explanation


@pytest.mark.parametrize(
	("basis", "every", "tolerance", "source", "reason"),
	[
		(PlanBasis.DAYS, 0.0, 0, None, "every 0 Days is no rhythm"),
		(PlanBasis.DAYS, 10.0, 5, None, "with a tolerance of 5 days"),
		(PlanBasis.UNITS, 100.0, 5, None, "what counts its Units"),
		(PlanBasis.CYCLES, 100.0, 5, UsageSource.PRODUCTION, "no cycles. Choose a Condition Indicator"),
	],
)
def test_a_plan_that_cannot_be_is_refused(basis, every, tolerance, source, reason):
	with pytest.raises(InvalidRecordError, match=reason):
		check_plan("P", basis, every, tolerance, source)


def test_a_meter_has_to_count_what_the_plan_does():
	check_meter_unit("P", PlanBasis.RUNNING_HOURS, "M", "h")
	with pytest.raises(InvalidRecordError, match="counts Running Hours, but the values of M are in mm/s"):
		check_meter_unit("P", PlanBasis.RUNNING_HOURS, "M", "mm/s")


@pytest.mark.parametrize(
	("kind", "result", "finding"),
	[
		(LimitKind.AT_MOST, "4.5", ""),
		(LimitKind.AT_MOST, "4.6", "4.6 mm is above 4.5 mm"),
		(LimitKind.AT_MOST, "-9", ""),
		(LimitKind.AT_LEAST, "1.9", "1.9 mm is below 2 mm"),
		(LimitKind.AT_LEAST, "99", ""),
		(LimitKind.BETWEEN, "1", "1 mm is below 2 mm"),
		(LimitKind.BETWEEN, " ", ""),
	],
)
def test_a_value_outside_its_limits_is_a_finding(kind, result, finding):
	assert finding_of("Play", result, Limits(kind, 2.0, 4.5, "mm")) == finding


def test_a_word_is_no_measurement_and_limits_are_in_order():
	with pytest.raises(InvalidRecordError, match="'worn' is no number"):
		finding_of("Play", "worn", Limits(LimitKind.AT_MOST, 0.0, 4.5))
	with pytest.raises(InvalidRecordError, match="highest value 2 is not above the lowest, 4"):
		check_limits("Play", Limits(LimitKind.BETWEEN, 4.0, 2.0))
	assert finding_of("Grease", "done", None) == ""
