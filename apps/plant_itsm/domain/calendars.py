"""When a line is planned to produce: shifts, breaks, closed and extra days, in the time zone of its site.

Shifts are local wall times; what they last comes out in real time, so a night shift has seven hours when the clock goes
forward and nine when it goes back. A shift that ends before it starts ends on the next day and belongs to the day on
which it starts, also for weekdays and closed days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.time_spans import Span, exact_seconds, merged, minus

ALL_WEEK = frozenset(range(7))
DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60
LONGEST_SEARCH = timedelta(days=366)
"""How far ahead the end of a working time is looked for; a calendar that is closed for longer has none."""


@dataclass(frozen=True)
class Shift:
	"""start, end: local wall times; equal ones are a shift of a whole day. weekdays: Monday 0 to Sunday 6."""

	name: str
	start: time
	end: time
	weekdays: frozenset[int] = ALL_WEEK


@dataclass(frozen=True)
class Break:
	"""A daily pause at local wall times, cut out of whatever shift it falls into."""

	start: time
	end: time


@dataclass(frozen=True)
class ShiftRun:
	"""One working of a shift. day: on which it starts. name: OUTSIDE for a time between shifts."""

	name: str
	day: date
	span: Span


OUTSIDE = "No shift"


@dataclass(frozen=True)
class ShiftCalendar:
	"""The planned production time of a line. Without any shift it produces around the clock.

	changes: date -> the shifts of that day instead of the weekly ones; an empty tuple is a closed day.
	"""

	zone: ZoneInfo
	shifts: tuple[Shift, ...] = ()
	breaks: tuple[Break, ...] = ()
	changes: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict)

	def planned(self, start: datetime, end: datetime) -> Iterator[Span]:
		"""The planned production times between two moments, as aware UTC spans, ascending and apart from each other."""
		asked = Span(start.astimezone(timezone.utc), end.astimezone(timezone.utc))
		if asked.end <= asked.start:
			return
		if not self.shifts and not self.changes:
			yield from minus([asked], self._breaks(asked))
			return
		worked = [cut for span in self._shift_spans(asked) if (cut := span.cut(asked)) is not None]
		yield from minus(merged(worked), self._breaks(asked))

	def planned_seconds(self, start: datetime, end: datetime) -> Decimal:
		"""Planned production time between two moments, in seconds."""
		return sum((exact_seconds(span.end - span.start) for span in self.planned(start, end)), Decimal(0))

	def after(self, start: datetime, seconds: float) -> datetime | None:
		"""The moment at which so many planned seconds have passed since `start`; None when a year has not enough."""
		left = timedelta(seconds=seconds)
		for span in self.planned(start, start + LONGEST_SEARCH):
			if span.end - span.start >= left:
				return span.start + left
			left -= span.end - span.start
		return None

	def shift_at(self, moment: datetime) -> Shift | None:
		"""The shift that works at a moment, breaks included; None outside of any."""
		day = moment.astimezone(self.zone).date()
		for start_day in (day - DAY, day):
			for shift in self._shifts_on(start_day):
				if self._span(shift.start, shift.end, start_day).holds(moment):
					return shift
		return None

	def runs(self, start: datetime, end: datetime) -> Iterator[ShiftRun]:
		"""The shifts that work at some moment from start up to end, whole and ascending, breaks included.

		They never overlap: what an extra shift shares with the one before it belongs to that one.
		"""
		asked = Span(start.astimezone(timezone.utc), end.astimezone(timezone.utc))
		reached = asked.start - 2 * DAY
		for run in self._starting(Span(reached, asked.end)):
			own = Span(max(run.span.start, reached), run.span.end)
			reached = max(reached, own.end)
			if own.start < own.end and own.cut(asked) is not None:
				yield ShiftRun(run.name, run.day, own)

	def run_at(self, moment: datetime) -> ShiftRun:
		"""The shift that works at a moment; outside of any, the time between two shifts on that local day."""
		at = moment.astimezone(timezone.utc)
		day = moment.astimezone(self.zone).date()
		free = self._span(time(0), time(0), day)
		for run in self.runs(free.start, free.end):
			if run.span.holds(at):
				return run
			if run.span.end <= at:
				free = Span(max(free.start, run.span.end), free.end)
			else:
				free = Span(free.start, min(free.end, run.span.start))
		return ShiftRun(OUTSIDE, day, free)

	def _starting(self, asked: Span) -> list[ShiftRun]:
		runs = (
			ShiftRun(shift.name, day, self._span(shift.start, shift.end, day))
			for day in self._days(asked)
			for shift in self._shifts_on(day)
		)
		return sorted(runs, key=lambda run: run.span)

	def _shifts_on(self, day: date) -> Iterable[Shift]:
		if day in self.changes:
			return self.changes[day]
		weekly = self.shifts or (AROUND_THE_CLOCK,)
		return (shift for shift in weekly if day.weekday() in shift.weekdays)

	def _shift_spans(self, asked: Span) -> Iterator[Span]:
		for day in self._days(asked):
			for shift in self._shifts_on(day):
				yield self._span(shift.start, shift.end, day)

	def _breaks(self, asked: Span) -> list[Span]:
		return [self._span(one.start, one.end, day) for day in self._days(asked) for one in self.breaks]

	def _days(self, asked: Span) -> Iterator[date]:
		"""Every local day on which something may have started that reaches into the span."""
		day = asked.start.astimezone(self.zone).date() - DAY
		last = asked.end.astimezone(self.zone).date()
		while day <= last:
			yield day
			day += DAY

	def _span(self, start: time, end: time, day: date) -> Span:
		end_day = day if end > start else day + DAY
		return Span(self._moment(day, start), self._moment(end_day, end))

	def _moment(self, day: date, at: time) -> datetime:
		"""A wall time that the clock skips lies after the gap; of one that comes twice the first is meant."""
		return datetime.combine(day, at, self.zone).astimezone(timezone.utc)


AROUND_THE_CLOCK = Shift("Around the clock", time(0), time(0))


def check_shifts(what: str, shifts: Iterable[Shift], breaks: Iterable[Break]) -> None:
	"""Refuse shifts that overlap on some weekday, and a break without length. `what` names their owner."""
	week = sorted(
		(
			(weekday * DAY_MINUTES + _minutes(shift.start), shift)
			for shift in shifts
			for weekday in shift.weekdays
		),
		key=lambda entry: entry[0],
	)
	for (start, shift), (following, other) in zip(week, [*week[1:], *_next_week(week)], strict=True):
		if following < start + _length(shift):
			raise InvalidRecordError(
				f"{what}: shift {shift.name} ({shift.start:%H:%M}–{shift.end:%H:%M}) overlaps shift {other.name}"
				f" ({other.start:%H:%M}–{other.end:%H:%M}). Change a time or a weekday."
			)
	for one in breaks:
		if one.start == one.end:
			raise InvalidRecordError(
				f"{what}: break {one.start:%H:%M}–{one.end:%H:%M} has no length. Correct or remove it."
			)


def check_exception(day: date, closed: bool, start: time | None, end: time | None) -> None:
	"""Refuse a day that is neither closed nor has a shift of its own."""
	if not closed and (start is None or end is None):
		raise InvalidRecordError(
			f"Calendar Exception {day}: it is not closed, but has no times. Enter start and end, or close it."
		)


def _next_week(week: list[tuple[int, Shift]]) -> list[tuple[int, Shift]]:
	"""The first shift of the week once more, a week later: Sunday's night shift may reach into it."""
	return [(start + 7 * DAY_MINUTES, shift) for start, shift in week[:1]]


def _minutes(at: time) -> int:
	return at.hour * 60 + at.minute


def _length(shift: Shift) -> int:
	return (_minutes(shift.end) - _minutes(shift.start)) % DAY_MINUTES or DAY_MINUTES
