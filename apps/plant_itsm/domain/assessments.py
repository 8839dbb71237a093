"""Maturity of practices by a questionnaire: scores, their difference to a baseline, and what of OT needs IT.

Levels are those of capability models such as CMMI: 0 not done, 1 initial, 2 repeatable, 3 defined, 4 managed and
5 optimised.
A score is the mean of the answers; a question without one is left out. The overall score is the mean of the practices
by weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from plant_itsm.domain.cmdb import Cmdb, ways_of

HIGHEST = 5
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Answer:
	"""maturity: 0 to 5; None where the question was not answered."""

	practice: str
	maturity: int | None


@dataclass(frozen=True)
class PracticeScore:
	"""score: to two decimals; None where nothing was answered."""

	practice: str
	asked: int
	answered: int
	score: Decimal | None


def scores_of(answers: Iterable[Answer]) -> list[PracticeScore]:
	"""One per practice, in the order in which they are first asked about."""
	by_practice: dict[str, list[int | None]] = {}
	for answer in answers:
		by_practice.setdefault(answer.practice, []).append(answer.maturity)
	return [_score(practice, given) for practice, given in by_practice.items()]


def _score(practice: str, given: list[int | None]) -> PracticeScore:
	levels = [level for level in given if level is not None]
	mean = _rounded(Decimal(sum(levels)) / len(levels)) if levels else None
	return PracticeScore(practice, len(given), len(levels), mean)


def overall(scores: Iterable[PracticeScore], weights: Mapping[str, int]) -> Decimal | None:
	"""None where no practice that counts was answered. A practice without a weight counts once."""
	weighed = [(one.score, weights.get(one.practice, 1)) for one in scores if one.score is not None]
	weight = sum(weight for _score, weight in weighed)
	return _rounded(sum((score * by for score, by in weighed), Decimal(0)) / weight) if weight else None


def difference(score: Decimal | None, baseline: Decimal | None) -> Decimal | None:
	return None if score is None or baseline is None else score - baseline


def _rounded(number: Decimal) -> Decimal:
	return number.quantize(_HUNDREDTH, ROUND_HALF_UP)


def needing(cmdb: Cmdb, sources: Set[str]) -> set[str]:
	"""The CIs that some chain of relations or a segment's switches makes depend on one of the sources, them left out.

	Redundancy is no reason to be left out: a dependency that is covered is still one.
	"""
	below: dict[str, list[str]] = {}
	for relation in cmdb.relations:
		for source, target in ways_of(relation):
			below.setdefault(source, []).append(target)
	for segment in cmdb.segments:
		for switch in segment.switches:
			below.setdefault(switch, []).extend(segment.members)
	found, waiting = set(sources), list(sources)
	while waiting:
		for name in below.get(waiting.pop(), ()):
			if name not in found and cmdb.holds_ci(name):
				found.add(name)
				waiting.append(name)
	return found - sources
