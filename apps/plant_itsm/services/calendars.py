"""The shift calendar of a production line, from its shifts and breaks and the exceptions of its site."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from plant_itsm.domain.calendars import Break, Shift, ShiftCalendar
from plant_itsm.ports import Record, Records
from plant_itsm.services.lines import site_of_line

EXCEPTION = "Calendar Exception"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def calendar_of(records: Records, production_line: str) -> ShiftCalendar:
	"""When a line is planned to produce. Raises MissingRecordError when the line, its area or its site is gone."""
	site = site_of_line(records, production_line)
	line = records.get("Production Line", production_line) or {}
	return ShiftCalendar(
		zone=ZoneInfo(site["time_zone"]),
		shifts=shifts_of(line),
		breaks=breaks_of(line),
		changes=_changes(records, site["name"], production_line),
	)


def shifts_of(line: Record) -> tuple[Shift, ...]:
	return tuple(
		Shift(
			name=row["shift_name"],
			start=row["start_time"],
			end=row["end_time"],
			weekdays=frozenset(number for number, weekday in enumerate(WEEKDAYS) if row[weekday]),
		)
		for row in line.get("shifts") or ()
	)


def breaks_of(line: Record) -> tuple[Break, ...]:
	return tuple(Break(row["start_time"], row["end_time"]) for row in line.get("breaks") or ())


def _changes(records: Records, site: str, production_line: str) -> dict[date, tuple[Shift, ...]]:
	"""The days of the site that differ; what is said of the line itself goes before what is said of the whole site."""
	rows = records.find(EXCEPTION, {"plant_site": site})
	for_all = {row["day"]: _shifts_on(row) for row in rows if not row["production_line"]}
	own = {row["day"]: _shifts_on(row) for row in rows if row["production_line"] == production_line}
	return for_all | own


def _shifts_on(exception: Record) -> tuple[Shift, ...]:
	if exception["closed"]:
		return ()
	return (Shift(exception["description"] or "Extra", exception["start_time"], exception["end_time"]),)
