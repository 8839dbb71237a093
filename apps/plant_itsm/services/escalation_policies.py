"""Escalation Policies as the domain sees them, and which of them counts for a line stop."""

from __future__ import annotations

from datetime import datetime

from plant_itsm.domain.escalation import Countdown, EscalationPolicy, EscalationStep, policy_for
from plant_itsm.domain.vocabulary import (
	Channel,
	EscalationClock,
	EscalationTarget,
	EscalationTrigger,
)
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.settings import settings_of

DOCTYPE = "Escalation Policy"


def policies(records: Records) -> list[EscalationPolicy]:
	"""The enabled ones."""
	rows = records.find(DOCTYPE, {"enabled": True})
	return [escalation_policy(record) for row in rows if (record := records.get(DOCTYPE, row["name"]))]


def escalation_policy(record: Record) -> EscalationPolicy:
	return EscalationPolicy(
		name=record["policy_name"],
		steps=tuple(_step(row) for row in record.get("steps") or ()),
		clock=EscalationClock(record["clock"]),
		dispatch_within_minutes=record["dispatch_within_minutes"] or 0,
		stop_kind=record["stop_kind"] or None,
		priority=record["priority"] or None,
		production_line=record["production_line"] or None,
	)


def _step(row: Record) -> EscalationStep:
	target = EscalationTarget(row["target"])
	who = {EscalationTarget.USER: row["user"], EscalationTarget.LINE_RESPONSIBLES: None}.get(
		target, row["role"]
	)
	return EscalationStep(
		trigger=EscalationTrigger(row["without"]),
		after_minutes=row["after_minutes"] or 0,
		target=target,
		who=who or None,
		channel=Channel(row["channel"]),
		repeat_minutes=row["repeat_minutes"] or 0,
		most_repeats=row["most_repeats"] or 0,
	)


def policy_of(
	records: Records, stop: Record, known: list[EscalationPolicy] | None = None
) -> EscalationPolicy | None:
	"""The policy for a stop, complete with its lines. known: the policies, where the caller has read them already."""
	known = policies(records) if known is None else known
	return policy_for(known, stop["kind"], stop.get("priority") or None, lines_of(stop))


def lines_of(stop: Record) -> list[str]:
	return [row["production_line"] for row in stop["lines"]]


def countdown_of(
	records: Records, stop: Record, policy: EscalationPolicy | None, notified_at: datetime
) -> Countdown:
	"""How the minutes of a stop are counted; by the calendar of its first line, if so and if it has one."""
	lines = lines_of(stop)
	by_shift = policy is not None and policy.clock == EscalationClock.SHIFT_CALENDAR and lines
	return Countdown(notified_at, calendar_of(records, lines[0]) if by_shift else None)


def dispatch_due_at(records: Records, stop: Record, notified_at: datetime) -> datetime | None:
	"""Until when a technician is to be on the way."""
	policy = policy_of(records, stop)
	minutes = policy.dispatch_within_minutes if policy else 0
	minutes = minutes or settings_of(records).dispatch_within_minutes
	return countdown_of(records, stop, policy, notified_at).at(minutes)
