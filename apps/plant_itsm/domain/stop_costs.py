"""What line stops cost: lost planned production time, counted once, times the parts of the cost model of its moment.

A line that several incidents hold down is lost once. Each moment belongs to a planned stop before an unplanned one,
then to the incident with the earliest onset, then to the first by name; so what the incidents cost adds up to what the
merged downtime costs. Incidents that overlap or touch are one episode of the line: it restarts once, and the minutes of
its penalty steps count from the first to the last of them. So it does not matter where one stop ends and the next
begins: a stop that is split, at whatever moment, costs what it cost before, to the cent.

Amounts are exact fractions until an episode has run up to the end of a piece; what a piece costs is the difference of
two rounded sums.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.cost_models import DAY, HOUR_SECONDS, CostModel, HourlyPart, OncePart, model_on
from plant_itsm.domain.cost_results import ONCE, CostPart, LineCost
from plant_itsm.domain.money import Money, split
from plant_itsm.domain.time_spans import Span, exact_seconds, merged, minus, seconds_of, without_first

ZERO = Fraction(0)
CENTS = 100
QUANTITY = Decimal("0.000001")


@dataclass(frozen=True)
class Downtime:
	"""When an incident, or one of the stops that are part of it, holds a line down: ascending, and without the times in
	which the line ran.

	onset: of the incident. buffer_seconds: planned time during which buffers keep the line going. priced: an unplanned
	stop; others cost nothing. planned: a planned stop, which takes its time from all others. product: what the line was
	to make.
	"""

	incident: str
	onset: datetime
	spans: tuple[Span, ...]
	priced: bool = True
	planned: bool = False
	buffer_seconds: Decimal = Decimal(0)
	product: str | None = None


@dataclass(frozen=True)
class PricedLine:
	"""A line with its planned time, the versions of its cost model, and from when on it was to make which product."""

	name: str
	calendar: ShiftCalendar
	models: tuple[CostModel, ...]
	products: tuple[tuple[datetime, str], ...] = ()

	def product_at(self, moment: datetime) -> str | None:
		return next((product for since, product in reversed(self.products) if since <= moment), None)


def price_line(line: PricedLine, downtimes: Iterable[Downtime]) -> dict[str, LineCost]:
	"""What each incident cost on a line, given all that overlap or touch one another."""
	return {
		incident: cost
		for episode in _episodes(downtimes)
		for incident, cost in _Episode(line, episode).costs()
	}


def _episodes(downtimes: Iterable[Downtime]) -> Iterator[list[Downtime]]:
	"""Incidents that overlap or touch, together; the times in between during which the line ran divide none."""
	incidents: dict[str, list[Downtime]] = {}
	for down in downtimes:
		if down.spans:
			incidents.setdefault(down.incident, []).append(down)
	episode: list[Downtime] = []
	reached: datetime | None = None
	for hull, parts in sorted(
		((hull_of(parts), parts) for parts in incidents.values()), key=lambda pair: pair[0]
	):
		if reached is not None and hull.start > reached:
			yield episode
			episode, reached = [], None
		episode.extend(parts)
		reached = max(reached or hull.end, hull.end)
	if episode:
		yield episode


def hull_of(downtimes: Iterable[Downtime]) -> Span:
	"""From the first to the last moment of some downtimes, which are not empty."""
	spans = [span for down in downtimes for span in down.spans]
	return Span(min(span.start for span in spans), max(span.end for span in spans))


class _Piece(NamedTuple):
	"""Lost planned time of one incident, with one version, one product and one shift."""

	span: Span
	down: Downtime


class _Episode:
	"""Runs through the lost time of a line in order, as a taximeter does."""

	def __init__(self, line: PricedLine, downtimes: Sequence[Downtime]):
		self._line = line
		self._incidents: dict[str, list[Downtime]] = {}
		for down in sorted(downtimes, key=lambda down: (not down.planned, down.onset, down.incident)):
			self._incidents.setdefault(down.incident, []).append(down)
		self._tallies = {name: _Tally(line.name, parts[0]) for name, parts in self._incidents.items()}
		self._lost_seconds = Decimal(0)
		self._sums: dict[str, Fraction] = {}

	def costs(self) -> Iterator[tuple[str, LineCost]]:
		for piece in self._pieces():
			tally = self._tallies[piece.down.incident]
			tally.seconds += exact_seconds(piece.span.end - piece.span.start)
			if piece.down.priced:
				for part in _cuts(self._line, piece.span):
					self._price(tally, piece.down, part)
		for incident, tally in self._tallies.items():
			yield incident, tally.cost(self._line)

	def _pieces(self) -> list[_Piece]:
		"""The lost time of each incident that belongs to it, in the order of time."""
		taken: list[_Piece] = []
		for name, parts in self._incidents.items():
			lost = merged(span for down in parts for span in _lost(self._line.calendar, down))
			own = minus(lost, [piece.span for piece in taken])
			self._tallies[name].note_elsewhere(lost, taken)
			taken += [_Piece(span, parts[0]) for span in own]
		return sorted(taken, key=lambda piece: piece.span)

	def _price(self, tally: _Tally, down: Downtime, span: Span) -> None:
		before = self._lost_seconds
		self._lost_seconds = after = before + exact_seconds(span.end - span.start)
		day = span.start.astimezone(self._line.calendar.zone).date()
		model = model_on(self._line.models, self._line.name, day)
		if model is None:
			tally.lacks.add(f"no cost model valid on {day}")
			return
		tally.lacks.update(model.faults)
		product = self._line.product_at(span.start) or down.product
		shift = self._line.calendar.shift_at(span.start) if model.depends_on_shift else None
		amount = ZERO
		for hourly in model.hourly_parts(product, shift.name if shift else None):
			held_back = model.buffer_seconds if hourly.is_lost_units else Decimal(0)
			seconds = after - max(before, held_back)
			if seconds > 0:
				amount += tally.add_hours(model, hourly, seconds)
		for once in model.once_parts():
			if before == 0 if once.after_seconds == 0 else before < once.after_seconds <= after:
				amount += tally.add_once(model, once)
		tally.add_cents(model.currency, self._next_cents(model.currency, amount))

	def _next_cents(self, currency: str, amount: Fraction) -> int:
		sum_before = self._sums.get(currency, ZERO)
		self._sums[currency] = sum_before + amount
		return _cents(self._sums[currency]) - _cents(sum_before)


def _lost(calendar: ShiftCalendar, down: Downtime) -> Iterator[Span]:
	planned = (span for one in down.spans for span in calendar.planned(one.start, one.end))
	return without_first(planned, down.buffer_seconds)


def _cuts(line: PricedLine, span: Span) -> Iterator[Span]:
	"""A piece of planned time cut where version, shift or product may change."""
	start, end = span
	moments = {moment for moment in _changes(line, span) if start < moment < end}
	for moment in sorted(moments):
		yield Span(start, moment)
		start = moment
	yield Span(start, end)


def _changes(line: PricedLine, span: Span) -> Iterator[datetime]:
	zone = line.calendar.zone
	for model in line.models:
		yield datetime.combine(model.valid_from, time(0), zone).astimezone(timezone.utc)
		if model.valid_to is not None and model.valid_to < date.max:
			yield datetime.combine(model.valid_to + DAY, time(0), zone).astimezone(timezone.utc)
	yield from (since.astimezone(timezone.utc) for since, _ in line.products)
	if any(model.depends_on_shift for model in line.models):
		for run in line.calendar.runs(span.start, span.end):
			yield from run.span


class _PartKey(NamedTuple):
	cost_model: str
	currency: str
	part: str
	unit: str
	rate: Decimal


@dataclass
class _Sum:
	quantity: Fraction = ZERO
	amount: Fraction = ZERO
	seconds: Decimal = Decimal(0)

	def add(self, quantity: Fraction, amount: Fraction, seconds: Decimal) -> Fraction:
		self.quantity += quantity
		self.amount += amount
		self.seconds += seconds
		return amount


class _Tally:
	"""What belongs to one incident on the line."""

	def __init__(self, line: str, down: Downtime):
		self._line = line
		self._down = down
		self._sums: dict[_PartKey, _Sum] = {}
		self._cents: dict[str, int] = {}
		self._elsewhere: dict[str, Decimal] = {}
		self.seconds = Decimal(0)
		self.lacks: set[str] = set()

	def note_elsewhere(self, lost: Sequence[Span], taken: Sequence[_Piece]) -> None:
		for span, owner in taken:
			shared = seconds_of(cut for one in lost if (cut := one.cut(span)) is not None)
			if shared:
				self._elsewhere[owner.incident] = self._elsewhere.get(owner.incident, Decimal(0)) + shared

	def add_hours(self, model: CostModel, part: HourlyPart, seconds: Decimal) -> Fraction:
		quantity = Fraction(part.quantity_per_hour) * Fraction(seconds) / HOUR_SECONDS
		key = _PartKey(model.name, model.currency, part.name, part.unit, part.rate)
		return self._sum(key).add(quantity, quantity * Fraction(part.rate), seconds)

	def add_once(self, model: CostModel, part: OncePart) -> Fraction:
		key = _PartKey(model.name, model.currency, part.name, ONCE, part.amount)
		return self._sum(key).add(Fraction(1), Fraction(part.amount), Decimal(0))

	def add_cents(self, currency: str, cents: int) -> None:
		self._cents[currency] = self._cents.get(currency, 0) + cents

	def _sum(self, key: _PartKey) -> _Sum:
		return self._sums.setdefault(key, _Sum())

	def cost(self, line: PricedLine) -> LineCost:
		if not self._down.priced:
			return LineCost(self._line, self.seconds, elsewhere=self._elsewhere)
		if len(self._cents) > 1:
			currencies = " and ".join(sorted(self._cents))
			reason = (
				f"{self._line}: not priced: its cost models are in {currencies}. Enter them in one currency."
			)
			return LineCost(self._line, self.seconds, not_priced=(reason,), elsewhere=self._elsewhere)
		reasons = tuple(f"{self._line}: not priced: {reason}" for reason in sorted(self.lacks))
		currency, cents = next(iter(self._cents.items()), (None, 0))
		if currency is None and not reasons:
			currency, reasons = _currency_on(line, self._down.onset)
		if currency is None:
			return LineCost(self._line, self.seconds, not_priced=reasons, elsewhere=self._elsewhere)
		cost = Money(Decimal(cents).scaleb(-2), currency)
		parts = tuple(self._parts(cost))
		return LineCost(
			self._line, self.seconds, cost, parts, reasons, self._elsewhere, self._down.buffer_seconds
		)

	def _parts(self, cost: Money) -> Iterator[CostPart]:
		"""The parts in whole cents that sum to the cost (largest remainder)."""
		if not self._sums:
			return
		weights = [_decimal(one.amount) for one in self._sums.values()]
		amounts = split(cost.amount, weights)
		for (key, one), amount in zip(self._sums.items(), amounts, strict=True):
			yield CostPart(
				line=self._line,
				part=key.part,
				quantity=_decimal(one.quantity).quantize(QUANTITY),
				unit=key.unit,
				rate=key.rate,
				amount=Money(amount, cost.currency),
				cost_model=key.cost_model,
				seconds=one.seconds,
			)


def rate_at(
	line: PricedLine, moment: datetime, product: str | None = None
) -> tuple[Money | None, str | None]:
	"""What an hour costs at a moment, or the reason why that is not known."""
	day = moment.astimezone(line.calendar.zone).date()
	model = model_on(line.models, line.name, day)
	if model is None:
		return None, f"{line.name}: not priced: no cost model valid on {day}"
	shift = line.calendar.shift_at(moment) if model.depends_on_shift else None
	return model.cost_per_hour(line.product_at(moment) or product, shift.name if shift else None), None


def _currency_on(line: PricedLine, onset: datetime) -> tuple[str | None, tuple[str, ...]]:
	"""Of a stop that lost no planned time: it costs 0 where there is a version, else nothing is known."""
	day = onset.astimezone(line.calendar.zone).date()
	model = model_on(line.models, line.name, day)
	if model is not None:
		return model.currency, ()
	return None, (f"{line.name}: not priced: no cost model valid on {day}",)


def _cents(amount: Fraction) -> int:
	"""Rounded half up."""
	return math.floor(amount * CENTS + Fraction(1, 2))


def _decimal(value: Fraction) -> Decimal:
	return Decimal(value.numerator) / Decimal(value.denominator)
