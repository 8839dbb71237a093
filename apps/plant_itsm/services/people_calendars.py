"""When people are busy, from the calendar of Frappe: their own appointments and those that they take part in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from plant_itsm.domain.change_finder import Obstacle
from plant_itsm.domain.change_recurrences import Recurrence
from plant_itsm.domain.change_words import CollisionKind
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import WEEKDAYS

EVENT = "Event"
DAY = timedelta(days=1)
USUAL_LENGTH = timedelta(hours=1)
"""Of an appointment without an end."""
LONGEST = timedelta(days=31)
"""So far back appointments that do not repeat are looked for."""
RULES = {"Daily": "FREQ=DAILY", "Monthly": "FREQ=MONTHLY", "Yearly": "FREQ=YEARLY"}


def appointments(records: Records, users: Iterable[str], within: Span, zone: ZoneInfo) -> list[Obstacle]:
	"""What people have to do within a time; nothing where there is no such calendar. zone: in which they repeat."""
	names = sorted(set(users))
	try:
		records.meta(EVENT)
	except MissingRecordError:
		return []
	return [
		Obstacle(span, CollisionKind.PEOPLE, row["name"], f"{user} has an appointment: {row['subject']}")
		for user in names
		for row in _events(records, user, within)
		for span in _spans(row, within, zone)
		if span.cut(within) is not None
	]


def _events(records: Records, user: str, within: Span) -> Iterator[Record]:
	"""The open events of a user that may reach into a time."""
	invited = {"reference_doctype": "User", "reference_docname": user}
	names = sorted({row["parent"] for row in records.find("Event Participants", invited)})
	found = {
		row["name"]: row
		for who in ({"owner": user}, {"name": ("in", names)})
		for when in ({"repeat_this_event": True}, {"starts_on": (">", within.start - LONGEST)})
		for row in records.find(EVENT, {**who, **when})
	}
	return (row for row in found.values() if row["status"] in (None, "", "Open"))


def _spans(event: Record, within: Span, zone: ZoneInfo) -> Iterator[Span]:
	start = event["starts_on"]
	length = DAY if event["all_day"] else (event["ends_on"] or start + USUAL_LENGTH) - start
	rule = _rule(event)
	if rule is None:
		yield Span(start, start + length)
		return
	since, last = (moment.astimezone(zone).date() for moment in (within.start - length, within.end))
	first = start.astimezone(zone).replace(tzinfo=None)
	for moment in Recurrence(rule, event["repeat_till"]).starts(first, zone, since, last):
		begins = moment.astimezone(timezone.utc)
		yield Span(begins, begins + length)


def _rule(event: Record) -> str | None:
	"""The recurrence of an event as RFC 5545 writes it; None where it happens once."""
	if not event["repeat_this_event"]:
		return None
	if event["repeat_on"] == "Weekly":
		days = [weekday[:2].upper() for weekday in WEEKDAYS if event[weekday]]
		return f"FREQ=WEEKLY;BYDAY={','.join(days)}" if days else "FREQ=WEEKLY"
	return RULES.get(event["repeat_on"])
