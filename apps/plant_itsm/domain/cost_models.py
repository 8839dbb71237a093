"""What a stopped line costs: dated versions per line, made of parts that grow with time and parts that come once.

A lost unit costs its contribution margin, not its price: material that was not used is not lost. Standing labour,
energy and the like are paid whether the line runs or not. A plant that knows only one figure enters cost per hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import Money

HOUR_SECONDS = 3600
MINUTE_SECONDS = 60
DAY = timedelta(days=1)
ZERO = Decimal(0)


@dataclass(frozen=True)
class HourlyRates:
	"""What an hour costs, in the currency of the version; what a plant does not know stays 0."""

	cost_per_hour: Decimal = ZERO
	contribution_per_unit: Decimal = ZERO
	units_per_hour: Decimal = ZERO
	labour_per_hour: Decimal = ZERO
	other_per_hour: Decimal = ZERO


@dataclass(frozen=True)
class RateVariant:
	"""Rates that replace the general ones for a product, a shift, or a product on a shift. None: any."""

	product: str | None
	shift: str | None
	rates: HourlyRates

	def fits(self, product: str | None, shift: str | None) -> bool:
		return self.product in (None, product) and self.shift in (None, shift)

	@property
	def precedence(self) -> tuple[bool, bool]:
		"""The product says more than the shift."""
		return self.product is not None, self.shift is not None


@dataclass(frozen=True)
class HourlyPart:
	"""A part that grows with lost planned production time: quantity_per_hour of `unit`, each at `rate`.

	is_lost_units: it costs nothing while a buffer makes up for the units.
	"""

	name: str
	rate: Decimal
	unit: str = "h"
	quantity_per_hour: Decimal = Decimal(1)
	is_lost_units: bool = False


@dataclass(frozen=True)
class OncePart:
	"""A part that comes once in a stop, when so many seconds of planned production are lost; 0: with the first."""

	name: str
	amount: Decimal
	after_seconds: Decimal = ZERO


@dataclass(frozen=True)
class PenaltyStep:
	after_minutes: Decimal
	amount: Decimal


@dataclass(frozen=True)
class CostModel:
	"""A version, valid on every day from valid_from to valid_to, both inclusive, in the time zone of the line's site.

	buffer_seconds: for how long the buffer behind a line that is no bottleneck makes up for its lost units.
	further_hourly, further_once: what cost components of other apps add. faults: why they could not.
	"""

	name: str
	production_line: str
	valid_from: date
	valid_to: date | None
	currency: str
	rates: HourlyRates = field(default_factory=HourlyRates)
	variants: tuple[RateVariant, ...] = ()
	restart_cost: Decimal = ZERO
	scrap_cost: Decimal = ZERO
	expediting_cost: Decimal = ZERO
	penalties: tuple[PenaltyStep, ...] = ()
	is_bottleneck: bool = True
	buffer_seconds: Decimal = ZERO
	further_hourly: tuple[HourlyPart, ...] = ()
	further_once: tuple[OncePart, ...] = ()
	faults: tuple[str, ...] = ()

	def is_valid_on(self, day: date) -> bool:
		return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

	def overlaps(self, other: CostModel) -> bool:
		return self.valid_from <= (other.valid_to or date.max) and other.valid_from <= (
			self.valid_to or date.max
		)

	@property
	def period(self) -> str:
		return f"{self.valid_from} to {self.valid_to or 'further notice'}"

	def hourly_parts(self, product: str | None, shift: str | None) -> tuple[HourlyPart, ...]:
		"""The parts that an hour costs with a product on a shift; the most specific rates that fit count alone."""
		fitting = [variant for variant in self.variants if variant.fits(product, shift)]
		chosen = max(fitting, key=lambda variant: variant.precedence, default=None)
		rates = chosen.rates if chosen else self.rates
		parts = (
			HourlyPart("cost per hour", rates.cost_per_hour),
			HourlyPart(
				"contribution margin", rates.contribution_per_unit, "units", rates.units_per_hour, True
			),
			HourlyPart("standing labour", rates.labour_per_hour),
			HourlyPart("energy and other", rates.other_per_hour),
			*self.further_hourly,
		)
		return tuple(part for part in parts if part.rate * part.quantity_per_hour)

	def once_parts(self) -> tuple[OncePart, ...]:
		parts = (
			OncePart("restart", self.restart_cost),
			OncePart("scrap", self.scrap_cost),
			OncePart("expediting", self.expediting_cost),
			*(
				OncePart(
					f"penalty after {step.after_minutes.normalize():f} min",
					step.amount,
					step.after_minutes * MINUTE_SECONDS,
				)
				for step in self.penalties
			),
			*self.further_once,
		)
		return tuple(part for part in parts if part.amount)

	def cost_per_hour(self, product: str | None = None, shift: str | None = None) -> Money:
		"""What an hour costs once no buffer helps any more, without what comes once."""
		parts = self.hourly_parts(product, shift)
		return Money(sum((part.rate * part.quantity_per_hour for part in parts), ZERO), self.currency)

	@property
	def depends_on_shift(self) -> bool:
		return any(variant.shift for variant in self.variants)


def model_on(models: Iterable[CostModel], production_line: str, day: date) -> CostModel | None:
	"""The version of a line that is valid on a day, or None. Overlaps are refused on entry, so there is at most one."""
	for model in models:
		if model.production_line == production_line and model.is_valid_on(day):
			return model
	return None


def check_cost_model(model: CostModel, others: Iterable[CostModel], site_currency: str) -> None:
	"""Refuse a version that cannot be, overlaps another of its line, or is new and leaves days without a price."""
	what = f"Line Stop Cost Model of {model.production_line}"
	stored = list(others)
	for problem in (
		*_wrong_period(model),
		*_wrong_amounts(model, site_currency),
		*_wrong_rows(model),
		*_clashes(model, stored),
	):
		raise InvalidRecordError(f"{what}: {problem}")
	gap = gap_beside(model, stored)
	if gap and all(other.name != model.name for other in stored):
		raise InvalidRecordError(
			f"{what}: {gap}. Let this version begin on the day after the one before it ends; for days that shall"
			" cost nothing enter a version without amounts first."
		)


def gap_beside(model: CostModel, others: Iterable[CostModel]) -> str | None:
	"""The days between a version and its neighbours on which no version is valid, as a sentence; None without any."""
	neighbours = [other for other in others if other.name != model.name]
	ends = (other.valid_to for other in neighbours if other.valid_to is not None)
	before = max((end for end in ends if end < model.valid_from), default=None)
	if before is not None and before + DAY < model.valid_from:
		return f"no version would be valid from {before + DAY} to {model.valid_from - DAY}"
	after = min(
		(other.valid_from for other in neighbours if other.valid_from > model.valid_from), default=None
	)
	if after is not None and model.valid_to is not None and model.valid_to + DAY < after:
		return f"no version would be valid from {model.valid_to + DAY} to {after - DAY}"
	return None


def _wrong_period(model: CostModel) -> Iterator[str]:
	if model.valid_to is not None and model.valid_to < model.valid_from:
		yield f"valid to {model.valid_to} lies before valid from {model.valid_from}. Swap the dates."


def _wrong_amounts(model: CostModel, site_currency: str) -> Iterator[str]:
	for name, amount in _amounts(model):
		if amount < 0:
			yield f"{name} {Money(amount, model.currency)} is negative. Enter 0 or more."
	if model.currency != site_currency:
		yield (
			f"currency {model.currency} differs from {site_currency}, the currency of its Plant Site."
			f" Enter the cost in {site_currency}."
		)
	for rates in (model.rates, *(variant.rates for variant in model.variants)):
		if bool(rates.contribution_per_unit) != bool(rates.units_per_hour):
			yield (
				f"contribution margin {rates.contribution_per_unit} per unit and {rates.units_per_hour} units per"
				" hour belong together. Enter both or neither."
			)
	if model.is_bottleneck and model.buffer_seconds:
		yield "a bottleneck has no buffer that makes up for its units. Empty the buffer, or untick Bottleneck."


def _amounts(model: CostModel) -> Iterator[tuple[str, Decimal]]:
	for rates in (model.rates, *(variant.rates for variant in model.variants)):
		yield "cost per hour", rates.cost_per_hour
		yield "contribution margin per unit", rates.contribution_per_unit
		yield "units per hour", rates.units_per_hour
		yield "standing labour per hour", rates.labour_per_hour
		yield "energy and other per hour", rates.other_per_hour
	yield "restart", model.restart_cost
	yield "scrap", model.scrap_cost
	yield "expediting", model.expediting_cost
	yield "buffer", model.buffer_seconds
	yield from (("penalty", step.amount) for step in model.penalties)


def _wrong_rows(model: CostModel) -> Iterator[str]:
	seen: set[tuple[str | None, str | None]] = set()
	for variant in model.variants:
		key = variant.product, variant.shift
		if key == (None, None):
			yield "a row of rates names neither product nor shift. Enter one, or use the general rates."
		if key in seen:
			yield f"rates for {' on '.join(filter(None, key))} stand twice. Remove one row."
		seen.add(key)
	minutes = [step.after_minutes for step in model.penalties]
	if any(after <= 0 for after in minutes):
		yield "a penalty step after 0 minutes is no step. Enter it as Expediting, or enter its minutes."
	if len(set(minutes)) != len(minutes):
		yield "two penalty steps have the same minutes. Add their amounts up in one."


def _clashes(model: CostModel, others: Iterable[CostModel]) -> Iterator[str]:
	for other in others:
		if other.name != model.name and model.overlaps(other):
			yield (
				f"{model.period} overlaps {other.name} ({other.period}). End the earlier model on the day before"
				" the later one starts."
			)
