"""Redundancy groups that a change takes members from, while others do too, or have failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plant_itsm.domain.change_finder import Obstacle
from plant_itsm.domain.change_redundancy import Outage, Shortage, shortage_alone, shortages
from plant_itsm.domain.change_words import CollisionKind
from plant_itsm.domain.time_spans import Span
from plant_itsm.services.change_places import Neighbours


@dataclass(frozen=True)
class Taker:
	"""A change or a stop that takes CIs down for a time. doing: as in `STP-1 (No pressure) keeps down`."""

	name: str
	doing: str
	span: Span
	members: frozenset[str]


def own_shortages(near: Neighbours, within: Span) -> Iterator[Obstacle]:
	"""Groups that the change by itself leaves too few members: at no time does that go away."""
	own = near.members_down_with(near.cis)
	for group in near.groups:
		shortage = shortage_alone(group, own, within)
		if shortage is not None:
			text = f"it takes {', '.join(sorted(shortage.own))} down at once: {shortage}"
			yield Obstacle(within, CollisionKind.REDUNDANCY, group.name, text)


def shared_shortages(near: Neighbours, others: Sequence[Taker], within: Span) -> Iterator[Obstacle]:
	"""Times at which others take down so many members besides ours that too few stay up."""
	own = near.members_down_with(near.cis)
	outages = [Outage(member, other.name, other.span) for other in others for member in sorted(other.members)]
	doing = {other.name: other.doing for other in others}
	for group in near.groups:
		if shortage_alone(group, own, within) is None:
			for shortage in shortages(group, own, outages):
				yield from _obstacles(shortage, doing)


def _obstacles(shortage: Shortage, doing: Mapping[str, str]) -> Iterator[Obstacle]:
	for other in dict.fromkeys(one.by for one in shortage.outages):
		partners = sorted({one.member for one in shortage.outages if one.by == other})
		text = f"{doing[other]} the redundancy partner {', '.join(partners)}: {shortage}"
		yield Obstacle(shortage.span, CollisionKind.REDUNDANCY, other, text)
