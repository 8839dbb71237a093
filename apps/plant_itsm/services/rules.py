"""The enabled Signal Rules of a connection, ready to judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from plant_itsm.domain.opcua_addresses import default_value_path
from plant_itsm.domain.rules import SignalRule, StateMap, topic_matches
from plant_itsm.domain.vocabulary import Condition, CountOf, EventKind
from plant_itsm.ports import Record, Records

REMEMBERED_ADDRESSES = 100_000
"""Bound of the look-up from address to rules; beyond it the look-up starts anew."""


def signal_rule(record: Record, state_map: StateMap | None = None) -> SignalRule:
	return SignalRule(
		name=record["name"],
		connection=record["connection"],
		address=record["address"],
		condition=Condition(record["condition"]),
		condition_value=record["condition_value"] or "",
		ci=record["ci"],
		event_kind=EventKind(record["event_kind"]),
		value_path=record["value_path"] or default_value_path(record["address"]),
		on_delay_seconds=record["on_delay_seconds"] or 0.0,
		off_delay_seconds=record["off_delay_seconds"] or 0.0,
		hysteresis=record["hysteresis"] or 0.0,
		deadband=record["deadband"] or 0.0,
		no_signal_seconds=record["no_signal_seconds"] or 0.0,
		suppress_while=record["suppress_while"],
		state_map=state_map,
		count_of=CountOf(record["count_of"] or CountOf.PRODUCED),
		units_per_count=record["units_per_count"] or 0,
		counter_maximum=record["counter_maximum"] or 0,
		condition_indicator=record["condition_indicator"] or "",
		horizon_days=record["horizon_days"] or 0.0,
		probability_in_percent=bool(record["probability_in_percent"]),
	)


class RuleBook:
	"""The rules of one connection by address. MQTT addresses and alarms match by filter, node ids by equality."""

	def __init__(self, rules: Iterable[SignalRule]):
		self.rules = {rule.name: rule for rule in rules}
		self._matching: dict[str, list[SignalRule]] = {}
		self._exact: defaultdict[str, list[SignalRule]] = defaultdict(list)
		self._filters: list[SignalRule] = []
		for rule in self.rules.values():
			if rule.is_filter:
				self._filters.append(rule)
			else:
				self._exact[rule.address].append(rule)

	def rules_for(self, address: str) -> Sequence[SignalRule]:
		known = self._matching.get(address)
		if known is None:
			known = self._exact.get(address, []) + [
				r for r in self._filters if topic_matches(r.address_filter, address)
			]
			if len(self._matching) >= REMEMBERED_ADDRESSES:
				self._matching.clear()
			self._matching[address] = known
		return known


def rule_book(records: Records, connection: str) -> RuleBook:
	rows = records.find("Signal Rule", {"connection": connection, "enabled": True})
	maps = {
		name: _state_map(records, name) for name in {row["state_map"] for row in rows if row["state_map"]}
	}
	return RuleBook(signal_rule(row, maps.get(row["state_map"])) for row in rows)


def _state_map(records: Records, name: str) -> StateMap:
	record = records.get("State Map", name) or {"states": []}
	return StateMap(name, {row["number"]: row["meaning"] for row in record["states"]})


def addresses_of(records: Records, connection: str) -> frozenset[str]:
	"""What the listener of a connection has to subscribe to."""
	rows = records.find("Signal Rule", {"connection": connection, "enabled": True})
	return frozenset(row["address"] for row in rows)
