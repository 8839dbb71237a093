"""Signal rules: which signals they look at, and when their condition holds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.vocabulary import Condition, EventKind, Protocol

_ORDER = (Condition.BELOW, Condition.ABOVE)


@dataclass(frozen=True)
class SignalRule:
	"""One rule of an OT Connection. Delays are in seconds."""

	name: str
	connection: str
	address: str
	condition: Condition
	condition_value: str
	ci: str
	event_kind: EventKind
	value_path: str | None = None
	on_delay_seconds: float = 0.0
	off_delay_seconds: float = 0.0

	def is_met(self, value: Any, previous: str | None) -> bool:
		"""Whether the condition holds. `previous` is the text of the last value of the same address.

		Raises RuleError when the value cannot be compared (a list, or a text where a number is needed).
		"""
		if isinstance(value, (dict, list)):
			raise RuleError(
				f"Signal Rule {self.name}: the value is a {type(value).__name__}: set a value path to one value"
			)
		if self.condition == Condition.CHANGED:
			return previous is not None and as_text(value) != previous
		if self.condition in _ORDER:
			return self._compare(value)
		wanted = (
			self.condition_value.split(",") if self.condition == Condition.ONE_OF else [self.condition_value]
		)
		hit = any(_same(value, candidate.strip()) for candidate in wanted)
		return hit != (self.condition == Condition.DIFFERS)

	def _compare(self, value: Any) -> bool:
		number = _finite(value)
		if number is None:
			raise RuleError(
				f"Signal Rule {self.name}: {as_text(value)!r} is no number, but its condition is"
				f" {self.condition} {self.condition_value}: check value path and condition"
			)
		limit = float(self.condition_value)
		return number < limit if self.condition == Condition.BELOW else number > limit


def as_text(value: Any) -> str:
	"""A value as it is compared and shown: true/false in lower case, whole floats without a fraction."""
	if value is None:
		return "null"
	if isinstance(value, bool):
		return str(value).lower()
	if isinstance(value, float) and value.is_integer():
		return str(int(value))
	return str(value)


def _finite(value: Any) -> float | None:
	if isinstance(value, bool):
		return None
	try:
		number = float(value)
	except (TypeError, ValueError, OverflowError):
		return None
	return number if math.isfinite(number) else None


def _same(value: Any, candidate: str) -> bool:
	if as_text(value) == candidate:
		return True
	if isinstance(value, bool):
		return candidate.lower() == as_text(value)
	number, other = _finite(value), _finite(candidate)
	return number is not None and number == other


def check_rule(rule: SignalRule, protocol: Protocol) -> None:
	"""Refuse a rule that could never work: a condition without its value, a bad topic filter, "changed" that raises."""
	what = f"Signal Rule {rule.name}"
	if rule.condition != Condition.CHANGED and not rule.condition_value.strip():
		raise RuleError(f"{what}: condition {rule.condition} needs a value. Enter the value to compare with.")
	if rule.condition in _ORDER and _finite(rule.condition_value) is None:
		raise RuleError(
			f"{what}: condition {rule.condition} needs a number, not {rule.condition_value!r}."
			" Write it with a decimal point, for example 4.5."
		)
	if rule.condition == Condition.CHANGED and rule.event_kind != EventKind.INFORMATION:
		raise RuleError(
			f"{what}: a change has no end, so it cannot raise a {rule.event_kind}."
			" Choose the event kind Information, or a condition that can clear."
		)
	if rule.on_delay_seconds < 0 or rule.off_delay_seconds < 0:
		raise RuleError(f"{what}: delays cannot be negative. Enter 0 or more seconds.")
	if protocol == Protocol.MQTT:
		check_topic_filter(what, rule.address)
	elif not ("=" in rule.address and rule.address.split(";")[-1][:2] in ("i=", "s=", "g=", "b=")):
		raise RuleError(
			f"{what}: {rule.address!r} is no OPC UA node id. Write it like ns=2;s=Line3.Robot.State."
		)


def check_topic_filter(what: str, topic_filter: str) -> None:
	"""Refuse what MQTT 5 (section 4.7) does not allow in a topic filter."""
	levels = topic_filter.split("/")
	if "\0" in topic_filter or not topic_filter:
		raise RuleError(f"{what}: topic filter {topic_filter!r} is empty or holds a null character.")
	for depth, level in enumerate(levels):
		if "#" in level and (level != "#" or depth != len(levels) - 1):
			raise RuleError(
				f"{what}: # must stand alone as the last level of a topic filter, not as in {topic_filter!r}."
			)
		if "+" in level and level != "+":
			raise RuleError(
				f"{what}: + must fill a whole level of a topic filter, not as in {topic_filter!r}."
			)


def topic_matches(topic_filter: str, topic: str) -> bool:
	"""Whether an MQTT topic falls under a topic filter (MQTT 5, section 4.7)."""
	wanted, levels = topic_filter.split("/"), topic.split("/")
	if topic.startswith("$") and wanted[0] in ("#", "+"):
		return False
	for depth, level in enumerate(wanted):
		if level == "#":
			return True
		if depth >= len(levels) or level not in ("+", levels[depth]):
			return False
	return len(wanted) == len(levels)
