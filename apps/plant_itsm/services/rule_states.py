"""Where each rule stands at each address: kept in memory by the drain, and written with each batch that changes it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from plant_itsm.domain.judging import Cause, RuleState
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import key_of
from plant_itsm.domain.vocabulary import Condition, EventKind, Phase, Quality
from plant_itsm.ports import Record, Records
from plant_itsm.services.rules import RuleBook

DOCTYPE = "Signal State"
HOLDS_OPEN = (Phase.ACTIVE, Phase.CLEARING)
"""Phases in which a rule holds its line stop open."""


class RuleStates:
	"""The states of the rules of one connection. Whoever rolls a transaction back must drop this and load it anew.

	time_slack: how old the times that a restart finds may be; less than what makes a signal late, so that a late signal
	is known as one after a restart too. before: the states that these replace, whose received times are exact.
	"""

	def __init__(
		self, records: Records, book: RuleBook, time_slack: timedelta, before: RuleStates | None = None
	):
		self._records = records
		self._time_slack = time_slack
		self._states: dict[tuple[str, str], RuleState] = {}
		known = before._states if before else {}
		self._names: dict[tuple[str, str], str] = {}
		self._noted_times: dict[tuple[str, str], tuple[datetime | None, datetime | None]] = {}
		self._unwritten: dict[tuple[str, str], SignalRule] = {}
		for row in records.find(DOCTYPE, {"signal_rule": ("in", list(book.rules))}):
			key = (row["signal_rule"], row["address"])
			self._names[key] = row["name"]
			self._noted_times[key] = row["last_source_time"], row["last_received_time"]
			self._states[key] = self._received_at_latest(_state(row), known.get(key))

	def _received_at_latest(self, state: RuleState, known: RuleState | None) -> RuleState:
		"""Between two writes a record may miss readings of the last `time_slack`: a replay is told of the latest time
		that is possible, so that history is never taken for news."""
		noted = state.last_received_time
		latest = known.last_received_time if known else noted and noted + self._time_slack
		return replace(state, last_received_time=latest)

	def of(self, rule: SignalRule, address: str) -> RuleState:
		return self._states.get((rule.name, address)) or RuleState()

	def put(self, rule: SignalRule, address: str, state: RuleState) -> None:
		"""Remember a state; it is to be written when more than last value and times of a steady rule have changed, or
		when the times in the record have grown old."""
		before = self.of(rule, address)
		self._states[rule.name, address] = state
		changed_value = rule.condition == Condition.CHANGED and before.value != state.value
		if changed_value or _lasting(before) != _lasting(state) or self._is_time_old(rule, address, state):
			self._unwritten[rule.name, address] = rule

	def knows(self, rule: SignalRule, address: str) -> bool:
		"""Whether a rule has ever had a state at an address; without one it has no event either."""
		return (rule.name, address) in self._states

	def keep(self, rule: SignalRule, address: str, state: RuleState) -> None:
		"""Remember a state that is to be written whatever has changed."""
		self._states[rule.name, address] = state
		self._unwritten[rule.name, address] = rule

	def _is_time_old(self, rule: SignalRule, address: str, state: RuleState) -> bool:
		source, received = self._noted_times.get((rule.name, address), (None, None))
		return self._is_old(state.last_source_time, source) or self._is_old(
			state.last_received_time, received
		)

	def _is_old(self, now: datetime | None, noted: datetime | None) -> bool:
		return now is not None and (noted is None or abs(now - noted) >= self._time_slack)

	def save(self) -> None:
		"""Write what has changed; once before a batch is committed, and before the records are asked."""
		drafts = []
		for (name, address), rule in self._unwritten.items():
			key, state = (name, address), self._states[name, address]
			self._noted_times[key] = state.last_source_time, state.last_received_time
			if key in self._names:
				self._records.update_many(DOCTYPE, [self._names[key]], _values(rule, state))
				continue
			identity = {"state_key": key_of(*key), "signal_rule": name, "address": address}
			drafts.append(self._records.draft(DOCTYPE, identity | _values(rule, state)))
			self._names[key] = drafts[-1]["name"]
		self._records.insert_drafts(DOCTYPE, drafts)
		self._unwritten.clear()

	def is_active(self, rule: str) -> bool:
		"""Whether a rule, of any connection, holds at any address."""
		self.save()
		return self._records.count(DOCTYPE, {"signal_rule": rule, "phase": ("in", list(HOLDS_OPEN))}) > 0

	def is_held_open(self, ci: str, kind: EventKind) -> bool:
		"""Whether a rule of any connection still sees this kind of trouble at this CI."""
		self.save()
		seen = {"ci": ci, "event_kind": kind, "phase": ("in", list(HOLDS_OPEN))}
		if self._records.count(DOCTYPE, seen):
			return True
		return kind == EventKind.LOSS_OF_VIEW and bool(
			self._records.count(DOCTYPE, {"ci": ci, "view_lost_at": ("is", "set")})
		)

	def waiting(self) -> list[tuple[str, str]]:
		"""(rule, address) of every delay that runs."""
		return [key for key, state in self._states.items() if state.due_at is not None]

	def held_back(self) -> list[tuple[str, str]]:
		"""(rule, address) of every raise whose incident was suppressed and that is still active."""
		return [key for key, state in self._states.items() if state.held_back is not None]

	def raised(self) -> set[str]:
		"""The addresses at which a rule is active, or will be when its delay is over."""
		return {
			address
			for (_, address), state in self._states.items()
			if state.phase in (Phase.RAISING, Phase.ACTIVE)
		}

	def is_view_lost(self, rule: str, address: str) -> bool:
		state = self._states.get((rule, address))
		return state is not None and state.view_lost_at is not None

	def next_due(self) -> datetime | None:
		return min((state.due_at for state in self._states.values() if state.due_at), default=None)


def _lasting(state: RuleState) -> tuple[object, ...]:
	"""What must survive a restart of the drain."""
	told_by_source = state.pending.suppressed_by_source if state.pending else ""
	view = state.view_lost_at, state.quality
	return state.phase, state.due_at, told_by_source, state.held_back, state.chattering, *view


def _values(rule: SignalRule, state: RuleState) -> Record:
	return {
		"ci": rule.ci,
		"event_kind": rule.event_kind,
		"phase": state.phase,
		"value": state.value,
		"since": state.since,
		"due_at": state.due_at,
		"pending_signal": _dump(state.pending),
		"held_back": _dump(state.held_back),
		"raises": json.dumps([at.isoformat() for at in state.raises]),
		"last_source_time": state.last_source_time,
		"last_received_time": state.last_received_time,
		"view_lost_at": state.view_lost_at,
		"chattering": state.chattering,
		"quality": state.quality,
	}


def _dump(pending: Cause | None) -> str | None:
	if pending is None:
		return None
	return json.dumps(asdict(pending), default=lambda moment: moment.isoformat())


def _state(row: Record) -> RuleState:
	return RuleState(
		phase=Phase(row["phase"]),
		value=row["value"],
		since=row["since"],
		due_at=row["due_at"],
		pending=_load(row["pending_signal"]),
		raises=tuple(datetime.fromisoformat(at) for at in json.loads(row["raises"] or "[]")),
		last_source_time=row["last_source_time"],
		last_received_time=row["last_received_time"],
		held_back=_load(row["held_back"]),
		view_lost_at=row["view_lost_at"],
		chattering=bool(row["chattering"]),
		quality=Quality(row["quality"] or Quality.GOOD),
	)


def _load(text: str | None) -> Cause | None:
	if not text:
		return None
	stored: dict[str, Any] = json.loads(text)
	for key in ("at", "source_time", "received_time"):
		stored[key] = stored[key] and datetime.fromisoformat(stored[key])
	return Cause(**stored)
