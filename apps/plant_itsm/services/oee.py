"""The effectiveness of each line and shift, kept in Line Shift Records.

What changes a stop or a count notes in the same transaction from when on its lines must be computed anew; the tick, at
most a minute later, does so under a lock on that note. Computing twice gives the same records.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from plant_itsm.domain.calendars import OUTSIDE, ShiftCalendar, ShiftRun
from plant_itsm.domain.errors import DuplicateRecordError, PlantItsmError, StoreUnavailableError
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.oee import (
	LineDown,
	Quantities,
	ShiftTimes,
	big_losses,
	effectiveness,
	inputs_of,
	shift_times,
)
from plant_itsm.domain.oee_explained import explanation
from plant_itsm.domain.time_spans import Span, exact_seconds, seconds_of
from plant_itsm.domain.vocabulary import StopLoss
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.downtime import STOP, downs_of_line

SHIFT = "Line Shift Record"
SHIFT_STOP = "Line Shift Stop"
STATE = "Line OEE State"
COUNT = "Production Count"
LINE = "Production Line"
LOOK_AGAIN = timedelta(minutes=1)
"""How often the figures of a line that stands still are computed anew."""
LOOK_AHEAD = timedelta(days=1)
TITLE_LENGTH = 140

log = logging.getLogger(__name__)


def mark_changed(records: Records, line: str, since: datetime) -> None:
	"""Note that the figures of a line are to be computed anew from a moment on.

	The note is locked until the transaction ends, so that nobody clears it without having seen what changed.
	"""
	mark_lines(records, {line: since})


def mark_lines(records: Records, since: Mapping[str, datetime]) -> None:
	"""The same of several lines, each with its moment."""
	known = records.find(STATE, {"name": ("in", list(since))}, for_update=True)
	for line in sorted(since.keys() - {state["name"] for state in known}):
		try:
			records.insert(STATE, {"production_line": line, "changed_since": since[line]})
		except DuplicateRecordError:  # another process was faster
			known += records.find(STATE, {"name": line}, for_update=True)
	for state in known:
		line = state["name"]
		if state["changed_since"] is None or since[line] < state["changed_since"]:
			records.update_many(STATE, [line], {"changed_since": since[line]})


def stop_changed(records: Records, name: str, lines: Iterable[str]) -> None:
	"""A Line Stop began, ended or was corrected: its lines change where it is now and where it was counted before."""
	since = {line: stop["onset"] for stop in records.find(STOP, {"name": name}) for line in lines}
	counted = records.find(SHIFT_STOP, {"line_stop": name})
	if counted:
		for shift in records.find(SHIFT, {"name": ("in", [row["parent"] for row in counted])}):
			line, start = shift["production_line"], shift["shift_start"]
			since[line] = min(start, since.get(line, start))
	for line in sorted(since):
		mark_changed(records, line, since[line])


def count_changed(records: Records, count: Mapping[str, Any]) -> None:
	"""A Production Count was entered, corrected or deleted."""
	stored = next(iter(records.find(COUNT, {"name": count["name"]})), count)
	mark_changed(records, stored["production_line"], stored["period_from"])


def refresh(ports: Ports) -> int:
	"""Compute what has changed, and what time alone changes. Returns how many shift records were written.

	A line that cannot be computed (its calendar is broken) is logged and does not hold up the others.
	"""
	now = ports.clock.now()
	with ports.records.transaction():
		states = {state["name"]: state for state in ports.records.find(STATE)}
		lines = [row["name"] for row in ports.records.find(LINE)]
	written = 0
	for line in lines:
		if not _is_due(states.get(line), now):
			continue
		try:
			with ports.records.transaction():
				written += refresh_line(ports.records, line, now)
		except StoreUnavailableError:
			raise
		except PlantItsmError as error:
			log.warning("OEE of %s cannot be computed: %s", line, error)
	return written


def shifts_between(records: Records, line: str, span: Span, now: datetime) -> list[Record]:
	"""The shift records of a line that share a moment with a span, computed anew in the transaction that is open."""
	mark_changed(records, line, span.start)
	calendar = calendar_of(records, line)
	shifts = _LineShifts(records, line, calendar, calendar.run_at(span.start).span.start, now)
	for run in shifts.runs():
		if run.span.cut(span) is not None:
			shifts.write(run)
	touching = {"production_line": line, "shift_start": ("<", span.end), "shift_end": (">", span.start)}
	return records.find(SHIFT, touching, order_by="shift_start")


def _is_due(state: Record | None, now: datetime) -> bool:
	if state is None or state["changed_since"] is not None or state["next_due"] is None:
		return True
	return bool(state["next_due"] <= now)


def refresh_line(records: Records, line: str, now: datetime) -> int:
	"""Compute what has changed on one line. Returns how many shift records were written."""
	state = records.get(STATE, line, for_update=True)
	if state is None:
		mark_changed(records, line, now)
		state = records.get(STATE, line, for_update=True)
	assert state is not None, line
	calendar = calendar_of(records, line)
	since = min(filter(None, (state["changed_since"], state["next_due"], now)))
	start = calendar.run_at(since).span.start
	shifts = _LineShifts(records, line, calendar, start, now)
	for run in shifts.runs():
		shifts.write(run)
	values = {"changed_since": None, "next_due": _next_due(calendar, shifts.downs, now)}
	records.update(STATE, line, values)
	return shifts.written


def _next_due(calendar: ShiftCalendar, downs: Iterable[LineDown], now: datetime) -> datetime:
	"""When time alone changes a figure: the end of the shift, the start of the next, soon while the line stands."""
	run = calendar.run_at(now)
	due = run.span.end
	if run.name == OUTSIDE:
		coming = next(calendar.runs(now, now + LOOK_AHEAD), None)
		due = max(coming.span.start, now) if coming else now + LOOK_AHEAD
	stands = any(span.end >= now for down in downs for span in down.spans)
	return min(due, now + LOOK_AGAIN) if stands else due


@dataclass(frozen=True)
class _RunTime:
	"""PRU with where it comes from."""

	seconds: Decimal | None
	source: str


class _LineShifts:
	"""The shifts of one line from a moment on, with all that has happened in them."""

	def __init__(self, records: Records, line: str, calendar: ShiftCalendar, start: datetime, now: datetime):
		self._records, self._calendar, self._now = records, calendar, now
		self._line = records.get(LINE, line) or {}
		self.downs = downs_of_line(records, line, calendar, start, now)
		here = {"production_line": line}
		self._known = {
			row["shift_start"]: row for row in records.find(SHIFT, {**here, "shift_start": (">=", start)})
		}
		self._counts = records.find(COUNT, {**here, "period_from": (">=", start)})
		self._start = start
		self.written = 0

	def runs(self) -> Sequence[ShiftRun]:
		"""Every shift that has begun, ascending; a time between shifts only where something was counted in it, or was
		before; and what the calendar of today no longer knows as a shift, but a record does."""
		runs = {run.span.start: run for run in self._calendar.runs(self._start, self._now)}
		for count in self._counts:
			run = self._calendar.run_at(count["period_from"])
			runs.setdefault(run.span.start, run)
		for start, row in self._known.items():
			gone = ShiftRun(OUTSIDE, row["shift_day"], Span(start, row["shift_end"]))
			runs.setdefault(start, gone)
		return [runs[start] for start in sorted(runs)]

	def write(self, run: ShiftRun) -> None:
		known = self._known.get(run.span.start)
		end = min(run.span.end, max(self._now, run.span.start))
		planned = [] if run.name == OUTSIDE else list(self._calendar.planned(run.span.start, end))
		times = shift_times(planned, self.downs)
		quantities = self._quantities(run)
		values = _figures(times, quantities, self._run_time(run, known), Span(run.span.start, end)) | {
			"title": f"{self._line['name']}, {run.day} {run.name}"[:TITLE_LENGTH],
			"production_line": self._line["name"],
			"product": self._line["product"],
			"shift_day": run.day,
			"shift": run.name,
			"shift_start": run.span.start,
			"shift_end": run.span.end,
			"computed_to": end,
			"is_running": end < run.span.end,
			"stops": self._stop_rows(times),
		}
		if known is None:
			self._records.insert(SHIFT, values)
		else:
			self._records.update(SHIFT, known["name"], values)
		self.written += 1

	def _quantities(self, run: ShiftRun) -> Quantities:
		counts = (
			Quantities(row["produced"], row["scrap"], row["startup_scrap"])
			for row in self._counts
			if self._calendar.run_at(row["period_from"]).span.start == run.span.start
		)
		return sum(counts, Quantities())

	def _run_time(self, run: ShiftRun, known: Record | None) -> _RunTime:
		"""What the line says now; a shift that is over keeps what it was computed with."""
		if known is not None and not known["is_running"] and known["run_seconds_per_unit"]:
			return _RunTime(to_decimal(known["run_seconds_per_unit"]), known["run_time_source"] or "")
		own = to_decimal(self._line["planned_run_seconds_per_unit"] or 0)
		if own:
			return _RunTime(own, "planned run seconds per unit of the line")
		units = self._line["units_per_shift"]
		planned = seconds_of(self._calendar.planned(*run.span))
		if not units or not planned:
			return _RunTime(None, "")
		whole = f"{planned.normalize():f} s of the shift ÷ {units} units per shift of the line"
		return _RunTime(round(planned / units, 6), whole)

	def _stop_rows(self, times: ShiftTimes) -> list[Record]:
		names = [part.stop for part in times.parts]
		reasons = {
			row["name"]: row["stop_reason"] for row in self._records.find(STOP, {"name": ("in", names)})
		}
		return [
			{
				"line_stop": part.stop,
				"stop_reason": reasons.get(part.stop),
				"planned": part.stop_class.planned,
				"loss": part.stop_class.loss,
				"seconds": float(part.seconds),
			}
			for part in times.parts
		]


def _figures(times: ShiftTimes, quantities: Quantities, pru: _RunTime, span: Span) -> Record:
	"""The fields of a shift record that are computed. Ratios are in percent, times in seconds."""
	lasted = exact_seconds(span.end - span.start)
	result = effectiveness(inputs_of(times, quantities, pru.seconds, lasted))
	losses = big_losses(times, quantities, pru.seconds)
	ratios = {name: getattr(result, name) for name in ("availability", "performance", "quality", "oee")}
	seconds: Mapping[str, Decimal | None] = {
		"run_seconds_per_unit": pru.seconds,
		"shift_seconds": lasted,
		"planned_seconds": times.planned,
		"planned_stop_seconds": times.planned_stops,
		"busy_seconds": times.busy,
		"unplanned_stop_seconds": times.unplanned_stops,
		"production_seconds": times.production,
		"breakdown_seconds": losses.stops[StopLoss.BREAKDOWNS],
		"setup_seconds": losses.stops[StopLoss.SETUP],
		"minor_stop_seconds": losses.stops[StopLoss.MINOR_STOPS],
		"waiting_seconds": losses.stops[StopLoss.STARVED_OR_BLOCKED],
		"reduced_speed_seconds": losses.reduced_speed,
		"startup_reject_seconds": losses.startup_rejects,
		"production_reject_seconds": losses.production_rejects,
	}
	values: dict[str, Any] = {name: float((value or 0) * 100) for name, value in ratios.items()}
	return {
		**values,
		**{name: float(value or 0) for name, value in seconds.items()},
		"produced": quantities.produced,
		"scrap": quantities.scrap,
		"startup_scrap": quantities.startup_scrap,
		"run_time_source": pru.source,
		"why_not": result.why_not,
		"explanation": explanation(times, quantities, pru.seconds, pru.source),
	}
