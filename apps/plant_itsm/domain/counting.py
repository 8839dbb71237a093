"""Production counted by signals: what a counter or a pulse adds, and what a count that a person enters must satisfy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from plant_itsm.domain.calendars import ShiftRun
from plant_itsm.domain.errors import InvalidRecordError, RuleError
from plant_itsm.domain.judging import RuleState
from plant_itsm.domain.oee import Quantities
from plant_itsm.domain.rules import SignalRule, as_text, finite
from plant_itsm.domain.signals import Reading
from plant_itsm.domain.vocabulary import Condition, CountOf, Quality

REMEMBERED_PULSES = 50
"""Times of the last pulses that are kept, so that one which the broker delivers again is known."""


@dataclass(frozen=True)
class Counted:
	"""What a reading came to: so many steps of the counter, or pulses. why: what it was, for people."""

	state: RuleState
	steps: int
	why: str


def count(rule: SignalRule, state: RuleState, reading: Reading) -> Counted:
	"""Count one reading. Raises RuleError for a value that is no counter, or that the condition cannot compare.

	A counter counts what it has gone up by since its last reading, so a reading that is lost or comes twice does no
	harm. A pulse counts each reading that meets the condition, once per source time.
	"""
	if rule.condition == Condition.COUNTS:
		return _count_up(rule, state, reading)
	return _pulse(rule, state, reading)


def _count_up(rule: SignalRule, state: RuleState, reading: Reading) -> Counted:
	value = _whole(rule, reading.value)
	newest = state.last_source_time
	overtaken = newest is not None and reading.source_time is not None and reading.source_time < newest
	if state.value is not None and (overtaken or reading.historical or reading.replayed):
		return Counted(state, 0, "late: newer readings hold what it counts")
	steps, why = _steps(rule, None if state.value is None else int(state.value), value)
	return Counted(_newest(state, as_text(value), reading), steps, why)


def _steps(rule: SignalRule, before: int | None, now: int) -> tuple[int, str]:
	"""How far a counter has gone. A lower value is a roll-over where that is the shorter way, else a reset."""
	if before is None:
		return 0, "the first reading: nothing to compare with"
	if now >= before:
		return now - before, f"from {before} to {now}"
	span = rule.counter_maximum + 1
	rolled = now - before + span
	if rule.counter_maximum and before < span and rolled <= span // 2:
		return rolled, f"rolled over from {before} to {now}"
	return now, f"reset after {before}, now {now}"


def _pulse(rule: SignalRule, state: RuleState, reading: Reading) -> Counted:
	value = rule.translate(reading.value)
	met = rule.is_met(value, state.value)
	is_past = state.value is not None and reading.replayed
	if not met:
		return Counted(state if is_past else _newest(state, as_text(value), reading), 0, "no pulse")
	at = reading.source_time
	if at is not None and at in state.raises:
		return Counted(state, 0, "delivered again: it has been counted")
	if at is not None:
		state = replace(state, raises=(*state.raises, at)[-REMEMBERED_PULSES:])
	if is_past:
		return Counted(state, 1, "a pulse of the past")
	return Counted(_newest(state, as_text(value), reading), 1, "a pulse")


def _newest(state: RuleState, value: str, reading: Reading) -> RuleState:
	times = [at for at in (state.last_source_time, reading.source_time) if at is not None]
	return replace(
		state,
		value=value,
		last_source_time=max(times, default=None),
		last_received_time=reading.received_time,
		quality=Quality.GOOD,
	)


def _whole(rule: SignalRule, value: object) -> int:
	number = None if isinstance(value, (bool, dict, list)) else finite(value)
	if number is None or number < 0 or not number.is_integer():
		raise RuleError(
			f"Signal Rule {rule.name}: {as_text(value)!r} is no counter, which is a whole number from 0 on:"
			" check its value path, or choose another condition"
		)
	return int(number)


def quantities_of(rule: SignalRule, steps: int) -> Quantities:
	"""The units that steps of a rule stand for."""
	units = steps * rule.units_per_count
	if rule.count_of == CountOf.SCRAP:
		return Quantities(units, units)
	if rule.count_of == CountOf.SCRAP_OF_PRODUCED:
		return Quantities(0, units)
	return Quantities(units)


def check_counting_rule(rule: SignalRule) -> None:
	"""Refuse a counter that counts nothing, and a rule of another kind with a counter's condition."""
	what = f"Signal Rule {rule.name}"
	if rule.condition == Condition.COUNTS and not rule.is_counting:
		raise RuleError(
			f"{what}: condition counts has no end, so it cannot raise a {rule.event_kind}."
			" Choose the event kind Production Count, or another condition."
		)
	if rule.is_counting and rule.units_per_count < 1:
		raise RuleError(f"{what}: {rule.units_per_count} units per count count nothing. Enter 1 or more.")


def check_entry(period_from: datetime, period_to: datetime, quantities: Quantities, run: ShiftRun) -> None:
	"""Refuse a count with more scrap than units, or a period that does not lie within one shift.

	run: the shift that works when the period begins.
	"""
	if quantities.scrap > quantities.produced:
		raise InvalidRecordError(
			f"{quantities.scrap} scrap are more than {quantities.produced} produced: scrap is part of what was"
			" produced. Correct one of them.",
			fieldname="scrap",
		)
	if quantities.startup_scrap > quantities.scrap:
		raise InvalidRecordError(
			f"{quantities.startup_scrap} startup scrap are more than {quantities.scrap} scrap, of which they are"
			" a part. Correct one of them.",
			fieldname="startup_scrap",
		)
	if period_from < run.span.start or period_to > run.span.end:
		raise InvalidRecordError(
			f"period to {period_to.isoformat(timespec='minutes')} lies behind the end of {run.name}"
			f" ({run.span.end.astimezone(period_from.tzinfo).isoformat(timespec='minutes')})."
			" Enter one count per shift.",
			fieldname="period_to",
		)
