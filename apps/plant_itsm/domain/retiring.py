"""Taking CIs out of use: what still needs them."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from plant_itsm.domain.cmdb import CI, Cmdb, Node, ways_of
from plant_itsm.domain.vocabulary import MinUpUnit


@dataclass(frozen=True)
class Retirement:
	"""line: where it stands in a file, from 1."""

	ci: str
	reason: str
	line: int | None = None


@dataclass(frozen=True)
class Need:
	"""Something in use that needs a CI; why is the second half of a sentence about the CI."""

	ci: str
	why: str


def needs(cmdb: Cmdb, leaving: Set[str], hierarchies: Set[str]) -> Iterator[Need]:
	"""What stays in use and would miss the CIs that leave together.

	hierarchies: the relation types along which a part belongs to a whole. A whole does not need a part that is taken
	out of it; parts whose whole leaves have to be decided on.
	"""
	yield from _related(cmdb, leaving, hierarchies)
	yield from _in_segments(cmdb, leaving)
	yield from _in_groups(cmdb, leaving)


def _related(cmdb: Cmdb, leaving: Set[str], hierarchies: Set[str]) -> Iterator[Need]:
	for relation in cmdb.relations:
		if relation.type in hierarchies:
			if relation.target in leaving and _stays(cmdb, leaving, relation.source):
				yield Need(relation.target, f"{relation.source} is {relation.type} it")
			continue
		for source, target in ways_of(relation):
			covered = (source, Node(CI, target)) in cmdb.covered
			if source in leaving and _stays(cmdb, leaving, target) and not covered:
				said = f"{relation.source} {relation.type} {relation.target}"
				yield Need(source, f"{target} fails with it ({said})")


def _stays(cmdb: Cmdb, leaving: Set[str], name: str) -> bool:
	return cmdb.holds_ci(name) and name not in leaving


def _in_segments(cmdb: Cmdb, leaving: Set[str]) -> Iterator[Need]:
	for segment in cmdb.segments:
		gone = [name for name in segment.switches if name in leaving]
		left = [name for name in segment.switches if _stays(cmdb, leaving, name)]
		served = [name for name in segment.members if _stays(cmdb, leaving, name)]
		if served and not left:
			why = f"it is the last switch of {segment.name}, which serves {_some(served)}"
			yield from (Need(name, why) for name in gone)


def _in_groups(cmdb: Cmdb, leaving: Set[str]) -> Iterator[Need]:
	for group in cmdb.groups:
		gone = [name for name in group.members if name in leaving]
		left = sum(1 for name in group.members if _stays(cmdb, leaving, name))
		fewest = group.min_up if group.unit == MinUpUnit.COUNT else 1
		if left < fewest:
			why = f"{group.name} would have {left} of the {fewest} members that must be up"
			yield from (Need(name, why) for name in gone)


def _some(names: list[str]) -> str:
	return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
