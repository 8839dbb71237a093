"""How far a failure spreads: which nodes it reaches, after how many steps, and along which path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from plant_itsm.domain.adjacency import Adjacency, Ints
from plant_itsm.domain.errors import StaleResultError

UNREACHED = -1
WAY = " → "
"""Between the names of a path."""
FEW = 512
"""Up to so many nodes, plain Python is faster than arrays."""
SMALL_WAVE = 1000
"""Up to so many nodes, sorting a wave is faster than looking at every node."""


class Gates:
	"""The nodes that bear some failures: each fails when `fails_at` of the edges into it have arrived."""

	def __init__(self, fails_at: Mapping[int, int]):
		self.fails_at = fails_at
		self.nodes = np.fromiter(fails_at, np.intp, len(fails_at))
		self.needs = np.fromiter(fails_at.values(), np.intp, len(fails_at))


NO_GATES = Gates({})


class Spread:
	"""The nodes that a failure has reached. A few are held in a dictionary, many in an array over all nodes."""

	def __init__(self, size: int):
		self._size = size
		self._few: dict[int, int] = {}
		self._many: Ints | None = None

	def step(self, node: int) -> int:
		"""The steps after which the failure arrives, UNREACHED where it does not."""
		if self._many is None:
			return self._few.get(node, UNREACHED)
		return int(self._many[node])

	def nodes(self) -> Ints:
		if self._many is None:
			return np.fromiter(self._few, np.intp, len(self._few))
		return np.flatnonzero(self._many >= 0)

	def among(self, first: int, count: int) -> list[int]:
		"""Which of `count` nodes from `first` on it has reached, by their places among them, ascending."""
		if self._many is None:
			return sorted(node - first for node in self._few if first <= node < first + count)
		found: list[int] = np.flatnonzero(self._many[first : first + count] >= 0).tolist()
		return found

	def run(self, out: Adjacency, roots: Sequence[int], gates: Gates) -> Spread:
		"""Follow the edges from the roots. A gate fails when its number of edges into it have arrived, any other node
		with the first. Each node is passed once: the result is the least set that is closed under these rules, on
		cycles too.
		"""
		arrived: dict[int, int] = {}
		self._few = dict.fromkeys(roots, 0)
		wave, step = list(self._few), 0
		while wave and len(self._few) < FEW:
			step += 1
			wave = self._pass_few(out, wave, step, gates.fails_at, arrived)
		if wave:
			self._pass_many(out, wave, step, gates, arrived)
		return self

	def _pass_few(
		self, out: Adjacency, wave: list[int], step: int, gates: Mapping[int, int], arrived: dict[int, int]
	) -> list[int]:
		steps, following = self._few, []
		for node in wave:
			for target in out.row(node):
				if target in steps:
					continue
				if target in gates:
					arrived[target] = arrived.get(target, 0) + 1
					if arrived[target] < gates[target]:
						continue
				steps[target] = step
				following.append(target)
		return following

	def _pass_many(
		self, out: Adjacency, first: list[int], step: int, gates: Gates, arrived: Mapping[int, int]
	) -> None:
		steps = np.full(self._size, UNREACHED, dtype=np.intp)
		steps[list(self._few)] = list(self._few.values())
		waiting_for = np.zeros(self._size, dtype=np.intp)
		waiting_for[gates.nodes] = gates.needs
		for gate, count in arrived.items():
			waiting_for[gate] -= count
		wave = np.array(first, dtype=np.intp)
		while wave.size:
			step += 1
			reached = out.follow(wave)
			reached = _past_gates(reached[steps[reached] < 0], waiting_for)
			steps[reached] = step
			wave = np.unique(reached) if len(reached) < SMALL_WAVE else np.flatnonzero(steps == step)
		self._many = steps


def _past_gates(reached: Ints, waiting_for: Ints) -> Ints:
	"""Without the gates that hold."""
	is_gate = waiting_for[reached] > 0
	if not is_gate.any():
		return reached
	gates, arrivals = np.unique(reached[is_gate], return_counts=True)
	waiting_for[gates] -= arrivals
	return np.concatenate((reached[~is_gate], gates[waiting_for[gates] <= 0]))


class Paths:
	"""Shortest paths of one spread, found when they are asked for. `is_current` tells whether the graph has not been
	edited since; `label` gives the words for a node."""

	def __init__(
		self,
		spread: Spread,
		into: Adjacency,
		label: Callable[[int, Spread], str],
		is_current: Callable[[], bool],
	):
		self._spread = spread
		self._into = into
		self._label = label
		self._is_current = is_current

	def to(self, node: int) -> str:
		"""`PLC → Robot → L3`: of several shortest ways the one whose names come first, seen from its end."""
		if not self._is_current():
			raise StaleResultError("the CMDB has changed since this impact was computed. Compute it again.")
		step_of = self._spread.step
		way = [node]
		while (step := step_of(way[-1])) > 0:
			before = [other for other in self._into.row(way[-1]) if step_of(other) == step - 1]
			way.append(min(before, key=lambda other: self._label(other, self._spread)))
		return WAY.join(self._label(one, self._spread) for one in reversed(way))
