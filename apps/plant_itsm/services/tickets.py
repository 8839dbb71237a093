"""The HD Ticket of a line stop: opened once, announced to the people of its lines, told of its end."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from plant_itsm.domain.errors import DuplicateRecordError
from plant_itsm.domain.line_stops import duration_text
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.domain.vocabulary import EventKind, LineStopStatus
from plant_itsm.ports import Notice, Ports, Record
from plant_itsm.services.lines import audience_of
from plant_itsm.services.response_start import begun
from plant_itsm.services.settings import settings_of

TICKET = "HD Ticket"
COMMENT = "HD Ticket Comment"
AUTHOR = "Administrator"
"""Who comments on tickets on behalf of plant_itsm."""


def open_ticket(ports: Ports, stop: Record) -> None:
	"""Insert the ticket of a stop; the unique plant_line_stop makes a second one impossible."""
	try:
		ticket = ports.records.insert(TICKET, _ticket(ports, stop))
	except DuplicateRecordError:
		ticket = ports.records.find(TICKET, {"plant_line_stop": stop["name"]}, limit=1)[0]
	ports.records.update("Line Stop", stop["name"], {"hd_ticket": ticket["name"]})


def _ticket(ports: Ports, stop: Record) -> Record:
	settings = settings_of(ports.records)
	lines = [row["production_line"] for row in stop["lines"]]
	ticket = {
		"subject": stop["title"],
		"description": stop["description"],
		"priority": settings.priorities[EventKind(stop["kind"])],
		"ticket_type": settings.ticket_type,
		"plant_line_stop": stop["name"],
		"plant_root_ci": stop["root_ci"],
		"plant_production_line": lines[0] if lines else None,
		"plant_units_per_shift": stop["units_per_shift"],
		"plant_cost_per_hour": stop["cost_per_hour"],
		"plant_currency": stop["currency"],
	}
	return ticket | ({"raised_by": settings.raised_by} if settings.raised_by else {})


def notify_people(ports: Ports, stop: Record) -> None:
	"""Tell the people responsible for the lines, and keep on the stop who was told."""
	audience = audience_of(ports.records, [row["production_line"] for row in stop["lines"]])
	settings = settings_of(ports.records)
	if audience.users:
		ports.notifier.notify(
			Notice(
				users=audience.users,
				subject=stop["title"],
				message=stop["description"],
				doctype=TICKET if stop["hd_ticket"] else "Line Stop",
				name=stop["hd_ticket"] or stop["name"],
				by_email=settings.notify_by_email,
			)
		)
	ports.records.update(
		"Line Stop",
		stop["name"],
		{
			"notified_roles": ", ".join(audience.roles),
			"notified_users": ", ".join(audience.users),
			**begun(ports, stop),
		},
	)


def report_end(ports: Ports, stop: Record) -> None:
	"""Comment duration and cost on the ticket; closing it is left to a person.

	A stop that has come back since is not reported as ended: its end is reported when it comes.
	"""
	if stop["status"] != LineStopStatus.ENDED:
		return
	cost = Money(to_decimal(stop["cost"]), stop["currency"]) if stop["currency"] else None
	seconds = Decimal(str(stop["duration_seconds"]))
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
	if not stop["hd_ticket"]:
		return  # a person has deleted it
	comment = {"reference_ticket": stop["hd_ticket"], "commented_by": AUTHOR, "content": content}
	ports.records.insert(COMMENT, comment)
