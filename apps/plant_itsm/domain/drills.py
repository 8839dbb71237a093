"""Rehearsing a line stop: the signal that a rule would answer to, made up from the rule itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.payloads import document_at
from plant_itsm.domain.rules import SignalRule, finite
from plant_itsm.domain.vocabulary import NOT_STOPS, Condition, PayloadFormat, Word

STAND_IN = "drill"
"""Stands where a topic filter leaves a level open."""


class DrillStatus(Word):
	"""Where a drill stands."""

	QUEUED = "Queued"
	RUNNING = "Running"
	SUPPRESSED = "Suppressed"
	REFUSED = "Refused"
	CLEANED_UP = "Cleaned Up"


def check_can_rehearse(rule: SignalRule) -> None:
	"""Refuse a rule that never opens a Line Stop."""
	if rule.event_kind in NOT_STOPS:
		raise RuleError(
			f"Signal Rule {rule.name} is of the kind {rule.event_kind}, which opens no Line Stop."
			" Rehearse a rule that does."
		)


def raising_value(rule: SignalRule) -> Any:
	"""A value for which the condition holds, as the source would send it. Raises RuleError where none is found."""
	for value in _candidates(rule):
		if rule.is_met(rule.translate(value), None):
			return value
	raise RuleError(
		f"Signal Rule {rule.name}: no value is known for which {rule.condition} {rule.condition_value!r} holds."
		" Check condition and state map."
	)


def _candidates(rule: SignalRule) -> Iterator[Any]:
	if rule.state_map is not None:
		yield from sorted(rule.state_map.meanings)
		return
	for text in (
		rule.condition_value.split(",") if rule.condition == Condition.ONE_OF else [rule.condition_value]
	):
		yield from _like(text.strip())


def _like(text: str) -> Iterator[Any]:
	"""The value that a text stands for, and others of its kind: below, above, or just different."""
	if text.lower() in ("true", "false"):
		yield from (text.lower() == "true", text.lower() != "true")
		return
	number = finite(text)
	if number is not None:
		exact = int(number) if number.is_integer() else number
		step = max(1, abs(exact) // 100)
		yield from (exact, exact - step, exact + step)
	yield from (text, f"{text} ({STAND_IN})")


def without_delays(rule: SignalRule) -> SignalRule:
	"""The rule as a drill judges by it: who rehearses does not wait."""
	return replace(rule, on_delay_seconds=0.0)


def rehearsed_address(rule: SignalRule) -> str:
	"""An address that the rule looks at."""
	levels = rule.address.split("/")
	return "/".join(STAND_IN if level in ("+", "#") else level for level in levels)


def rehearsed_payload(rule: SignalRule, payload_format: PayloadFormat) -> bytes:
	"""The bytes that the source would send; JSON unless the source sends plain texts or numbers."""
	value = raising_value(rule)
	if payload_format in (PayloadFormat.TEXT, PayloadFormat.NUMBER):
		return str(value).encode()
	return json.dumps(document_at(value, rule.value_path)).encode()
