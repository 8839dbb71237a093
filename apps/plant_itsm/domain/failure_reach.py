"""What the failure of a CI reaches and what reaches it, kept: while a flood lasts it is asked again and again."""

from __future__ import annotations

from collections.abc import Iterable, Set

from plant_itsm.domain.adjacency import Ints
from plant_itsm.domain.failure_index import FailureIndex


class FailureReach:
	"""Answers from one state of the failure index; make a new one once the index was edited.

	CIs go by their numbers in the index. Sets are kept per CI: a plant has few failed CIs at a time.
	"""

	def __init__(self, index: FailureIndex):
		self._index = index
		self._reached: dict[int, frozenset[int]] = {}
		self._upstream: dict[int, Ints] = {}
		self._gates: tuple[frozenset[int], frozenset[int]] | None = None

	def number_of(self, ci: str) -> int | None:
		"""None for a CI that is gone or retired: nothing can be said of its failure."""
		return self._index.numbers.cis.get(ci)

	def name_of(self, number: int) -> str:
		return self._index.numbers.names[number]

	def reached(self, number: int) -> Set[int]:
		"""The CIs that fail when one CI alone does, itself included. Redundancy counts."""
		found = self._reached.get(number)
		if found is None:
			found = self._reached[number] = self._spread([number])
		return found

	def reached_together(self, numbers: Iterable[int]) -> Set[int]:
		"""The CIs that fail when several do: with all its members down, a redundancy group bears no loss any more."""
		return self._spread(numbers)

	def _spread(self, numbers: Iterable[int]) -> frozenset[int]:
		names = self._index.numbers.names
		spread = self._index.spread([names[number] for number in numbers])
		return frozenset(self._index.reached_cis(spread).tolist())

	def upstream(self, number: int) -> Ints:
		"""The nodes whose failure may affect a CI; itself included, as if no group bore a loss."""
		found = self._upstream.get(number)
		if found is None:
			found = self._upstream[number] = self._index.may_affect(self.name_of(number))
		return found

	def is_behind_gate(self, number: int) -> bool:
		"""Whether a redundancy group stands between some failures and this CI."""
		return number in self._around_gates()[1]

	def is_before_gate(self, number: int) -> bool:
		"""Whether a redundancy group bears the failure of this CI as long as enough others are up."""
		return number in self._around_gates()[0]

	def _around_gates(self) -> tuple[frozenset[int], frozenset[int]]:
		if self._gates is None:
			before, behind = self._index.around_gates()
			self._gates = frozenset(before.tolist()), frozenset(behind.tolist())
		return self._gates

	def ci_nodes(self, nodes: Ints) -> Ints:
		"""Those of the nodes that are CIs."""
		return nodes[self._index.numbers.is_ci[nodes]]
