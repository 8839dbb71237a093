"""Allocation: every cent arrives somewhere, once."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.allocation import (
	AllocationMethod,
	AllocationRule,
	Bucket,
	CostObject,
	CostObjectKind,
	Share,
	allocate,
	check_no_overlap,
	check_rule,
	in_order,
)
from plant_itsm.domain.errors import InvalidRecordError

SOFTWARE = Bucket("Software licences", "OpEx")
START = date(2026, 1, 1)


def line(name):
	return CostObject(CostObjectKind.LINE, name)


def pool(name):
	return CostObject(CostObjectKind.POOL, name)


def rule(source, method=AllocationMethod.EVEN, *, to, **more):
	shares = tuple(Share(receiver, Decimal(weight)) for receiver, weight in to.items())
	return AllocationRule(f"{source} on", source, method, shares, START, **more)


def test_a_driver_divides_in_proportion_and_direct_costs_stay():
	costs = {(pool("Corporate IT"), SOFTWARE): Decimal("100.00"), (line("A"), SOFTWARE): Decimal("5.00")}
	by_units = rule(
		"Corporate IT", AllocationMethod.DRIVER, to={line("A"): 2, line("B"): 1}, driver="Units produced"
	)
	done = allocate(costs, [by_units])
	assert done.costs == {(line("A"), SOFTWARE): Decimal("71.67"), (line("B"), SOFTWARE): Decimal("33.33")}
	assert [(step.receiver.name, step.weight, step.total_weight) for step in done.steps] == [
		("A", 2, 3),
		("B", 1, 3),
	]


def test_what_a_fixed_share_leaves_stays_with_the_pool():
	costs = {(pool("Quality"), SOFTWARE): Decimal("10.01")}
	fixed = rule("Quality", AllocationMethod.FIXED_SHARE, to={line("A"): 30, line("B"): 30})
	assert allocate(costs, [fixed]).costs == {
		(line("A"), SOFTWARE): Decimal("3.00"),
		(line("B"), SOFTWARE): Decimal("3.00"),
		(pool("Quality"), SOFTWARE): Decimal("4.01"),
	}


def test_a_pool_passes_on_what_it_has_received_whatever_the_order_of_the_rules():
	costs = {(pool("Corporate IT"), SOFTWARE): Decimal(90), (pool("Quality"), SOFTWARE): Decimal(10)}
	rules = [
		rule("Quality", to={line("A"): 1}),
		rule("Corporate IT", AllocationMethod.FIXED_SHARE, to={pool("Quality"): 50, line("A"): 50}),
	]
	for given_rules in (rules, rules[::-1]):
		done = allocate(costs, given_rules)
		assert done.costs == {(line("A"), SOFTWARE): 100}
		assert [step.pool for step in done.steps] == ["Corporate IT", "Corporate IT", "Quality"]


def test_the_step_orders_pools_that_nothing_else_orders():
	rules = [
		rule("B", to={line("L"): 1}, step=2),
		rule("A", to={line("L"): 1}, step=3),
		rule("C", to={line("L"): 1}),
	]
	assert [one.pool for one in in_order(rules)] == ["C", "B", "A"]


def test_a_circle_is_refused_and_shown():
	rules = [
		rule("IT", to={pool("HR"): 1}),
		rule("HR", to={pool("Quality"): 1}),
		rule("Quality", to={pool("IT"): 1}),
	]
	with pytest.raises(InvalidRecordError, match=r"in a circle: .* → .* → .* → ") as refusal:
		allocate({}, rules)
	assert all(name in str(refusal.value) for name in ("IT", "HR", "Quality"))


def test_a_driver_that_sums_to_zero_is_refused_with_its_name():
	none = rule("IT", AllocationMethod.DRIVER, to={line("A"): 0, line("B"): 0}, driver="Machine hours")
	with pytest.raises(InvalidRecordError, match="Machine hours sums to 0"):
		allocate({(pool("IT"), SOFTWARE): Decimal(1)}, [none])
	assert allocate({}, [none]).costs == {}


@pytest.mark.parametrize(
	("bad", "text"),
	[
		(rule("IT", AllocationMethod.FIXED_SHARE, to={line("A"): 60, line("B"): 41}), "sum to 101 %"),
		(rule("IT", to={}), "no receiver"),
		(rule("IT", to={pool("IT"): 1}), "to itself"),
		(rule("IT", AllocationMethod.DRIVER, to={line("A"): -1}), "negative"),
		(rule("IT", to={line("A"): 1}, valid_to=date(2025, 1, 1)), "lies before"),
		(AllocationRule("IT on", "IT", AllocationMethod.EVEN, (Share(line("A")),) * 2, START), "twice"),
	],
)
def test_rules_that_cannot_be_are_refused(bad, text):
	with pytest.raises(InvalidRecordError, match=text):
		check_rule(bad)


def test_two_rules_of_a_pool_may_not_be_valid_on_one_day():
	first = rule("IT", to={line("A"): 1}, valid_to=date(2026, 6, 30))
	later = AllocationRule("IT later", "IT", AllocationMethod.EVEN, first.shares, date(2026, 7, 1))
	check_no_overlap(later, [first])
	with pytest.raises(InvalidRecordError, match="in the same time"):
		check_no_overlap(
			AllocationRule("IT later", "IT", AllocationMethod.EVEN, first.shares, date(2026, 6, 30)), [first]
		)


@st.composite
def plants(draw):
	"""Costs on pools and lines, and rules without a circle: a pool passes on to later pools and to lines only."""
	pools = [pool(f"P{number}") for number in range(draw(st.integers(1, 5)))]
	lines = [line(f"L{number}") for number in range(draw(st.integers(1, 4)))]
	buckets = [Bucket(category, kind) for category in ("A", "B") for kind in ("CapEx", "OpEx")]
	cents = st.integers(-(10**7), 10**8).map(lambda number: Decimal(number) / 100)
	costs = draw(
		st.dictionaries(
			st.tuples(st.sampled_from(pools + lines), st.sampled_from(buckets)), cents, max_size=12
		)
	)
	rules = []
	for place, source in enumerate(pools):
		if draw(st.booleans()):
			receivers = draw(st.lists(st.sampled_from(pools[place + 1 :] + lines), min_size=1, unique=True))
			method = draw(st.sampled_from(AllocationMethod))
			highest = 100 // len(receivers)
			weights = {receiver: draw(st.integers(1, highest)) for receiver in receivers}
			rules.append(rule(source.name, method, to=weights, step=draw(st.integers(0, 3))))
	return costs, draw(st.permutations(rules))


@given(plants())
@settings(max_examples=80, deadline=None)
def test_the_sum_of_the_allocations_is_the_origin_in_every_bucket(plant):
	costs, rules = plant
	done = allocate(costs, rules)

	def by_bucket(amounts):
		sums = defaultdict(Decimal)
		for (_owner, bucket), amount in amounts.items():
			sums[bucket] += amount
		return {bucket: amount for bucket, amount in sums.items() if amount}

	assert by_bucket(done.costs) == by_bucket(costs)
	passed_on = {one.pool for one in rules if one.method != AllocationMethod.FIXED_SHARE}
	assert not [
		owner
		for owner, _bucket in done.costs
		if owner.kind == CostObjectKind.POOL and owner.name in passed_on
	]


@given(plants())
@settings(max_examples=40, deadline=None)
def test_every_amount_can_be_traced_to_what_it_came_from(plant):
	costs, rules = plant
	done = allocate(costs, rules)
	balance = defaultdict(Decimal, costs)
	for step in done.steps:
		balance[pool(step.pool), step.bucket] -= step.amount
		balance[step.receiver, step.bucket] += step.amount
	assert {place: amount for place, amount in balance.items() if amount} == dict(done.costs)
