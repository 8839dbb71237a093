"""Pictures of the plant: near first and never above their cap; the ways of a failure are those of the engine."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.cmdb import CI, GROUP, LINE, SEGMENT, Node
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.graph_views import PlantGraph
from plant_itsm.domain.plant_edges import plant_edges
from plant_itsm.domain.vocabulary import LineState
from tests.domain.test_impact_engine import engine_result
from tests.small_plants import CIS, GONE, LINES, plants

EVERYTHING = 10_000
a_ci = st.sampled_from(CIS).map(lambda name: Node(CI, name))
a_line = st.sampled_from(LINES).map(lambda name: Node(LINE, name))


@given(plants, a_ci | a_line, st.integers(0, 6))
def test_all_nodes_within_the_depth_are_shown_with_their_distance(cmdb, focus, depth):
	ties = nx.Graph([(edge.source, edge.target) for edge in plant_edges(cmdb)])
	ties.add_node(focus)
	view = cmdb.graph.view(focus, depth, EVERYTHING)
	assert view.nodes == nx.single_source_shortest_path_length(ties, focus, cutoff=depth)
	assert view.total == len(view.nodes)
	assert set(view.edges) == {
		edge for edge in plant_edges(cmdb) if {edge.source, edge.target} <= view.nodes.keys()
	}
	for node in view.nodes:
		assert view.neighbours[node] == len(set(ties[node]) - {node})


@given(plants, a_ci, st.integers(1, 5))
def test_a_picture_is_cut_off_from_afar_and_says_so(cmdb, focus, most):
	whole, cut = (cmdb.graph.view(focus, 6, cap) for cap in (EVERYTHING, most))
	assert list(cut.nodes) == list(whole.nodes)[:most]
	assert cut.total == whole.total == len(whole.nodes)
	assert all({edge.source, edge.target} <= cut.nodes.keys() for edge in cut.edges)


@settings(max_examples=150)
@given(plants, a_ci)
def test_the_ways_of_a_failure_lead_to_the_lines_of_the_engine(cmdb, focus):
	view = cmdb.graph.view(focus, 0, EVERYTHING, is_failing=True)
	affected, stops, degraded = engine_result(cmdb, [focus.name])
	states = {Node(LINE, name): LineState.STOPPED for name in stops}
	states |= {Node(LINE, name): LineState.DEGRADED for name in degraded}
	assert {node: state for node, state in view.affected.items() if node.kind == LINE} == states
	assert {node.name for node in view.affected if node.kind == CI} <= affected | {focus.name}
	carrying = {(edge.source, edge.target) for edge in plant_edges(cmdb) if edge.carries}
	assert view.ways <= carrying
	ways = nx.DiGraph(list(view.ways))
	ways.add_node(focus)
	assert states.keys() <= nx.descendants(ways, focus)
	assert nx.is_directed_acyclic_graph(ways)


@given(plants, a_line)
def test_a_line_that_stands_stops_those_that_it_feeds(cmdb, focus):
	view = cmdb.graph.view(focus, 0, EVERYTHING, is_failing=True)
	assert {node.name for node in view.affected} == set(cmdb.index.stops([focus.name]))
	assert len(view.ways) == len(view.affected) - 1


@given(plants)
def test_what_a_group_bears_is_shown_and_carries_nothing(cmdb):
	for edge in plant_edges(cmdb):
		if edge.is_borne:
			assert not edge.carries
			assert (edge.source.name, edge.target) in cmdb.covered


@given(plants)
def test_segments_and_groups_have_surroundings_too(cmdb):
	for node in [Node(SEGMENT, "VLAN 1"), *(Node(GROUP, group.name) for group in cmdb.standing_groups)]:
		assert cmdb.graph.view(node, 1, EVERYTHING).nodes[node] == 0


@given(plants)
def test_a_ci_that_has_retired_has_no_picture(cmdb):
	with pytest.raises(MissingRecordError, match=r"Gone.*retired"):
		PlantGraph(cmdb).view(Node(CI, GONE), 1, EVERYTHING)
