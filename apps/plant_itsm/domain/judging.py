"""The state machine of a rule at one address: Clear -> Raising -> Active -> Clearing -> Clear.

Raising and Clearing exist only where the rule has a delay: a condition that does not last for the delay changes
nothing (on-delay and off-delay of ISA-18.2). Time comes in from outside, so a restart loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plant_itsm.domain.rules import SignalRule, as_text
from plant_itsm.domain.signals import Reading
from plant_itsm.domain.vocabulary import Condition, Phase, Transition


@dataclass(frozen=True)
class Cause:
	"""The reading that made a rule change its phase; kept while a delay runs, because its event comes later."""

	address: str
	value: str
	at: datetime
	source_time: datetime | None
	received_time: datetime
	event_key: str


@dataclass(frozen=True)
class RuleState:
	"""Where a rule stands. since: start of the phase; due_at: when a delay ends."""

	phase: Phase = Phase.CLEAR
	value: str | None = None
	since: datetime | None = None
	due_at: datetime | None = None
	pending: Cause | None = None


@dataclass(frozen=True)
class Verdict:
	"""What a reading or a delay that ended came to.

	transition: the event to record, with the reading that caused it; None when nothing changed.
	settled: readings that are now known to change nothing. A reading that starts a delay is neither settled nor an
	event until the delay ends, so received = events + suppressed + dead letters + waiting.
	"""

	state: RuleState
	transition: Transition | None = None
	cause: Cause | None = None
	settled: int = 0


def judge(rule: SignalRule, state: RuleState, reading: Reading) -> Verdict:
	"""Judge one reading. Raises RuleError when the rule cannot compare the value."""
	met = rule.is_met(reading.value, state.value)
	cause = Cause(
		reading.address,
		as_text(reading.value),
		reading.at,
		reading.source_time,
		reading.received_time,
		reading.event_key,
	)
	if rule.condition == Condition.CHANGED:
		return _momentary(met, cause)
	if met:
		return _met(rule, state, cause)
	return _not_met(rule, state, cause)


def _momentary(met: bool, cause: Cause) -> Verdict:
	"""A change is over as soon as it is there: it is recorded and leaves no phase behind."""
	after = RuleState(value=cause.value, since=cause.at)
	if met:
		return Verdict(after, Transition.CHANGED, cause)
	return Verdict(after, settled=1)


def _met(rule: SignalRule, state: RuleState, cause: Cause) -> Verdict:
	if state.phase == Phase.CLEAR:
		return _enter(Phase.RAISING, rule.on_delay_seconds, cause)
	if state.phase == Phase.CLEARING:  # back before the off-delay ended: it never cleared
		return Verdict(RuleState(Phase.ACTIVE, cause.value, cause.at), settled=2)
	return Verdict(replace(state, value=cause.value), settled=1)


def _not_met(rule: SignalRule, state: RuleState, cause: Cause) -> Verdict:
	if state.phase == Phase.ACTIVE:
		return _enter(Phase.CLEARING, rule.off_delay_seconds, cause)
	if state.phase == Phase.RAISING:  # gone before the on-delay ended: it never raised
		return Verdict(RuleState(Phase.CLEAR, cause.value, cause.at), settled=2)
	return Verdict(replace(state, value=cause.value), settled=1)


_AFTER = {
	Phase.RAISING: (Phase.ACTIVE, Transition.RAISED),
	Phase.CLEARING: (Phase.CLEAR, Transition.CLEARED),
}


def _enter(phase: Phase, delay_seconds: float, cause: Cause) -> Verdict:
	if delay_seconds <= 0:
		return _complete(phase, cause)
	due_at = cause.received_time + timedelta(seconds=delay_seconds)
	return Verdict(RuleState(phase, cause.value, cause.at, due_at, cause))


def _complete(phase: Phase, cause: Cause) -> Verdict:
	after, transition = _AFTER[phase]
	return Verdict(RuleState(after, cause.value, cause.at), transition, cause)


def expire(state: RuleState, now: datetime) -> Verdict | None:
	"""The verdict of a delay that has ended by `now`; None while it runs or where there is none."""
	if state.due_at is None or state.pending is None or now < state.due_at:
		return None
	return _complete(state.phase, state.pending)
