"""Overall equipment effectiveness of a line by ISO 22400-2, and what it loses by the six big losses.

Times: planned busy time (PBT) is the planned time of the shifts, breaks taken off, less planned stops; actual
production time (APT) is PBT less the unplanned stops, merged first. Quantities: produced (PQ) and good (GQ). PRU is
the planned run time per unit. Ratios are fractions of 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.time_spans import Span, merged, minus, seconds_of
from plant_itsm.domain.vocabulary import EventKind, StopLoss

NO_PLANNED_TIME = "no planned time"
NO_PRODUCTION = "no production counted"
NO_RUN_TIME = "no planned run time per unit"
NOTHING_BUT_STOPS = "units were counted while the line stood still: check its stops and its counters"
MORE_SCRAP = "more scrap than production was counted: check the counters"
ZERO = Decimal(0)


@dataclass(frozen=True)
class StopClass:
	"""How a stop counts: planned, or as a loss. Neither: it is no proven standstill of the line."""

	planned: bool = False
	loss: StopLoss | None = None


_BY_KIND = {
	EventKind.LINE_STOP: StopClass(loss=StopLoss.BREAKDOWNS),
	EventKind.STARVED_OR_BLOCKED: StopClass(loss=StopLoss.STARVED_OR_BLOCKED),
	EventKind.PLANNED_STOP: StopClass(planned=True),
}


def stop_class(kind: EventKind, micro_stop: bool = False, reason: StopClass | None = None) -> StopClass:
	"""The class of a stop: what its Stop Reason says, else what its kind says; a micro-stop is a minor stop.

	Loss of view is no proven stop and a degraded line still runs: neither takes production time, whatever the reason.
	"""
	by_kind = _BY_KIND.get(kind)
	if by_kind is None:
		return StopClass()
	if reason is not None:
		return reason
	if micro_stop and kind == EventKind.LINE_STOP:
		return StopClass(loss=StopLoss.MINOR_STOPS)
	return by_kind


def check_stop_reason(name: str, reason: StopClass) -> None:
	"""Refuse a reason that says nothing of the time of its stops."""
	if not reason.planned and reason.loss is None:
		losses = ", ".join(str(loss) for loss in StopLoss)
		raise InvalidRecordError(
			f"Stop Reason {name}: neither planned nor a loss. Tick planned, or choose one of {losses}.",
			fieldname="loss",
		)


@dataclass(frozen=True)
class LineDown:
	"""When a line stood still because of one stop. spans: ascending, apart from each other, without interruptions."""

	stop: str
	onset: datetime
	spans: tuple[Span, ...]
	stop_class: StopClass


@dataclass(frozen=True)
class StopPart:
	"""What one stop took: planned time for a planned stop, else time of production."""

	stop: str
	stop_class: StopClass
	seconds: Decimal


@dataclass(frozen=True)
class ShiftTimes:
	"""The time model of a shift, in seconds. parts: every stop that took some of it; they sum to the stops' times."""

	planned: Decimal
	planned_stops: Decimal
	unplanned_stops: Decimal
	parts: tuple[StopPart, ...] = ()

	@property
	def busy(self) -> Decimal:
		"""PBT."""
		return self.planned - self.planned_stops

	@property
	def production(self) -> Decimal:
		"""APT."""
		return self.busy - self.unplanned_stops

	def lost_to(self, loss: StopLoss) -> Decimal:
		return sum((part.seconds for part in self.parts if part.stop_class.loss == loss), ZERO)


def shift_times(planned: Iterable[Span], downs: Iterable[LineDown]) -> ShiftTimes:
	"""The time model of planned spans that stops have cut.

	A moment belongs to one stop: to a planned one before an unplanned one, else to the one with the earliest onset,
	then the first by name. So the parts sum to the merged stops.
	"""
	order = sorted(downs, key=lambda down: (not down.stop_class.planned, down.onset, down.stop))
	left = merged(planned)
	all_seconds = seconds_of(left)
	parts = []
	for down in order:
		if not down.stop_class.planned and down.stop_class.loss is None:
			continue
		rest = list(minus(left, down.spans))
		taken = seconds_of(left) - seconds_of(rest)
		left = rest
		if taken:
			parts.append(StopPart(down.stop, down.stop_class, taken))
	return ShiftTimes(
		planned=all_seconds,
		planned_stops=sum((part.seconds for part in parts if part.stop_class.planned), ZERO),
		unplanned_stops=sum((part.seconds for part in parts if not part.stop_class.planned), ZERO),
		parts=tuple(parts),
	)


@dataclass(frozen=True)
class Quantities:
	"""Units. scrap is part of produced, startup_scrap part of scrap."""

	produced: int = 0
	scrap: int = 0
	startup_scrap: int = 0

	@property
	def good(self) -> int:
		return self.produced - self.scrap

	def __add__(self, other: Quantities) -> Quantities:
		return Quantities(
			self.produced + other.produced,
			self.scrap + other.scrap,
			self.startup_scrap + other.startup_scrap,
		)


@dataclass(frozen=True)
class Inputs:
	"""What effectiveness is computed from, of one shift or summed over several.

	run_seconds: PRU x PQ, good_run_seconds: PRU x GQ; None where a unit has no planned run time. calendar_seconds: all
	time that passed, for TEEP.
	"""

	busy_seconds: Decimal
	production_seconds: Decimal
	quantities: Quantities
	run_seconds: Decimal | None
	good_run_seconds: Decimal | None
	calendar_seconds: Decimal = ZERO


def inputs_of(
	times: ShiftTimes, quantities: Quantities, run_seconds_per_unit: Decimal | None, calendar_seconds: Decimal
) -> Inputs:
	pru = run_seconds_per_unit
	return Inputs(
		times.busy,
		times.production,
		quantities,
		None if pru is None else pru * quantities.produced,
		None if pru is None else pru * quantities.good,
		calendar_seconds,
	)


@dataclass(frozen=True)
class Effectiveness:
	"""The ratios of ISO 22400-2, as fractions; None where one cannot be told, and why. Performance may exceed 1."""

	availability: Decimal | None = None
	performance: Decimal | None = None
	quality: Decimal | None = None
	oee: Decimal | None = None
	teep: Decimal | None = None
	why_not: str = ""


def effectiveness(inputs: Inputs) -> Effectiveness:
	"""Availability = APT / PBT; performance = PRU x PQ / APT; quality ratio = GQ / PQ; OEE is their product, which is
	GQ x PRU / PBT; TEEP = OEE x PBT / calendar time (ISO 22400-2)."""
	if inputs.busy_seconds <= 0:
		return Effectiveness(why_not=NO_PLANNED_TIME)
	availability = inputs.production_seconds / inputs.busy_seconds
	counted = inputs.quantities
	if not counted.produced:
		return Effectiveness(availability, why_not=MORE_SCRAP if counted.scrap else NO_PRODUCTION)
	if counted.good < 0:
		return Effectiveness(availability, why_not=MORE_SCRAP)
	quality = Decimal(counted.good) / counted.produced
	if inputs.run_seconds is None or inputs.good_run_seconds is None:
		return Effectiveness(availability, quality=quality, why_not=NO_RUN_TIME)
	if inputs.production_seconds <= 0:
		return Effectiveness(availability, quality=quality, why_not=NOTHING_BUT_STOPS)
	oee = inputs.good_run_seconds / inputs.busy_seconds
	return Effectiveness(
		availability=availability,
		performance=inputs.run_seconds / inputs.production_seconds,
		quality=quality,
		oee=oee,
		teep=oee * inputs.busy_seconds / inputs.calendar_seconds if inputs.calendar_seconds else None,
	)


@dataclass(frozen=True)
class BigLosses:
	"""The six big losses (S. Nakajima), in seconds of planned busy time, and waiting for others beside them.

	stops: by StopLoss. With effective (GQ x PRU) they sum to PBT exactly; reduced_speed is negative where the line ran
	faster than planned. The last four are None where nothing was counted or a unit has no planned run time.
	"""

	stops: Mapping[StopLoss, Decimal] = field(default_factory=dict)
	reduced_speed: Decimal | None = None
	startup_rejects: Decimal | None = None
	production_rejects: Decimal | None = None
	effective: Decimal | None = None


def big_losses(times: ShiftTimes, quantities: Quantities, run_seconds_per_unit: Decimal | None) -> BigLosses:
	stops = {loss: times.lost_to(loss) for loss in StopLoss}
	if run_seconds_per_unit is None or not quantities.produced or times.busy <= 0:
		return BigLosses(stops)
	pru = run_seconds_per_unit
	return BigLosses(
		stops=stops,
		reduced_speed=times.production - pru * quantities.produced,
		startup_rejects=pru * quantities.startup_scrap,
		production_rejects=pru * (quantities.scrap - quantities.startup_scrap),
		effective=pru * quantities.good,
	)
