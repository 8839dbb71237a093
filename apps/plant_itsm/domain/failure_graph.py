"""The model of a plant as a networkx graph: for questions of any kind, and as a check of the index."""

from __future__ import annotations

import networkx as nx

from plant_itsm.domain.cmdb import CI, GROUP, LINE, SEGMENT, Cmdb, Node
from plant_itsm.domain.plant_edges import PlantEdge, plant_edges


def failure_graph(cmdb: Cmdb) -> nx.DiGraph[Node]:
	"""An edge u -> v for "when u fails, v is affected", with `reason`, the words that explain it.

	An edge into a line has `state`, the LineState that it leads to, or as a feed `buffer_seconds`. The node of a
	redundancy group has `tolerates`, how many of its members may be down before it fails.
	"""
	graph: nx.DiGraph[Node] = nx.DiGraph()
	graph.add_nodes_from(Node(LINE, name) for name in cmdb.lines)
	graph.add_nodes_from(Node(CI, name) for name in cmdb.items)
	graph.add_nodes_from(Node(SEGMENT, segment.name) for segment in cmdb.segments)
	for group in cmdb.standing_groups:
		graph.add_node(Node(GROUP, group.name), tolerates=len(group.members) - group.needed)
	for edge in plant_edges(cmdb):
		if edge.carries:
			graph.add_edge(edge.source, edge.target, reason=edge.reason, **_more(edge))
	return graph


def _more(edge: PlantEdge) -> dict[str, object]:
	more = {"state": edge.state, "buffer_seconds": edge.buffer_seconds}
	return {key: value for key, value in more.items() if value is not None}
