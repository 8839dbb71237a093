"""What a judgement decided and why, told to whoever asks: a replay shows it, the drain tells nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from plant_itsm.domain.counting import Counted
from plant_itsm.domain.judging import Cause, RuleState, Verdict
from plant_itsm.domain.rules import SignalRule, as_text
from plant_itsm.domain.signals import Reading
from plant_itsm.domain.vocabulary import Condition, EventKind, Phase, Transition, Word


class Outcome(Word):
	RAISED = "raised"
	CLEARED = "cleared"
	CHANGED = "changed"
	LATE = "late"
	SUPPRESSED = "suppressed"
	OPENED_LATER = "opened later"
	WAITING = "waiting"
	UNCHANGED = "unchanged"
	IGNORED = "ignored"
	COUNTED = "counted"
	KEPT = "kept"
	DEAD_LETTER = "dead letter"


@dataclass(frozen=True)
class Decision:
	"""One judgement. at: our time. rule: "" where no rule was asked. line_stop: the incident that it has moved.

	Suppressed: the condition holds and is recorded, but opens no incident. Ignored: no rule could use the value.
	"""

	at: datetime
	outcome: Outcome
	address: str
	reason: str
	rule: str = ""
	event_kind: EventKind | None = None
	value: str = ""
	line_stop: str | None = None


Explain = Callable[[Decision], None]

_OUTCOMES = {
	Transition.RAISED: Outcome.RAISED,
	Transition.CLEARED: Outcome.CLEARED,
	Transition.CHANGED: Outcome.CHANGED,
	Transition.LATE: Outcome.LATE,
}


def of_event(
	rule: SignalRule,
	kind: EventKind,
	transition: Transition,
	cause: Cause,
	now: datetime,
	remark: str,
	line_stop: str | None,
	suppressed: bool,
) -> Decision:
	"""The decision behind an event. remark: why its incident is suppressed, or what else a person should know."""
	outcome = Outcome.SUPPRESSED if suppressed else _OUTCOMES[transition]
	because = remark if suppressed else "; ".join(filter(None, (_because(rule, kind, transition), remark)))
	return Decision(now, outcome, cause.address, because, rule.name, kind, cause.value, line_stop)


def _because(rule: SignalRule, kind: EventKind, transition: Transition) -> str:
	if kind != rule.event_kind or transition == Transition.LATE:  # the value, or the remark, says it
		return ""
	if transition == Transition.CHANGED:
		return "the value has changed"
	condition = f"{rule.condition} {rule.condition_value}"
	if transition == Transition.RAISED:
		return f"{condition} holds" + _lasting(rule.on_delay_seconds)
	return f"{condition} holds no more" + _lasting(rule.off_delay_seconds)


def _lasting(seconds: float) -> str:
	return f", and has done so for {seconds:g} s" if seconds else ""


def of_reading(rule: SignalRule, reading: Reading, before: RuleState, verdict: Verdict) -> Decision:
	"""The decision of a verdict without an event: a delay that has begun, or nothing that changes anything."""
	if reading.historical:
		outcome, reason = Outcome.UNCHANGED, "of the past, and its condition did not hold then"
	else:
		outcome, reason = _without_event(rule, before, verdict)
	value = as_text(rule.translate(reading.value))
	return Decision(
		reading.received_time, outcome, reading.address, reason, rule.name, rule.event_kind, value
	)


def of_count(rule: SignalRule, reading: Reading, counted: Counted) -> Decision:
	"""The decision on a reading of a counter or pulse."""
	outcome = Outcome.COUNTED if counted.steps else Outcome.UNCHANGED
	units = counted.steps * rule.units_per_count
	why = f"{units} × {rule.count_of}: {counted.why}" if counted.steps else counted.why
	value = as_text(rule.translate(reading.value))
	return Decision(reading.received_time, outcome, reading.address, why, rule.name, rule.event_kind, value)


def _without_event(rule: SignalRule, before: RuleState, verdict: Verdict) -> tuple[Outcome, str]:
	after = verdict.state
	if after.due_at is not None and before.due_at is None:
		return Outcome.WAITING, _delay(rule, after)
	if before.phase == Phase.RAISING and after.phase == Phase.CLEAR:
		return Outcome.UNCHANGED, "gone before the on-delay ended: it never raised"
	if before.phase == Phase.CLEARING and after.phase == Phase.ACTIVE:
		return Outcome.UNCHANGED, "back before the off-delay ended: it never cleared"
	if after.last_source_time == before.last_source_time and after.late_run != before.late_run:
		return Outcome.UNCHANGED, "late, and its condition did not hold then"
	if rule.condition == Condition.CHANGED:
		first = before.value is None
		return Outcome.UNCHANGED, "the first value: nothing to compare with" if first else "no change"
	return Outcome.UNCHANGED, f"still {after.phase}"


def _delay(rule: SignalRule, after: RuleState) -> str:
	due = after.due_at.isoformat(timespec="milliseconds") if after.due_at else ""
	if after.phase == Phase.RAISING:
		return f"on-delay of {rule.on_delay_seconds:g} s runs until {due}"
	if after.chattering:
		return f"it chatters: it clears when it has stayed clear until {due}"
	return f"off-delay of {rule.off_delay_seconds:g} s runs until {due}"
