"""Per node a bit mask of what its failure alone reaches: lines that stop, lines that degrade, members of groups.

Masks follow every edge but those into a gate, the node of a redundancy group that bears the loss of a member. Whether
enough members are reached to fail a gate is worked out when a mask is read, once per mask that differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from plant_itsm.domain.adjacency import Adjacency, Ints
from plant_itsm.domain.closures import closures


@dataclass(frozen=True)
class Gate:
	"""A redundancy group: it fails when `fails_at` of its members are down. `members` are places of bits."""

	node: int
	members: tuple[int, ...]
	fails_at: int


class LineMasks:
	"""`own` holds the bit of each node that has one. The bits from `first_member` up are members of gates; the place of
	a member in a Gate is counted from there."""

	def __init__(
		self, out: Adjacency, into: Adjacency, own: list[int], gates: Sequence[Gate], first_member: int
	):
		self._out, self._into, self._own = out, into, own
		self._first_member = first_member
		self._gates_of: dict[int, list[Gate]] = {}
		self._is_gate = np.zeros(len(out), dtype=bool)
		for gate in gates:
			self._is_gate[gate.node] = True
			for member in gate.members:
				self._gates_of.setdefault(member, []).append(gate)
		nodes = np.arange(len(out), dtype=np.intp)
		self._masks = closures(*self._within(nodes).flat(), own)
		self._through: dict[int, int] = {}

	def of(self, node: int) -> int:
		"""What a failure of this node alone reaches, through the gates that it fails."""
		mask = self._masks[node]
		down = mask >> self._first_member
		if not down & (down - 1):  # a gate bears the loss of one member
			return mask
		found = self._through.get(mask)
		if found is None:
			found = self._through[mask] = self._past_gates(mask)
		return found

	def _past_gates(self, mask: int) -> int:
		"""Let gates fail until no further one does."""
		lost: Counter[int] = Counter()
		known = 0
		while new := (mask >> self._first_member) & ~known:
			known |= new
			for gate in (gate for member in bits_of(new) for gate in self._gates_of[member]):
				lost[gate.node] += 1
				if lost[gate.node] == gate.fails_at:
					mask |= self._masks[gate.node]
		return mask

	def add_node(self) -> None:
		self._own.append(0)
		self._masks.append(0)
		self._is_gate = np.append(self._is_gate, False)

	def grow(self, source: int, target: int) -> None:
		"""An edge was added: source, and all that leads to it, gain what target reaches."""
		if self._is_gate[target]:
			return
		gained = self._masks[target] & ~self._masks[source]
		waiting = [source] if gained else []
		while waiting:
			node = waiting.pop()
			merged = self._masks[node] | gained
			if merged != self._masks[node]:
				self._put(node, merged)
				if not self._is_gate[node]:
					waiting.extend(self._into.row(node))

	def shrink(self, source: int) -> None:
		"""An edge from source was removed: work out anew source and all that leads to it."""
		region = self._leading_to(source)
		nodes = region.tolist()
		own = self._held_outside(region, nodes)
		if own[0] == self._masks[source]:
			return  # by other ways, and on no cycle, source reaches all that it has reached before
		for node, mask in zip(nodes, closures(*self._within(region).flat(), own), strict=True):
			if mask != self._masks[node]:
				self._put(node, mask)

	def _put(self, node: int, mask: int) -> None:
		self._masks[node] = mask
		if self._is_gate[node]:
			self._through.clear()

	def _leading_to(self, node: int) -> Ints:
		"""The node, and all whose masks hold what its mask holds."""
		is_reached = np.zeros(len(self._out), dtype=bool)
		found = [wave := np.array([node], dtype=np.intp)]
		is_reached[node] = True
		while wave.size:
			sources = self._into.follow(wave[~self._is_gate[wave]])
			wave = np.unique(sources[~is_reached[sources]])
			is_reached[wave] = True
			found.append(wave)
		return np.concatenate(found)

	def _within(self, region: Ints) -> Adjacency:
		"""The edges between nodes of a region, numbered by their places in it, without those into gates."""
		number = np.full(len(self._out), -1, dtype=np.intp)
		number[region] = np.arange(len(region))
		number[self._is_gate] = -1
		sources, targets = self._edges_of(region)
		kept = number[targets] >= 0
		return Adjacency(len(region), sources[kept], number[targets[kept]])

	def _held_outside(self, region: Ints, nodes: list[int]) -> list[int]:
		"""Per node of a region its own bit, and what it reaches in one step out of the region."""
		is_passed = np.ones(len(self._out), dtype=bool)
		is_passed[region] = False
		is_passed[self._is_gate] = False
		sources, targets = self._edges_of(region)
		leaving = is_passed[targets]
		held = [self._own[node] for node in nodes]
		for source, target in zip(sources[leaving].tolist(), targets[leaving].tolist(), strict=True):
			held[source] |= self._masks[target]
		return held

	def _edges_of(self, region: Ints) -> tuple[Ints, Ints]:
		"""(places in the region, targets) of all edges that leave its nodes."""
		places = np.repeat(np.arange(len(region), dtype=np.intp), self._out.degrees(region))
		return places, self._out.follow(region)


def bits_of(mask: int) -> Iterator[int]:
	"""The places of the bits that are set, ascending."""
	text = format(mask, "b")[::-1]
	place = text.find("1")
	while place >= 0:
		yield place
		place = text.find("1", place + 1)
