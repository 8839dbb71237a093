"""Judging a batch: each signal is decoded, looked at by its rules, and comes to events, stops or dead letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plant_itsm.domain.errors import MissingRecordError, PayloadError, RuleError
from plant_itsm.domain.judging import Cause, Verdict, expire, judge, note_quality
from plant_itsm.domain.payloads import value_at
from plant_itsm.domain.priorities import PriorityRule
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import GOOD, Decoded, Reading, StreamedSignal, event_key, quality_of
from plant_itsm.domain.vocabulary import (
	FOR_MAINTENANCE,
	NOT_STOPS,
	EventKind,
	Phase,
	Quality,
	Transition,
)
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.dead_letters import dead_letter
from plant_itsm.services.decisions import Decision, Explain, Outcome, of_count, of_event, of_reading
from plant_itsm.services.decoding import Decoder, decoder_of
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.incidents import Incidents
from plant_itsm.services.line_stops import LineStops
from plant_itsm.services.maintenance_signals import MaintenanceSignals
from plant_itsm.services.openings import Openings
from plant_itsm.services.priorities import priority_rules
from plant_itsm.services.production_counts import BatchCounts
from plant_itsm.services.rule_states import RuleStates
from plant_itsm.services.rules import RuleBook, rule_book
from plant_itsm.services.settings import Settings, settings_of
from plant_itsm.services.signal_events import EVENT, joined, note_on_raise, signal_event, silence
from plant_itsm.services.suppression import Suppression
from plant_itsm.services.watchdogs import Watchdogs


@dataclass(frozen=True)
class ConnectionRules:
	"""What judges the signals of one connection: its decoder, its enabled rules, and where each of them stands."""

	connection: str
	decoder: Decoder
	book: RuleBook
	states: RuleStates
	openings: Openings
	watchdogs: Watchdogs
	settings: Settings
	priorities: Sequence[PriorityRule]


def connection_rules(
	records: Records, connection: str, now: datetime, before: ConnectionRules | None = None
) -> ConnectionRules:
	"""The rules as they are now. before: those that they replace."""
	record = records.get("OT Connection", connection)
	if record is None:
		raise MissingRecordError(f"OT Connection {connection!r} is gone: its signals wait in the stream.")
	book = rule_book(records, connection)
	settings = settings_of(records)
	slack = timedelta(seconds=settings.nuisance.late_after_seconds / 2)
	states = RuleStates(records, book, slack, before.states if before else None)
	return ConnectionRules(
		connection,
		decoder_of(records, record, states.raised),
		book,
		states,
		Openings(records, connection, now),
		Watchdogs(book, now),
		settings,
		priority_rules(records),
	)


class Judgement:
	"""What a batch comes to. Line stops move as they are judged; rule states, events, dead letters and counts are
	collected for whoever commits the batch.

	incidents: what the stops that it moves come to, once they are settled. received counts judgements, so that always
	received = counted events + suppressed + dead letters + readings whose delay runs; what a watchdog records was never
	received and is not counted.
	"""

	def __init__(
		self,
		records: Records,
		clock: Clock,
		model: ImpactModel,
		rules: ConnectionRules,
		explain: Explain | None = None,
	):
		self._records = records
		self._clock = clock
		self._model = model
		self._rules = rules
		self._connection = rules.connection
		self.incidents = Incidents(records, model, rules.settings, rules.priorities)
		self._stops = LineStops(records, model, rules.states, rules.openings, rules.settings, self.incidents)
		self._suppression = Suppression(records, rules.openings, rules.states, rules.settings, clock.now())
		self._counts = BatchCounts(records, rules.states)
		self._maintenance = MaintenanceSignals(records)
		self._explain = explain
		self.events: list[Record] = []
		self.dead_letters: list[Record] = []
		self.received = 0
		self.suppressed = 0
		self.counted_events = 0

	def pass_time(self, now: datetime) -> None:
		"""Let take effect what time alone brings: delays and watchdogs that have ended, suppressions that are over."""
		self._expire_delays(now)
		self._lose_view(now)
		self._release_held_back()

	def _expire_delays(self, now: datetime) -> None:
		"""Let the delays that have ended by `now` take effect."""
		for value in self._rules.decoder.expire(now):
			if value.origin is not None:
				self._look_at(value, value.origin)
		for rule_name, address in self._rules.states.waiting():
			self._expire(self._rules.book.rules[rule_name], address, now)

	def _release_held_back(self) -> None:
		"""Open the incidents of raises that were suppressed, are still active, and are suppressed no more."""
		for rule_name, address in self._rules.states.held_back():
			rule = self._rules.book.rules[rule_name]
			state = self._rules.states.of(rule, address)
			if state.held_back is None or self._suppressed(rule, rule.event_kind, state.held_back):
				continue
			now = self._clock.now()
			moved = self._stops.open(rule, rule.event_kind, state.held_back, now)
			self._rules.states.put(rule, address, replace(state, held_back=None))
			self._tie(state.held_back.event_key, moved)
			if self._explain:
				why, kind, value = "nothing suppresses it any more", rule.event_kind, state.held_back.value
				self._explain(
					Decision(now, Outcome.OPENED_LATER, address, why, rule.name, kind, value, moved)
				)

	def _tie(self, key: str, stop: str | None) -> None:
		"""Let the event of a suppressed raise point to the incident that it has opened after all."""
		for event in self._records.find(EVENT, {"event_key": key}, limit=1):
			self._records.update(EVENT, event["name"], {"line_stop": stop})

	def _lose_view(self, now: datetime) -> None:
		"""Let the watchdogs that have ended by `now` open a loss of view: no signal is no proof of a stop."""
		for rule_name, address, last_seen in self._rules.watchdogs.silent(now):
			rule = self._rules.book.rules[rule_name]
			state = self._rules.states.of(rule, address)
			if state.view_lost_at is None:
				what = "signal" if state.quality == Quality.GOOD else f"good value ({state.quality})"
				value = f"no {what} for {rule.no_signal_seconds:g} s"
				cause = silence(rule, address, value, last_seen, now)
				self._rules.states.put(rule, address, replace(state, view_lost_at=now))
				self._record(rule, EventKind.LOSS_OF_VIEW, Transition.RAISED, cause)

	def _regain_view(self, rule: SignalRule, reading: Reading) -> None:
		self._rules.watchdogs.saw(rule, reading.address, reading.received_time)
		state = self._rules.states.of(rule, reading.address)
		if state.view_lost_at is None:
			return
		self._rules.states.put(rule, reading.address, replace(state, view_lost_at=None))
		back = reading.received_time
		cause = silence(rule, reading.address, "signals are back", back, back)
		self._record(rule, EventKind.LOSS_OF_VIEW, Transition.CLEARED, cause)

	def take(self, streamed: StreamedSignal, refused: str | None = None, refused_by: str = "") -> None:
		"""refused: why nothing can be done with it. refused_by: of a dead letter that is replayed, the rule that could
		do nothing with it then; the others have taken it."""
		self._counts.refused_by = refused_by
		try:
			if refused:
				raise PayloadError(refused)
			values = self._rules.decoder.decode(streamed)
		except PayloadError as error:
			self._refuse(streamed, str(error))
			return
		for value in values:
			self._look_at(value, value.origin or streamed)

	def pass_over(self, streamed: StreamedSignal, why: str) -> None:
		"""Count a signal that nothing is to be done with."""
		self.received += 1
		self.suppressed += 1
		self._tell(streamed, Outcome.IGNORED, streamed.signal.address, why)

	def _refuse(self, streamed: StreamedSignal, reason: str) -> None:
		self.received += 1
		self._bury(streamed, streamed.signal.address, reason)

	def _bury(self, streamed: StreamedSignal, address: str, reason: str, rule: str = "") -> None:
		self.dead_letters.append(dead_letter(self._connection, streamed, reason, rule))
		self._tell(streamed, Outcome.DEAD_LETTER, address, reason, rule)

	def _tell(
		self, streamed: StreamedSignal, outcome: Outcome, address: str, reason: str, rule: str = ""
	) -> None:
		if self._explain:
			self._explain(Decision(streamed.signal.received_time, outcome, address, reason, rule))

	def _look_at(self, value: Decoded, streamed: StreamedSignal) -> None:
		if value.refused:
			self._refuse(streamed, value.refused)
			return
		rules = self._rules.book.rules_for(value.address)
		self.received += max(len(rules), 1)
		if not rules and value.optional:
			self.suppressed += 1
			self._tell(streamed, Outcome.IGNORED, value.address, "no rule looks at it, and none has to")
		elif not rules:
			reason = (
				f"no enabled Signal Rule of OT Connection {self._connection} looks at {value.address!r}:"
				" add a rule, or let the source stop sending it"
			)
			self._bury(streamed, value.address, reason)
		for rule in rules:
			if value.quality != GOOD:
				self._note_quality(rule, value, streamed)
				continue
			try:
				self._judge(rule, value, streamed)
			except (PayloadError, RuleError) as error:
				self._bury(streamed, value.address, str(error), rule.name)

	def _note_quality(self, rule: SignalRule, value: Decoded, streamed: StreamedSignal) -> None:
		"""A value that is not good says nothing about the machine, and is no view of it: no watchdog hears of it."""
		self.suppressed += 1
		if not value.historical:
			state = self._rules.states.of(rule, value.address)
			noted = note_quality(state, quality_of(value.quality), value.source_time)
			self._rules.states.put(rule, value.address, noted)
		why = f"its quality is {value.quality}: it says nothing about the machine"
		self._tell(streamed, Outcome.IGNORED, value.address, why, rule.name)

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
			historical=value.historical,
			remark=value.remark,
			suppressed_by_source=value.suppressed_by_source,
			replayed=bool(streamed.signal.replay_of),
		)
		if not reading.replayed:  # its time has passed long ago: it is no view, and ends no delay
			self._regain_view(rule, reading)
			self._expire(rule, reading.address, reading.received_time)
		if rule.is_counting:
			self._count(rule, reading)
			return
		if rule.event_kind in FOR_MAINTENANCE:
			self._keep(rule, reading)
			return
		states = self._rules.states
		before = states.of(rule, reading.address)
		verdict = judge(rule, before, reading, self._rules.settings.nuisance)
		moves = verdict.transition is not None or verdict.state.phase != before.phase
		if moves and states.knows(rule, reading.address) and self._is_known(reading.event_key):
			self.suppressed += 1  # the broker delivered it again after it had taken effect
			why = "delivered again: it has taken effect before"
			self._tell(streamed, Outcome.IGNORED, reading.address, why, rule.name)
			return
		self._apply(rule, reading.address, verdict)
		if reading.remark and verdict.transition is None and verdict.state.phase == Phase.ACTIVE:
			note_on_raise(self._records, self.events, rule, reading.address, reading.remark)
		if self._explain and verdict.transition is None:
			self._explain(of_reading(rule, reading, before, verdict))

	def _count(self, rule: SignalRule, reading: Reading) -> None:
		counted = self._counts.take(rule, reading)
		self.suppressed += 1
		if self._explain:
			self._explain(of_count(rule, reading, counted))

	def _keep(self, rule: SignalRule, reading: Reading) -> None:
		why = self._maintenance.take(rule, reading)
		self.suppressed += 1
		if self._explain:
			kind, at = rule.event_kind, reading.received_time
			self._explain(Decision(at, Outcome.KEPT, reading.address, why, rule.name, kind))

	def save(self) -> None:
		"""Write what was collected for the end of the batch, beside events and dead letters."""
		self._rules.states.save()
		self._stops.save()
		self._counts.save()
		self._maintenance.save()

	def _is_known(self, key: str) -> bool:
		return any(event["event_key"] == key for event in self.events) or bool(
			self._records.count(EVENT, {"event_key": key})
		)

	def _expire(self, rule: SignalRule, address: str, now: datetime) -> None:
		verdict = expire(self._rules.states.of(rule, address), now)
		if verdict is not None:
			self._apply(rule, address, verdict)

	def _apply(self, rule: SignalRule, address: str, verdict: Verdict) -> None:
		state = verdict.state
		self._rules.states.put(rule, address, state)
		self.suppressed += verdict.settled
		if verdict.transition is None or verdict.cause is None:
			return
		self.counted_events += 1
		suppressed = self._record(rule, rule.event_kind, verdict.transition, verdict.cause, verdict.remark)
		if suppressed:
			self._rules.states.put(rule, address, replace(state, held_back=verdict.cause))

	def _record(
		self,
		rule: SignalRule,
		kind: EventKind,
		transition: Transition,
		cause: Cause,
		remark: str | None = None,
	) -> bool:
		"""Record an event and let it move its incident. Returns whether the incident was suppressed."""
		stop, reason, now = None, None, self._clock.now()
		if kind not in NOT_STOPS and transition == Transition.RAISED:
			reason = self._suppressed(rule, kind, cause)
			if reason is None:
				stop = self._stops.open(rule, kind, cause, now)
		elif kind not in NOT_STOPS and transition == Transition.CLEARED:
			stop = self._stops.clear(rule, kind, cause)
		remark = joined(reason or remark, cause.remark)
		self.events.append(signal_event(rule, kind, transition, cause, stop, remark))
		if self._explain:
			self._explain(of_event(rule, kind, transition, cause, now, remark, stop, reason is not None))
		return reason is not None

	def _suppressed(self, rule: SignalRule, kind: EventKind, cause: Cause) -> str | None:
		return cause.suppressed_by_source or self._suppression.reason(rule, kind)
