"""Where each rule stands at each address: kept in memory by the drain, written through on every change of phase."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from plant_itsm.domain.judging import Cause, RuleState
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.vocabulary import Condition, Phase
from plant_itsm.ports import Record, Records
from plant_itsm.services.rules import RuleBook

DOCTYPE = "Signal State"
HOLDS_OPEN = (Phase.ACTIVE, Phase.CLEARING)
"""Phases in which a rule holds its line stop open."""


class RuleStates:
	"""The states of the rules of one connection. Whoever rolls a transaction back must drop this and load it anew."""

	def __init__(self, records: Records, book: RuleBook):
		self._records = records
		self._states: dict[tuple[str, str], RuleState] = {}
		self._names: dict[tuple[str, str], str] = {}
		for row in records.find(DOCTYPE, {"signal_rule": ("in", list(book.rules))}):
			key = (row["signal_rule"], row["address"])
			self._names[key] = row["name"]
			self._states[key] = _state(row)

	def of(self, rule: SignalRule, address: str) -> RuleState:
		return self._states.get((rule.name, address)) or RuleState()

	def put(self, rule: SignalRule, address: str, state: RuleState) -> None:
		"""Remember a state; write it when more than the last value of a steady rule has changed."""
		before = self.of(rule, address)
		self._states[rule.name, address] = state
		steady = (before.phase, before.due_at) == (state.phase, state.due_at)
		if not steady or (rule.condition == Condition.CHANGED and before.value != state.value):
			self._write(rule, address, state)

	def _write(self, rule: SignalRule, address: str, state: RuleState) -> None:
		values = {
			"ci": rule.ci,
			"event_kind": rule.event_kind,
			"phase": state.phase,
			"value": state.value,
			"since": state.since,
			"due_at": state.due_at,
			"pending_signal": _dump(state.pending),
		}
		key = (rule.name, address)
		if key in self._names:
			self._records.update(DOCTYPE, self._names[key], values)
			return
		identity = {"state_key": _state_key(rule.name, address), "signal_rule": rule.name, "address": address}
		self._names[key] = self._records.insert(DOCTYPE, identity | values)["name"]

	def waiting(self) -> Iterator[tuple[str, str, RuleState]]:
		"""(rule, address, state) of every delay that runs."""
		for (rule, address), state in list(self._states.items()):
			if state.due_at is not None:
				yield rule, address, state

	def next_due(self) -> datetime | None:
		return min((state.due_at for _, _, state in self.waiting() if state.due_at), default=None)


def is_held_open(records: Records, ci: str, kind: str) -> bool:
	"""Whether a rule of any connection still sees this kind of trouble at this CI."""
	return records.count(DOCTYPE, {"ci": ci, "event_kind": kind, "phase": ("in", list(HOLDS_OPEN))}) > 0


def _state_key(rule: str, address: str) -> str:
	return hashlib.sha256(f"{rule}\0{address}".encode()).hexdigest()


def _dump(pending: Cause | None) -> str | None:
	if pending is None:
		return None
	return json.dumps(asdict(pending), default=lambda moment: moment.isoformat())


def _state(row: Record) -> RuleState:
	return RuleState(
		Phase(row["phase"]), row["value"], row["since"], row["due_at"], _load(row["pending_signal"])
	)


def _load(text: str | None) -> Cause | None:
	if not text:
		return None
	stored: dict[str, Any] = json.loads(text)
	for key in ("at", "source_time", "received_time"):
		stored[key] = stored[key] and datetime.fromisoformat(stored[key])
	return Cause(**stored)
