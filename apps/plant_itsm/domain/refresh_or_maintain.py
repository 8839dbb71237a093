"""Refresh an ageing asset (CapEx) or go on maintaining it (OpEx): the net present cost of both, year by year.

A year costs its maintenance, and its expected failures times what one costs. Costs of a year fall due at its end and
are discounted to today: sum of cost / (1 + rate)^year. The purchase falls due today; what the new asset is still worth
after the last year is taken off.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import Money

ONE = Decimal(1)


@dataclass(frozen=True)
class Course:
	"""One of the two ways. growth: by which maintenance and failures rise each year, 0.1 for 10 %. purchase, residual:
	of a new asset; nothing for the old one."""

	name: str
	purchase: Money
	maintenance_per_year: Money
	failures_per_year: Decimal
	growth: Decimal
	residual: Money

	def cost_in(self, year: int, cost_per_failure: Money) -> Money:
		"""Of year 1, 2 …"""
		first = self.maintenance_per_year + cost_per_failure.times(self.failures_per_year)
		return first.times((ONE + self.growth) ** (year - 1))


@dataclass(frozen=True)
class Comparison:
	"""keep, replace: net present costs. years: per year the undiscounted costs of both."""

	keep: Money
	replace: Money
	years: tuple[tuple[Money, Money], ...]
	explanation: str

	@property
	def advice(self) -> str:
		return "Refresh" if self.replace.amount < self.keep.amount else "Maintain"


def compare(keep: Course, replace: Course, cost_per_failure: Money, years: int, rate: Decimal) -> Comparison:
	"""Raises InvalidRecordError for figures that cannot be, MoneyError for mixed currencies."""
	_check(keep, replace, years, rate)
	totals = [_present_cost(course, cost_per_failure, years, rate) for course in (keep, replace)]
	yearly = tuple(
		(keep.cost_in(year, cost_per_failure).rounded(), replace.cost_in(year, cost_per_failure).rounded())
		for year in range(1, years + 1)
	)
	first, second = totals
	return Comparison(
		first,
		second,
		yearly,
		f"over {years} years at {rate * 100:f} %: {_text(keep, cost_per_failure)} = {first};"
		f" {_text(replace, cost_per_failure)} = {second}",
	)


def _present_cost(course: Course, cost_per_failure: Money, years: int, rate: Decimal) -> Money:
	total = course.purchase
	for year in range(1, years + 1):
		total = total + course.cost_in(year, cost_per_failure).times(ONE / (ONE + rate) ** year)
	return (total + course.residual.times(-ONE / (ONE + rate) ** years)).rounded()


def _text(course: Course, cost_per_failure: Money) -> str:
	return (
		f"{course.name}: purchase {course.purchase}, maintenance {course.maintenance_per_year} a year,"
		f" {course.failures_per_year:f} failures × {cost_per_failure} a year, rising {course.growth * 100:f} % a year,"
		f" worth {course.residual} in the end"
	)


def _check(keep: Course, replace: Course, years: int, rate: Decimal) -> None:
	if years < 1 or rate <= -ONE:
		raise InvalidRecordError(
			f"{years} years at a rate of {rate:f} cannot be. Enter 1 or more years, and a rate."
		)
	for course in (keep, replace):
		amounts = (course.purchase.amount, course.maintenance_per_year.amount, course.residual.amount)
		if min(*amounts, course.failures_per_year) < 0 or course.growth <= -ONE:
			raise InvalidRecordError(
				f"{course.name}: no cost, count or growth may be negative. Correct the figures."
			)
