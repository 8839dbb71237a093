"""Redundancy while changes run: at each moment all members that are down count together, whoever takes them down."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.time_spans import Span


@dataclass(frozen=True)
class Outage:
	"""A member of a group that another change takes down for a time. by: that change."""

	member: str
	by: str
	span: Span


@dataclass(frozen=True)
class Shortage:
	"""A time at which too few members of a group stay up. outages: of other changes; none where one's own suffice."""

	group: RedundancyGroup
	span: Span
	own: frozenset[str]
	outages: tuple[Outage, ...] = ()

	@property
	def left(self) -> int:
		return len(self.group.members) - len(self.own | {one.member for one in self.outages})

	def __str__(self) -> str:
		members = len(self.group.members)
		return (
			f"{self.left} of {members} members of {self.group.name} stay up,"
			f" {self.group.needed_of(members)} have to"
		)


def shortage_alone(group: RedundancyGroup, own: Collection[str], within: Span) -> Shortage | None:
	"""Whether one's own members alone leave a group too few, at whatever time."""
	shortage = Shortage(group, within, frozenset(own) & set(group.members))
	return shortage if shortage.own and _is_short(shortage) else None


def shortages(group: RedundancyGroup, own: Collection[str], outages: Sequence[Outage]) -> Iterator[Shortage]:
	"""The times at which our own members are too many together with those of others."""
	mine = frozenset(own) & set(group.members)
	partners = [one for one in outages if one.member in group.members and one.member not in mine]
	edges = sorted({moment for one in partners for moment in one.span})
	for span in (Span(*edge) for edge in pairwise(edges)):
		down = tuple(one for one in partners if one.span.start <= span.start and span.end <= one.span.end)
		shortage = Shortage(group, span, mine, down)
		if mine and down and _is_short(shortage):
			yield shortage


def _is_short(shortage: Shortage) -> bool:
	return shortage.left < shortage.group.needed_of(len(shortage.group.members))
