"""Recurrence rules of RFC 5545, expanded as local wall times.

A rule is kept without `RRULE:` and without DTSTART: the first occurrence of its window is its start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import chain, islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

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
		return self.until is not None or not {"UNTIL", "COUNT"}.isdisjoint(self._parts())

	def starts(self, first: datetime, zone: ZoneInfo) -> Iterator[datetime]:
		"""Naive local starts, ascending; the first one counts even where the rule leaves it out."""
		rule = self._expanded(first, zone)
		later = (start for start in rule if start != first)
		count = self._parts().get("COUNT")
		return islice(chain([first], later), int(count) if count else None)

	def check(self, what: str, first: datetime, zone: ZoneInfo) -> None:
		"""Refuse a rule that RFC 5545 does not know or that repeats more often than daily. `what` names its owner."""
		parts = self._parts()
		wrong = ", ".join(_unusable(parts))
		if wrong:
			raise InvalidRecordError(
				f"{what}: recurrence rule {self.rule!r} cannot be used because of {wrong}. Write it as in RFC 5545,"
				f" from daily to yearly, for example {EXAMPLE}.",
				fieldname="recurrence_rule",
				value=self.rule,
			)
		try:
			self._expanded(first, zone)
		except ValueError as error:
			raise InvalidRecordError(
				f"{what}: recurrence rule {self.rule!r} cannot be read ({error}). Write it as in RFC 5545, for example"
				f" {EXAMPLE}.",
				fieldname="recurrence_rule",
				value=self.rule,
			) from None

	def _parts(self) -> dict[str, str]:
		pairs = (part.partition("=") for part in self.rule.upper().replace(" ", "").split(";") if part)
		return {key: value for key, _, value in pairs}

	def _expanded(self, first: datetime, zone: ZoneInfo) -> rrule:
		"""The rule with its ends as one, but COUNT: one that no day fulfils would else be followed to the year 9999."""
		parts = self._parts()
		parts.pop("COUNT", None)
		until = parts.pop("UNTIL", None)
		ends = [first + LONGEST_RUN]
		if until is not None:
			ends.append(_local_until(until, zone))
		if self.until is not None:
			ends.append(datetime.combine(self.until, time.max))
		rule = rrulestr(";".join(f"{key}={value}" for key, value in parts.items()), dtstart=first)
		return rule.replace(until=min(ends))


def _unusable(parts: dict[str, str]) -> Iterator[str]:
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
