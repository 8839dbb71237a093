"""The people of changes: what they may approve now, who stands in for them, and when they are busy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from plant_itsm.domain.change_approvals import Delegation, Person
from plant_itsm.domain.change_finder import Obstacle
from plant_itsm.domain.change_words import CollisionKind
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records

DELEGATION = "Change Delegation"
EVENT = "Event"
USUAL_LENGTH = timedelta(hours=1)
"""Of an appointment without an end."""


def people_of(records: Records, users: Iterable[str | None]) -> dict[str, Person]:
	"""Users with their roles of today; who is no user any more is left out."""
	names = sorted({user for user in users if user})
	roles: dict[str, set[str]] = defaultdict(set)
	if names:
		for row in records.find("Has Role", {"parenttype": "User", "parent": ("in", names)}):
			roles[row["parent"]].add(row["role"])
	return {
		row["name"]: Person(row["name"], bool(row["enabled"]), frozenset(roles[row["name"]]))
		for row in records.find("User", {"name": ("in", names)})
	}


def delegations_to(records: Records, users: Iterable[str]) -> list[Delegation]:
	return [
		Delegation(
			row["from_user"], row["to_user"], Span(row["starts_at"], row["ends_at"]), row["role"] or None
		)
		for row in records.find(DELEGATION, {"to_user": ("in", sorted(set(users)))})
	]


def appointments(records: Records, users: Iterable[str], within: Span) -> list[Obstacle]:
	"""What the calendars of Frappe have for people, as its owner or as a participant; nothing where there are none.

	Appointments that repeat count once, on their first day.
	"""
	names = sorted(set(users))
	try:
		records.meta(EVENT)
	except MissingRecordError:
		return []
	if not names:
		return []
	return [
		Obstacle(span, CollisionKind.PEOPLE, row["name"], f"{user} has an appointment: {row['subject']}")
		for user, row in _events(records, names, within)
		if (span := _span(row)).cut(within) is not None
	]


def _events(records: Records, names: list[str], within: Span) -> Iterator[tuple[str, Record]]:
	invited = records.find(
		"Event Participants", {"reference_doctype": "User", "reference_docname": ("in", names)}
	)
	events = {
		row["name"]: row
		for row in records.find(
			EVENT,
			{"name": ("in", sorted({row["parent"] for row in invited})), "starts_on": ("<", within.end)},
		)
		if row.get("status") in (None, "", "Open")
	}
	for row in invited:
		if row["parent"] in events:
			yield row["reference_docname"], events[row["parent"]]


def _span(row: Record) -> Span:
	start = row["starts_on"]
	if row.get("all_day"):
		return Span(start, start + timedelta(days=1))
	return Span(start, row["ends_on"] or start + USUAL_LENGTH)
