"""When a production line stood still, by its Line Stops."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.oee import LineDown, StopClass, stop_class
from plant_itsm.domain.time_spans import Span, minus, without_first
from plant_itsm.domain.vocabulary import EventKind, LineState, LineStopStatus, StopLoss
from plant_itsm.ports import Record, Records

STOP = "Line Stop"
REAL = {"is_drill": False}
"""The filter that keeps rehearsed stops out of every figure."""
STOP_LINE = "Line Stop Line"
REASON = "Stop Reason"
_KINDS = [EventKind.LINE_STOP, EventKind.STARVED_OR_BLOCKED, EventKind.PLANNED_STOP]


def check_is_real(records: Records, line_stop: str, what: str) -> None:
	"""Refuse what would outlast a drill. Raises InvalidRecordError."""
	if records.count(STOP, {"name": line_stop, "is_drill": True}):
		raise InvalidRecordError(
			f"Line Stop {line_stop} is a drill and will be removed: {what} cannot be about it. Choose a real stop."
		)


def downs_of_line(
	records: Records, line: str, calendar: ShiftCalendar, start: datetime, now: datetime
) -> list[LineDown]:
	"""Every stop that has kept a line from producing at some moment since `start`; an open one lasts until now."""
	recent = records.find(STOP, {**REAL, "kind": ("in", _KINDS), "ended_at": (">", start)})
	open_ones = records.find(STOP, {**REAL, "kind": ("in", _KINDS), "status": LineStopStatus.OPEN})
	stops = {stop["name"]: stop for stop in (*recent, *open_ones)}
	rows = records.find(
		STOP_LINE,
		{"production_line": line, "state": LineState.STOPPED, "parent": ("in", list(stops))},
	)
	reasons = stop_reasons(records)
	return [_line_down(stops[row["parent"]], row, calendar, reasons, now) for row in rows]


def stop_reasons(records: Records) -> dict[str, StopClass]:
	"""What each Stop Reason says of the time of its stops."""
	return {row["name"]: reason_class(row) for row in records.find(REASON)}


def reason_class(reason: Record) -> StopClass:
	if reason["planned"]:
		return StopClass(planned=True)
	return StopClass(loss=StopLoss(reason["loss"]) if reason["loss"] else None)


def class_of(stop: Record, reasons: Mapping[str, StopClass]) -> StopClass:
	"""What a Line Stop counts as."""
	reason = reasons.get(stop["stop_reason"] or "")
	return stop_class(EventKind(stop["kind"]), bool(stop.get("micro_stop")), reason)


def spans_of(stop: Record, now: datetime) -> list[Span]:
	"""From when to when a stop lasted, without the times in between during which the line ran."""
	end = stop["ended_at"] or now
	return list(minus([Span(stop["onset"], end)], interruptions_of(stop))) if end > stop["onset"] else []


def interruptions_of(stop: Record) -> list[Span]:
	pairs = json.loads(stop["interruptions"] or "[]")
	return [Span(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pairs]


def _line_down(
	stop: Record, row: Record, calendar: ShiftCalendar, reasons: Mapping[str, StopClass], now: datetime
) -> LineDown:
	spans: Iterable[Span] = spans_of(stop, now)
	buffer_seconds = to_decimal(row["reached_after_seconds"] or 0)
	if buffer_seconds:
		spans = without_first(_planned(calendar, spans), buffer_seconds)
	return LineDown(stop["name"], stop["onset"], tuple(spans), class_of(stop, reasons))


def _planned(calendar: ShiftCalendar, spans: Iterable[Span]) -> Iterator[Span]:
	"""A buffer before a line empties only while the line is planned to run."""
	for span in spans:
		yield from calendar.planned(*span)
