"""The figures of OEE as they are told: each with its formula and what was put into it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from plant_itsm.domain.oee import Inputs, Quantities, ShiftTimes, effectiveness, inputs_of

TENTH = Decimal("0.1")
ZERO = Decimal(0)


def explanation(
	times: ShiftTimes, quantities: Quantities, run_seconds_per_unit: Decimal | None, source_of_pru: str
) -> str:
	"""Every figure of a shift with its formula and its inputs, one to a line."""
	result = effectiveness(inputs_of(times, quantities, run_seconds_per_unit, ZERO))
	lines = [
		f"PBT = planned time − planned stops = {_s(times.planned)} − {_s(times.planned_stops)} = {_s(times.busy)}",
		f"APT = PBT − unplanned stops = {_s(times.busy)} − {_s(times.unplanned_stops)} = {_s(times.production)}",
	]
	lines += _ratio("Availability = APT ÷ PBT", times.production, times.busy, result.availability)
	if run_seconds_per_unit is not None and result.performance is not None:
		run = f"{_s(run_seconds_per_unit)} × {quantities.produced}"
		lines.append(
			f"Performance = PRU × PQ ÷ APT = {run} ÷ {_s(times.production)} = {percent(result.performance)}"
			f" (PRU: {source_of_pru})"
		)
	if result.quality is not None:
		lines.append(
			f"Quality ratio = GQ ÷ PQ = {quantities.good} ÷ {quantities.produced} = {percent(result.quality)}"
		)
	if result.oee is not None:
		lines.append(f"OEE = availability × performance × quality ratio = {percent(result.oee)}")
	lines.append(result.why_not or "Formulas: ISO 22400-2")
	return "\n".join(lines)


def sums_explained(inputs: Inputs) -> list[str]:
	"""The ratios of several shifts, each with what was summed up of them, and why there may be none."""
	result, counted = effectiveness(inputs), inputs.quantities
	times = inputs.production_seconds, inputs.busy_seconds
	found = [*_ratio("Availability = Σ APT ÷ Σ PBT", *times, result.availability)]
	if inputs.run_seconds is not None:
		performance = "Performance = Σ PRU × PQ ÷ Σ APT"
		found += _ratio(performance, inputs.run_seconds, inputs.production_seconds, result.performance)
	if result.quality is not None:
		share = f"{counted.good} ÷ {counted.produced}"
		found.append(f"Quality ratio = Σ GQ ÷ Σ PQ = {share} = {percent(result.quality)}")
	if inputs.good_run_seconds is not None:
		good = inputs.good_run_seconds
		found += _ratio("OEE = Σ PRU × GQ ÷ Σ PBT", good, inputs.busy_seconds, result.oee)
		found += _ratio("TEEP = Σ PRU × GQ ÷ calendar time", good, inputs.calendar_seconds, result.teep)
	return [*found, *filter(None, [result.why_not])]


def _ratio(formula: str, upper: Decimal, lower: Decimal, ratio: Decimal | None) -> Sequence[str]:
	return [] if ratio is None else [f"{formula} = {_s(upper)} ÷ {_s(lower)} = {percent(ratio)}"]


def _s(seconds: Decimal) -> str:
	return f"{seconds.normalize():f} s"


def percent(ratio: Decimal) -> str:
	"""`87.5 %`, one decimal place, rounded half up as the Desk does."""
	return f"{(ratio * 100).quantize(TENTH, rounding=ROUND_HALF_UP)} %"
