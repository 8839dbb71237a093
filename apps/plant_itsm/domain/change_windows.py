"""Change windows: when the systems of a site, an area, a line or a CI class may be changed, and freezes, when not.

Times are wall times of the site. A window ends at its wall time too, so that one until 06:00 never reaches into the
early shift. As RFC 5545 (3.3.5) has it, a time that the clock skips is read with the offset before the gap, and of one
that comes twice the first is meant. A window of which the skipped hour leaves nothing does not take place.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

from plant_itsm.domain.calendars import DAY, ShiftCalendar
from plant_itsm.domain.change_recurrences import Recurrence, next_clock_change
from plant_itsm.domain.change_words import WindowKind
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.time_spans import Span, merged, minus

LONGEST_LOOK = timedelta(days=5 * 366)
"""How far a window is looked at for overlaps."""
SHIFT_DAYS = timedelta(days=14)
"""Shift calendars are read in pieces of this length, as far as somebody asks."""
FIRST_PIECE = timedelta(days=14)
"""So far ahead windows are worked out at first."""


@dataclass(frozen=True)
class Place:
	"""Where a CI stands and what it is; None where it is not known."""

	ci: str
	plant_site: str | None
	plant_area: str | None
	production_line: str | None
	ci_class: str | None


@dataclass(frozen=True)
class WindowScope:
	"""What a window holds for: everything of a site, or what all given fields name. A line comes with its area."""

	plant_site: str
	plant_area: str | None = None
	production_line: str | None = None
	ci_class: str | None = None

	def holds(self, place: Place) -> bool:
		return (
			self.plant_site == place.plant_site
			and self.plant_area in (None, place.plant_area)
			and self.production_line in (None, place.production_line)
			and self.ci_class in (None, place.ci_class)
		)

	def meets(self, other: WindowScope) -> bool:
		"""Whether some CI may be in both."""
		pairs = (
			(self.plant_site, other.plant_site),
			(self.plant_area, other.plant_area),
			(self.production_line, other.production_line),
			(self.ci_class, other.ci_class),
		)
		return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)

	def __str__(self) -> str:
		named = (self.ci_class, self.production_line, self.plant_area, self.plant_site)
		return ", ".join(name for name in named if name)


@dataclass(frozen=True)
class Occurrence:
	"""One time at which a window is open. span: aware UTC moments."""

	span: Span
	window: str
	kind: WindowKind


MovedTo = tuple[time, time] | None


@dataclass(frozen=True)
class ChangeWindow:
	"""starts_at, ends_at: naive wall times of the first occurrence in `zone`.

	exceptions: local day of a start -> other times on that day, None where it is cancelled.
	follows_shifts: the window is open whenever none of the calendars plans production, between starts_at and ends_at.
	"""

	name: str
	kind: WindowKind
	scope: WindowScope
	zone: ZoneInfo
	starts_at: datetime
	ends_at: datetime
	recurrence: Recurrence | None = None
	exceptions: Mapping[date, MovedTo] = field(default_factory=dict)
	follows_shifts: bool = False
	calendars: Sequence[ShiftCalendar] = ()

	def occurrences(self, earliest: datetime, latest: datetime) -> Iterator[Occurrence]:
		"""Those that end after `earliest` and start before `latest`, ascending."""
		spans = (self._off_shift if self.follows_shifts else self._wall_spans)(earliest, latest)
		for span in spans:
			if span.start >= latest:
				return
			if span.end > earliest:
				yield Occurrence(span, self.name, self.kind)

	def _wall_spans(self, earliest: datetime, latest: datetime) -> Iterator[Span]:
		length = self.ends_at - self.starts_at
		for start in self._starts(earliest - length, latest):
			if start.date() in self.exceptions:
				moved = self.exceptions[start.date()]
				if moved is None:
					continue
				span = _span_on(start.date(), *moved, self.zone)
			else:
				span = Span(start.astimezone(timezone.utc), (start + length).astimezone(timezone.utc))
			if span.start < span.end:
				yield span

	def _starts(self, earliest: datetime, latest: datetime) -> Sequence[datetime]:
		"""Wall times with their zone; of an occurrence that an exception has moved, the start that it had, so a day
		more on either side."""
		if self.recurrence is None:
			return (self.starts_at.replace(tzinfo=self.zone),)
		since, last = (moment.astimezone(self.zone).date() for moment in (earliest, latest))
		return self.recurrence.starts(self.starts_at, self.zone, since - 2 * DAY, last + DAY)

	def _off_shift(self, earliest: datetime, latest: datetime) -> Iterator[Span]:
		"""Free spans in full, also where they begin before `earliest`; a longer one is cut at a fortnight."""
		start = max(_moment(self.starts_at, self.zone), earliest - SHIFT_DAYS)
		end = min(_moment(self.ends_at, self.zone), latest + SHIFT_DAYS)
		cancelled = [_span_on(day, time(), time(), self.zone) for day in sorted(self.exceptions)]
		for span in off_shift(self.calendars, start, end):
			yield from minus([span], cancelled)


def off_shift(calendars: Sequence[ShiftCalendar], start: datetime, end: datetime) -> Iterator[Span]:
	"""The spans in which none of the lines is planned to produce, ascending."""
	free_from = start
	while start < end:
		stop = min(start + SHIFT_DAYS, end)
		for span in merged(chain.from_iterable(calendar.planned(start, stop) for calendar in calendars)):
			if free_from < span.start:
				yield Span(free_from, span.start)
			free_from = max(free_from, span.end)
		start = stop
	if free_from < end:
		yield Span(free_from, end)


def all_occurrences(
	windows: Iterable[ChangeWindow], earliest: datetime, latest: datetime
) -> Iterator[Occurrence]:
	"""The occurrences of several windows, ascending by start; worked out not much further than they are asked for."""
	known = list(windows)
	by_clock = [window for window in known if not window.follows_shifts]
	by_shift = [window.occurrences(earliest, latest) for window in known if window.follows_shifts]
	return heapq.merge(_in_pieces(by_clock, earliest, latest), *by_shift, key=_order)


def _in_pieces(windows: Sequence[ChangeWindow], earliest: datetime, latest: datetime) -> Iterator[Occurrence]:
	"""Sorted piece by piece, each four times as long as the one before: quicker than to merge hundreds of windows."""
	start, length = earliest, FIRST_PIECE
	while start < latest:
		stop = min(start + length, latest)
		found = (one for window in windows for one in window.occurrences(start, stop))
		if start > earliest:
			found = (one for one in found if one.span.start >= start)  # the others were in the piece before
		yield from sorted(found, key=_order)
		start, length = stop, 4 * length


def _order(one: Occurrence) -> tuple[Span, str]:
	return one.span, one.window


def check_window(window: ChangeWindow) -> None:
	"""Refuse a window without length, one whose occurrences overlap, and a rule that cannot be followed."""
	what = f"Change Window {window.name}"
	if window.ends_at <= window.starts_at:
		raise InvalidRecordError(
			f"{what}: it ends at {window.ends_at:%Y-%m-%d %H:%M}, not after its start at"
			f" {window.starts_at:%Y-%m-%d %H:%M}. Enter a later end.",
			fieldname="ends_at",
		)
	if window.follows_shifts:
		_check_following(what, window)
	elif window.recurrence is not None:
		_check_recurrence(what, window, window.recurrence)


def _check_following(what: str, window: ChangeWindow) -> None:
	if window.recurrence is not None:
		raise InvalidRecordError(
			f"{what}: it follows the shifts and cannot have recurrence rule {window.recurrence.rule!r} as well."
			" Remove one of the two.",
			fieldname="recurrence_rule",
		)
	if window.kind == WindowKind.FREEZE:
		raise InvalidRecordError(
			f"{what}: a freeze cannot follow the shifts. Enter its times.", fieldname="follows_shifts"
		)


def _check_recurrence(what: str, window: ChangeWindow, recurrence: Recurrence) -> None:
	recurrence.check(what, window.starts_at, window.zone)
	change = next_clock_change(window.zone, window.starts_at.date())
	if change is not None and not recurrence.has_end:
		raise InvalidRecordError(
			f"{what}: it repeats without end, but the clock of {window.zone.key} changes on {change}, and its hours"
			" have to be looked at again with the shifts. Enter Repeat Until, or UNTIL or COUNT in the rule.",
			fieldname="repeat_until",
		)
	for one, following in pairwise(_looked_at(window)):
		if following.span.start < one.span.end:
			raise InvalidRecordError(
				f"{what}: its occurrence of {_local(one.span.start, window)} lasts until"
				f" {_local(one.span.end, window)}, when the next has begun. Shorten it or let it repeat less often."
			)


def check_freezes(window: ChangeWindow, others: Iterable[ChangeWindow]) -> None:
	"""Refuse a freeze that overlaps another for the same place: only one can say until when nothing is changed."""
	if window.kind != WindowKind.FREEZE:
		return
	mine = list(_looked_at(window))
	for other in others:
		if (
			other.kind != WindowKind.FREEZE
			or other.name == window.name
			or not window.scope.meets(other.scope)
		):
			continue
		common = _first_overlap(mine, list(_looked_at(other)))
		if common is not None:
			raise InvalidRecordError(
				f"Change Window {window.name}: this freeze overlaps {other.name} from {_local(common.start, window)}"
				f" to {_local(common.end, window)}. Change the times of one, or make them one freeze."
			)


def _first_overlap(mine: Sequence[Occurrence], theirs: Sequence[Occurrence]) -> Span | None:
	place = 0
	for occurrence in mine:
		while place < len(theirs) and theirs[place].span.end <= occurrence.span.start:
			place += 1
		if place < len(theirs) and (common := occurrence.span.cut(theirs[place].span)) is not None:
			return common
	return None


def _looked_at(window: ChangeWindow) -> Iterator[Occurrence]:
	start = _moment(window.starts_at, window.zone) - DAY
	return window.occurrences(start, start + LONGEST_LOOK)


def _local(moment: datetime, window: ChangeWindow) -> str:
	return f"{moment.astimezone(window.zone):%Y-%m-%d %H:%M}"


def _span_on(day: date, start: time, end: time, zone: ZoneInfo) -> Span:
	"""An end that is not after the start lies on the next day."""
	end_day = day if end > start else day + DAY
	return Span(_moment(datetime.combine(day, start), zone), _moment(datetime.combine(end_day, end), zone))


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
	return wall.replace(tzinfo=zone).astimezone(timezone.utc)
