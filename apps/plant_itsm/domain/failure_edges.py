"""Numbers for the nodes of a plant, and the edges between them as arrays: what the index is compiled from.

A line is two nodes here, one for "stopped" and one for "degraded"; no edge leaves them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import chain, count, repeat
from operator import itemgetter

import numpy as np

from plant_itsm.domain.adjacency import Ints
from plant_itsm.domain.cmdb import CI, LINE, SEGMENT, Cmdb, Node, Relation
from plant_itsm.domain.vocabulary import FailureTravel, LineEffect, LineState


class Numbering:
	"""Nodes by number, and numbers by name. CIs come first, but those that are added later."""

	def __init__(self, cmdb: Cmdb):
		self.names: list[str] = []
		self.cis = self._append(cmdb.items)
		self.segments = self._append(segment.name for segment in cmdb.segments)
		self.groups = self._append(group.name for group in cmdb.standing_groups)
		self.stopped = self._append(cmdb.lines)
		self.degraded = self._append(cmdb.lines)
		self._by_kind = {CI: self.cis, SEGMENT: self.segments, LINE: self.stopped}
		self.is_ci = np.zeros(len(self.names), dtype=bool)
		self.is_ci[: len(self.cis)] = True

	def _append(self, names: Iterable[str]) -> dict[str, int]:
		first = len(self.names)
		self.names.extend(names)
		return dict(zip(self.names[first:], count(first), strict=False))

	def add_ci(self, name: str) -> int:
		self.cis[name] = len(self.names)
		self.names.append(name)
		self.is_ci = np.append(self.is_ci, True)
		return self.cis[name]

	def line(self, name: str, state: LineState) -> int:
		return (self.stopped if state == LineState.STOPPED else self.degraded)[name]

	def of(self, node: Node) -> int:
		"""A line as a node means that it stops."""
		return self._by_kind[node.kind][node.name]


def compiled_edges(cmdb: Cmdb, numbers: Numbering) -> tuple[Ints, Ints]:
	"""(sources, targets) of every edge."""
	along = _relation_edges(cmdb.relations, numbers)
	others = chain(_line_edges(cmdb, numbers), _switch_edges(cmdb, numbers), _group_edges(cmdb, numbers))
	pairs = np.fromiter(chain.from_iterable(others), np.intp).reshape(-1, 2)
	segments, members = _member_edges(cmdb, numbers)
	sources, targets = _without_covered(cmdb, numbers, *along)
	return np.concatenate((sources, segments, pairs[:, 0])), np.concatenate((targets, members, pairs[:, 1]))


_SOURCE, _TARGET, _TRAVELS = itemgetter(0), itemgetter(2), itemgetter(3)
_ALONG, _BACK = 1, 2
_WAYS = {
	FailureTravel.SOURCE_TO_TARGET: _ALONG,
	FailureTravel.TARGET_TO_SOURCE: _BACK,
	FailureTravel.BOTH_WAYS: _ALONG | _BACK,
	FailureTravel.NOT_AT_ALL: 0,
}


def _relation_edges(relations: Set[Relation], numbers: Numbering) -> tuple[Ints, Ints]:
	"""The loops over all relations are those of map and numpy, which take a fifth of the time."""
	size = len(relations)
	number_of, missing = numbers.cis.get, repeat(-1)
	sources = np.fromiter(map(number_of, map(_SOURCE, relations), missing), np.intp, size)
	targets = np.fromiter(map(number_of, map(_TARGET, relations), missing), np.intp, size)
	ways = np.fromiter(map(_WAYS.__getitem__, map(_TRAVELS, relations)), np.intp, size)
	ways[(sources < 0) | (targets < 0)] = 0
	along, back = (ways & _ALONG) > 0, (ways & _BACK) > 0
	return (
		np.concatenate((sources[along], targets[back])),
		np.concatenate((targets[along], sources[back])),
	)


def _without_covered(cmdb: Cmdb, numbers: Numbering, sources: Ints, targets: Ints) -> tuple[Ints, Ints]:
	"""Without the edges between CIs that a redundancy group covers."""
	covered = {(numbers.cis[ci], numbers.cis[to.name]) for ci, to in cmdb.covered if to.kind == CI}
	is_dependent = np.zeros(len(numbers.names), dtype=bool)
	is_dependent[[target for _, target in covered]] = True
	kept = np.ones(len(sources), dtype=bool)
	for place in np.flatnonzero(is_dependent[targets]).tolist():
		kept[place] = (int(sources[place]), int(targets[place])) not in covered
	return sources[kept], targets[kept]


def _line_edges(cmdb: Cmdb, numbers: Numbering) -> Iterator[tuple[int, int]]:
	no_effect = LineEffect.NONE
	for item in cmdb.items.values():
		if item.production_line is None or item.line_effect is no_effect:
			continue  # by far the most
		if (state := cmdb.line_state_by(item)) is not None:
			yield numbers.cis[item.name], numbers.line(item.production_line, state)


def _member_edges(cmdb: Cmdb, numbers: Numbering) -> tuple[Ints, Ints]:
	"""From each segment to its members."""
	nodes = [numbers.segments[segment.name] for segment in cmdb.segments]
	counts = [len(segment.members) for segment in cmdb.segments]
	members = chain.from_iterable(segment.members for segment in cmdb.segments)
	targets = np.fromiter(map(numbers.cis.get, members, repeat(-1)), np.intp, sum(counts))
	sources = np.repeat(np.array(nodes, dtype=np.intp), counts)
	return sources[targets >= 0], targets[targets >= 0]


def _switch_edges(cmdb: Cmdb, numbers: Numbering) -> Iterator[tuple[int, int]]:
	for segment in cmdb.segments:
		for switch in segment.switches:
			if switch in cmdb.items and (switch, (SEGMENT, segment.name)) not in cmdb.covered:
				yield numbers.cis[switch], numbers.segments[segment.name]


def _group_edges(cmdb: Cmdb, numbers: Numbering) -> Iterator[tuple[int, int]]:
	for group in cmdb.standing_groups:
		node = numbers.groups[group.name]
		for member in group.members:
			yield numbers.cis[member], node
		for dependent in group.dependents:
			yield node, numbers.of(dependent)
