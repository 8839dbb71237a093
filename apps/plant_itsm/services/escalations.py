"""Telling more people when a line stop is not acknowledged, nobody is dispatched, or it is not restored in time.

Whoever ticks may run this, and several may at once: each step inserts its Escalation Run, whose key is unique, in the
transaction of its notices.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape

from plant_itsm.domain.errors import DuplicateRecordError, StoreUnavailableError
from plant_itsm.domain.escalation import (
	QUIETED_BY,
	Countdown,
	DueRun,
	EscalationPolicy,
	EscalationStep,
	due_run,
	next_run,
)
from plant_itsm.domain.vocabulary import Channel, EscalationTrigger
from plant_itsm.domain.vocabulary import ResponseStage as Stage
from plant_itsm.ports import Notice, Ports, Record, Records
from plant_itsm.services.downtime import REAL
from plant_itsm.services.escalation_people import people_for
from plant_itsm.services.escalation_policies import countdown_of, lines_of, policies, policy_of
from plant_itsm.services.line_stops import DOCTYPE as LINE_STOP
from plant_itsm.services.response_stages import response_of
from plant_itsm.services.timeline import tell

DOCTYPE = "Escalation Run"
_OVER = (Stage.RESTORED, Stage.REVIEWED)
_WAITING = [str(stage) for stage in Stage if stage not in _OVER]

log = logging.getLogger(__name__)


def run_due(ports: Ports) -> int:
	"""Run every step that is due and has not run. Returns how many ran here. A stop that fails does not hold up the
	others; it is tried again at the next tick."""
	ran = 0
	for name in _with_something_due(ports):
		try:
			ran += _escalate(ports, name)
		except StoreUnavailableError:
			raise
		except Exception:  # one stop must not silence the others
			log.exception("escalation of line stop %s failed", name)
	return ran


def next_escalation(
	records: Records, stop: Record, now: datetime, known: list[EscalationPolicy] | None = None
) -> DueRun | None:
	"""What comes next for a stop if nobody does anything. known: the policies, where the caller has read them."""
	policy = policy_of(records, stop, known)
	if policy is None or not _is_waiting(stop):
		return None
	return next_run(_loud_steps(policy, stop), countdown_of(records, stop, policy, stop["notified_at"]), now)


def soonest(ports: Ports, within: timedelta) -> datetime | None:
	"""When the next step of any stop comes due, if that is soon: a tick may wait for it."""
	records, now = ports.records, ports.clock.now()
	with records.transaction():
		waiting = _waiting(records)
		known = policies(records) if waiting else []
		upcoming = [next_escalation(records, stop, now, known) for stop in waiting]
	moments = [run.due_at for run in upcoming if run is not None and run.due_at <= now + within]
	return min(moments, default=None)


def _with_something_due(ports: Ports) -> list[str]:
	"""Looked up without a lock, so that the tick of a quiet minute disturbs nobody."""
	records, now = ports.records, ports.clock.now()
	with records.transaction():
		waiting = _waiting(records)
		known = policies(records) if waiting else []
		return [
			stop["name"]
			for stop in waiting
			if _has_missed_dispatch(stop, now)
			or any(not _has_run(records, stop, run) for run in _due_runs(records, stop, known, now))
		]


def _waiting(records: Records) -> list[Record]:
	"""The stops whose clocks run, of their child tables only with their lines."""
	found = records.find(LINE_STOP, {**REAL, "stage": ("in", _WAITING), "notified_at": ("is", "set")})
	stops = {stop["name"]: {**stop, "lines": []} for stop in found if _is_waiting(stop)}
	for row in records.find("Line Stop Line", {"parent": ("in", list(stops))}, order_by="idx"):
		stops[row["parent"]]["lines"].append(row)
	return list(stops.values())


def _is_waiting(stop: Record) -> bool:
	"""A child of an incident has no clock of its own, and a drill disturbs nobody."""
	is_waiting = bool(stop["notified_at"]) and stop["stage"] not in _OVER
	return is_waiting and not stop.get("parent_stop") and not stop["is_drill"]


def _due_runs(
	records: Records, stop: Record, known: list[EscalationPolicy], now: datetime
) -> Iterator[DueRun]:
	policy = policy_of(records, stop, known)
	if policy is None:
		return
	countdown: Countdown = countdown_of(records, stop, policy, stop["notified_at"])
	for step in _loud_steps(policy, stop):
		run = due_run(step, countdown, now)
		if run is not None:
			yield run


def _loud_steps(policy: EscalationPolicy, stop: Record) -> list[EscalationStep]:
	"""The steps whose event has not come about."""
	times = response_of(stop).times
	return [step for step in policy.steps if QUIETED_BY[step.trigger] not in times]


def _has_run(records: Records, stop: Record, run: DueRun) -> bool:
	return records.count(DOCTYPE, {"run_key": run.key(stop["name"])}) > 0


def _escalate(ports: Ports, name: str) -> int:
	records = ports.records
	with records.transaction():
		stop = records.get(LINE_STOP, name, for_update=True)
		if stop is None or not _is_waiting(stop):
			return 0
		now = ports.clock.now()
		known = policies(records)
		if _has_missed_dispatch(stop, now):
			records.update(LINE_STOP, name, {"dispatch_missed": True})
			tell(records, stop, "<p>Nobody was dispatched in time.</p>")
		policy = policy_of(records, stop, known)
		due = list(_due_runs(records, stop, known, now))
		return sum(_run(ports, stop, policy, run, now) for run in due if not _has_run(records, stop, run))


def _has_missed_dispatch(stop: Record, now: datetime) -> bool:
	is_dispatched = Stage.DISPATCHED in response_of(stop).times
	due_at = stop["dispatch_due_at"]
	return due_at is not None and due_at <= now and not is_dispatched and not stop["dispatch_missed"]


def _run(ports: Ports, stop: Record, policy: EscalationPolicy | None, run: DueRun, now: datetime) -> bool:
	"""Whether it was us who ran the step."""
	people = people_for(ports.records, run.step, lines_of(stop), now)
	row = {
		"run_key": run.key(stop["name"]),
		"line_stop": stop["name"],
		"escalation_policy": policy and policy.name,
		"step": run.step.label,
		"repeat": run.repeat,
		"due_at": run.due_at,
		"ran_at": now,
		"late_seconds": (now - run.due_at).total_seconds(),
		"channel": run.step.channel,
		"told": people.told,
	}
	try:
		name = ports.records.insert(DOCTYPE, row)["name"]
	except DuplicateRecordError:  # another tick was faster
		return False
	hindered = ports.notifier.notify(_notice(stop, run.step, people.users)) if people.users else ()
	note = "; ".join((*people.notes, *hindered))
	if note:
		ports.records.update(DOCTYPE, name, {"note": note})
	told = f"Told: {people.told or 'nobody'}." + (f" {note}." if note else "")
	tell(ports.records, stop, f"<p>Escalation, {escape(run.step.label)}. {escape(told)}</p>")
	return True


_MISSING = {
	EscalationTrigger.ACKNOWLEDGEMENT: "not acknowledged",
	EscalationTrigger.DISPATCH: "nobody dispatched",
	EscalationTrigger.RESTORATION: "not restored",
}


def _notice(stop: Record, step: EscalationStep, users: tuple[str, ...]) -> Notice:
	on_ticket = bool(stop["hd_ticket"])
	return Notice(
		users=users,
		subject=f"{stop['title']}: {_MISSING[step.trigger]} after {step.after_minutes} min",
		message=stop["description"] or "",
		doctype="HD Ticket" if on_ticket else LINE_STOP,
		name=stop["hd_ticket"] if on_ticket else stop["name"],
		by_email=step.channel == Channel.E_MAIL,
		by_sms=step.channel == Channel.SMS,
	)
