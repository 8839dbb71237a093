"""Redundancy, cycles and buffers in plants of every shape: the engine, its masks and its model say the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.closures import closures
from plant_itsm.domain.cmdb import CI, Node, build_cmdb
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.redundancy import Dependent, RedundancyGroup, check_redundancy_group, needed
from plant_itsm.domain.vocabulary import MinUpUnit
from tests.domain.test_impact_engine import engine_result
from tests.naive_impact import NaivePlant
from tests.small_plants import CIS, failed_cis, plants


@settings(max_examples=250)
@given(plants, failed_cis)
def test_the_engine_equals_the_plain_rules(cmdb, failed):
	expected = NaivePlant(cmdb).impact(failed)
	assert engine_result(cmdb, failed) == (expected.affected, expected.stops, expected.degraded)


@settings(max_examples=120)
@given(plants)
def test_the_mask_of_each_ci_says_what_its_failure_alone_does_to_the_lines(cmdb):
	naive = NaivePlant(cmdb)
	for ci in CIS:
		expected = naive.impact([ci])
		reached = cmdb.index.lines_of_ci(ci)
		assert (dict(reached.stops), set(reached.degraded)) == (expected.stops, expected.degraded)


@settings(max_examples=120)
@given(plants, failed_cis)
def test_the_model_as_a_graph_with_tolerances_says_the_same(cmdb, failed):
	graph = cmdb.failures
	down, size = {Node(CI, name) for name in failed}, -1
	while size != len(down):
		size = len(down)
		for node in graph:
			lost = sum(1 for before in graph.predecessors(node) if before in down)
			if lost > graph.nodes[node].get("tolerates", 0):
				down.add(node)
	affected = {node.name for node in down if node.kind == CI} - failed
	assert affected == engine_result(cmdb, failed)[0]


@given(plants, failed_cis, failed_cis)
def test_more_failures_never_affect_less(cmdb, failed, more):
	affected, stops, _ = engine_result(cmdb, failed)
	wider, earlier, _ = engine_result(cmdb, failed | more)
	assert affected <= wider | more
	assert all(earlier[line] <= seconds for line, seconds in stops.items())


@given(
	st.integers(1, 12).flatmap(
		lambda count: st.tuples(
			st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=3 * count),
			st.lists(st.integers(0, 255), min_size=count, max_size=count),
		)
	)
)
def test_closures_unite_what_can_be_reached(graph):
	edges, own = graph
	rows = [[target for source, target in edges if source == node] for node in range(len(own))]
	starts = [sum(map(len, rows[:node])) for node in range(len(own) + 1)]
	expected = list(own)
	for _ in own:
		for source, target in edges:
			expected[source] |= expected[target]
	assert closures(starts, [target for row in rows for target in row], own) == expected


def test_a_path_of_any_length_and_a_ring_of_any_size_are_followed():
	size = 5000
	starts = list(range(size + 1))
	chain = [*range(1, size), size - 1]
	assert closures(starts, chain, [1 << (node == size - 1) for node in range(size)])[0] == 0b11
	ring = [*range(1, size), 0]
	assert set(closures(starts, ring, [node == 7 for node in range(size)])) == {1}


def test_members_that_retire_count_no_more():
	group = RedundancyGroup("Ring", ("A", "B", "C"), 2)
	assert [group.needed_of(members) for members in (3, 2, 1)] == [2, 2, 1]
	assert [needed(50, MinUpUnit.PERCENT, members) for members in (1, 2, 3, 4)] == [1, 1, 2, 2]
	assert build_cmdb([], [], [], [], [group]).standing_groups == ()


@pytest.mark.parametrize(
	("members", "min_up", "unit", "dependents", "text"),
	[
		((), 1, "Count", [Dependent("R")], "Ring has no members"),
		(("A", "A"), 1, "Count", [Dependent("R")], "A is listed twice as member"),
		(("A",), 2, "Count", [Dependent("R")], "min up 2 is above its 1 member. Add members or enter 1"),
		(("A",), 0, "Count", [Dependent("R")], "min up 0 is below 1"),
		(("A",), 0, "Percent", [Dependent("R")], "0 % lies outside 1 to 100"),
		(("A",), 101, "Percent", [Dependent("R")], "101 % lies outside 1 to 100"),
		(("A",), 1, "Count", [], "nothing depends on it"),
		(("A",), 1, "Count", [Dependent("A")], "A is a member and cannot depend on its own group"),
		(("A",), 1, "Count", [Dependent("R", "L")], "row 1 names R, L. Fill in one"),
		(("A",), 1, "Count", [Dependent(None, "L")] * 2, "L is listed twice as dependent line"),
	],
)
def test_a_group_that_cannot_be_is_refused_with_the_way_out(members, min_up, unit, dependents, text):
	with pytest.raises(InvalidRecordError) as refusal:
		check_redundancy_group("Ring", members, min_up, MinUpUnit(unit), dependents)
	assert text in str(refusal.value)
	assert str(refusal.value).endswith(".")
