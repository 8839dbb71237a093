"""How far a failure has spread: per node after how many steps it arrives, and along which path."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from plant_itsm.domain.adjacency import Adjacency, Ints
from plant_itsm.domain.errors import StaleResultError

UNREACHED = -1
FEW = 1000
"""Up to so many nodes, sorting a wave is faster than looking at every node."""


def spread(out: Adjacency, roots: Ints, fails_at: Ints) -> Ints:
	"""Per node the number of steps after which the failure of the roots arrives, UNREACHED where it never does.

	A node fails when `fails_at` of the edges into it have arrived: 1 for all but gates. Each node is passed once, so
	the result is the least set that is closed under these rules, on cycles too.
	"""
	steps = np.full(len(out), UNREACHED, dtype=np.intp)
	arrived = np.zeros(len(out), dtype=np.intp)
	steps[roots] = 0
	wave, step = roots, 0
	while wave.size:
		step += 1
		reached = out.follow(wave)
		reached = _past_gates(reached[steps[reached] < 0], fails_at, arrived)
		steps[reached] = step
		wave = np.unique(reached) if len(reached) < FEW else np.flatnonzero(steps == step)
	return steps


def _past_gates(reached: Ints, fails_at: Ints, arrived: Ints) -> Ints:
	"""Without the gates that hold."""
	is_gate = fails_at[reached] > 1
	if not is_gate.any():
		return reached
	gates, arrivals = np.unique(reached[is_gate], return_counts=True)
	arrived[gates] += arrivals
	return np.concatenate((reached[~is_gate], gates[arrived[gates] >= fails_at[gates]]))


class Paths:
	"""Shortest paths of one spread, found when they are asked for. `is_current` tells whether the graph has not been
	edited since; `label` gives the words for a node."""

	def __init__(
		self, steps: Ints, into: Adjacency, label: Callable[[int, Ints], str], is_current: Callable[[], bool]
	):
		self.steps = steps
		self._into = into
		self._label = label
		self._is_current = is_current

	def reaches(self, node: int) -> bool:
		return bool(self.steps[node] != UNREACHED)

	def to(self, node: int) -> str:
		"""`PLC → Robot → L3`: of several shortest ways the one whose names come first, seen from its end."""
		if not self._is_current():
			raise StaleResultError("the CMDB has changed since this impact was computed. Compute it again.")
		steps = self.steps
		way = [node]
		while (step := steps[way[-1]]) > 0:
			before = (other for other in self._into.row(way[-1]) if steps[other] == step - 1)
			way.append(min(before, key=lambda other: self._label(other, steps)))
		return " → ".join(self._label(one, steps) for one in reversed(way))
