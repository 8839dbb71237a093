"""The state machine of a rule at one address: Clear -> Raising -> Active -> Clearing -> Clear.

Raising and Clearing exist only while a delay runs (on-delay and off-delay of ISA-18.2). A rule that chatters gets an
off-delay of its own until it has been calm. Time comes in from outside, so a restart loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plant_itsm.domain.rules import SignalRule, as_text
from plant_itsm.domain.signals import Reading
from plant_itsm.domain.vocabulary import Condition, Phase, Quality, Transition

CHATTER_WINDOW = timedelta(minutes=1)
FLEETING, LATE = "fleeting", "late: newer signals have overtaken it"
CLOCK_RUN = 3
CLOCK_RUN_LASTS, CLOCK_RUN_SLACK = timedelta(seconds=10), timedelta(seconds=2)
"""So many late readings in a row, over so long and as evenly, are a clock that was set back."""


@dataclass(frozen=True)
class NuisanceLimits:
	"""From which on an alarm is a nuisance (ISA-18.2 names chattering and fleeting alarms; the limits are the plant's).

	chatter_raises: raises within a minute, 0 for never. calm_seconds: how long a chattering rule must stay clear.
	fleeting_seconds: an alarm that clears sooner is fleeting. late_after_seconds: a reading that newer ones have
	overtaken is late when it is older than this, or from before the phase that the rule is in; others just came in
	another order.
	"""

	chatter_raises: int = 3
	calm_seconds: float = 60.0
	fleeting_seconds: float = 5.0
	late_after_seconds: float = 300.0


@dataclass(frozen=True)
class Cause:
	"""The reading that made a rule change its phase; kept while a delay runs, because its event comes later.

	remark and suppressed_by_source are those of the reading.
	"""

	address: str
	value: str
	at: datetime
	source_time: datetime | None
	received_time: datetime
	event_key: str
	remark: str = ""
	suppressed_by_source: str = ""


@dataclass(frozen=True)
class RuleState:
	"""Where a rule stands.

	since: start of the phase. due_at: when a delay ends, for the reading that is `pending`. raises: when it was raised
	within the last minute. last_source_time: of the newest reading. held_back: the cause of a raise whose incident
	was suppressed. last_received_time: when the newest reading came; perhaps told as later than that, never as earlier.
	view_lost_at: the watchdog has seen no signal since. late_run: source and received times of the late readings in a
	row. quality: of the newest value; one that is not good changes nothing else.
	"""

	phase: Phase = Phase.CLEAR
	value: str | None = None
	since: datetime | None = None
	due_at: datetime | None = None
	pending: Cause | None = None
	raises: tuple[datetime, ...] = ()
	last_source_time: datetime | None = None
	last_received_time: datetime | None = None
	held_back: Cause | None = None
	view_lost_at: datetime | None = None
	late_run: tuple[tuple[datetime, datetime], ...] = ()
	chattering: bool = False
	quality: Quality = Quality.GOOD

	def but(self, **changes: object) -> RuleState:
		"""dataclasses.replace at a sixth of its time, which each reading takes twice: nothing is checked."""
		changed = object.__new__(RuleState)
		changed.__dict__.update(self.__dict__, **changes)
		return changed

	def chatters(self, limits: NuisanceLimits, now: datetime) -> bool:
		recent = [at for at in self.raises if now - at < CHATTER_WINDOW]
		return 0 < limits.chatter_raises <= len(recent)


@dataclass(frozen=True)
class Verdict:
	"""What a reading or a delay that ended came to.

	transition: the event to record, with the reading that caused it; None when nothing changed. remark: what a person
	should know of it. settled: readings that are now known to change nothing. A reading that starts a delay is neither
	settled nor an event until the delay ends, so received = events + suppressed + dead letters + waiting.
	"""

	state: RuleState
	transition: Transition | None = None
	cause: Cause | None = None
	settled: int = 0
	remark: str | None = None


def judge(rule: SignalRule, state: RuleState, reading: Reading, limits: NuisanceLimits) -> Verdict:
	"""Judge one reading. Raises RuleError when the rule cannot compare the value."""
	value = rule.translate(reading.value)
	met = rule.is_met(value, state.value, is_active=state.phase in (Phase.ACTIVE, Phase.CLEARING))
	cause = Cause(
		reading.address,
		as_text(value),
		reading.at,
		reading.source_time,
		reading.received_time,
		reading.event_key,
		reading.remark,
		reading.suppressed_by_source,
	)
	if _is_late(state, reading, limits):
		state = _remember_late(state, reading)
		if not _clock_was_set_back(state):
			return _late(state, met, cause)
	state = state.but(
		last_source_time=reading.source_time or state.last_source_time,
		last_received_time=reading.received_time,
		late_run=(),
		quality=Quality.GOOD,
	)
	if rule.condition == Condition.CHANGED:
		return _momentary(rule, state, met, cause)
	if met:
		return _met(rule, state, cause)
	return _not_met(rule, state, cause, limits)


def _is_late(state: RuleState, reading: Reading, limits: NuisanceLimits) -> bool:
	if reading.historical:
		return True
	if reading.replayed:
		return _is_overtaken(state, reading)
	newest, source_time = state.last_source_time, reading.source_time
	if newest is None or source_time is None or source_time >= newest:
		return False
	if reading.received_time - source_time > timedelta(seconds=limits.late_after_seconds):
		return True
	begun = state.pending.at if state.pending else state.since
	return begun is not None and source_time < begun  # a broker delivers what was before once more


def _is_overtaken(state: RuleState, reading: Reading) -> bool:
	"""A replay comes long after its time: whatever is newer says more of the machine than it does."""
	newest, received = state.last_source_time, state.last_received_time
	if newest is not None and reading.source_time is not None and reading.source_time < newest:
		return True
	return received is not None and reading.received_time < received


def _remember_late(state: RuleState, reading: Reading) -> RuleState:
	if reading.source_time is None or reading.historical or reading.replayed:
		return state
	run = state.late_run
	if run and reading.source_time <= run[-1][0]:
		run = ()
	return replace(state, late_run=(*run, (reading.source_time, reading.received_time))[-CLOCK_RUN:])


def _clock_was_set_back(state: RuleState) -> bool:
	"""Late readings that go on at the pace of our clock are no history: the source has set its clock back."""
	if len(state.late_run) < CLOCK_RUN:
		return False
	(first_source, first_received), *_, (last_source, last_received) = state.late_run
	lasted = last_received - first_received
	return lasted >= CLOCK_RUN_LASTS and abs(lasted - (last_source - first_source)) < CLOCK_RUN_SLACK


def _late(state: RuleState, met: bool, cause: Cause) -> Verdict:
	"""A late reading is history: it is recorded where its condition held, and moves nothing."""
	if met:
		return Verdict(state, Transition.LATE, cause, remark=LATE)
	return Verdict(state, settled=1)


def _momentary(rule: SignalRule, state: RuleState, met: bool, cause: Cause) -> Verdict:
	"""A change is over as soon as it is there: it is recorded and leaves no phase behind."""
	if met:
		return Verdict(replace(state, value=cause.value, since=cause.at), Transition.CHANGED, cause)
	kept = cause.value if state.value is None or not rule.deadband else state.value
	return Verdict(replace(state, value=kept), settled=1)


def _met(rule: SignalRule, state: RuleState, cause: Cause) -> Verdict:
	if state.phase == Phase.CLEAR:
		return _enter(state, Phase.RAISING, rule.on_delay_seconds, cause)
	if state.phase == Phase.CLEARING:  # back before the off-delay ended: it never cleared
		back = replace(state, phase=Phase.ACTIVE, value=cause.value, due_at=None, pending=None)
		return Verdict(_raised(back, cause), settled=2)
	return Verdict(_go_on(state, cause), settled=1)


def _go_on(state: RuleState, cause: Cause) -> RuleState:
	"""Still met. What has not opened its incident yet may be held back by its source now, or no more."""
	told = cause.suppressed_by_source
	pending = replace(state.pending, suppressed_by_source=told) if state.pending else None
	held_back = replace(state.held_back, suppressed_by_source=told) if state.held_back else None
	return state.but(value=cause.value, pending=pending, held_back=held_back)


def _not_met(rule: SignalRule, state: RuleState, cause: Cause, limits: NuisanceLimits) -> Verdict:
	if state.phase == Phase.ACTIVE:
		chatters = state.chattering or state.chatters(limits, cause.received_time)
		state = replace(state, chattering=chatters)
		delay = max(rule.off_delay_seconds, limits.calm_seconds if chatters else 0.0)
		verdict = _enter(state, Phase.CLEARING, delay, cause)
		return _with_remark(verdict, state, limits)
	if state.phase == Phase.RAISING:  # gone before the on-delay ended: it never raised
		gone = replace(state, phase=Phase.CLEAR, value=cause.value, since=cause.at, due_at=None, pending=None)
		return Verdict(gone, settled=2)
	return Verdict(state.but(value=cause.value), settled=1)


def _with_remark(verdict: Verdict, before: RuleState, limits: NuisanceLimits) -> Verdict:
	if verdict.transition != Transition.CLEARED or verdict.cause is None or before.since is None:
		return verdict
	is_fleeting = verdict.cause.at - before.since < timedelta(seconds=limits.fleeting_seconds)
	return replace(verdict, remark=FLEETING if is_fleeting else None)


_AFTER = {
	Phase.RAISING: (Phase.ACTIVE, Transition.RAISED),
	Phase.CLEARING: (Phase.CLEAR, Transition.CLEARED),
}


def _enter(state: RuleState, phase: Phase, delay_seconds: float, cause: Cause) -> Verdict:
	if delay_seconds <= 0:
		return _complete(state, phase, cause)
	due_at = cause.received_time + timedelta(seconds=delay_seconds)
	waiting = replace(state, phase=phase, value=cause.value, due_at=due_at, pending=cause)
	return Verdict(waiting)


def _complete(state: RuleState, phase: Phase, cause: Cause) -> Verdict:
	after, transition = _AFTER[phase]
	done = replace(state, phase=after, value=cause.value, since=cause.at, due_at=None, pending=None)
	if transition == Transition.CLEARED:
		return Verdict(replace(done, held_back=None, chattering=False), transition, cause)
	return Verdict(_raised(done, cause), transition, cause)


def _raised(state: RuleState, cause: Cause) -> RuleState:
	"""Remember a raise. Only the last minute counts, and no more than a handful is kept of it."""
	recent = [at for at in state.raises if cause.received_time - at < CHATTER_WINDOW]
	return replace(state, raises=(*recent, cause.received_time)[-MOST_RAISES_KEPT:])


MOST_RAISES_KEPT = 20
"""Bound of the memory of raises, and so of the limit from which on a rule chatters."""


def expire(state: RuleState, now: datetime) -> Verdict | None:
	"""The verdict of a delay that has ended by `now`; None while it runs or where there is none.

	A clock that was set back behind the start of the delay ends it at once: it must not run an hour longer.
	"""
	if state.due_at is None or state.pending is None:
		return None
	if state.pending.received_time <= now < state.due_at:
		return None
	return _complete(state, state.phase, state.pending)


def note_quality(state: RuleState, quality: Quality, source_time: datetime | None) -> RuleState:
	"""The state after a value that is not good: its quality alone changes, unless newer values have overtaken it."""
	newest = state.last_source_time
	if newest is not None and source_time is not None and source_time < newest:
		return state
	return replace(state, quality=quality)
