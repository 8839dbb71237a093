"""Events of OPC UA alarms: which fields we ask a server for, and what they say (OPC UA part 9, Alarms & Conditions)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asyncua import ua

from plant_itsm.domain.opcua_addresses import alarm_address
from plant_itsm.domain.signals import RawSignal
from plant_itsm.domain.vocabulary import Word
from plant_itsm.ot_listeners.listening import SHOWN_PAYLOAD_BYTES
from plant_itsm.ot_listeners.opcua_values import as_json, as_text, as_utc, signal_from

_BASE_EVENT, _CONDITION, _ACKNOWLEDGEABLE, _ALARM = 2041, 2782, 2881, 2915
_SHELVED = (2932, 2933)  # the states TimedShelved and OneShotShelved of the ShelvedStateMachineType
_LONGEST_MESSAGE = 1000

_FIELDS: tuple[tuple[str, int, type | tuple[type, ...]], ...] = (
	("EventId", _BASE_EVENT, bytes),
	("EventType", _BASE_EVENT, ua.NodeId),
	("SourceName", _BASE_EVENT, str),
	("SourceNode", _BASE_EVENT, ua.NodeId),
	("Time", _BASE_EVENT, datetime),
	("ReceiveTime", _BASE_EVENT, datetime),
	("Message", _BASE_EVENT, (ua.LocalizedText, str)),
	("Severity", _BASE_EVENT, int),
	("", _CONDITION, ua.NodeId),
	("ConditionName", _CONDITION, str),
	("BranchId", _CONDITION, ua.NodeId),
	("Retain", _CONDITION, bool),
	("EnabledState/Id", _CONDITION, bool),
	("AckedState/Id", _ACKNOWLEDGEABLE, bool),
	("ConfirmedState/Id", _ACKNOWLEDGEABLE, bool),
	("ActiveState/Id", _ALARM, bool),
	("SuppressedOrShelved", _ALARM, bool),
	("ShelvingState/CurrentState/Id", _ALARM, ua.NodeId),
)
"""(browse path, the event type that has it, what it must be). The empty path is the ConditionId (part 9, 5.5.2)."""


class EventKind(Word):
	ALARM = "alarm"
	REFRESH_START = "refresh start"
	REFRESH_END = "refresh end"
	REFRESH_REQUIRED = "refresh required"
	OVERFLOW = "overflow"
	OTHER = "other"


_KINDS = {
	ua.NodeId(2787): EventKind.REFRESH_START,
	ua.NodeId(2788): EventKind.REFRESH_END,
	ua.NodeId(2789): EventKind.REFRESH_REQUIRED,
	ua.NodeId(3035): EventKind.OVERFLOW,
}


@dataclass(frozen=True)
class Notice:
	"""What an event or a refresh says, for the stream. problem: why nothing can be done with it."""

	document: Any
	time: datetime | None = None
	problem: str | None = None


@dataclass(frozen=True)
class AlarmEvent:
	"""One event of a notifier. address and notice are those of an alarm; other kinds have none."""

	kind: EventKind
	address: str = ""
	notice: Notice | None = None

	@property
	def is_live(self) -> bool:
		"""Whether it tells of an alarm as it is, not of a branch: an earlier state."""
		return self.notice is not None and self.notice.document.get("branch_id") is None


def event_filter() -> ua.EventFilter:
	"""All our fields of whatever a notifier tells. Without a condition of ours: servers refuse what they do not know,
	and events that are no alarms are easily left out here."""
	return ua.EventFilter(SelectClauses=[_clause(path, kind) for path, kind, _ in _FIELDS])


def _clause(path: str, event_type: int) -> ua.SimpleAttributeOperand:
	return ua.SimpleAttributeOperand(
		TypeDefinitionId=ua.NodeId(event_type),
		BrowsePath=[ua.QualifiedName(name, 0) for name in path.split("/") if name],
		AttributeId=ua.AttributeIds.Value if path else ua.AttributeIds.NodeId,
	)


def event_of(notifier: str, fields: Sequence[ua.Variant]) -> AlarmEvent:
	"""What an event of a notifier (its address) says. Fields that are none of the agreed ones make a notice with a
	problem, and never an exception: it comes from the wire."""
	values = dict(zip((path for path, _, _ in _FIELDS), (field.Value for field in fields), strict=False))
	kind = _KINDS.get(values.get("EventType")) if isinstance(values.get("EventType"), ua.NodeId) else None
	if kind is not None:
		return AlarmEvent(kind)
	problem = _problem(fields)
	if problem:
		return AlarmEvent(
			EventKind.ALARM, notifier, Notice({"fields": as_text(repr(list(values.values())))}, None, problem)
		)
	if _is_null(values[""]):
		return AlarmEvent(EventKind.OTHER)
	return _alarm(notifier, values)


def _problem(fields: Sequence[ua.Variant]) -> str | None:
	if len(fields) != len(_FIELDS):
		return f"an event with {len(fields)} fields, but {len(_FIELDS)} were asked for: the server breaks the filter"
	for (path, _, kind), field in zip(_FIELDS, fields, strict=True):
		value = field.Value
		if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
			found = f"the field {path or 'ConditionId'} of an event holds a {type(value).__name__}"
			return f"{found}: the server breaks its type"
	severity = fields[7].Value
	return "an event without severity: the server leaves out a mandatory field" if severity is None else None


def _alarm(notifier: str, values: dict[str, Any]) -> AlarmEvent:
	source, condition = (as_text(values[name] or "") for name in ("SourceName", "ConditionName"))
	condition_id = as_text(values[""].to_string())
	enabled = values["EnabledState/Id"]
	active = values["ActiveState/Id"]
	document = {
		"active": active and enabled is not False,
		"acked": values["AckedState/Id"],
		"confirmed": values["ConfirmedState/Id"],
		"shelved": _is_shelved(values),
		"retain": values["Retain"],
		"enabled": enabled,
		"severity": values["Severity"],
		"message": _text(values["Message"]),
		"source": source[:_LONGEST_MESSAGE],
		"source_node": _node(values["SourceNode"]),
		"condition": condition[:_LONGEST_MESSAGE],
		"condition_id": condition_id[:_LONGEST_MESSAGE],
		"branch_id": _node(values["BranchId"]),
		"event_id": values["EventId"].hex()[:200] if values["EventId"] else None,
		"event_type": _node(values["EventType"]),
	}
	address = alarm_address(notifier, source, condition, condition_id)
	return AlarmEvent(
		EventKind.ALARM, address, Notice(document, as_utc(values["Time"] or values["ReceiveTime"]))
	)


Told = tuple[str, "ua.DataValue | Notice"]
"""An address and what the server tells of it: the value of a node, or what an event says."""


def raw_signal(told: Told, received_time: datetime, max_payload_bytes: int) -> RawSignal:
	"""What a server has told, as it goes into the stream."""
	address, what = told
	if isinstance(what, Notice):
		return _notice_signal(address, what, received_time)
	return signal_from(address, what, received_time, max_payload_bytes)


def _notice_signal(address: str, notice: Notice, received_time: datetime) -> RawSignal:
	"""Its size is bounded already: names and messages are cut where they are made."""
	payload = json.dumps(notice.document, ensure_ascii=False).encode()
	return RawSignal(
		address=address,
		payload=payload[:SHOWN_PAYLOAD_BYTES] if notice.problem else payload,
		received_time=received_time,
		source_time=notice.time,
		problem=notice.problem,
		payload_bytes=len(payload),
	)


def _is_shelved(values: dict[str, Any]) -> bool:
	"""Shelved by an operator of the source, suppressed by its design, or out of service there."""
	if values["SuppressedOrShelved"] is not None:
		return bool(values["SuppressedOrShelved"])
	state = values["ShelvingState/CurrentState/Id"]
	return not _is_null(state) and state.NamespaceIndex == 0 and state.Identifier in _SHELVED


def _is_null(node: ua.NodeId | None) -> bool:
	return node is None or node.is_null()


def _node(node: ua.NodeId | None) -> str | None:
	return None if _is_null(node) else as_text(node.to_string()[:_LONGEST_MESSAGE])


def _text(message: Any) -> str:
	"""A message as far as a person reads: the alarm counts, however long its text."""
	text = as_json(message) or ""
	return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 1]}…"
