"""Recurrence rules of RFC 5545, expanded as local wall times.

A rule is kept without `RRULE:` and without DTSTART: the first occurrence of its window is its start.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from plant_itsm.domain.errors import InvalidRecordError

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = frozenset(
	"FREQ INTERVAL COUNT UNTIL WKST BYDAY BYMONTH BYMONTHDAY BYWEEKNO BYYEARDAY BYSETPOS".split()  # noqa: SIM905
)
"""BYHOUR and finer are left out: the time of day is that of the first occurrence."""
EXAMPLE = "FREQ=WEEKLY;BYDAY=SA,SU"
_UNTIL = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
DAY = timedelta(days=1)
LONGEST_RUN = timedelta(days=30 * 366)


@dataclass(frozen=True)
class Recurrence:
	"""rule: parts of an RRULE, for example FREQ=WEEKLY;BYDAY=SA. until: the last local day on which one may start."""

	rule: str
	until: date | None = None

	@property
	def has_end(self) -> bool:
		return self.until is not None or not {"UNTIL", "COUNT"}.isdisjoint(_parts(self.rule))

	def starts(self, first: datetime, zone: ZoneInfo, since: date, last: date) -> list[datetime]:
		"""Wall times with their zone, on the days from `since` to `last`, ascending. The first start, given naive,
		counts even where the rule leaves it out."""
		parts = _parts(self.rule)
		end = min(datetime.combine(last, time.max), *self._ends(first, zone))
		days = _days(_without_ends(parts), first.date(), date(end.year, 12, 31))
		if "COUNT" in parts:
			later = [day for day in days if day != first.date()]
			days = (first.date(), *later)[: int(parts["COUNT"])]
		found = days[bisect_left(days, since) : bisect_right(days, end.date())]
		if found and datetime.combine(found[-1], first.time()) > end:
			found = found[:-1]
		if since <= first.date() <= last and first.date() not in found[:1]:
			found = (first.date(), *found)
		at = first.time().replace(tzinfo=zone)
		return [datetime.combine(day, at) for day in found]

	def check(self, what: str, first: datetime, zone: ZoneInfo) -> None:
		"""Refuse a rule that RFC 5545 does not know or that repeats more often than daily. `what` names its owner."""
		parts = _parts(self.rule)
		wrong = ", ".join(_unusable(parts))
		if wrong:
			raise InvalidRecordError(
				f"{what}: recurrence rule {self.rule!r} cannot be used because of {wrong}. Write it as in RFC 5545,"
				f" from daily to yearly, for example {EXAMPLE}.",
				fieldname="recurrence_rule",
				value=self.rule,
			)
		try:
			rrulestr(_without_ends(parts), dtstart=first)
			list(self._ends(first, zone))
		except ValueError as error:
			raise InvalidRecordError(
				f"{what}: recurrence rule {self.rule!r} cannot be read ({error}). Write it as in RFC 5545, for example"
				f" {EXAMPLE}.",
				fieldname="recurrence_rule",
				value=self.rule,
			) from None

	def _ends(self, first: datetime, zone: ZoneInfo) -> Iterator[datetime]:
		"""Local moments after which no start lies, but for COUNT. The first of them ends a rule that no day fulfils."""
		yield first + LONGEST_RUN
		until = _parts(self.rule).get("UNTIL")
		if until is not None:
			yield _local_until(until, zone)
		if self.until is not None:
			yield datetime.combine(self.until, time.max)


@lru_cache(maxsize=512)
def _parts(rule: str) -> Mapping[str, str]:
	pairs = (part.partition("=") for part in rule.upper().replace(" ", "").split(";") if part)
	return MappingProxyType({key: value for key, _, value in pairs})


def _without_ends(parts: Mapping[str, str]) -> str:
	return ";".join(f"{key}={value}" for key, value in parts.items() if key not in ("COUNT", "UNTIL"))


@lru_cache(maxsize=1024)
def _days(rule: str, first: date, last: date) -> tuple[date, ...]:
	"""The days of a rule. Kept: many windows share one, and to follow it takes longer than all else about a window."""
	start, end = datetime.combine(first, time.min), datetime.combine(last, time.max)
	return tuple(moment.date() for moment in rrulestr(rule, dtstart=start).replace(until=end))


def _unusable(parts: Mapping[str, str]) -> Iterator[str]:
	yield from sorted(parts.keys() - PARTS)
	if parts.get("FREQ") not in FREQUENCIES:
		yield f"FREQ={parts.get('FREQ', '')}"
	for part in ("INTERVAL", "COUNT"):
		if not parts.get(part, "1").isdigit() or parts.get(part) == "0":
			yield f"{part}={parts[part]}"


def _local_until(text: str, zone: ZoneInfo) -> datetime:
	"""RFC 5545 gives UNTIL in UTC where the start is local, or as a day, which counts whole."""
	match = _UNTIL.fullmatch(text)
	if match is None:
		raise ValueError(f"UNTIL={text}")
	year, month, day, hour, minute, second, utc = match.groups()
	if hour is None:
		return datetime.combine(date(int(year), int(month), int(day)), time.max)
	moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second))  # noqa: DTZ001
	return moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None) if utc else moment


def next_clock_change(zone: ZoneInfo, start: date) -> date | None:
	"""The first day within a year on which the clock changes; None where it does not."""
	for offset in range(366):
		day = start + offset * DAY
		if _utc_offset(zone, day) != _utc_offset(zone, day + DAY):
			return day
	return None


def _utc_offset(zone: ZoneInfo, day: date) -> timedelta | None:
	return datetime.combine(day, time(), zone).utcoffset()
