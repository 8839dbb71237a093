"""Judging a batch: each signal is decoded, looked at by its rules, and comes to events, stops or dead letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plant_itsm.domain.errors import MissingRecordError, PayloadError, RuleError
from plant_itsm.domain.judging import Cause, Verdict, expire, judge
from plant_itsm.domain.payloads import value_at
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import GOOD, Decoded, Reading, StreamedSignal, event_key
from plant_itsm.domain.vocabulary import EventKind, Transition
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.dead_letters import dead_letter
from plant_itsm.services.decoding import Decoder, decoder_of
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.line_stops import clear_stop, raise_stop
from plant_itsm.services.rule_states import RuleStates
from plant_itsm.services.rules import RuleBook, rule_book

EVENT = "OT Signal Event"


@dataclass(frozen=True)
class ConnectionRules:
	"""What judges the signals of one connection: its decoder, its enabled rules, and where each of them stands."""

	connection: str
	decoder: Decoder
	book: RuleBook
	states: RuleStates


def connection_rules(records: Records, connection: str) -> ConnectionRules:
	record = records.get("OT Connection", connection)
	if record is None:
		raise MissingRecordError(f"OT Connection {connection!r} is gone: its signals wait in the stream.")
	book = rule_book(records, connection)
	return ConnectionRules(connection, decoder_of(records, record), book, RuleStates(records, book))


class Judgement:
	"""What a batch comes to. Rule states and line stops are written as they move; events, dead letters and counts are
	collected for whoever commits the batch.

	stops: line stops that have something in the outbox. received counts judgements, so that always
	received = events + suppressed + dead letters + readings whose delay runs.
	"""

	def __init__(self, records: Records, clock: Clock, model: ImpactModel, rules: ConnectionRules):
		self._records = records
		self._clock = clock
		self._model = model
		self._rules = rules
		self._connection = rules.connection
		self.events: list[Record] = []
		self.dead_letters: list[Record] = []
		self.stops: dict[str, None] = {}
		self.received = 0
		self.suppressed = 0

	def expire_delays(self, now: datetime) -> None:
		"""Let the delays that have ended by `now` take effect."""
		for value in self._rules.decoder.expire(now):
			if value.origin is not None:
				self._look_at(value, value.origin)
		for rule_name, address, _ in self._rules.states.waiting():
			self._expire(self._rules.book.rules[rule_name], address, now)

	def take(self, streamed: StreamedSignal, refused: str | None = None) -> None:
		try:
			if refused:
				raise PayloadError(refused)
			values = self._rules.decoder.decode(streamed)
		except PayloadError as error:
			self._refuse(streamed, str(error))
			return
		for value in values:
			self._look_at(value, value.origin or streamed)

	def _refuse(self, streamed: StreamedSignal, reason: str) -> None:
		self.received += 1
		self.dead_letters.append(dead_letter(self._connection, streamed, reason))

	def _look_at(self, value: Decoded, streamed: StreamedSignal) -> None:
		if value.refused:
			self._refuse(streamed, value.refused)
			return
		rules = self._rules.book.rules_for(value.address)
		self.received += max(len(rules), 1)
		if value.historical or (value.optional and not rules):
			self.suppressed += max(len(rules), 1)
			return
		if not rules:
			reason = (
				f"no enabled Signal Rule of OT Connection {self._connection} looks at {value.address!r}:"
				" add a rule, or let the source stop sending it"
			)
			self.dead_letters.append(dead_letter(self._connection, streamed, reason))
		for rule in rules:
			if value.quality != GOOD:
				self.suppressed += 1  # a bad or uncertain value says nothing about the machine
				continue
			try:
				self._judge(rule, value, streamed)
			except (PayloadError, RuleError) as error:
				self.dead_letters.append(dead_letter(self._connection, streamed, str(error)))

	def _judge(self, rule: SignalRule, value: Decoded, streamed: StreamedSignal) -> None:
		if not self._model.holds_ci(rule.ci):
			raise RuleError(
				f"Signal Rule {rule.name} points to OT CI {rule.ci!r}, which is gone or retired:"
				" choose another CI in the rule, or disable it"
			)
		reading = Reading(
			address=value.address,
			value=value_at(value.document, rule.value_path),
			source_time=value.source_time,
			received_time=streamed.signal.received_time,
			event_key=event_key(self._connection, rule.name, value.address, streamed, value.source_time),
		)
		self._expire(rule, reading.address, reading.received_time)
		before = self._rules.states.of(rule, reading.address)
		verdict = judge(rule, before, reading)
		moves = verdict.transition is not None or verdict.state.phase != before.phase
		if moves and self._is_known(reading.event_key):
			self.suppressed += 1  # the broker delivered it again after it had taken effect
			return
		self._apply(rule, reading.address, verdict)

	def _is_known(self, key: str) -> bool:
		return any(event["event_key"] == key for event in self.events) or bool(
			self._records.find(EVENT, {"event_key": key}, limit=1)
		)

	def _expire(self, rule: SignalRule, address: str, now: datetime) -> None:
		verdict = expire(self._rules.states.of(rule, address), now)
		if verdict is not None:
			self._apply(rule, address, verdict)

	def _apply(self, rule: SignalRule, address: str, verdict: Verdict) -> None:
		self._rules.states.put(rule, address, verdict.state)
		self.suppressed += verdict.settled
		if verdict.transition is None or verdict.cause is None:
			return
		stop = None
		if rule.event_kind != EventKind.INFORMATION:
			stop = self._move_stop(rule, verdict.transition, verdict.cause)
		self.events.append(_event(rule, verdict.transition, verdict.cause, stop))

	def _move_stop(self, rule: SignalRule, transition: Transition, cause: Cause) -> str | None:
		now = self._clock.now()
		stop: str | None
		if transition == Transition.RAISED:
			stop, posted = raise_stop(self._records, self._model, rule, cause, now)
		else:
			stop, posted = clear_stop(self._records, rule, cause, now)
		if stop is not None and posted:
			self.stops[stop] = None
		return stop


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
