"""What a machine has to send so that a Signal Rule raises and clears: the demo plays any plant, from its rules."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.vocabulary import Condition, EventKind, PayloadFormat, Protocol
from plant_itsm.ports import Record, Records
from plant_itsm.services.rules import rule_book

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_WELL = "RUNNING"
"""What a machine says that is not in trouble; any text would do that the rule does not ask for."""


class ScenarioError(PlantItsmError):
	"""A plant holds no rule that the demo could play."""


@dataclass(frozen=True)
class Play:
	"""A rule with its connection, the address to send to, and the values that raise and clear it."""

	rule: SignalRule
	connection: Record
	address: str
	raising: Any
	clearing: Any

	def payload(self, value: Any, at: datetime | None) -> bytes:
		"""The bytes of an MQTT message with this value, formed as the connection and the rule expect it; without a
		source time where `at` is None."""
		if self.connection["payload_format"] != PayloadFormat.JSON:
			return str(value).encode()
		document = _document(self.rule.value_path, value)
		timestamp_path = self.connection["timestamp_path"]
		if at is not None and timestamp_path and isinstance(document, dict):
			document = _merged(document, _document(timestamp_path, at.isoformat(timespec="milliseconds")))
		return json.dumps(document).encode()

	@property
	def malformed(self) -> bytes:
		"""A message that its connection cannot read: JSON that breaks off, or bytes that are no text."""
		is_text = self.connection["payload_format"] == PayloadFormat.TEXT
		return b"\xff\xfe" if is_text else b'{"state": "OFFL'


def plays_of(records: Records, protocol: Protocol) -> list[Play]:
	"""All enabled rules on enabled connections of a protocol, those that need the least patience first."""
	found: list[Play] = []
	for row in records.find("OT Connection", {"protocol": protocol, "enabled": True}):
		found += [play_of(rule, row) for rule in rule_book(records, row["name"]).rules.values()]
	return sorted(found, key=lambda play: (play.rule.on_delay_seconds, play.rule.name))


def play_of(rule: SignalRule, connection: Record) -> Play:
	raising, clearing = _values(rule)
	return Play(rule, connection, _concrete(rule.address), raising, clearing)


def line_stop_play(plays: list[Play], protocol: Protocol) -> Play:
	"""The first that opens a line stop. Raises ScenarioError when there is none."""
	for play in plays:
		if play.rule.event_kind == EventKind.LINE_STOP:
			return play
	raise ScenarioError(
		f"The plant has no enabled Signal Rule of kind {EventKind.LINE_STOP} on an enabled {protocol} connection,"
		" so the demo has nothing to play. Add one to Signal Rule.csv, or use --plant seed."
	)


def _values(rule: SignalRule) -> tuple[Any, Any]:
	"""(a value that meets the condition, one that does not)"""
	if rule.condition == Condition.CHANGED:
		return 1, 0
	first = _typed(rule.condition_value.split(",")[0].strip())
	if rule.condition == Condition.ABOVE:
		return first + 1, first - 1
	if rule.condition == Condition.BELOW:
		return first - 1, first + 1
	other = _other(first, rule)
	return (other, first) if rule.condition == Condition.DIFFERS else (first, other)


def _typed(text: str) -> Any:
	"""false, 3 and 4.5 as JSON reads them; anything else is a text."""
	try:
		value = json.loads(text)
	except ValueError:
		return text
	return value if isinstance(value, (bool, int, float)) else text


def _other(value: Any, rule: SignalRule) -> Any:
	if isinstance(value, bool):
		return not value
	if isinstance(value, (int, float)):
		listed = [_typed(part.strip()) for part in rule.condition_value.split(",")]
		return max((number for number in listed if isinstance(number, (int, float))), default=0) + 1
	return _WELL if _WELL not in rule.condition_value else f"not {rule.condition_value}"


def _concrete(address: str) -> str:
	"""A topic that falls under a topic filter."""
	return "/".join("demo" if level in ("+", "#") else level for level in address.split("/"))


def _document(path: str | None, value: Any) -> Any:
	document = value
	for key, index in reversed(_STEP.findall(path or "")):
		document = [None] * int(index) + [document] if index else {key: document}
	return document


def _merged(one: dict[str, Any], other: Any) -> dict[str, Any]:
	merged = dict(one)
	for key, value in other.items() if isinstance(other, dict) else ():
		both = isinstance(merged.get(key), dict) and isinstance(value, dict)
		merged[key] = _merged(merged[key], value) if both else value
	return merged
