"""Change Window records as the domain sees them, and which of them holds for the CIs of a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from plant_itsm.domain import change_windows as rules
from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.change_finder import minutes_text
from plant_itsm.domain.change_recurrences import Recurrence
from plant_itsm.domain.change_windows import ChangeWindow, MovedTo, Occurrence, Place, WindowScope
from plant_itsm.domain.change_words import WindowKind
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.planned_records import PlannedRecords, all_rows

DOCTYPE = "Change Window"


def change_window(records: Records, record: Record) -> ChangeWindow:
	site = records.get("Plant Site", record["plant_site"])
	zone = ZoneInfo(site["time_zone"]) if site else ZoneInfo("UTC")
	follows_shifts = bool(record.get("follows_shifts"))
	scope = _scope(records, record)
	rule = record.get("recurrence_rule")
	return ChangeWindow(
		name=record["window_name"],
		kind=WindowKind(record["kind"]),
		scope=scope,
		zone=zone,
		starts_at=_wall(record["starts_at"], zone),
		ends_at=_wall(record["ends_at"], zone),
		recurrence=Recurrence(rule, record.get("repeat_until")) if rule else None,
		exceptions={row["day"]: _moved(row) for row in record.get("exceptions") or ()},
		follows_shifts=follows_shifts,
		calendars=_calendars(records, scope) if follows_shifts else (),
	)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
	return moment.astimezone(zone).replace(tzinfo=None)


def _moved(row: Record) -> MovedTo:
	if row.get("cancelled"):
		return None
	start, end = row.get("start_time"), row.get("end_time")
	if start is None or end is None:
		raise InvalidRecordError(
			f"Change Window Exception of {row['day']}: it is not cancelled, but has no times."
			" Enter start and end, or cancel it.",
			fieldname="exceptions",
		)
	return start, end


def _scope(records: Records, record: Record) -> WindowScope:
	line = record.get("production_line")
	area = record.get("plant_area")
	if line:
		found = records.get("Production Line", line)
		area = found["plant_area"] if found else area
	return WindowScope(record["plant_site"], area or None, line or None, record.get("ci_class") or None)


def _calendars(records: Records, scope: WindowScope) -> tuple[ShiftCalendar, ...]:
	if scope.production_line:
		lines = [scope.production_line]
	else:
		areas = [row["name"] for row in records.find("Plant Area", {"plant_site": scope.plant_site})]
		wanted = [scope.plant_area] if scope.plant_area else areas
		lines = [row["name"] for row in records.find("Production Line", {"plant_area": ("in", wanted)})]
	return tuple(calendar_of(records, line) for line in lines)


def check(records: Records, record: Record) -> None:
	"""Refuse a window that cannot be followed, and a freeze that overlaps another."""
	window = change_window(records, record)
	rules.check_window(window)
	if window.kind == WindowKind.FREEZE and record.get("enabled"):
		rows = records.find(
			DOCTYPE, {"kind": WindowKind.FREEZE, "enabled": True, "name": ("!=", window.name)}
		)
		rules.check_freezes(window, [_whole(records, row) for row in rows])


def _whole(records: Records, row: Record) -> ChangeWindow:
	return change_window(records, records.get(DOCTYPE, row["name"]) or row)


@dataclass(frozen=True)
class SuitableWindows:
	"""opening: windows that hold for all CIs of a change. freezes: those that hold for any of them."""

	opening: tuple[ChangeWindow, ...]
	freezes: tuple[ChangeWindow, ...]


def windows_for(records: Records, kind: WindowKind, places: Sequence[Place]) -> SuitableWindows:
	"""The enabled windows of a kind, and the freezes, that hold for places."""
	wanted = {
		"enabled": True,
		"kind": ("in", (kind, WindowKind.FREEZE)),
		"plant_site": ("in", sorted({place.plant_site for place in places if place.plant_site})),
	}
	cached = PlannedRecords(records, ())  # many windows are of few sites and lines
	windows = [change_window(cached, row) for row in all_rows(records, DOCTYPE, wanted)]
	suitable = [window for window in windows if _suits(window, places)]
	return SuitableWindows(
		tuple(window for window in suitable if window.kind != WindowKind.FREEZE),
		tuple(window for window in suitable if window.kind == WindowKind.FREEZE),
	)


def _suits(window: ChangeWindow, places: Sequence[Place]) -> bool:
	held = [window.scope.holds(place) for place in places]
	return any(held) if window.kind == WindowKind.FREEZE else bool(held) and all(held)


def covering(windows: Iterable[ChangeWindow], span: Span) -> Occurrence | None:
	"""An occurrence that the whole span lies in."""
	for occurrence in rules.all_occurrences(windows, span.start, span.end):
		if occurrence.span.start <= span.start and span.end <= occurrence.span.end:
			return occurrence
	return None


def why_not(windows: Sequence[ChangeWindow], kind: WindowKind, span: Span) -> str:
	"""Why no window covers a span."""
	if not windows:
		return f"there is no {kind} window for all its CIs"
	zone = windows[0].zone  # all are of the one site
	asked = _times(span, zone)
	touched = list(rules.all_occurrences(windows, span.start, span.end))
	if not touched:
		return f"no {kind} window is open {asked}"
	one = touched[0]
	return f"{one.window} is open {_times(one.span, zone)}, which does not hold it {asked}"


def _times(span: Span, zone: ZoneInfo) -> str:
	start, end = (moment.astimezone(zone) for moment in span)
	length = minutes_text(span.end - span.start)
	return f"from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} {end:%Z} ({length})"
