"""One root, one incident: which open incidents are parts of another, because its failure explains theirs.

Three ways lead to a common root, in this order of trust: a failed CI reaches others on the graph; several failed CIs
together reach others that none of them reaches alone (redundancy); a silent CI, which has not reported anything itself,
would explain many that have failed together. Who reported first does not matter to the first two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from plant_itsm.domain.failure_reach import FailureReach
from plant_itsm.domain.root_candidates import SILENT_WEIGHT
from plant_itsm.domain.vocabulary import EventKind

FAILURES = (EventKind.LINE_STOP, EventKind.DEGRADED, EventKind.LOSS_OF_VIEW)
"""Kinds that can be at the root of others, the gravest first. A planned stop is no failure, and what is starved or
blocked has its root elsewhere: neither explains anything."""
EXPLAINED = (*FAILURES, EventKind.STARVED_OR_BLOCKED)


@dataclass(frozen=True)
class OpenIncident:
	"""An open incident: the stop that it began with, and what has failed of it.

	since: when its stop was detected; the earliest of several possible roots is taken. latest: when its last part was.
	suspected: the silent CI that it is put down to so far. parts: the CIs of all its open stops.
	"""

	stop: str
	kind: EventKind
	ci: str
	since: datetime
	latest: datetime
	suspected: str | None = None
	parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class SuspicionLimits:
	"""When a silent CI is suspected: so many CIs have failed within so long, and its score is high enough.

	from_failed 0: never. lowest_score: explained ÷ (explained + SILENT_WEIGHT × silent), from 0 to 1.
	"""

	from_failed: int
	lowest_score: float
	within: timedelta


@dataclass(frozen=True)
class Grouping:
	"""parents: by incident that is a part from now on its root. suspected: by root the silent CI to put it down to."""

	parents: Mapping[str, str]
	suspected: Mapping[str, str]


def group(incidents: Iterable[OpenIncident], reach: FailureReach, limits: SuspicionLimits) -> Grouping:
	"""Put open incidents together. The result does not depend on the order in which they are given.

	An incident keeps its parts: with a root that becomes a part, all its parts go to the new root.
	"""
	nodes = _nodes(incidents, reach)
	search = _Search(nodes, reach, limits)
	search.explain_by_failures()
	search.explain_by_lost_redundancy()
	search.explain_by_suspicion()
	return Grouping(
		{node.incident.stop: search.root_of(node).incident.stop for node in nodes if node.parent},
		{node.incident.stop: node.suspected for node in nodes if node.suspected and not node.parent},
	)


def root_for(
	new: OpenIncident, incidents: Iterable[OpenIncident], reach: FailureReach, limits: SuspicionLimits
) -> str | None:
	"""The open incident that a new one is plainly a part of: its root reaches it, or the silent CI that it is put down
	to so far does; and the new one explains none of them. None: all have to be grouped to tell."""
	number = reach.number_of(new.ci)
	if number is None:
		return None
	node, found = _Node(new, number), None
	for root in _nodes(incidents, reach):
		if node.may_explain(root) and root.number in reach.reached(number):
			return None
		if found is None and root.may_explain(node) and _reaches(root, node, reach, limits):
			found = root.incident.stop
	return found


def _reaches(root: _Node, node: _Node, reach: FailureReach, limits: SuspicionLimits) -> bool:
	if node.number in reach.reached(root.number):
		return True
	suspect = reach.number_of(root.incident.suspected) if root.incident.suspected else None
	is_soon = node.incident.since - root.incident.latest <= limits.within
	return suspect is not None and is_soon and node.number in reach.reached(suspect)


def _nodes(incidents: Iterable[OpenIncident], reach: FailureReach) -> list[_Node]:
	"""In the order in which they are taken as roots; without those whose CI is gone."""
	return [
		_Node(incident, number)
		for incident in sorted(incidents, key=_precedence)
		if (number := reach.number_of(incident.ci)) is not None
	]


def _precedence(incident: OpenIncident) -> tuple[int, datetime, str]:
	"""Of several possible roots the gravest, then the one that was detected first: its ticket is known to people."""
	rank = FAILURES.index(incident.kind) if incident.kind in FAILURES else len(FAILURES)
	return rank, incident.since, incident.stop


@dataclass(eq=False)
class _Node:
	incident: OpenIncident
	number: int
	parent: _Node | None = None
	suspected: str | None = None

	def may_explain(self, other: _Node) -> bool:
		"""A stopped CI explains any trouble behind it, a degraded or unseen one only the same."""
		kind = self.incident.kind
		if kind == EventKind.LINE_STOP:
			return other.incident.kind in EXPLAINED
		return kind in FAILURES and kind == other.incident.kind


class _Search:
	def __init__(self, nodes: Sequence[_Node], reach: FailureReach, limits: SuspicionLimits):
		self._nodes = nodes
		self._reach = reach
		self._limits = limits
		self._at: dict[int, list[_Node]] = {}
		for node in nodes:
			self._at.setdefault(node.number, []).append(node)

	def root_of(self, node: _Node) -> _Node:
		while node.parent is not None:
			node = node.parent
		return node

	def _roots(self) -> list[_Node]:
		return [node for node in self._nodes if node.parent is None]

	def _explains(self, one: _Node, other: _Node) -> bool:
		return one.may_explain(other) and other.number in self._reach.reached(one.number)

	def explain_by_failures(self) -> None:
		"""The root of each incident is the first that reaches it and is not itself reached by another."""
		for node in self._nodes:
			for other in self._behind(node.number):
				if other is node or other.parent is not None or not node.may_explain(other):
					continue
				if self.root_of(node) is not other:
					other.parent = node
		self._flatten()
		for node in self._nodes:
			node.suspected = node.incident.suspected if node.parent is None else None

	def _behind(self, number: int) -> list[_Node]:
		"""The incidents whose CIs a failure reaches, in their order."""
		reached = self._reach.reached(number)
		if len(reached) < len(self._at):
			found = [node for other in reached for node in self._at.get(other, ())]
		else:
			found = [node for other, nodes in self._at.items() if other in reached for node in nodes]
		return sorted(found, key=lambda node: _precedence(node.incident))

	def _flatten(self) -> None:
		for node in self._nodes:
			if node.parent is not None:
				node.parent = self.root_of(node)

	def explain_by_lost_redundancy(self) -> None:
		"""What only several failures together reach is a part of the one that completed the loss."""
		failed = [node for node in self._roots() if node.incident.kind == EventKind.LINE_STOP]
		for node in reversed(self._roots()):
			if not self._reach.is_behind_gate(node.number) or node.incident.kind not in EXPLAINED:
				continue
			others = [other for other in failed if other is not node]
			if node.number in self._reach.reached_together(other.number for other in others):
				node.parent, node.suspected = self._completing(others, node.number), None
				failed = others
		self._flatten()

	def _completing(self, failed: Sequence[_Node], number: int) -> _Node:
		"""The first of the failed, in their order, with which they reach a CI together."""
		low, high = 1, len(failed)
		while low < high:
			middle = (low + high) // 2
			if number in self._reach.reached_together(node.number for node in failed[:middle]):
				high = middle
			else:
				low = middle + 1
		return failed[low - 1]

	# ------------------------------------------------------------------ silent roots

	def explain_by_suspicion(self) -> None:
		if self._limits.from_failed <= 0:
			return
		self._join_suspected()
		loose = self._failed_lately()
		while (found := self._best_suspect(loose)) is not None:
			ci, explained = found
			head = explained[0]
			head.suspected = self._reach.name_of(ci)
			for node in explained[1:]:
				node.parent, node.suspected = head, None
			loose = [node for node in loose if node not in explained]

	def _join_suspected(self) -> None:
		"""An incident with a suspected root takes in what fails behind it soon after the last of its parts."""
		for head in self._roots():
			suspect = self._reach.number_of(head.suspected) if head.suspected else None
			if suspect is None:
				continue
			for node in self._behind(suspect):
				if node is head or node.parent or node.suspected or not head.may_explain(node):
					continue
				if node.incident.since - head.incident.latest <= self._limits.within:
					node.parent = head

	def _failed_lately(self) -> list[_Node]:
		"""The failures that a common cause may be behind: those that came soon before the newest."""
		roots = [node for node in self._roots() if node.incident.kind in FAILURES]
		newest = max((node.incident.latest for node in roots), default=None)
		if newest is None:
			return []
		return [node for node in roots if newest - node.incident.latest <= self._limits.within]

	def _all_failed(self) -> set[int]:
		parts = (self._reach.number_of(ci) for node in self._nodes for ci in node.incident.parts)
		return {node.number for node in self._nodes} | {number for number in parts if number is not None}

	def _evidence(self, node: _Node) -> set[int]:
		"""What a common cause has to explain: a root that has failed itself stands for its parts."""
		if not node.suspected:
			return {node.number}
		numbers = (self._reach.number_of(ci) for ci in node.incident.parts)
		return {number for number in numbers if number is not None}

	def _best_suspect(self, loose: Sequence[_Node]) -> tuple[int, list[_Node]] | None:
		"""The silent CI that explains most, and the incidents that it explains."""
		if len(loose) < 2:
			return None
		evidence = [(node, self._evidence(node)) for node in loose]
		failed = self._all_failed()
		best: tuple[int, float, str] | None = None
		chosen: tuple[int, list[_Node]] | None = None
		for ci, most in self._candidates(set().union(*(numbers for _node, numbers in evidence))):
			if best is not None and most < best[0]:
				break
			if ci in failed:
				continue
			reached = self._reach.reached(ci)
			explained = [(node, numbers) for node, numbers in evidence if numbers <= reached]
			count = len(set().union(*(numbers for _node, numbers in explained)))
			silent = len(reached) - len(reached & failed)
			score = count / (count + SILENT_WEIGHT * silent) if count else 0.0
			if len(explained) < 2 or count < self._limits.from_failed or score < self._limits.lowest_score:
				continue
			rank = (count, score, self._reach.name_of(ci))
			if best is None or (rank[:2], best[2]) > (best[:2], rank[2]):
				best, chosen = rank, (ci, [node for node, _numbers in explained])
		return chosen

	def _candidates(self, failed: set[int]) -> list[tuple[int, int]]:
		"""(CI, how many of the failed it can explain at most) for those that can explain enough, the highest first."""
		upstream = [self._reach.upstream(number) for number in failed]
		nodes, counts = np.unique(np.concatenate(upstream), return_counts=True)
		enough = nodes[counts >= max(self._limits.from_failed, 2)]
		cis = self._reach.ci_nodes(enough)
		bounds = dict(zip(nodes.tolist(), counts.tolist(), strict=True))
		return sorted(((ci, bounds[ci]) for ci in cis.tolist()), key=lambda pair: (-pair[1], pair[0]))
