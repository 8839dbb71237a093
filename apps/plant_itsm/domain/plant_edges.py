"""Every tie between the nodes of a plant, with the words for it, and whether a failure travels along it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from plant_itsm.domain.cmdb import CI, GROUP, LINE, SEGMENT, Cmdb, Node, ways_of
from plant_itsm.domain.vocabulary import LineEffect, LineState


class PlantEdge(NamedTuple):
	"""From `source` to `target` as a failure travels; `reason` are the words that explain it.

	carries: whether one does. It does not where a redundancy group bears it (`is_borne`), nor along a relation whose
	type says so. state: what it leads to, of an edge into a line that is no feed. buffer_seconds: of a feed.
	"""

	source: Node
	target: Node
	reason: str
	carries: bool = True
	is_borne: bool = False
	state: LineState | None = None
	buffer_seconds: float | None = None


def plant_edges(cmdb: Cmdb) -> Iterator[PlantEdge]:
	"""All of them, those that carry no failure included. Several may lead from one node to another."""
	yield from _line_effects(cmdb)
	yield from _relations(cmdb)
	yield from _segments(cmdb)
	yield from _groups(cmdb)
	for feed in cmdb.feeds:
		if feed.from_line in cmdb.lines and feed.to_line in cmdb.lines:
			ends = Node(LINE, feed.from_line), Node(LINE, feed.to_line)
			yield PlantEdge(*ends, "feeds", buffer_seconds=feed.buffer_seconds)


def _line_effects(cmdb: Cmdb) -> Iterator[PlantEdge]:
	for item in cmdb.items.values():
		if item.production_line not in cmdb.lines or item.line_effect is LineEffect.NONE:
			continue
		state = LineState.STOPPED if item.line_effect == LineEffect.STOPS else LineState.DEGRADED
		ends = Node(CI, item.name), Node(LINE, str(item.production_line))
		yield _bearable(cmdb, *ends, str(item.line_effect), state)


def _relations(cmdb: Cmdb) -> Iterator[PlantEdge]:
	for relation in cmdb.relations:
		if relation.source not in cmdb.items or relation.target not in cmdb.items:
			continue
		ways = ways_of(relation)
		for source, target in ways:
			reason = relation.type if source == relation.source else f"needed, {relation.type}"
			yield _bearable(cmdb, Node(CI, source), Node(CI, target), reason)
		if not ways:
			ends = Node(CI, relation.source), Node(CI, relation.target)
			yield PlantEdge(*ends, relation.type, carries=False)


def _segments(cmdb: Cmdb) -> Iterator[PlantEdge]:
	for segment in cmdb.segments:
		node = Node(SEGMENT, segment.name)
		for switch in segment.switches:
			if switch in cmdb.items:
				yield _bearable(cmdb, Node(CI, switch), node, "carries")
		for member in segment.members:
			if member in cmdb.items:
				yield PlantEdge(node, Node(CI, member), "connects")


def _groups(cmdb: Cmdb) -> Iterator[PlantEdge]:
	for group in cmdb.standing_groups:
		node = Node(GROUP, group.name)
		for member in group.members:
			yield PlantEdge(Node(CI, member), node, "serves in")
		for dependent in group.dependents:
			state = LineState.STOPPED if dependent.kind == LINE else None
			yield PlantEdge(node, dependent, "protects", state=state)


def _bearable(
	cmdb: Cmdb, source: Node, target: Node, reason: str, state: LineState | None = None
) -> PlantEdge:
	is_borne = (source.name, target) in cmdb.covered
	return PlantEdge(source, target, reason, carries=not is_borne, is_borne=is_borne, state=state)
