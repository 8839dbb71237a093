"""What people do with a Maintenance Order: schedule it, with a change request where one is due, start, complete."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape

from plant_itsm.domain.change_words import ChangeCategory, ChangeStatus
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.maintenance_words import Finding, OrderStatus
from plant_itsm.domain.money import Money
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.change_places import places_of
from plant_itsm.services.change_requests import DOCTYPE as CHANGE
from plant_itsm.services.change_windows import covering, windows_for
from plant_itsm.services.maintenance_orders import when
from plant_itsm.services.maintenance_settings import maintenance_settings
from plant_itsm.services.maintenance_slots import ProposedSlot
from plant_itsm.services.order_slots import (
	change_type_of,
	cis_of_order,
	duration_of,
	slots_of_order,
	window_of,
)
from plant_itsm.services.ticket_comments import comment
from plant_itsm.services.work_orders import DOCTYPE

DAY = timedelta(days=1)
BEFORE = (OrderStatus.OPEN, OrderStatus.SCHEDULED)
GIVEN_UP = (ChangeStatus.REJECTED, ChangeStatus.CANCELLED)


def find_order_slots(ports: Ports, name: str, count: int = 10) -> list[ProposedSlot]:
	"""The next times at which an order fits. Raises MissingRecordError."""
	order = _existing(ports.records, name, for_update=False)
	return slots_of_order(ports.records, order, ports.clock.now())[:count]


def schedule(ports: Ports, name: str, start: datetime, by: str) -> Record:
	"""Plan an order for a time, in its window where one is open then. Raises InvalidRecordError."""
	records = ports.records
	with records.transaction():
		order = _in(records, name, BEFORE, "scheduled")
		span = Span(start, start + duration_of(maintenance_settings(records), order))
		_check_time(order, span, ports.clock.now())
		values: Record = {
			"status": OrderStatus.SCHEDULED,
			"planned_start": start,
			"duration_minutes": (span.end - span.start) // timedelta(minutes=1),
			**_found_slot(ports, order, span),
		}
		planned = records.update(DOCTYPE, name, values)
		if change_type_of(records, order) is not None:
			planned = records.update(DOCTYPE, name, {"change_request": _change(ports, planned, by)})
		_tell(records, planned, when(records, planned), by)
	return planned


def _existing(records: Records, name: str, *, for_update: bool = True) -> Record:
	order = records.get(DOCTYPE, name, for_update=for_update)
	if order is None:
		raise MissingRecordError(f"{DOCTYPE} {name!r} does not exist. Check the name.")
	return order


def _in(records: Records, name: str, states: tuple[OrderStatus, ...], what: str) -> Record:
	order = _existing(records, name)
	if order["status"] not in states:
		raise InvalidRecordError(
			f"{DOCTYPE} {name} is {order['status'].lower()}: it cannot be {what} any more.",
			fieldname="status",
			value=order["status"],
		)
	return order


def _check_time(order: Record, span: Span, now: datetime) -> None:
	if span.start < now - timedelta(minutes=1):
		raise InvalidRecordError(
			f"{DOCTYPE} {order['name']}: {span.start:%Y-%m-%d %H:%M %Z} has passed. Choose a time to come.",
			fieldname="planned_start",
		)
	if order["fails_by"] is not None and span.end > order["fails_by"] > now:
		raise InvalidRecordError(
			f"{DOCTYPE} {order['name']}: the work would end at {span.end:%Y-%m-%d %H:%M %Z}, after the failure that is"
			f" predicted by {order['fails_by']:%Y-%m-%d %H:%M %Z}. Choose an earlier time.",
			fieldname="planned_start",
		)


def _found_slot(ports: Ports, order: Record, span: Span) -> Record:
	"""The cost of the time where the finder knows it; else the window that is open then, if any."""
	for slot in slots_of_order(ports.records, order, ports.clock.now()):
		if slot.span.start == span.start:
			cost = slot.expected_cost
			return {
				"change_window": slot.window,
				"expected_cost": cost and cost.amount,
				"currency": cost and cost.currency,
				"slot_explanation": slot.explanation,
			}
	kind, _ = window_of(ports.records, maintenance_settings(ports.records), order)
	windows = windows_for(ports.records, kind, places_of(ports.records, cis_of_order(order)))
	found = covering(windows.opening, span)
	where = f"{found.window} is open then" if found else f"no {kind} window is open then"
	return {
		"change_window": found and found.window,
		"expected_cost": None,
		"currency": None,
		"slot_explanation": f"Chosen by hand; {where}.",
	}


def make_change(ports: Ports, name: str, by: str) -> str:
	"""The OT Change Request of an order, made where there is none. Raises InvalidRecordError where none is due."""
	records = ports.records
	with records.transaction():
		order = _in(records, name, BEFORE, "put into a change request")
		if change_type_of(records, order) is None:
			raise InvalidRecordError(
				f"{DOCTYPE} {name}: of which type is the change? Choose one on the order, or in Plant Maintenance"
				" Settings.",
				fieldname="change_type",
			)
		change = _change(ports, order, by)
		records.update(DOCTYPE, name, {"change_request": change})
	return change


def _change(ports: Ports, order: Record, by: str) -> str:
	records = ports.records
	minutes = duration_of(maintenance_settings(records), order) // timedelta(minutes=1)
	time = {"planned_start": order["planned_start"], "duration_minutes": minutes}
	known = records.get(CHANGE, order["change_request"]) if order["change_request"] else None
	if known is not None and known["status"] not in GIVEN_UP:
		records.update(CHANGE, order["change_request"], {**time, "changed_by": by})
		return str(order["change_request"])
	values = {
		**time,
		"title": order["title"],
		"change_type": change_type_of(records, order),
		"category": ChangeCategory.NORMAL,
		"requested_by": by,
		"changed_by": by,
		"implementer": order["assigned_to"],
		"cis": [{"ci": ci} for ci in cis_of_order(order)],
		"description": order["description"],
		"hd_ticket": order["hd_ticket"],
		"maintenance_order": order["name"],
		**_failure(ports, order),
	}
	return str(records.insert(CHANGE, values)["name"])


def _failure(ports: Ports, order: Record) -> Record:
	"""The prediction behind the order, so that the finder of the change prices waiting as that of the order does."""
	days = (order["fails_by"] - ports.clock.now()) / DAY if order["fails_by"] else 0.0
	if not order["probability"] or days <= 0:
		return {}
	return {
		"failure_probability": order["probability"] * 100,
		"failure_within_days": days,
		"failure_stop_hours": float(maintenance_settings(ports.records).unplanned_stop_hours),
	}


def start(ports: Ports, name: str, by: str) -> Record:
	"""The work begins. Raises InvalidRecordError where it has a change request that has not begun."""
	records = ports.records
	with records.transaction():
		order = _in(records, name, BEFORE, "started")
		values: Record = {"status": OrderStatus.IN_PROGRESS}
		if not order["assigned_to"]:
			values["assigned_to"] = by
		return records.update(DOCTYPE, name, values)


def complete(ports: Ports, name: str, finding: Finding, note: str, by: str) -> Record:
	"""The work is done, and has found something or nothing: told to the ticket, and to the model that asked for it.

	Raises InvalidRecordError for a checklist that is not done, and for parts that are not on hand.
	"""
	records = ports.records
	with records.transaction():
		_in(records, name, (*BEFORE, OrderStatus.IN_PROGRESS), "completed")
		values: Record = {"status": OrderStatus.DONE, "finding": finding}
		if note.strip():
			values["findings_note"] = note.strip()
		done = records.update(DOCTYPE, name, values)
		_tell(records, done, outcome_text(done), by)
	return done


def outcome_text(order: Record) -> str:
	"""What a completed order says on its ticket."""
	wrong = [f"{row['step']}: {row['finding']}" for row in order["steps"] if row["finding"]]
	cost = order["total_cost"] and Money(order["total_cost"], order["cost_currency"])
	parts = [
		f"{order['name']} is done: {order['finding'].lower()}",
		order["findings_note"] or "",
		"; ".join(wrong),
		f"Labour and parts: {cost}" if cost else "",
	]
	return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _tell(records: Records, order: Record, text: str, by: str) -> None:
	if order["hd_ticket"]:
		comment(records, order["hd_ticket"], f"<p>{escape(text)}</p>", by)
