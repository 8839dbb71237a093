"""What is in the way of a change: freezes, other changes nearby, people, planned production."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.change_finder import Obstacle
from plant_itsm.domain.change_windows import Place, all_occurrences
from plant_itsm.domain.change_words import ChangeStatus, CollisionKind, WindowKind
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_people import appointments
from plant_itsm.services.change_places import Neighbours, neighbours_of
from plant_itsm.services.change_windows import windows_for

REQUEST = "OT Change Request"
RESERVING = (ChangeStatus.SCHEDULED, ChangeStatus.IN_PROGRESS)
"""Only these keep a time: a plan that nobody has approved keeps nobody else away."""


@dataclass(frozen=True)
class Subject:
	"""What collides. lines: those that may not produce meanwhile, with their calendars; none where production may."""

	name: str | None
	places: Sequence[Place]
	people: frozenset[str]
	lines: Mapping[str, ShiftCalendar]


def known_obstacles(records: Records, subject: Subject, within: Span) -> list[Obstacle]:
	"""Freezes, other changes and appointments within a time."""
	cis = [place.ci for place in subject.places]
	return [
		*_freezes(records, subject.places, within),
		*_other_changes(records, subject, neighbours_of(records, cis), within),
		*appointments(records, subject.people, within),
	]


def production(lines: Mapping[str, ShiftCalendar], span: Span) -> Iterator[Obstacle]:
	for line, calendar in lines.items():
		for planned in calendar.planned(span.start, span.end):
			yield Obstacle(planned, CollisionKind.PRODUCTION, line, f"{line} is planned to produce")


def _freezes(records: Records, places: Sequence[Place], within: Span) -> Iterator[Obstacle]:
	freezes = windows_for(records, [WindowKind.FREEZE], places)
	for one in all_occurrences(freezes, within.start, within.end):
		yield Obstacle(one.span, CollisionKind.FREEZE, one.window, f"freeze {one.window}")


def _other_changes(records: Records, subject: Subject, near: Neighbours, within: Span) -> Iterator[Obstacle]:
	others = [
		row
		for row in records.find(
			REQUEST,
			{"status": ("in", RESERVING), "planned_start": ("<", within.end)},
			order_by="planned_start",
		)
		if row["name"] != subject.name and (span := _reserved(row)) is not None and span.cut(within)
	]
	names = [row["name"] for row in others]
	cis = _children(records, "Change CI", names, "ci")
	helpers = _children(records, "Change Task", names, "assigned_to")
	for row in others:
		people = {row["implementer"], *helpers[row["name"]]} & subject.people
		yield from _clashes(row, cis[row["name"]], near, people)


def _reserved(row: Record) -> Span | None:
	start, end = row["actual_start"] or row["planned_start"], row["planned_end"]
	return Span(start, end) if start and end and start < end else None


def _children(records: Records, doctype: str, parents: Sequence[str], fieldname: str) -> dict[str, set[str]]:
	found: dict[str, set[str]] = defaultdict(set)
	if parents:
		for row in records.find(doctype, {"parent": ("in", parents), "parenttype": REQUEST}):
			if row[fieldname]:
				found[row["parent"]].add(row[fieldname])
	return found


def _clashes(row: Record, cis: set[str], near: Neighbours, people: Iterable[str]) -> Iterator[Obstacle]:
	span = _reserved(row)
	assert span is not None, row["name"]
	label = f"{row['name']} ({row['title']})"
	for kind, shared in (
		(CollisionKind.SAME_CI, cis & near.cis),
		(CollisionKind.PARENT_CI, cis & near.above),
		(CollisionKind.CHILD_CI, cis & near.below),
		(CollisionKind.REDUNDANCY, _too_few_up(cis, near)),
	):
		if shared:
			yield Obstacle(
				span, kind, row["name"], f"{label} changes {_SHARED[kind]} {', '.join(sorted(shared))}"
			)
	if people:
		yield Obstacle(
			span, CollisionKind.PEOPLE, row["name"], f"{label} needs {', '.join(sorted(people))} as well"
		)


_SHARED = {
	CollisionKind.SAME_CI: "the same CI",
	CollisionKind.PARENT_CI: "what it is part of:",
	CollisionKind.CHILD_CI: "a part of it:",
	CollisionKind.REDUNDANCY: "the redundancy partner",
}


def _too_few_up(cis: set[str], near: Neighbours) -> set[str]:
	"""Partners of our CIs that, down at the same time, leave a redundancy group too few members."""
	found: set[str] = set()
	for group in near.groups:
		partners = (cis & set(group.members)) - near.cis
		down = partners | (near.cis & set(group.members))
		if partners and len(group.members) - len(down) < group.needed_of(len(group.members)):
			found |= partners
	return found


def collisions_in(records: Records, subject: Subject, span: Span) -> list[Obstacle]:
	"""Everything that is in the way of one time, once per kind and record."""
	found = [*known_obstacles(records, subject, span), *production(subject.lines, span)]
	first: dict[tuple[CollisionKind, str], Obstacle] = {}
	for obstacle in found:
		if obstacle.span.cut(span) is not None:
			first.setdefault((obstacle.kind, obstacle.what), obstacle)
	return list(first.values())
