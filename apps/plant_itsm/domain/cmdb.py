"""The factory as a graph: configuration items, lines and network segments, and the ways a failure travels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import networkx as nx

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import FailureTravel, LineEffect, LineState, SegmentRole


class Node(NamedTuple):
	"""A node of the graph. CIs, lines and segments may share a name, so the kind is part of the key."""

	kind: str
	name: str


CI = "OT CI"
LINE = "Production Line"
SEGMENT = "Network Segment"


@dataclass(frozen=True)
class ConfigurationItem:
	name: str
	ci_class: str = ""
	production_line: str | None = None
	line_effect: LineEffect = LineEffect.STOPS


@dataclass(frozen=True)
class Relation:
	source: str
	type: str
	target: str
	failure_travels: FailureTravel


@dataclass(frozen=True)
class Segment:
	name: str
	switches: tuple[str, ...]
	members: tuple[str, ...]


@dataclass(frozen=True)
class ProductionLine:
	"""units_per_shift: planned good units in one shift of this line."""

	name: str
	plant_site: str
	units_per_shift: int
	product: str | None = None


@dataclass(frozen=True)
class Cmdb:
	"""A snapshot of the plant. `failures` has an edge u -> v for "when u fails, v is affected"."""

	lines: dict[str, ProductionLine]
	failures: nx.DiGraph[Node] = field(repr=False)

	def holds_ci(self, name: str) -> bool:
		return Node(CI, name) in self.failures


def build_cmdb(
	items: Iterable[ConfigurationItem],
	relations: Iterable[Relation],
	segments: Iterable[Segment],
	lines: Iterable[ProductionLine],
) -> Cmdb:
	"""Join the records of a plant into one graph. Edges carry `reason`, the words that explain them, and `state`,
	the LineState that an edge into a line leads to."""
	graph: nx.DiGraph[Node] = nx.DiGraph()
	known_lines = {line.name: line for line in lines}
	graph.add_nodes_from(Node(LINE, name) for name in known_lines)
	for item in items:
		_add_item(graph, item, known_lines)
	for relation in relations:
		_add_relation(graph, relation)
	for segment in segments:
		_add_segment(graph, segment)
	return Cmdb(lines=known_lines, failures=graph)


def _add_item(graph: nx.DiGraph[Node], item: ConfigurationItem, lines: dict[str, ProductionLine]) -> None:
	node = Node(CI, item.name)
	graph.add_node(node)
	if item.production_line in lines and item.line_effect != LineEffect.NONE:
		stops = item.line_effect == LineEffect.STOPS
		graph.add_edge(
			node,
			Node(LINE, str(item.production_line)),
			reason="stops" if stops else "degrades",
			state=LineState.STOPPED if stops else LineState.DEGRADED,
		)


def _add_relation(graph: nx.DiGraph[Node], relation: Relation) -> None:
	source, target = Node(CI, relation.source), Node(CI, relation.target)
	if source not in graph or target not in graph:  # an end that has retired carries no failure
		return
	if relation.failure_travels in (FailureTravel.SOURCE_TO_TARGET, FailureTravel.BOTH_WAYS):
		graph.add_edge(source, target, reason=relation.type)
	if relation.failure_travels in (FailureTravel.TARGET_TO_SOURCE, FailureTravel.BOTH_WAYS):
		graph.add_edge(target, source, reason=f"needed, {relation.type}")


def _add_segment(graph: nx.DiGraph[Node], segment: Segment) -> None:
	node = Node(SEGMENT, segment.name)
	graph.add_node(node)
	for switch in segment.switches:
		if Node(CI, switch) in graph:
			graph.add_edge(Node(CI, switch), node, reason="carries")
	for member in segment.members:
		if Node(CI, member) in graph:
			graph.add_edge(node, Node(CI, member), reason="connects")


def check_relation(source_ci: str, relation_type: str, target_ci: str) -> None:
	"""Refuse a relation of a CI to itself."""
	if source_ci == target_ci:
		raise InvalidRecordError(
			f"CI Relation: {source_ci} {relation_type} itself. Choose another CI as source or as target."
		)


def check_segment_members(segment: str, members: Iterable[tuple[str, str]]) -> None:
	"""Refuse a CI that stands twice in one segment. `members` are (ci, role) pairs."""
	seen: dict[str, str] = {}
	for ci, role in members:
		if ci in seen:
			raise InvalidRecordError(
				f"Network Segment {segment}: {ci} is listed twice ({seen[ci]}, {role}). Keep one row."
			)
		if role not in set(SegmentRole):
			raise InvalidRecordError(
				f"Network Segment {segment}: role {role!r} of {ci} is not Device or Switch."
			)
		seen[ci] = role
