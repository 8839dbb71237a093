"""OT Signal Events: what a judgement records of a rule that was raised or cleared, and what is noted on it later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from plant_itsm.domain.judging import Cause
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import key_of
from plant_itsm.domain.vocabulary import EventKind, Transition
from plant_itsm.ports import Record, Records

EVENT = "OT Signal Event"
_LONGEST_REMARK = 500


def signal_event(
	rule: SignalRule, kind: EventKind, transition: Transition, cause: Cause, stop: str | None, remark: str
) -> Record:
	return {
		"event_key": cause.event_key,
		"signal_rule": rule.name,
		"ci": rule.ci,
		"event_kind": kind,
		"transition": transition,
		"connection": rule.connection,
		"address": cause.address,
		"value": cause.value,
		"source_time": cause.source_time,
		"received_time": cause.received_time,
		"line_stop": stop,
		"remark": remark or None,
	}


def silence(rule: SignalRule, address: str, value: str, at: datetime, now: datetime) -> Cause:
	"""The cause of an event that a watchdog makes. at: when view was lost or came back."""
	key = key_of(rule.connection, rule.name, address, value, now.isoformat())
	return Cause(address, value, at, None, now, key)


def joined(*remarks: str | None) -> str:
	"""Several remarks as one that fits into its field; "" where there is none."""
	return "; ".join(remark for remark in remarks if remark)[:_LONGEST_REMARK]


def note_on_raise(
	records: Records, unwritten: Sequence[Record], rule: SignalRule, address: str, remark: str
) -> None:
	"""Add a remark to the event of the last raise at an address: its operator has acknowledged it since.

	unwritten: the events of the open batch, which are not in the records yet.
	"""
	found = [event for event in unwritten if _is_raise_of(event, rule, address)]
	if found:
		found[-1]["remark"] = _with(found[-1]["remark"], remark)
		return
	wanted = {"signal_rule": rule.name, "address": address, "transition": Transition.RAISED}
	for event in records.find(EVENT, wanted, order_by="received_time", descending=True, limit=1):
		noted = _with(event["remark"], remark)
		if noted != event["remark"]:
			records.update(EVENT, event["name"], {"remark": noted})


def _is_raise_of(event: Record, rule: SignalRule, address: str) -> bool:
	identity = event["signal_rule"], event["address"], event["transition"]
	return identity == (rule.name, address, Transition.RAISED)


def _with(before: str | None, remark: str) -> str:
	known = (before or "").split("; ")
	return joined(before, *(part for part in remark.split("; ") if part not in known))
