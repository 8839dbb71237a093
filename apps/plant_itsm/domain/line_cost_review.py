"""Is the higher cost of a line justified by its output? What a unit costs on it, against all other lines together.

The benchmark is the cost per good unit of the other lines. Of the cost of the line a part grows with its output and the
rest does not, so that at another output v a unit costs fixed / v + variable. That parts the difference from the
benchmark in two: what would vanish at the average output of the other lines, and what is spent in excess of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import CENT
from plant_itsm.domain.showback import PER_UNIT, ZERO
from plant_itsm.domain.vocabulary import Word

HUNDRED = Decimal(100)


class Verdict(Word):
	JUSTIFIED = "Justified by its output"
	NOT_JUSTIFIED = "Not justified by its output"
	UNKNOWN = "Cannot be told"


@dataclass(frozen=True)
class LineFigures:
	"""What a line has cost in a period and what it has made. categories: what it has cost, by category."""

	line: str
	good_units: int
	categories: Mapping[str, Decimal]

	@property
	def amount(self) -> Decimal:
		return sum(self.categories.values(), ZERO)

	@property
	def per_unit(self) -> Decimal | None:
		"""Not rounded; None without output."""
		return self.amount / self.good_units if self.good_units > 0 else None


@dataclass(frozen=True)
class Assumptions:
	"""variable_percent: the part of the cost that grows with the output. tolerance_percent: how much more than the
	benchmark a unit may cost and yet be level with it. step_percent: of the sensitivity."""

	variable_percent: Decimal = ZERO
	tolerance_percent: Decimal = Decimal(5)
	step_percent: Decimal = Decimal(10)


@dataclass(frozen=True)
class CategoryGap:
	"""level: what the output of the line would have cost at the benchmark of the category, in whole cents."""

	category: str
	amount: Decimal
	level: Decimal

	@property
	def gap(self) -> Decimal:
		return self.amount - self.level


@dataclass(frozen=True)
class OutputCase:
	"""What a unit would cost at another output, and with the whole cost a step lower or higher."""

	change_percent: Decimal
	good_units: int
	cost_lower: Decimal
	cost_same: Decimal
	cost_higher: Decimal


@dataclass(frozen=True)
class LineCostReview:
	"""Money per unit is not rounded. benchmark: None where no other line has output. level_units: the output at which a
	unit costs what it does elsewhere, for the same fixed cost; None where no output is enough. from_output and
	from_spend sum to the difference of a unit from the benchmark."""

	own: LineFigures
	others: tuple[LineFigures, ...]
	assumed: Assumptions
	benchmark: Decimal | None = None
	gaps: tuple[CategoryGap, ...] = ()
	level_units: int | None = None
	from_output: Decimal = ZERO
	from_spend: Decimal = ZERO
	cases: tuple[OutputCase, ...] = ()

	@property
	def gap(self) -> Decimal:
		"""What the line has cost above the benchmark of its output; negative below it."""
		return sum((one.gap for one in self.gaps), ZERO)

	@property
	def difference_percent(self) -> Decimal | None:
		return difference_percent(self.own.per_unit, self.benchmark)

	@property
	def verdict(self) -> Verdict:
		difference = self.difference_percent
		if difference is None:
			return Verdict.UNKNOWN
		return Verdict.JUSTIFIED if difference <= self.assumed.tolerance_percent else Verdict.NOT_JUSTIFIED


def difference_percent(per_unit: Decimal | None, benchmark: Decimal | None) -> Decimal | None:
	"""How much more than the benchmark a unit costs, to a tenth of a percent."""
	if per_unit is None or not benchmark:
		return None
	return ((per_unit / benchmark - 1) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def check_assumptions(assumed: Assumptions) -> None:
	if not 0 <= assumed.variable_percent <= HUNDRED:
		raise InvalidRecordError(
			f"{assumed.variable_percent:f} % of the cost cannot grow with the output. Enter 0 to 100 %."
		)
	if assumed.tolerance_percent < 0:
		raise InvalidRecordError(
			f"The tolerance of {assumed.tolerance_percent:f} % is negative. Enter 0 or more."
		)
	if not 0 < assumed.step_percent < 50:
		raise InvalidRecordError(
			f"A step of {assumed.step_percent:f} % gives no table. Enter one above 0 and below 50 %."
		)


def review(own: LineFigures, others: Sequence[LineFigures], assumed: Assumptions) -> LineCostReview:
	"""Compare a line with the others that have output. Raises InvalidRecordError for assumptions that cannot be."""
	check_assumptions(assumed)
	compared = tuple(one for one in others if one.good_units > 0)
	units = sum(one.good_units for one in compared)
	cost = sum((one.amount for one in compared), ZERO)
	if own.per_unit is None or not units or cost <= 0:
		return LineCostReview(own, compared, assumed)
	benchmark = cost / units
	usual_units = Decimal(units) / len(compared)
	at_usual_output = _per_unit_at(own, usual_units, assumed)
	return LineCostReview(
		own,
		compared,
		assumed,
		benchmark,
		_gaps(own, compared, units),
		_level_units(own, benchmark, assumed),
		own.per_unit - at_usual_output,
		at_usual_output - benchmark,
		_cases(own, assumed),
	)


def _parts(own: LineFigures, assumed: Assumptions) -> tuple[Decimal, Decimal]:
	"""(what does not grow with the output, what each unit adds)"""
	variable = own.amount * assumed.variable_percent / HUNDRED
	return own.amount - variable, variable / own.good_units


def _per_unit_at(own: LineFigures, units: Decimal, assumed: Assumptions) -> Decimal:
	fixed, each = _parts(own, assumed)
	return fixed / units + each


def _gaps(own: LineFigures, compared: Sequence[LineFigures], units: int) -> tuple[CategoryGap, ...]:
	names = sorted({name for one in (own, *compared) for name in one.categories})
	return tuple(
		CategoryGap(
			name,
			own.categories.get(name, ZERO),
			(elsewhere * own.good_units / units).quantize(CENT, rounding=ROUND_HALF_UP),
		)
		for name in names
		for elsewhere in [sum((one.categories.get(name, ZERO) for one in compared), ZERO)]
	)


def _level_units(own: LineFigures, benchmark: Decimal, assumed: Assumptions) -> int | None:
	fixed, each = _parts(own, assumed)
	if each >= benchmark:
		return None
	return int((fixed / (benchmark - each)).to_integral_value(rounding=ROUND_CEILING))


def _cases(own: LineFigures, assumed: Assumptions) -> tuple[OutputCase, ...]:
	step = assumed.step_percent
	return tuple(_case(own, assumed, step * times) for times in (-2, -1, 0, 1, 2))


def _case(own: LineFigures, assumed: Assumptions, change: Decimal) -> OutputCase:
	units = (own.good_units * (HUNDRED + change) / HUNDRED).to_integral_value(rounding=ROUND_HALF_UP)
	cost = _per_unit_at(own, max(units, Decimal(1)), assumed)
	factors = (HUNDRED + assumed.step_percent * sign for sign in (-1, 0, 1))
	lower, same, higher = ((cost * factor / HUNDRED).quantize(PER_UNIT, ROUND_HALF_UP) for factor in factors)
	return OutputCase(change, int(units), lower, same, higher)
