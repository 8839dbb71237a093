"""Which numbers lead to which: edges in arrays, followed a whole wave at a time, edited row by row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.intp]

SPARE_SHARE = 8
"""An eighth of what is held is kept free for what will be added."""


class Adjacency:
	"""Row u holds the targets of node u. All rows lie in one array; a row that has outgrown its room moves to the end
	of it, so that no edit touches another row. Equal edges may stand several times."""

	def __init__(self, nodes: int, sources: Ints, targets: Ints):
		self._degrees = np.bincount(sources, minlength=nodes).astype(np.intp)
		self._starts = np.cumsum(self._degrees) - self._degrees
		self._rooms = self._degrees.copy()
		self._targets = targets[np.argsort(sources, kind="stable")]
		self._used = len(targets)
		self._nodes = nodes
		self._counting = np.arange(len(targets), dtype=np.intp)

		self._view()

	def __len__(self) -> int:
		return self._nodes

	def _view(self) -> None:
		"""Single numbers and rows are read through memory views, which is twice as fast as through the arrays."""
		self._start_of = self._starts.data
		self._degree_of = self._degrees.data
		self._target_at = self._targets.data

	def row(self, node: int) -> list[int]:
		start = self._start_of[node]
		return self._target_at[start : start + self._degree_of[node]].tolist()

	def degrees(self, nodes: Ints) -> Ints:
		return self._degrees[nodes]

	def follow(self, wave: Ints) -> Ints:
		"""The rows of all nodes of a wave, one behind the other."""
		degrees = self._degrees[wave]
		ends = np.cumsum(degrees)
		total = int(ends[-1]) if len(ends) else 0
		if total > len(self._counting):  # nodes that stand in the wave twice, or edges that were added
			self._counting = np.arange(2 * total, dtype=np.intp)
		places = np.repeat(self._starts[wave] - ends + degrees, degrees)
		places += self._counting[:total]
		return self._targets[places]

	def flat(self) -> tuple[list[int], list[int]]:
		"""(starts, targets) as lists: row u is targets[starts[u]:starts[u + 1]]."""
		degrees = self._degrees[: self._nodes]
		starts = np.concatenate(([0], np.cumsum(degrees)))
		return starts.tolist(), self.follow(np.arange(self._nodes, dtype=np.intp)).tolist()

	def add_node(self) -> int:
		"""Append a node without edges; its number."""
		if self._nodes == len(self._degrees):
			spare = np.zeros(self._nodes // SPARE_SHARE + 16, dtype=np.intp)
			self._degrees = np.concatenate((self._degrees, spare))
			self._starts = np.concatenate((self._starts, spare))
			self._rooms = np.concatenate((self._rooms, spare))
			self._view()
		self._nodes += 1
		return self._nodes - 1

	def add(self, source: int, target: int) -> None:
		degree = int(self._degrees[source])
		if degree == self._rooms[source]:
			self._move(source, degree)
		self._targets[self._starts[source] + degree] = target
		self._degrees[source] = degree + 1

	def remove(self, source: int, target: int) -> None:
		"""Remove one of the edges. Raises ValueError when there is none."""
		row = self.row(source)
		start, last = int(self._starts[source]), len(row) - 1
		self._targets[start + row.index(target)] = row[last]
		self._degrees[source] = last

	def _move(self, source: int, degree: int) -> None:
		"""Give a row twice its room, at the end of the array."""
		room = 2 * degree + 2
		if self._used + room > len(self._targets):
			spare = np.zeros(len(self._targets) // SPARE_SHARE + room, dtype=np.intp)
			self._targets = np.concatenate((self._targets[: self._used], spare))
			self._view()
		start = int(self._starts[source])
		self._targets[self._used : self._used + degree] = self._targets[start : start + degree]
		self._starts[source] = self._used
		self._rooms[source] = room
		self._used += room
