"""Drills: a line stop that a person rehearses. Its record is what remains when all else has been removed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from plant_itsm.domain.drills import (
	DrillStatus,
	check_can_rehearse,
	rehearsed_address,
	rehearsed_payload,
)
from plant_itsm.domain.errors import MissingRecordError, PlantItsmError, RuleError, StoreUnavailableError
from plant_itsm.domain.rules import SignalRule, as_text
from plant_itsm.domain.signals import RawSignal
from plant_itsm.domain.vocabulary import LineStopStatus, PayloadFormat, Protocol
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.downtime import STOP
from plant_itsm.services.impact_fields import money_of
from plant_itsm.services.incident_lines import lines_of
from plant_itsm.services.rules import rule_book
from plant_itsm.services.settings import settings_of
from plant_itsm.services.sparkplug import is_sparkplug
from plant_itsm.services.ticket_comments import TICKET

DRILL = "Line Stop Drill"
_FOLLOWING = ("Outbox Entry", "Escalation Run", "Line Stop Correction")
"""What points to a Line Stop and goes with that of a drill."""
_OPEN = (DrillStatus.QUEUED, DrillStatus.RUNNING)

log = logging.getLogger(__name__)


def payload_format_of(connection: Record) -> PayloadFormat:
	"""What the signal of a drill is written in. The sessions of Sparkplug and OPC UA must not be disturbed, so there it
	is a plain document with the value where the rule looks for it."""
	is_plain = connection["protocol"] == Protocol.MQTT and not is_sparkplug(connection)
	return PayloadFormat(connection["payload_format"]) if is_plain else PayloadFormat.JSON


def begin(ports: Ports, rule_name: str, person: str) -> tuple[Record, RawSignal]:
	"""Note a new drill in the transaction that is open; returns it with the signal to put into the stream.

	Raises MissingRecordError, or RuleError for a rule that cannot be rehearsed.
	"""
	records, now = ports.records, ports.clock.now()
	rule, connection = _rule(records, rule_name)
	signal = RawSignal(
		rehearsed_address(rule), rehearsed_payload(rule, payload_format_of(connection)), now, source_time=now
	)
	drill = records.insert(
		DRILL,
		{
			"signal_rule": rule.name,
			"ci": rule.ci,
			"connection": rule.connection,
			"person": person,
			"started_at": now,
			"clean_up_at": now + timedelta(minutes=settings_of(records).drill_minutes),
			"signal": f"{signal.address} = {as_text(signal.payload.decode())}"[:500],
		},
	)
	return drill, replace(signal, drill=drill["name"])


def _rule(records: Records, name: str) -> tuple[SignalRule, Record]:
	record = records.get("Signal Rule", name)
	connection = records.get("OT Connection", record["connection"]) if record else None
	if record is None or connection is None:
		raise MissingRecordError(f"Signal Rule {name!r} does not exist. Check the name.")
	rule = rule_book(records, record["connection"]).rules.get(name)
	if rule is None or not connection["enabled"]:
		which = f"OT Connection {connection['name']}" if rule else f"Signal Rule {name}"
		raise RuleError(f"{which} is disabled: enable it, then rehearse.")
	check_can_rehearse(rule)
	return rule, connection


def rehearser_of(records: Records, stop: Record) -> str | None:
	"""Who rehearses a stop; None where it is no drill."""
	if not stop["is_drill"]:
		return None
	found = records.find(DRILL, {"line_stop": stop["name"]}, limit=1)
	return found[0]["person"] if found else None


def progress(records: Records, drill: str) -> Record:
	"""How far a drill has come: {name, status, remark, line_stop, ticket, title, priority, stages: [{stage, seconds}]},
	seconds since its start, None for what is still to come."""
	row = records.get(DRILL, drill)
	if row is None:
		raise MissingRecordError(f"Line Stop Drill {drill!r} does not exist. Check the name.")
	stop = (records.get(STOP, row["line_stop"]) if row["line_stop"] else None) or {}
	stages = {
		"Signal in the stream": row["started_at"],
		"Judged by the rule": row["judged_at"],
		"Line Stop open": stop.get("detected_at"),
		"Ticket made": _ticket_made_at(records, stop),
		"You are told": stop.get("notified_at"),
	}
	return {
		**{key: row[key] for key in ("name", "status", "remark", "summary", "line_stop", "clean_up_at")},
		"ticket": stop.get("hd_ticket"),
		"title": stop.get("title"),
		"priority": stop.get("priority"),
		"stages": [
			{"stage": stage, "seconds": at and round((at - row["started_at"]).total_seconds(), 1)}
			for stage, at in stages.items()
		],
	}


def _ticket_made_at(records: Records, stop: Record) -> datetime | None:
	ticket = records.find(TICKET, {"name": stop["hd_ticket"]}) if stop.get("hd_ticket") else []
	return ticket[0]["creation"] if ticket else None


# ------------------------------------------------------------------ the end


def clean_up(ports: Ports, drill: str) -> Record:
	"""Remove all that a drill has brought about; what remains is its own record. Once more does nothing.

	Raises MissingRecordError; RecordInUseError where a person has tied something lasting to it.
	"""
	records = ports.records
	with records.transaction():
		row = records.get(DRILL, drill, for_update=True)
		if row is None:
			raise MissingRecordError(f"Line Stop Drill {drill!r} does not exist. Check the name.")
		if row["status"] not in _OPEN:
			return row
		stop = records.get(STOP, row["line_stop"], for_update=True) if row["line_stop"] else None
		ended = {"status": DrillStatus.CLEANED_UP, "cleaned_up_at": ports.clock.now(), "line_stop": None}
		if row["status"] == DrillStatus.QUEUED:
			ended |= {"status": DrillStatus.REFUSED, "remark": _NOT_JUDGED}
		if stop is not None:
			ended["summary"] = _summary(records, row, stop)
		row = records.update(DRILL, drill, ended)
		if stop is not None:
			_remove(records, stop)
		return row


_NOT_JUDGED = "No drain has judged it: see that a worker serves the queue ot (plant-itsm status)."


def _remove(records: Records, stop: Record) -> None:
	for doctype in _FOLLOWING:
		for row in records.find(doctype, {"line_stop": stop["name"]}):
			records.delete(doctype, row["name"])
	for ticket in records.find(TICKET, {"plant_line_stop": stop["name"]}):
		records.update(STOP, stop["name"], {"hd_ticket": None})  # both link to each other
		records.delete(TICKET, ticket["name"])
	records.delete(STOP, stop["name"])


def _summary(records: Records, drill: Record, stop: Record) -> str:
	"""One line that says what was rehearsed and how it went."""
	cost = money_of(stop["cost_per_hour"], stop["currency"])
	lines = ", ".join(row["production_line"] for row in lines_of(stop)) or "no line"
	parts = [f"{stop['priority'] or 'no priority'}: {lines}", f"{cost} per hour" if cost else "not priced"]
	stages = progress(records, drill["name"])["stages"]
	parts += [
		f"{one['stage'].lower()} after {one['seconds']:g} s"
		for one in stages[2:]
		if one["seconds"] is not None
	]
	return "; ".join(parts)


def clean_up_due(ports: Ports) -> int:
	"""Clean up the drills whose time is over. Returns how many; one that fails is tried again at the next tick."""
	done = 0
	for name in _due(ports):
		try:
			clean_up(ports, name)
			done += 1
		except StoreUnavailableError:
			raise
		except PlantItsmError as error:
			log.warning("drill %s cannot be cleaned up: %s", name, error)
			with ports.records.transaction():
				ports.records.update(DRILL, name, {"remark": str(error)[:500]})
	return done


def _due(ports: Ports) -> Iterator[str]:
	now = ports.clock.now()
	with ports.records.transaction():
		due = ports.records.find(DRILL, {"status": ("in", _OPEN), "clean_up_at": ("<=", now)})
	yield from (row["name"] for row in due)


def drills_now(records: Records) -> list[Record]:
	"""The stops that are being rehearsed: shown on Plant Now, and no part of any line's standing."""
	return records.find(STOP, {"is_drill": True, "status": LineStopStatus.OPEN}, order_by="onset")
