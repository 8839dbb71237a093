"""What a picture of the plant shows: the surroundings of a node, and the ways that its failure takes to the lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plant_itsm.domain.cmdb import CI, GROUP, LINE, SEGMENT, Cmdb, Node
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.line_feeds import Arrival
from plant_itsm.domain.plant_edges import PlantEdge, plant_edges
from plant_itsm.domain.spread import UNREACHED
from plant_itsm.domain.vocabulary import LineState

MOST_NODES = 120
"""More than so many nodes are no picture any more."""
MOST_DEPTH = 6


@dataclass(frozen=True)
class GraphView:
	"""A picture. nodes: those shown, with their distance from the focus in steps, None for those that are shown only
	because a failure passes them. total: how many there are within the depth, or on the ways of the failure.

	affected: the state that the failure of the focus brings a node into, where it does; Stopped for what is no line.
	ways: the (source, target) pairs along which it gets to the lines. neighbours: how many a node has, shown or not.
	"""

	focus: Node
	nodes: Mapping[Node, int | None]
	edges: tuple[PlantEdge, ...]
	total: int
	affected: Mapping[Node, LineState]
	ways: frozenset[tuple[Node, Node]]
	neighbours: Mapping[Node, int]


class PlantGraph:
	"""All that a picture of one snapshot can show."""

	def __init__(self, cmdb: Cmdb):
		self._cmdb = cmdb
		self._ties: dict[Node, list[PlantEdge]] = {node: [] for node in _nodes(cmdb)}
		for edge in plant_edges(cmdb):
			self._ties[edge.source].append(edge)
			self._ties[edge.target].append(edge)

	def view(self, focus: Node, depth: int, most: int, *, is_failing: bool = False) -> GraphView:
		"""The nodes within `depth` steps of one, nearest first, at most `most`; when it is failing also the ways to the
		lines that it reaches, before the others. Raises MissingRecordError for a focus that the plant does not hold."""
		if focus not in self._ties:
			raise MissingRecordError(
				f"{focus.kind} {focus.name!r} is not in the CMDB, or retired. Check the name."
			)
		near = self._near(focus, depth)
		failure = _Failure(self._cmdb, focus, self._ties) if is_failing else None
		ways = frozenset(failure.ways()) if failure else frozenset()
		wanted = dict.fromkeys([focus, *(node for way in sorted(ways) for node in way), *near])
		nodes = {node: near.get(node) for node in list(wanted)[:most]}
		edges = dict.fromkeys(
			edge for node in nodes for edge in self._ties[node] if {edge.source, edge.target} <= nodes.keys()
		)
		return GraphView(
			focus,
			nodes,
			tuple(edges),
			len(wanted),
			{node: state for node in nodes if (state := failure.state(node))} if failure else {},
			ways,
			{node: len(self._neighbours(node)) for node in nodes},
		)

	def _near(self, focus: Node, depth: int) -> dict[Node, int]:
		"""Nodes with their distance, in its order."""
		found, wave = {focus: 0}, [focus]
		for distance in range(1, depth + 1):
			reached = (other for node in wave for other in self._neighbours(node))
			wave = sorted(dict.fromkeys(other for other in reached if other not in found))
			found.update(dict.fromkeys(wave, distance))
		return found

	def _neighbours(self, node: Node) -> set[Node]:
		return {end for edge in self._ties[node] for end in (edge.source, edge.target)} - {node}


def _nodes(cmdb: Cmdb) -> Iterator[Node]:
	yield from (Node(CI, name) for name in cmdb.items)
	yield from (Node(LINE, name) for name in cmdb.lines)
	yield from (Node(SEGMENT, segment.name) for segment in cmdb.segments)
	yield from (Node(GROUP, group.name) for group in cmdb.standing_groups)


class _Failure:
	"""The failure of a node, as the index has it: a CI alone, or a line that stands."""

	def __init__(self, cmdb: Cmdb, root: Node, ties: Mapping[Node, list[PlantEdge]]):
		self._index = index = cmdb.index
		self._root = root
		self._ties = ties
		self._spread = index.spread([root.name] if root.kind == CI else [])
		at_once = index.lines_at_once(self._spread, LineState.STOPPED)
		self._stops: Mapping[str, Arrival] = index.stops([root.name] if root.kind == LINE else at_once)
		self._degraded = set(index.lines_at_once(self._spread, LineState.DEGRADED)) - self._stops.keys()

	def state(self, node: Node) -> LineState | None:
		if node.kind == LINE:
			if node.name in self._stops:
				return LineState.STOPPED
			return LineState.DEGRADED if node.name in self._degraded else None
		return LineState.STOPPED if self._step(node) != UNREACHED else None

	def ways(self) -> Iterator[tuple[Node, Node]]:
		"""The steps of a shortest way to each line that the failure reaches."""
		passed: set[Node] = {self._root}
		for line in [*self._stops, *sorted(self._degraded)]:
			node = Node(LINE, line)
			while node not in passed:
				passed.add(node)
				before = self._before(node)
				yield before, node
				node = before

	def _before(self, node: Node) -> Node:
		arrival = self._stops.get(node.name) if node.kind == LINE else None
		if arrival is not None and arrival.before is not None:
			return Node(LINE, arrival.before)
		step, state = self._step(node), self.state(node) if node.kind == LINE else None
		return min(
			edge.source
			for edge in self._ties[node]
			if edge.target == node
			and edge.carries
			and edge.state == state
			and self._step(edge.source) == step - 1
		)

	def _step(self, node: Node) -> int:
		numbers = self._index.numbers
		if node.kind == LINE:
			state = self.state(node)
			return UNREACHED if state is None else self._spread.step(numbers.line(node.name, state))
		by_name = {CI: numbers.cis, SEGMENT: numbers.segments, GROUP: numbers.groups}[node.kind]
		return self._spread.step(by_name[node.name])
