"""From streamed signals to records: read, judge, and commit a batch with the place in the stream that it reached.

The cursor of a stream is a row of the same database, changed in the same transaction as the effects of the signals
before it. So a signal takes effect exactly once, whatever is killed when; and a drain that has been replaced finds a
newer fence token in that row and stops writing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plant_itsm.domain.errors import (
	LeaseLostError,
	PayloadError,
	PlantItsmError,
	RuleError,
	StoreUnavailableError,
)
from plant_itsm.domain.judging import Cause, Verdict, expire, judge
from plant_itsm.domain.payloads import decode, source_time_at, value_at
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import GOOD, RawSignal, Reading, StreamedSignal, event_key, stream_position
from plant_itsm.domain.vocabulary import EventKind, PayloadFormat, Protocol, Transition
from plant_itsm.ports import Ports, Record
from plant_itsm.services.dead_letters import DEAD_LETTER, dead_letter
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.line_stops import clear_stop, raise_stop
from plant_itsm.services.rule_states import RuleStates
from plant_itsm.services.rules import rule_book

STATE = "OT Connection State"
EVENT = "OT Signal Event"
START = "0-0"

log = logging.getLogger(__name__)


@dataclass
class _Effects:
	"""What a batch comes to, written at its end."""

	events: list[Record] = field(default_factory=list)
	dead_letters: list[Record] = field(default_factory=list)
	stops: dict[str, None] = field(default_factory=dict)
	received: int = 0
	suppressed: int = 0


class ConnectionDrain:
	"""Drains the stream of one connection. One at a time may write: the newest that took over."""

	def __init__(self, ports: Ports, connection: str, model: ImpactModel):
		self.connection = connection
		self._ports = ports
		self._records = ports.records
		self._model = model
		self._token = self._take_over()
		self._stamp = ""
		self._refresh()

	def _take_over(self) -> int:
		with self._records.transaction():
			row = self._records.get(STATE, self.connection, for_update=True)
			if row is None:
				row = self._records.insert(STATE, {"connection": self.connection, "stream_cursor": START})
			self.cursor: str = row["stream_cursor"]
			token: int = row["fence_token"] + 1
			self._records.update(STATE, self.connection, {"fence_token": token})
		return token

	def _refresh(self) -> None:
		"""Read rules, connection settings, states and the plant's graph anew where they have changed."""
		self._model.refresh()
		stamp = self._records.stamp(("Signal Rule", "OT Connection"))
		if stamp == self._stamp:
			return
		settings = self._records.get("OT Connection", self.connection) or {}
		is_mqtt = settings.get("protocol") == Protocol.MQTT
		self._format = PayloadFormat((is_mqtt and settings.get("payload_format")) or PayloadFormat.JSON)
		self._timestamp_path = settings.get("timestamp_path") if is_mqtt else None
		self._book = rule_book(self._records, self.connection)
		self._states = RuleStates(self._records, self._book)
		self._stamp = stamp

	def restart_from(self, stream_id: str) -> None:
		"""Set the cursor back, because the stream itself began anew (its Redis lost it)."""
		with self._records.transaction():
			self._hold()
			self._records.update(STATE, self.connection, {"stream_cursor": stream_id})
		self.cursor = stream_id

	def process(self, batch: Sequence[StreamedSignal]) -> list[str]:
		"""Take a batch, ascending, and commit it. Returns the line stops that have something in the outbox.

		A signal that nothing can be done with becomes a dead letter, the others count. Raises LeaseLostError when
		another drain has taken over, StoreUnavailableError when the database is away; then nothing has happened.
		"""
		try:
			return self._commit(batch)
		except (LeaseLostError, StoreUnavailableError):
			self._stamp = ""
			raise
		except Exception as error:  # one signal must not hold up those behind it
			self._stamp = ""
			if len(batch) > 1:
				half = len(batch) // 2
				return self.process(batch[:half]) + self.process(batch[half:])
			log.exception("signal %s of %s cannot be processed", batch[0].stream_id, self.connection)
			return self._commit(batch, refused=f"{type(error).__name__}: {error}")

	def _commit(self, batch: Sequence[StreamedSignal], refused: str | None = None) -> list[str]:
		effects = _Effects()
		with self._records.transaction():
			row = self._hold()
			self._refresh()
			behind = stream_position(row["stream_cursor"])
			for streamed in batch:
				if stream_position(streamed.stream_id) > behind:
					self._take(streamed, effects, refused)
			self._write(row, effects, batch[-1].stream_id if batch else row["stream_cursor"])
		self.cursor = batch[-1].stream_id if batch else row["stream_cursor"]
		return list(effects.stops)

	def _hold(self) -> Record:
		row = self._records.get(STATE, self.connection, for_update=True)
		if row is None or row["fence_token"] != self._token:
			raise LeaseLostError(f"drain of {self.connection}: another drain has taken over; this one ends")
		return row

	def _take(self, streamed: StreamedSignal, effects: _Effects, refused: str | None) -> None:
		rules = self._book.rules_for(streamed.signal.address)
		try:
			document, source_time = self._read(streamed.signal, rules, refused)
		except PlantItsmError as error:
			effects.received += 1
			effects.dead_letters.append(dead_letter(self.connection, streamed, str(error)))
			return
		for rule in rules:
			effects.received += 1
			if streamed.signal.quality != GOOD:
				effects.suppressed += 1  # a bad or uncertain value says nothing about the machine
				continue
			try:
				self._judge(rule, streamed, document, source_time, effects)
			except (PayloadError, RuleError) as error:
				effects.dead_letters.append(dead_letter(self.connection, streamed, str(error)))

	def _read(
		self, signal: RawSignal, rules: Sequence[SignalRule], refused: str | None
	) -> tuple[Any, datetime | None]:
		problem = refused or signal.problem
		if problem:
			raise PayloadError(problem)
		if not rules:
			raise RuleError(
				f"no enabled Signal Rule of OT Connection {self.connection} looks at {signal.address!r}:"
				" add a rule, or let the source stop sending it"
			)
		document = decode(signal.payload, self._format)
		return document, signal.source_time or source_time_at(document, self._timestamp_path)

	def _judge(
		self,
		rule: SignalRule,
		streamed: StreamedSignal,
		document: Any,
		source_time: datetime | None,
		effects: _Effects,
	) -> None:
		if not self._model.holds_ci(rule.ci):
			raise RuleError(
				f"Signal Rule {rule.name} points to OT CI {rule.ci!r}, which is gone or retired:"
				" choose another CI in the rule, or disable it"
			)
		signal = streamed.signal
		reading = Reading(
			address=signal.address,
			value=value_at(document, rule.value_path),
			source_time=source_time,
			received_time=signal.received_time,
			event_key=event_key(self.connection, rule.name, streamed, source_time),
		)
		self._expire(rule, signal.address, signal.received_time, effects)
		before = self._states.of(rule, signal.address)
		verdict = judge(rule, before, reading)
		moves = verdict.transition is not None or verdict.state.phase != before.phase
		if moves and self._is_known(reading.event_key, effects):
			effects.suppressed += 1  # the broker delivered it again after it had taken effect
			return
		self._apply(rule, signal.address, verdict, effects)

	def _is_known(self, key: str, effects: _Effects) -> bool:
		return any(event["event_key"] == key for event in effects.events) or bool(
			self._records.find(EVENT, {"event_key": key}, limit=1)
		)

	def _expire(self, rule: SignalRule, address: str, now: datetime, effects: _Effects) -> None:
		verdict = expire(self._states.of(rule, address), now)
		if verdict is not None:
			self._apply(rule, address, verdict, effects)

	def _apply(self, rule: SignalRule, address: str, verdict: Verdict, effects: _Effects) -> None:
		self._states.put(rule, address, verdict.state)
		effects.suppressed += verdict.settled
		if verdict.transition is None or verdict.cause is None:
			return
		stop = None
		if rule.event_kind != EventKind.INFORMATION:
			stop = self._move_stop(rule, verdict.transition, verdict.cause, effects)
		effects.events.append(_event(rule, verdict.transition, verdict.cause, stop))

	def _move_stop(
		self, rule: SignalRule, transition: Transition, cause: Cause, effects: _Effects
	) -> str | None:
		now = self._ports.clock.now()
		stop: str | None
		if transition == Transition.RAISED:
			stop, posted = raise_stop(self._records, self._model, rule, cause, now)
		else:
			stop, posted = clear_stop(self._records, rule, cause, now)
		if stop is not None and posted:
			effects.stops[stop] = None
		return stop

	def _write(self, row: Record, effects: _Effects, cursor: str) -> None:
		self._records.insert_many(EVENT, effects.events)
		self._records.insert_many(DEAD_LETTER, effects.dead_letters)
		values = {
			"stream_cursor": cursor,
			"received": row["received"] + effects.received,
			"events": row["events"] + len(effects.events),
			"suppressed": row["suppressed"] + effects.suppressed,
			"dead_lettered": row["dead_lettered"] + len(effects.dead_letters),
		}
		if effects.received:
			values["last_signal_at"] = self._ports.clock.now()
		self._records.update(STATE, self.connection, values)

	def next_due(self) -> datetime | None:
		"""When the next delay of a rule ends; None while none runs."""
		return self._states.next_due()

	def expire_delays(self) -> list[str]:
		"""Let the delays that have ended take effect. Returns the line stops that have something in the outbox."""
		now = self._ports.clock.now()
		due = self.next_due()
		if due is None or due > now:
			return []
		effects = _Effects()
		try:
			with self._records.transaction():
				row = self._hold()
				self._refresh()
				for rule_name, address, _ in self._states.waiting():
					self._expire(self._book.rules[rule_name], address, now, effects)
				self._write(row, effects, row["stream_cursor"])
		except Exception:
			self._stamp = ""
			raise
		return list(effects.stops)


def _event(rule: SignalRule, transition: Transition, cause: Cause, stop: str | None) -> Record:
	return {
		"event_key": cause.event_key,
		"signal_rule": rule.name,
		"ci": rule.ci,
		"event_kind": rule.event_kind,
		"transition": transition,
		"line_stop": stop,
		"connection": rule.connection,
		"address": cause.address,
		"value": cause.value,
		"source_time": cause.source_time,
		"received_time": cause.received_time,
	}
