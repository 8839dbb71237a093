"""Who is told when nothing happens: the steps of an Escalation Policy and when each comes due.

Minutes count from the notification. Around the clock they are real minutes; by the shift calendar only planned time
counts, so that a stop of Sunday is escalated in Monday's early shift.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import (
	Channel,
	EscalationClock,
	EscalationTarget,
	EscalationTrigger,
	ResponseStage,
)

MOST_REPEATS = 100
QUIETED_BY: Mapping[EscalationTrigger, ResponseStage] = {
	EscalationTrigger.ACKNOWLEDGEMENT: ResponseStage.ACKNOWLEDGED,
	EscalationTrigger.DISPATCH: ResponseStage.DISPATCHED,
	EscalationTrigger.RESTORATION: ResponseStage.RESTORED,
}


@dataclass(frozen=True)
class EscalationStep:
	"""who: the role or user that it names, where it names one. most_repeats counts after the first time."""

	trigger: EscalationTrigger
	after_minutes: int
	target: EscalationTarget
	who: str | None = None
	channel: Channel = Channel.NOTIFICATION
	repeat_minutes: int = 0
	most_repeats: int = 0

	@property
	def label(self) -> str:
		"""The step in words; tells it from the others of its policy."""
		due = f"{self.after_minutes} min without {self.trigger}"
		if self.channel == Channel.WEBHOOK:
			return f"{due}: {self.channel}"
		told = f"{self.target} {self.who}" if self.who else str(self.target)
		return f"{due}: {told} by {self.channel}"

	@property
	def last_repeat(self) -> int:
		return self.most_repeats if self.repeat_minutes else 0


@dataclass(frozen=True)
class Countdown:
	"""Minutes since a moment, all of them or those of a shift calendar."""

	start: datetime
	calendar: ShiftCalendar | None = None

	def at(self, minutes: int) -> datetime | None:
		"""When so many have passed, in UTC; None when the calendar plans none within a year."""
		if self.calendar is None:
			return self.start.astimezone(timezone.utc) + timedelta(minutes=minutes)
		return self.calendar.after(self.start, minutes * 60)


@dataclass(frozen=True)
class DueRun:
	"""repeat: 0 for the first time."""

	step: EscalationStep
	repeat: int
	due_at: datetime

	def key(self, stop: str) -> str:
		"""What is unique: a step runs once per stop and repeat, whichever policy names it."""
		return f"{stop}: {self.step.label} #{self.repeat}"


def runs(step: EscalationStep, countdown: Countdown) -> Iterable[DueRun]:
	"""Every run of a step that nothing quiets, in the order of time."""
	for repeat in range(step.last_repeat + 1):
		due_at = countdown.at(step.after_minutes + repeat * step.repeat_minutes)
		if due_at is None:
			return
		yield DueRun(step, repeat, due_at)


def due_run(step: EscalationStep, countdown: Countdown, now: datetime) -> DueRun | None:
	"""The run whose time has come: of several that were missed, the last."""
	due = None
	for run in runs(step, countdown):
		if run.due_at > now:
			break
		due = run
	return due


def next_run(steps: Iterable[EscalationStep], countdown: Countdown, now: datetime) -> DueRun | None:
	"""The first run after `now`, among steps that nothing has quieted."""
	later = (run for step in steps for run in runs(step, countdown) if run.due_at > now)
	return min(later, key=lambda run: run.due_at, default=None)


@dataclass(frozen=True)
class EscalationPolicy:
	"""stop_kind, priority and production_line: for which stops it is; None for all. dispatch_within_minutes: 0 where
	the settings decide."""

	name: str
	steps: tuple[EscalationStep, ...]
	clock: EscalationClock = EscalationClock.AROUND_THE_CLOCK
	dispatch_within_minutes: int = 0
	stop_kind: str | None = None
	priority: str | None = None
	production_line: str | None = None

	def is_for(self, kind: str, priority: str | None, lines: Iterable[str]) -> bool:
		return (
			self.stop_kind in (None, kind)
			and self.priority in (None, priority)
			and (self.production_line is None or self.production_line in lines)
		)

	@property
	def rank(self) -> tuple[bool, bool, bool]:
		return self.production_line is not None, self.stop_kind is not None, self.priority is not None


def policy_for(
	policies: Iterable[EscalationPolicy], kind: str, priority: str | None, lines: Iterable[str]
) -> EscalationPolicy | None:
	"""The most specific policy: line before kind before priority; of equals the first by name."""
	lines = frozenset(lines)
	fitting = sorted(
		(policy for policy in policies if policy.is_for(kind, priority, lines)),
		key=lambda policy: policy.name,
	)
	return max(fitting, key=lambda policy: policy.rank, default=None)


def check_steps(what: str, steps: Iterable[EscalationStep]) -> None:
	"""Refuse steps that tell nobody, come at once, repeat without an end, or stand there twice."""
	seen: set[str] = set()
	for place, step in enumerate(steps, start=1):
		reason = _refusal(step)
		if step.label in seen:
			reason = "stands there already. Remove one of the two."
		seen.add(step.label)
		if reason:
			raise InvalidRecordError(
				f"{what}, step {place} ({step.label}): {reason}", fieldname="steps.after_minutes", row=place
			)


def _refusal(step: EscalationStep) -> str | None:
	if step.after_minutes < 1:
		return "people need a minute to react. Enter 1 minute or more."
	if _names_nobody(step):
		return f"it names no {str(step.target).lower()}. Choose one."
	if step.repeat_minutes and not 1 <= step.most_repeats <= MOST_REPEATS:
		return f"it repeats {step.most_repeats} times. Enter 1 to {MOST_REPEATS}."
	return None


def _names_nobody(step: EscalationStep) -> bool:
	needs_name = step.target in (EscalationTarget.ROLE, EscalationTarget.USER)
	return needs_name and not step.who and step.channel != Channel.WEBHOOK
