"""For each node of a graph the union of what all nodes that it can reach hold; cycles allowed."""

from __future__ import annotations

from collections.abc import Sequence


def closures(starts: Sequence[int], targets: Sequence[int], own: Sequence[int]) -> list[int]:
	"""Bit masks: result[u] is the union of own[v] over all v that u can reach, itself included.

	Row u of the graph is targets[starts[u]:starts[u + 1]]. One pass over nodes and edges: Tarjan's strongly connected
	components come out after those that they lead to (R. Tarjan, 1972), and share their union. Equal unions are one
	object.
	"""
	count = len(own)
	result = list(own)
	place, low = [0] * count, [0] * (count + 1)
	close = _Closing(starts, targets, result, place)
	waiting = close.waiting
	clock = 0
	way = [count]  # begins nowhere, from where an edge leads to every node
	edges = [iter(range(count))]
	while edges:
		node = way[-1]
		for target in edges[-1]:
			if not place[target]:
				clock += 1
				place[target] = low[target] = clock
				waiting.append(target)
				way.append(target)
				edges.append(iter(targets[starts[target] : starts[target + 1]]))
				break
			if place[target] < low[node]:
				low[node] = place[target]
		else:
			edges.pop()
			way.pop()
			if edges and low[node] == place[node]:
				close(node)
			elif edges and low[node] < low[way[-1]]:
				low[way[-1]] = low[node]
	return result


class _Closing:
	"""Takes a component that is complete off the search, with the union of all that it reaches."""

	def __init__(self, starts: Sequence[int], targets: Sequence[int], result: list[int], place: list[int]):
		self._starts, self._targets, self._result, self._place = starts, targets, result, place
		self._above_all = len(place) + 1
		"""An edge to a closed component lowers nothing."""
		self._same: dict[int, int] = {}
		self.waiting: list[int] = []

	def __call__(self, first: int) -> None:
		last = self.waiting.pop()
		if last != first:
			self._close_cycle(last, first)
			return
		result = self._result
		union = result[first]
		for target in self._targets[self._starts[first] : self._starts[first + 1]]:
			union |= result[target]
		result[first] = self._same.setdefault(union, union)
		self._place[first] = self._above_all

	def _close_cycle(self, last: int, first: int) -> None:
		component = [last]
		while component[-1] != first:
			component.append(self.waiting.pop())
		union = 0
		for node in component:
			union |= self._result[node]
			for target in self._targets[self._starts[node] : self._starts[node + 1]]:
				union |= self._result[target]
		union = self._same.setdefault(union, union)
		for node in component:
			self._result[node] = union
			self._place[node] = self._above_all
