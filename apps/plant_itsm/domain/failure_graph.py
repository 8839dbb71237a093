"""The model of a plant as a networkx graph: for views, for questions of any kind, and as a check of the index."""

from __future__ import annotations

import networkx as nx

from plant_itsm.domain.cmdb import CI, GROUP, LINE, SEGMENT, Cmdb, Node, ways_of
from plant_itsm.domain.vocabulary import LineState


def failure_graph(cmdb: Cmdb) -> nx.DiGraph[Node]:
	"""An edge u -> v for "when u fails, v is affected", with `reason`, the words that explain it.

	An edge into a line has `state`, the LineState that it leads to, or as a feed `buffer_seconds`. The node of a
	redundancy group has `tolerates`, how many of its members may be down before it fails.
	"""
	graph: nx.DiGraph[Node] = nx.DiGraph()
	graph.add_nodes_from(Node(LINE, name) for name in cmdb.lines)
	graph.add_nodes_from(Node(CI, name) for name in cmdb.items)
	_add_line_effects(graph, cmdb)
	_add_relations(graph, cmdb)
	_add_segments(graph, cmdb)
	_add_groups(graph, cmdb)
	for feed in cmdb.feeds:
		if feed.from_line in cmdb.lines and feed.to_line in cmdb.lines:
			graph.add_edge(
				Node(LINE, feed.from_line),
				Node(LINE, feed.to_line),
				reason="feeds",
				buffer_seconds=feed.buffer_seconds,
			)
	return graph


def _add_line_effects(graph: nx.DiGraph[Node], cmdb: Cmdb) -> None:
	for item in cmdb.items.values():
		state = cmdb.line_state_by(item)
		if state is not None:
			line = Node(LINE, str(item.production_line))
			graph.add_edge(Node(CI, item.name), line, reason=str(item.line_effect), state=state)


def _add_relations(graph: nx.DiGraph[Node], cmdb: Cmdb) -> None:
	for relation in cmdb.relations:
		for source, target in ways_of(relation):
			ends_known = source in cmdb.items and target in cmdb.items
			if ends_known and (source, Node(CI, target)) not in cmdb.covered:
				reason = relation.type if source == relation.source else f"needed, {relation.type}"
				graph.add_edge(Node(CI, source), Node(CI, target), reason=reason)


def _add_segments(graph: nx.DiGraph[Node], cmdb: Cmdb) -> None:
	for segment in cmdb.segments:
		node = Node(SEGMENT, segment.name)
		graph.add_node(node)
		for switch in segment.switches:
			if switch in cmdb.items and (switch, node) not in cmdb.covered:
				graph.add_edge(Node(CI, switch), node, reason="carries")
		for member in segment.members:
			if member in cmdb.items:
				graph.add_edge(node, Node(CI, member), reason="connects")


def _add_groups(graph: nx.DiGraph[Node], cmdb: Cmdb) -> None:
	for group in cmdb.standing_groups:
		node = Node(GROUP, group.name)
		graph.add_node(node, tolerates=len(group.members) - group.needed)
		graph.add_edges_from(((Node(CI, name), node) for name in group.members), reason="serves in")
		for dependent in group.dependents:
			state = {"state": LineState.STOPPED} if dependent.kind == LINE else {}
			graph.add_edge(node, dependent, reason="protects", **state)
