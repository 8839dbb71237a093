"""The shift calendar of a production line: its shifts and breaks, the holidays of its site, and their exceptions."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from plant_itsm.domain.calendars import Break, Shift, ShiftCalendar, check_exception
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.ports import Record, Records
from plant_itsm.services.lines import existing, site_of_area

EXCEPTION = "Calendar Exception"
HOLIDAY_LIST = "erpnext_holiday_list"
"""The field of Plant Site that links to ERPNext's Holiday List; a site without ERPNext has none."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def calendar_of(records: Records, production_line: str) -> ShiftCalendar:
	"""When a line is planned to produce. Raises MissingRecordError when the line, its area or its site is gone."""
	line = existing(records, "Production Line", production_line)
	site = site_of_area(records, line["plant_area"])
	return ShiftCalendar(
		zone=ZoneInfo(site["time_zone"]),
		shifts=shifts_of(line),
		breaks=breaks_of(line),
		changes=_holidays(records, site) | _exceptions(records, site["name"], production_line),
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


def _holidays(records: Records, site: Record) -> dict[date, tuple[Shift, ...]]:
	"""The closed days of the site's Holiday List; weekly offs are the business of the shifts."""
	name = site.get(HOLIDAY_LIST)
	of_list = {"parent": name, "parenttype": "Holiday List", "weekly_off": False}
	return {row["holiday_date"]: () for row in records.find("Holiday", of_list)} if name else {}


def _exceptions(records: Records, site: str, production_line: str) -> dict[date, tuple[Shift, ...]]:
	"""The days of the site that differ; what is said of the line itself goes before what is said of the whole site."""
	rows = records.find(EXCEPTION, {"plant_site": site})
	for_all = {row["day"]: _shifts_on(row) for row in rows if not row["production_line"]}
	own = {row["day"]: _shifts_on(row) for row in rows if row["production_line"] == production_line}
	return for_all | own


def check_calendar_exception(records: Records, record: Record) -> None:
	"""Refuse a day that is neither closed nor has a shift, and a second exception for the same day and place."""
	check_exception(record["day"], record["closed"], record["start_time"], record["end_time"])
	same_day = records.find(EXCEPTION, {"plant_site": record["plant_site"], "day": record["day"]})
	line = record["production_line"] or None
	for other in same_day:
		if other["name"] != record["name"] and (other["production_line"] or None) == line:
			raise InvalidRecordError(
				f"Calendar Exception {record['day']}: {line or 'every line of ' + record['plant_site']} has one for"
				f" this day, {other['name']}. Change that one, or choose another day.",
				fieldname="day",
			)


def _shifts_on(exception: Record) -> tuple[Shift, ...]:
	if exception["closed"]:
		return ()
	return (Shift(exception["description"] or "Extra", exception["start_time"], exception["end_time"]),)
