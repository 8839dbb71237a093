"""Depreciation of an asset's components by calendar month (IAS 16): exact, pro rata by day, and always ending at the
residual value.

A component depreciates apart from the others, from the day on which it is available for use, on while it is idle,
until its life ends or it is disposed of. The carrying amount never falls below the residual value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import CENT
from plant_itsm.domain.months import YEAR_MONTHS, Month, months_between, position
from plant_itsm.domain.vocabulary import Word


class DepreciationMethod(Word):
	STRAIGHT_LINE = "Straight Line"
	DOUBLE_DECLINING = "Double Declining Balance"
	WRITTEN_DOWN_VALUE = "Written Down Value"
	UNITS_OF_PRODUCTION = "Units of Production"


@dataclass(frozen=True)
class Component:
	"""A significant part of an asset. cost and residual: in one currency, whole cents. life_months: useful life.

	units: what it can produce in its life, for units of production only.
	"""

	name: str
	cost: Decimal
	residual: Decimal
	life_months: int
	available_on: date
	method: DepreciationMethod
	units: int = 0
	disposed_on: date | None = None


@dataclass(frozen=True)
class Revision:
	"""A change of estimate, from a day on and never backwards. impairment: what the carrying amount loses that day."""

	on: date
	life_months_left: int
	residual: Decimal
	impairment: Decimal = Decimal(0)


@dataclass(frozen=True)
class ScheduleLine:
	"""One month. closing = opening - depreciation - impairment - disposal, which is the carrying amount that left."""

	month: Month
	opening: Decimal
	depreciation: Decimal
	impairment: Decimal
	disposal: Decimal

	@property
	def closing(self) -> Decimal:
		return self.opening - self.depreciation - self.impairment - self.disposal


def schedule(
	component: Component,
	revisions: Sequence[Revision] = (),
	units_by_month: Mapping[Month, int] | None = None,
) -> list[ScheduleLine]:
	"""Every month from the first day of use to the last that changes the carrying amount.

	units_by_month: what was produced, or is expected, for units of production; the schedule ends with it. Raises
	InvalidRecordError for a component or a revision that cannot be.
	"""
	check_component(component)
	stretches = list(_stretches(component, sorted(revisions, key=lambda one: one.on), units_by_month or {}))
	return list(_lines(component, stretches))


def check_component(component: Component) -> None:
	"""Refuse amounts, lives and dates that cannot be."""
	what = f"Component {component.name}"
	if component.cost <= 0:
		raise InvalidRecordError(f"{what}: cost {component.cost} is not above 0. Enter what it cost.")
	if not 0 <= component.residual <= component.cost:
		raise InvalidRecordError(
			f"{what}: residual value {component.residual} must lie between 0 and the cost {component.cost}."
		)
	if component.method == DepreciationMethod.UNITS_OF_PRODUCTION:
		if component.units <= 0:
			raise InvalidRecordError(
				f"{what}: units {component.units} is not above 0. Enter how many units it can produce in its life."
			)
	elif component.life_months <= 0:
		raise InvalidRecordError(
			f"{what}: life of {component.life_months} months is not above 0. Enter its useful life."
		)
	if component.method == DepreciationMethod.WRITTEN_DOWN_VALUE and not component.residual:
		raise InvalidRecordError(
			f"{what}: written down value never reaches a residual value of 0."
			" Enter a residual value, or choose another method."
		)
	if component.disposed_on is not None and component.disposed_on < component.available_on:
		raise InvalidRecordError(
			f"{what}: disposed on {component.disposed_on} lies before available on {component.available_on}."
			" Swap the dates."
		)


@dataclass(frozen=True)
class _Stretch:
	"""A time under one estimate: from start (a position in months) to end, with an amount to take off in all.

	share: which part of the amount is taken off after so many months.
	"""

	start: Fraction
	end: Fraction
	amount: Decimal
	share: Callable[[Fraction], Fraction]
	impairment: Decimal = Decimal(0)

	def taken_by(self, at: Fraction) -> Decimal:
		"""What is taken off up to a position, rounded to cents."""
		part = min(max(self.share(min(at, self.end) - self.start), Fraction(0)), Fraction(1))
		exact = Fraction(self.amount) * part
		with localcontext() as context:
			context.prec = 50
			quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
			return quotient.quantize(CENT, rounding=ROUND_HALF_UP)


def _stretches(
	component: Component, revisions: Sequence[Revision], units_by_month: Mapping[Month, int]
) -> Iterator[_Stretch]:
	carrying = component.cost
	current = component
	start = position(component.available_on)
	impairment = Decimal(0)
	until = position(component.disposed_on) if component.disposed_on else None
	for revision in [*revisions, None]:
		share, length = _share_of(current, carrying, start, units_by_month)
		natural = start + length
		ends = (
			[natural] + ([until] if until is not None else []) + ([position(revision.on)] if revision else [])
		)
		stretch = _Stretch(start, max(min(ends), start), carrying - current.residual, share, impairment)
		yield stretch
		if revision is None:
			return
		_check_revision(component, revision, start)
		start, impairment = position(revision.on), revision.impairment
		carrying -= stretch.taken_by(start) + impairment
		if carrying < revision.residual:
			raise InvalidRecordError(
				f"Component {component.name}: on {revision.on} its carrying amount is {carrying}, below the residual"
				f" value {revision.residual}. Enter a lower residual value or a lower impairment."
			)
		current = replace(current, residual=revision.residual, life_months=revision.life_months_left)


def _check_revision(component: Component, revision: Revision, start: Fraction) -> None:
	what = f"Component {component.name}, revision on {revision.on}"
	if position(revision.on) <= start:
		raise InvalidRecordError(
			f"{what} does not lie after the day from which the former estimate holds. Choose a later day."
		)
	if component.disposed_on is not None and revision.on >= component.disposed_on:
		raise InvalidRecordError(f"{what} lies after its disposal on {component.disposed_on}. Remove it.")
	if revision.impairment < 0 or revision.residual < 0 or revision.life_months_left <= 0:
		raise InvalidRecordError(
			f"{what}: remaining life must be above 0, impairment and residual value not negative."
		)


def _share_of(
	component: Component, carrying: Decimal, start: Fraction, units_by_month: Mapping[Month, int]
) -> tuple[Callable[[Fraction], Fraction], Fraction]:
	"""(months since the start -> part of the depreciable amount that is gone, length in months)"""
	life = Fraction(component.life_months)
	if component.method == DepreciationMethod.STRAIGHT_LINE or carrying == component.residual:
		return (lambda elapsed: elapsed / life if life else Fraction(1)), life
	if component.method == DepreciationMethod.UNITS_OF_PRODUCTION:
		return _share_by_units(component, start, units_by_month)
	return _share_by_year(_yearly_shares(component, carrying)), life


def _share_by_units(
	component: Component, start: Fraction, units_by_month: Mapping[Month, int]
) -> tuple[Callable[[Fraction], Fraction], Fraction]:
	"""Units count with the month in which they were produced. A later estimate has the units that are left."""
	before = sum(units for month, units in units_by_month.items() if month.position + 1 <= start)
	left = max(component.units - before, 0)
	last = max((month.position + 1 for month in units_by_month), default=start)

	def share(elapsed: Fraction) -> Fraction:
		made = sum(
			units
			for month, units in units_by_month.items()
			if start < month.position + 1 and month.position < start + elapsed
		)
		return Fraction(made, left) if left else Fraction(1)

	return share, max(last - start, Fraction(0))


def _yearly_shares(component: Component, carrying: Decimal) -> list[tuple[Fraction, Fraction]]:
	"""(months, part of the depreciable amount) of each year of the life; the last takes what is left."""
	depreciable = Fraction(carrying - component.residual)
	rate = _yearly_rate(component, carrying)
	book, left, years = Fraction(carrying), Fraction(1), []
	for months_left in range(component.life_months, 0, -YEAR_MONTHS):
		months = min(months_left, YEAR_MONTHS)
		part = min(book * rate / depreciable, left) if months_left > YEAR_MONTHS else left
		years.append((Fraction(months), part))
		book -= part * depreciable
		left -= part
	return years


def _yearly_rate(component: Component, carrying: Decimal) -> Fraction:
	years = Fraction(component.life_months, YEAR_MONTHS)
	if component.method == DepreciationMethod.DOUBLE_DECLINING:
		return min(2 / years, Fraction(1))
	with localcontext() as context:
		context.prec = 50
		exponent = Decimal(years.denominator) / Decimal(years.numerator)
		return Fraction(1 - (component.residual / carrying) ** exponent)


def _share_by_year(years: Sequence[tuple[Fraction, Fraction]]) -> Callable[[Fraction], Fraction]:
	def share(elapsed: Fraction) -> Fraction:
		gone = Fraction(0)
		for months, part in years:
			if elapsed <= 0:
				break
			gone += part * min(elapsed / months, Fraction(1))
			elapsed -= months
		return gone

	return share


def _lines(component: Component, stretches: Sequence[_Stretch]) -> Iterator[ScheduleLine]:
	opening = component.cost
	leaves = Month.of(component.disposed_on) if component.disposed_on else None
	last = leaves or Month.at(max(stretch.end for stretch in stretches))
	for month in months_between(Month.of(component.available_on), last):
		begin, end = Fraction(month.position), Fraction(month.position + 1)
		depreciation = sum(
			(stretch.taken_by(end) - stretch.taken_by(begin) for stretch in stretches), Decimal(0)
		)
		impairment = sum(
			(stretch.impairment for stretch in stretches if begin <= stretch.start < end), Decimal(0)
		)
		left = opening - depreciation - impairment
		line = ScheduleLine(month, opening, depreciation, impairment, left if month == leaves else Decimal(0))
		yield line
		opening = line.closing
