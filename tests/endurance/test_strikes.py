"""Chaos is the same for the same seed, and draws every fault sooner or later."""

import itertools

from tests.endurance.strikes import LONGEST_SECONDS, schedule

FAULTS = [f"fault {number}" for number in range(9)]


def test_the_same_seed_strikes_the_same():
	assert schedule(7, FAULTS, 10, 20.0) == schedule(7, FAULTS, 10, 20.0)
	assert schedule(7, FAULTS, 10, 20.0) != schedule(8, FAULTS, 10, 20.0)


def test_strikes_begin_within_the_round_in_order_and_end_soon():
	plan = schedule(1, FAULTS, 100, 20.0)
	assert [one.at for one in plan] == sorted(one.at for one in plan)
	assert all(0 <= one.at <= 20 and 0 < one.ends_at - one.at <= LONGEST_SECONDS for one in plan)


def test_some_overlap_and_all_are_drawn():
	plans = [schedule(seed, FAULTS, 10, 20.0) for seed in range(20)]
	assert {one.fault for plan in plans for one in plan} == set(FAULTS)
	assert any(first.ends_at > second.at for plan in plans for first, second in itertools.pairwise(plan))
