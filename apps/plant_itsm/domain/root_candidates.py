"""One root for many failures: which CI, had it failed alone, would best explain those that have failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from plant_itsm.domain.cmdb import Cmdb
from plant_itsm.domain.failure_index import FailureIndex
from plant_itsm.domain.spread import Spread

SILENT_WEIGHT = 0.1
"""A CI that should have failed as well and has not counts against a candidate, but little: many are not monitored."""
MOST_CANDIDATES = 10


@dataclass(frozen=True)
class RootCandidate:
	"""explained: those of the failed CIs that a failure of `ci` alone reaches, itself included where it has failed.
	silent: how many further CIs it would reach. score: from 0 to 1, which it is for a CI that explains all failures
	and nothing else. reason: the same in words."""

	ci: str
	explained: tuple[str, ...]
	silent: int
	has_failed: bool
	score: float
	reason: str


def root_candidates(
	cmdb: Cmdb, failed: Iterable[str], most: int = MOST_CANDIDATES
) -> tuple[RootCandidate, ...]:
	"""The candidates, the best first: many failures explained, few other CIs touched.

	The score is explained / (failed + SILENT_WEIGHT x silent). Redundancy counts: a CI that takes down one member of a
	group does not explain what depends on the group. Raises MissingRecordError for a CI that the plant does not hold.
	"""
	names = sorted(set(failed))
	if not names:
		return ()
	search = _Search(cmdb.index, names)
	found: list[RootCandidate] = []
	for ci, most_explained in search.by_bound():
		if len(found) == most and most_explained / len(names) < found[-1].score:
			break
		found.append(search.judge(ci))
		found.sort(key=lambda one: (-one.score, not one.has_failed, one.ci))
		del found[most:]
	return tuple(found)


class _Search:
	def __init__(self, index: FailureIndex, failed: list[str]):
		self._index = index
		self._failed = failed
		self._numbers = [index.number_of(ci) for ci in failed]

	def by_bound(self) -> list[tuple[str, int]]:
		"""(CI, how many failures it can explain at most) for all that can explain any, the highest bound first."""
		bounds = np.zeros(len(self._index.numbers.names), dtype=np.intp)
		for ci in self._failed:
			bounds[self._index.may_affect(ci)] += 1
		candidates = np.flatnonzero((bounds > 0) & self._index.numbers.is_ci)
		order = candidates[np.argsort(-bounds[candidates], kind="stable")]
		return [(self._index.numbers.names[node], int(bounds[node])) for node in order.tolist()]

	def judge(self, ci: str) -> RootCandidate:
		spread = self._index.spread([ci])
		explained = tuple(
			name for name, number in zip(self._failed, self._numbers, strict=True) if spread.step(number) >= 0
		)
		silent = len(self._index.reached_cis(spread)) - len(explained)
		return RootCandidate(
			ci,
			explained,
			silent,
			has_failed=ci in self._failed,
			score=len(explained) / (len(self._failed) + SILENT_WEIGHT * silent),
			reason=self._reason(ci, spread, explained, silent),
		)

	def _reason(self, ci: str, spread: Spread, explained: tuple[str, ...], silent: int) -> str:
		others = [name for name in explained if name != ci]
		text = f"{ci} explains {len(explained)} of {len(self._failed)} failed CIs"
		if others:
			text += f", for example {self._index.paths(spread).to(self._index.number_of(others[0]))}"
		if silent:
			text += f"; {silent} more would be affected and {'has' if silent == 1 else 'have'} not failed"
		return text
