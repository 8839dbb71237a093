"""Who is on call for lines at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plant_itsm.domain.on_call import Duty
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import WEEKDAYS, calendar_of
from plant_itsm.services.lines import enabled_users, site_of_line

DOCTYPE = "On Call Duty"


def duty_of(record: Record) -> Duty:
	return Duty(
		user=record["user"],
		starts_at=record["starts_at"],
		ends_at=record["ends_at"],
		shift=record["shift_name"] or None,
		from_time=record["from_time"],
		to_time=record["to_time"],
		weekdays=frozenset(number for number, weekday in enumerate(WEEKDAYS) if record[weekday]),
		every_weeks=record["every_weeks"],
		first_week=record["first_week"],
	)


def on_call(records: Records, lines: Iterable[str], role: str | None, moment: datetime) -> tuple[str, ...]:
	"""The enabled users on call for any of the lines, each once; in a role, or in any where it is None."""
	duties = duties_in(records, role)
	found: dict[str, None] = {}
	for line in lines:
		site = site_of_line(records, line)["name"]
		calendar = calendar_of(records, line)
		working = calendar.shift_at(moment)
		for duty in duties:
			if _covers(duty, site, line) and duty_of(duty).holds(moment, calendar.zone, working):
				found[duty["user"]] = None
	return enabled_users(records, found)


def duties_in(records: Records, role: str | None) -> list[Record]:
	"""Enabled duties; a duty without a role is there for every role."""
	duties = records.find(DOCTYPE, {"enabled": True}, order_by="creation")
	return [duty for duty in duties if not role or not duty["role"] or duty["role"] == role]


def _covers(duty: Record, site: str, line: str) -> bool:
	return (not duty["production_line"] or duty["production_line"] == line) and (
		not duty["plant_site"] or duty["plant_site"] == site
	)
