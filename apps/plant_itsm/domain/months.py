"""Calendar months, and days as positions among them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from plant_itsm.domain.errors import InvalidRecordError

YEAR_MONTHS, QUARTER_MONTHS = 12, 3
_PERIOD = re.compile(r"(?P<year>\d{4})(-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", re.IGNORECASE)


class Month(NamedTuple):
	"""A month of a year; earlier ones compare as less."""

	year: int
	month: int

	@classmethod
	def of(cls, day: date) -> Month:
		return cls(day.year, day.month)

	@classmethod
	def at(cls, place: Fraction) -> Month:
		"""The month that ends at, or holds, a position."""
		number = ceil(place) - 1
		return cls(number // YEAR_MONTHS, number % YEAR_MONTHS + 1)

	@property
	def position(self) -> int:
		"""Months since the year 0, counted at its first day."""
		return self.year * YEAR_MONTHS + self.month - 1

	@property
	def key(self) -> int:
		"""202606 for June 2026: an integer that sorts, and that a database indexes cheaply."""
		return self.year * 100 + self.month

	@property
	def first_day(self) -> date:
		return date(self.year, self.month, 1)

	@property
	def last_day(self) -> date:
		return date(self.year, self.month, monthrange(self.year, self.month)[1])

	def plus(self, months: int) -> Month:
		number = self.position + months
		return Month(number // YEAR_MONTHS, number % YEAR_MONTHS + 1)

	def __str__(self) -> str:
		return f"{self.year}-{self.month:02}"


def position(day: date) -> Fraction:
	"""The start of a day in months since the year 0; its fraction is the part of the month that has passed."""
	return Month.of(day).position + Fraction(day.day - 1, monthrange(day.year, day.month)[1])


def months_between(first: Month, last: Month) -> Iterator[Month]:
	"""Both included."""
	return (first.plus(step) for step in range(last.position - first.position + 1))


def months_of(text: str) -> tuple[Month, Month]:
	"""The first and the last month of `2026`, `2026-Q1` or `2026-03`. Raises InvalidRecordError for anything else."""
	found = _PERIOD.fullmatch(text.strip())
	if found is None:
		raise InvalidRecordError(
			f"period {text!r} is none. Write a year, a quarter or a month: 2026, 2026-Q1 or 2026-03."
		)
	year, quarter, month = int(found["year"]), found["quarter"], found["month"]
	if month:
		return Month(year, int(month)), Month(year, int(month))
	if quarter:
		last = int(quarter) * QUARTER_MONTHS
		return Month(year, last - QUARTER_MONTHS + 1), Month(year, last)
	return Month(year, 1), Month(year, YEAR_MONTHS)
