"""The HD Ticket of a line stop: opened once, announced to the people of its lines, told of its end."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from plant_itsm.domain.errors import DuplicateRecordError
from plant_itsm.domain.line_stops import duration_text
from plant_itsm.domain.time_spans import exact_seconds
from plant_itsm.ports import Notice, Ports, Record, Records
from plant_itsm.services import ticket_merges
from plant_itsm.services.drills import rehearser_of
from plant_itsm.services.impact_fields import money_of
from plant_itsm.services.incident_lines import lines_of
from plant_itsm.services.lines import Audience, audience_of, enabled_users, users_with_role
from plant_itsm.services.priorities import effective_priority
from plant_itsm.services.response_start import begun
from plant_itsm.services.settings import settings_of
from plant_itsm.services.ticket_comments import TICKET, comment

OWN_TROUBLES = "Plant IT"
"""The role that hears of troubles of Plant ITSM itself."""


def open_ticket(ports: Ports, stop: Record) -> None:
	"""Insert the ticket of an incident; the unique plant_line_stop makes a second one impossible.

	A stop that ended as a micro-stop gets none. One that was part of another incident has its own ticket back.
	"""
	if stop["micro_stop"]:
		return
	if stop["hd_ticket"]:
		ticket_merges.undo_merge(ports.records, stop)
		update_ticket(ports, stop)
		return
	try:
		ticket = ports.records.insert(TICKET, _ticket(ports, stop))
	except DuplicateRecordError:
		ticket = ports.records.find(TICKET, {"plant_line_stop": stop["name"]}, limit=1)[0]
	ports.records.update_many("Line Stop", [stop["name"]], {"hd_ticket": ticket["name"]})


def _ticket(ports: Ports, stop: Record) -> Record:
	settings = settings_of(ports.records)
	lines = [row["production_line"] for row in lines_of(stop)]
	ticket = {
		"description": stop["description"],
		"ticket_type": settings.ticket_type,
		"plant_line_stop": stop["name"],
		"plant_is_drill": stop["is_drill"],
		"plant_root_ci": stop["root_ci"],
		"plant_production_line": lines[0] if lines else None,
		**_moving_values(stop),
	}
	raised_by = rehearser_of(ports.records, stop) if stop["is_drill"] else settings.raised_by
	return ticket | ({"raised_by": raised_by} if raised_by and "@" in raised_by else {})


def _moving_values(stop: Record) -> Record:
	"""What a ticket says of its incident that may change while it lasts."""
	return {
		"subject": stop["title"],
		"priority": effective_priority(stop),
		"plant_suspected_root_ci": stop["suspected_root_ci"],
		"plant_units_per_shift": stop["units_per_shift"],
		"plant_cost_per_hour": stop["cost_per_hour"],
		"plant_currency": stop["currency"],
	}


def update_ticket(ports: Ports, stop: Record) -> None:
	"""Bring a ticket to what its incident is now, and comment what has changed."""
	ticket = ports.records.get(TICKET, stop["hd_ticket"]) if stop["hd_ticket"] else None
	if ticket is None:
		return
	now = _moving_values(stop)
	before = {field: ticket[field] for field in now}
	changed = {field: value for field, value in now.items() if (before[field] or None) != (value or None)}
	if changed:
		ports.records.update(TICKET, ticket["name"], changed)
		comment(ports.records, ticket["name"], _change_text(stop, before, now, changed))


def _change_text(stop: Record, before: Record, now: Record, changed: Record) -> str:
	sentences = []
	if {"subject", "plant_units_per_shift", "plant_cost_per_hour", "plant_currency"} & changed.keys():
		lines = ", ".join(row["production_line"] for row in lines_of(stop)) or "no line"
		sentences.append(
			f"The impact has changed: {lines}; {_impact_text(now)}, before: {_impact_text(before)}."
		)
	if "plant_suspected_root_ci" in changed and now["plant_suspected_root_ci"]:
		sentences.append(
			f"Suspected root: {now['plant_suspected_root_ci']}. It has not reported a failure, but would explain"
			" all that have failed here."
		)
	if "priority" in changed:
		sentences.append(f"Priority {before['priority']} → {now['priority']}: {_priority_reason(stop)}.")
	return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)


def _priority_reason(stop: Record) -> str:
	if stop["priority_override"]:
		return f"set by hand, {stop['priority_override_reason']}"
	return str(stop["priority_reason"])


def _impact_text(values: Record) -> str:
	cost = money_of(values["plant_cost_per_hour"], values["plant_currency"])
	return f"{values['plant_units_per_shift'] or 0} units per shift, {f'{cost} per hour' if cost else 'not priced'}"


def notify_people(ports: Ports, stop: Record) -> None:
	"""Tell the people responsible for the lines who were not told before, and keep on the stop who was told."""
	if stop["micro_stop"]:
		return
	audience = _audience(ports.records, stop)
	told = stop["notified_users"].split(", ") if stop["notified_users"] else []
	users = tuple(user for user in audience.users if user not in told)
	settings = settings_of(ports.records)
	if users:
		ports.notifier.notify(
			Notice(
				users=users,
				subject=stop["title"],
				message=stop["description"],
				doctype=TICKET if stop["hd_ticket"] else "Line Stop",
				name=stop["hd_ticket"] or stop["name"],
				by_email=settings.notify_by_email,
			)
		)
	ports.records.update_many(
		"Line Stop",
		[stop["name"]],
		{
			"notified_roles": ", ".join(audience.roles),
			"notified_users": ", ".join([*told, *users]),
			**begun(ports, stop),
		},
	)


def _audience(records: Records, stop: Record) -> Audience:
	"""The people responsible for the lines; those who keep us running where the trouble is our own and has no CI. Of a
	drill nobody but who rehearses it."""
	if stop["is_drill"]:
		person = rehearser_of(records, stop)
		return Audience((), enabled_users(records, [person] if person else []))
	lines = [row["production_line"] for row in lines_of(stop)]
	if lines or stop["root_ci"]:
		return audience_of(records, lines)
	return Audience((OWN_TROUBLES,), enabled_users(records, users_with_role(records, OWN_TROUBLES)))


def report_end(ports: Ports, stop: Record) -> None:
	"""Comment duration and cost on the ticket; closing it is left to a person.

	A stop that has come back since is not reported as ended: its end is reported when it comes.
	"""
	if stop["incident_ended_at"] is None:
		return
	cost = money_of(stop["cost"], stop["currency"])
	last_parts = stop["incident_ended_at"] - max(stop["ended_at"], stop["onset"])
	seconds = Decimal(str(stop["duration_seconds"])) + exact_seconds(last_parts)
	_comment(
		ports,
		stop,
		f"<p>The signal has cleared: {escape(stop['title'])} ended after {duration_text(seconds)}"
		f"{f' and cost {cost}' if cost else ''}.</p><p>{escape(stop['cost_explanation'])}</p>"
		"<p>Close this ticket when the cause is found and removed.</p>",
	)


def report_return(ports: Ports, stop: Record) -> None:
	"""Comment that a stop has come back soon after its end and goes on as the same incident."""
	_comment(ports, stop, f"<p>It is back: {escape(stop['title'])} goes on as the same incident.</p>")


def _comment(ports: Ports, stop: Record, content: str) -> None:
	if stop["hd_ticket"]:  # else a person has deleted it
		comment(ports.records, stop["hd_ticket"], content)
