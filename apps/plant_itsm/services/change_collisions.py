"""What is in the way of a change: freezes, other changes nearby, people, planned production."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from plant_itsm.domain.change_finder import Obstacle
from plant_itsm.domain.change_words import ChangeStatus, CollisionKind
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_places import Neighbours, neighbours_of
from plant_itsm.services.change_redundancy import Taker, own_shortages, shared_shortages
from plant_itsm.services.change_subjects import Subject
from plant_itsm.services.people_calendars import appointments
from plant_itsm.services.standing_outages import standing_outages

REQUEST = "OT Change Request"
RESERVING = (ChangeStatus.SCHEDULED, ChangeStatus.IN_PROGRESS)
"""Only these keep a time: a plan that nobody has approved keeps nobody else away."""


@dataclass(frozen=True)
class OtherChange:
	"""A change that keeps a time. label: its name and title."""

	name: str
	label: str
	span: Span
	cis: frozenset[str]


def known_obstacles(records: Records, subject: Subject, within: Span) -> list[Obstacle]:
	"""Freezes, other changes, appointments and planned orders within a time."""
	return _known(records, subject, _near(records, subject), within)


def unavoidable(records: Records, subject: Subject, within: Span) -> list[Obstacle]:
	"""What is in the way at each time within."""
	return list(own_shortages(_near(records, subject), within))


def _near(records: Records, subject: Subject) -> Neighbours:
	return neighbours_of(records, [place.ci for place in subject.places])


def _known(records: Records, subject: Subject, near: Neighbours, within: Span) -> list[Obstacle]:
	return [
		*_freezes(subject, within),
		*_other_changes(records, subject, near, within),
		*appointments(records, subject.people, within, subject.zone),
		*_orders(subject),
	]


def _orders(subject: Subject) -> Iterator[Obstacle]:
	for order in subject.orders:
		if order.production_line in subject.blocked:
			yield Obstacle(order.span, CollisionKind.PRODUCTION, order.name, order.text)


def production(subject: Subject, span: Span) -> Iterator[Obstacle]:
	"""What the shifts of the lines plan in a time."""
	for line, calendar in subject.blocked.items():
		for planned in calendar.planned(span.start, span.end):
			yield Obstacle(planned, CollisionKind.PRODUCTION, line, f"{line} is planned to produce")


def _freezes(subject: Subject, within: Span) -> Iterator[Obstacle]:
	for freeze in subject.freezes:
		for one in freeze.occurrences(within.start, within.end):
			yield Obstacle(one.span, CollisionKind.FREEZE, one.window, f"freeze {one.window}")


def _other_changes(records: Records, subject: Subject, near: Neighbours, within: Span) -> Iterator[Obstacle]:
	cis = _by_change(records, "Change CI", "ci", near.all)
	helpers = _by_change(records, "Change Task", "assigned_to", subject.people)
	rows = _reserving(records, subject, within, {*cis, *helpers})
	others = [_other(row, cis[row["name"]]) for row in rows]
	for other in others:
		yield from _clashes(other, near)
	changes = [
		Taker(one.name, f"{one.label} changes", one.span, frozenset(near.members_down_with(one.cis)))
		for one in others
	]
	yield from shared_shortages(near, [*changes, *standing_outages(records, near, subject.now)], within)
	for other, row in zip(others, rows, strict=True):
		people = {row["implementer"], *helpers[other.name]} & subject.people
		if people:
			text = f"{other.label} needs {', '.join(sorted(people))} as well"
			yield Obstacle(other.span, CollisionKind.PEOPLE, other.name, text)


def _reserving(records: Records, subject: Subject, within: Span, names: Collection[str]) -> list[Record]:
	"""The other changes that keep a time within: those with these names, and those that need the same implementer."""
	wanted = {"status": ("in", RESERVING), "planned_start": ("<", within.end)}
	rows = {
		row["name"]: row
		for chosen in ({"name": ("in", sorted(names))}, {"implementer": ("in", sorted(subject.people))})
		for row in records.find(REQUEST, {**wanted, **chosen})
		if row["name"] != subject.name and (span := _reserved(row)) is not None and span.cut(within)
	}
	return sorted(rows.values(), key=lambda row: (row["planned_start"], row["name"]))


def _reserved(row: Record) -> Span | None:
	start, end = row["actual_start"] or row["planned_start"], row["planned_end"]
	return Span(start, end) if start and end and start < end else None


def _by_change(records: Records, doctype: str, fieldname: str, among: Collection[str]) -> dict[str, set[str]]:
	"""Change -> which of some values the rows of a child table have for it."""
	found: dict[str, set[str]] = defaultdict(set)
	if among:
		for row in records.find(doctype, {fieldname: ("in", sorted(among)), "parenttype": REQUEST}):
			found[row["parent"]].add(row[fieldname])
	return found


def _other(row: Record, cis: set[str]) -> OtherChange:
	span = _reserved(row)
	assert span is not None, row["name"]
	return OtherChange(row["name"], f"{row['name']} ({row['title']})", span, frozenset(cis))


def _clashes(other: OtherChange, near: Neighbours) -> Iterator[Obstacle]:
	for kind, known, shared in (
		(CollisionKind.SAME_CI, near.cis, "the same CI"),
		(CollisionKind.PARENT_CI, near.above, "what it is part of:"),
		(CollisionKind.CHILD_CI, near.below, "a part of it:"),
	):
		if common := other.cis & known:
			text = f"{other.label} changes {shared} {', '.join(sorted(common))}"
			yield Obstacle(other.span, kind, other.name, text)


def collisions_in(records: Records, subject: Subject, span: Span) -> list[Obstacle]:
	"""Everything that is in the way of one time, once per kind and record."""
	near = _near(records, subject)
	found = [
		*_known(records, subject, near, span),
		*own_shortages(near, span),
		*production(subject, span),
	]
	first: dict[tuple[CollisionKind, str], Obstacle] = {}
	for obstacle in found:
		if obstacle.span.cut(span) is not None:
			first.setdefault((obstacle.kind, obstacle.what), obstacle)
	return list(first.values())
