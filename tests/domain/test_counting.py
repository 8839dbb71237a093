"""Counters and pulses: resets, roll-overs, and what is delivered twice or late."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.counting import check_counting_rule, count, quantities_of
from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.judging import RuleState
from plant_itsm.domain.oee import Quantities
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import Reading
from plant_itsm.domain.vocabulary import Condition, CountOf, EventKind

START = datetime(2026, 6, 1, 8, tzinfo=timezone.utc)


def rule(condition=Condition.COUNTS, value="", **more):
	return SignalRule("R", "C", "a", condition, value, "CI", EventKind.PRODUCTION_COUNT, **more)


def reading(value, second=0, **more):
	at = START + timedelta(seconds=second)
	return Reading("a", value, at, at, f"key {second}", **more)


def run_through(counting, readings):
	"""The steps of each reading."""
	state, steps = RuleState(), []
	for one in readings:
		counted = count(counting, state, one)
		state = counted.state
		steps.append(counted.steps)
	return steps


@pytest.mark.parametrize(
	("maximum", "values", "steps"),
	[
		(0, [100, 100, 103, 110], [0, 0, 3, 7]),
		(0, [100, 4, 6], [0, 4, 2]),
		(65535, [65530, 3, 5], [0, 9, 2]),
		(65535, [20000, 3], [0, 3]),
		(65535, [70000, 3], [0, 3]),
		(0, ["17", 18.0], [0, 1]),
	],
)
def test_a_counter_counts_what_it_goes_up_by(maximum, values, steps):
	readings = [reading(value, second) for second, value in enumerate(values)]
	assert run_through(rule(counter_maximum=maximum), readings) == steps


@given(
	st.integers(0, 99), st.lists(st.tuples(st.integers(0, 49), st.sampled_from(["once", "twice", "lost"])))
)
def test_no_unit_is_lost_or_counted_twice_over_any_number_of_roll_overs(start, deliveries):
	total, sent, readings = start, start, [reading(start)]
	for second, (made, fate) in enumerate(deliveries, start=1):
		total += made
		if fate == "lost" and total - sent < 50:
			continue
		if total - sent > 50:
			total = sent + 50
		sent = total
		readings += [reading(sent % 100, second)] * (2 if fate == "twice" else 1)
	assert sum(run_through(rule(counter_maximum=99), readings)) == sent - start


def test_a_late_reading_of_a_counter_adds_nothing():
	late = [reading(10), reading(30, 60), reading(20, 30), reading(25, 40, historical=True), reading(31, 61)]
	assert run_through(rule(), late) == [0, 20, 0, 0, 1]


def test_pulses_count_each_time_and_late_ones_too():
	pulse = rule(Condition.EQUALS, "true")
	assert run_through(pulse, [reading(True), reading(False, 1), reading(True, 2)]) == [1, 0, 1]
	assert run_through(pulse, [reading(True, 5), reading(True, 5), reading(True, 3)]) == [1, 0, 1]
	changed = rule(Condition.CHANGED)
	assert run_through(changed, [reading("A7"), reading("A8", 1), reading("A8", 2)]) == [0, 1, 0]


@pytest.mark.parametrize("value", ["many", -1, 1.5, True, None, [1], {"n": 1}])
def test_what_is_no_counter_is_refused(value):
	with pytest.raises(RuleError, match="is no counter"):
		count(rule(), RuleState(), reading(value))


@pytest.mark.parametrize(
	("count_of", "quantities"),
	[
		(CountOf.PRODUCED, Quantities(8)),
		(CountOf.GOOD, Quantities(8)),
		(CountOf.SCRAP, Quantities(8, 8)),
		(CountOf.SCRAP_OF_PRODUCED, Quantities(0, 8)),
	],
)
def test_what_steps_stand_for(count_of, quantities):
	assert quantities_of(rule(count_of=count_of, units_per_count=4), 2) == quantities


def test_rules_that_cannot_count_are_refused():
	with pytest.raises(RuleError, match="count nothing"):
		check_counting_rule(rule(units_per_count=0))
	with pytest.raises(RuleError, match="Choose the event kind Production Count"):
		check_counting_rule(SignalRule("R", "C", "a", Condition.COUNTS, "", "CI", EventKind.LINE_STOP))
