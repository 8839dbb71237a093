"""Signal rules: which signals they look at, and when their condition holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.opcua_addresses import address_filter, check_opcua_address
from plant_itsm.domain.sparkplug_topics import check_address
from plant_itsm.domain.vocabulary import (
	FOR_MAINTENANCE,
	NOT_STOPS,
	Condition,
	CountOf,
	EventKind,
	PayloadFormat,
	Protocol,
)

_ORDER = (Condition.BELOW, Condition.ABOVE)
_VALUELESS = (Condition.CHANGED, Condition.COUNTS, Condition.ANY)


@dataclass(frozen=True)
class StateMap:
	"""What the numbers of a source mean, for example PackML states: 5 -> Suspended. Sources number them differently."""

	name: str
	meanings: Mapping[int, str]

	def meaning_of(self, value: Any) -> str:
		"""The word for a number. Raises RuleError for a number that the map does not hold."""
		number = finite(value)
		meaning = self.meanings.get(int(number)) if number is not None and number.is_integer() else None
		if meaning is None:
			known = ", ".join(f"{key} {word}" for key, word in sorted(self.meanings.items()))
			raise RuleError(
				f"State Map {self.name} has no word for {as_text(value)!r} (it knows {known}): add a row"
			)
		return meaning


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
	hysteresis: float = 0.0
	deadband: float = 0.0
	no_signal_seconds: float = 0.0
	suppress_while: str | None = None
	state_map: StateMap | None = None
	count_of: CountOf = CountOf.PRODUCED
	units_per_count: int = 1
	counter_maximum: int = 0
	condition_indicator: str = ""
	horizon_days: float = 0.0
	probability_in_percent: bool = False

	@property
	def is_counting(self) -> bool:
		"""Whether it counts units instead of raising and clearing."""
		return self.event_kind == EventKind.PRODUCTION_COUNT

	@property
	def is_filter(self) -> bool:
		"""Whether many addresses may fall under it: topics under an MQTT filter, or alarms of an OPC UA notifier."""
		return "+" in self.address.split("/") or self.address_filter.endswith("#")

	@property
	def address_filter(self) -> str:
		"""What the addresses that it looks at match."""
		return address_filter(self.address)

	def translate(self, value: Any) -> Any:
		"""The value as the condition compares it: the meaning of a machine state where the rule has a state map."""
		return value if self.state_map is None else self.state_map.meaning_of(value)

	def is_met(self, value: Any, previous: str | None, *, is_active: bool = False) -> bool:
		"""Whether the condition holds. `previous` is the text of the last value of the same address.

		An active rule with a hysteresis holds until the value has come back over its limit by so much. Raises
		RuleError when the value cannot be compared (a list, or a text where a number is needed).
		"""
		if isinstance(value, (dict, list)):
			raise RuleError(
				f"Signal Rule {self.name}: the value is a {type(value).__name__}: set a value path to one value"
			)
		if self.condition == Condition.CHANGED:
			return previous is not None and self._has_changed(value, previous)
		if self.condition in _ORDER:
			return self._compare(value, self.hysteresis if is_active else 0.0)
		wanted = (
			self.condition_value.split(",") if self.condition == Condition.ONE_OF else [self.condition_value]
		)
		hit = any(_same(value, candidate.strip()) for candidate in wanted)
		return hit != (self.condition == Condition.DIFFERS)

	def _has_changed(self, value: Any, previous: str) -> bool:
		before, now = finite(previous), finite(value)
		if self.deadband and before is not None and now is not None:
			return abs(now - before) > self.deadband
		return as_text(value) != previous

	def _compare(self, value: Any, slack: float) -> bool:
		number = finite(value)
		if number is None:
			raise RuleError(
				f"Signal Rule {self.name}: {as_text(value)!r} is no number, but its condition is"
				f" {self.condition} {self.condition_value}: check value path and condition"
			)
		limit = float(self.condition_value)
		return number < limit + slack if self.condition == Condition.BELOW else number > limit - slack


def as_text(value: Any) -> str:
	"""A value as it is compared and shown: true/false in lower case, whole floats without a fraction."""
	if value is None:
		return "null"
	if isinstance(value, bool):
		return str(value).lower()
	if isinstance(value, float) and value.is_integer():
		return str(int(value))
	return str(value)


def finite(value: Any) -> float | None:
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
	number = finite(value)
	return number is not None and number == finite(candidate)


def check_rule(rule: SignalRule, protocol: Protocol, payload_format: str | None = None) -> None:
	"""Refuse a rule that could never work: a condition without its value, a bad topic filter, "changed" that raises."""
	what = f"Signal Rule {rule.name}"
	if rule.condition not in _VALUELESS and not rule.condition_value.strip():
		raise RuleError(f"{what}: condition {rule.condition} needs a value. Enter the value to compare with.")
	if rule.condition in _ORDER and finite(rule.condition_value) is None:
		raise RuleError(
			f"{what}: condition {rule.condition} needs a number, not {rule.condition_value!r}."
			" Write it with a decimal point, for example 4.5."
		)
	if rule.condition == Condition.CHANGED and rule.event_kind not in NOT_STOPS:
		raise RuleError(
			f"{what}: a change has no end, so it cannot raise a {rule.event_kind}."
			" Choose the event kind Information or Production Count, or a condition that can clear."
		)
	_check_maintenance_rule(what, rule)
	if rule.suppress_while == rule.name:
		raise RuleError(f"{what}: it would suppress itself. Choose another rule in suppress while.")
	if rule.on_delay_seconds < 0 or rule.off_delay_seconds < 0:
		raise RuleError(f"{what}: delays cannot be negative. Enter 0 or more seconds.")
	_check_address(what, rule, protocol, payload_format)


def _check_maintenance_rule(what: str, rule: SignalRule) -> None:
	if (rule.condition == Condition.ANY) != (rule.event_kind in FOR_MAINTENANCE):
		raise RuleError(
			f"{what}: condition any goes with the event kinds Condition Value and Failure Prediction, and they with it."
			" Change one of them."
		)
	if rule.event_kind == EventKind.CONDITION_VALUE and not rule.condition_indicator:
		raise RuleError(f"{what}: which Condition Indicator do its values belong to? Choose one.")
	if rule.horizon_days < 0:
		raise RuleError(f"{what}: a horizon of {rule.horizon_days:g} days cannot be. Enter 0 or more.")


def _check_address(what: str, rule: SignalRule, protocol: Protocol, payload_format: str | None) -> None:
	if protocol == Protocol.MQTT and payload_format == PayloadFormat.SPARKPLUG_B:
		check_address(what, rule.address, stops_line=rule.event_kind == EventKind.LINE_STOP)
	elif protocol == Protocol.MQTT:
		check_topic_filter(what, rule.address)
	else:
		check_opcua_address(what, rule.address, watched=rule.no_signal_seconds > 0)


def check_state_map(name: str, states: Iterable[tuple[int, str]]) -> None:
	"""Refuse a number that stands twice in a State Map."""
	seen: dict[int, str] = {}
	for number, meaning in states:
		if number in seen:
			raise RuleError(
				f"State Map {name}: {number} means both {seen[number]!r} and {meaning!r}. Keep one row per number."
			)
		seen[number] = meaning


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
