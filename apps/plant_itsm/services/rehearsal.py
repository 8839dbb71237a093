"""The drain's part in a drill: its signal is judged by its rule as any other, but apart from all others.

No state of the rule moves, no event is recorded, nothing is counted; the stop that it opens is part of no incident.
"""

from __future__ import annotations

from plant_itsm.domain.drills import DrillStatus, without_delays
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.judging import Cause, RuleState, judge
from plant_itsm.domain.payloads import decode, value_at
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import Reading, StreamedSignal, event_key
from plant_itsm.domain.vocabulary import Transition
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.drills import DRILL, payload_format_of
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.incidents import Incidents
from plant_itsm.services.judgement import ConnectionRules
from plant_itsm.services.line_stops import LineStops
from plant_itsm.services.suppression import Suppression


class Rehearsal:
	"""Judges the drills of one batch, in its transaction. posted: the stops that have something in the outbox."""

	def __init__(self, records: Records, clock: Clock, model: ImpactModel, rules: ConnectionRules):
		self._records = records
		self._clock = clock
		self._model = model
		self._rules = rules
		self.posted: list[str] = []

	def take(self, streamed: StreamedSignal, refused: str | None = None) -> None:
		"""Judge the signal of a drill, once, however often it comes, and note on the drill what came of it."""
		drill = self._records.get(DRILL, streamed.signal.drill, for_update=True)
		if drill is None or drill["status"] != DrillStatus.QUEUED:
			return
		judged_at = self._clock.now()
		try:
			outcome = _refused(refused) if refused else self._judge(drill, streamed)
		except PlantItsmError as error:
			outcome = _refused(str(error))
		self._records.update(DRILL, drill["name"], {"judged_at": judged_at, **outcome})

	def _judge(self, drill: Record, streamed: StreamedSignal) -> Record:
		rule = self._rules.book.rules.get(drill["signal_rule"] or "")
		if rule is None or not self._model.holds_ci(rule.ci):
			return _refused(
				"the rule is disabled or gone, or its CI is retired: put that right, rehearse again"
			)
		cause = self._cause(rule, streamed)
		if cause is None:
			return _refused("the rule does not hold for the value: check its value path and condition")
		stops = self._apart()
		rules, now = self._rules, self._clock.now()
		suppression = Suppression(self._records, rules.openings, rules.states, rules.settings, now)
		why = suppression.reason(rule, rule.event_kind)
		if why:
			return {"status": DrillStatus.SUPPRESSED, "remark": why}
		return self._open(drill, rule, cause, *stops)

	def _cause(self, rule: SignalRule, streamed: StreamedSignal) -> Cause | None:
		"""What raises the rule; None where the value does not."""
		signal = streamed.signal
		connection = self._records.get("OT Connection", rule.connection) or {}
		document = decode(signal.payload, payload_format_of(connection))
		reading = Reading(
			address=signal.address,
			value=value_at(document, rule.value_path),
			source_time=signal.source_time,
			received_time=signal.received_time,
			event_key=event_key(rule.connection, rule.name, signal.address, streamed, signal.source_time),
		)
		verdict = judge(without_delays(rule), RuleState(), reading, self._rules.settings.nuisance)
		return verdict.cause if verdict.transition == Transition.RAISED else None

	def _apart(self) -> tuple[LineStops, Incidents]:
		rules = self._rules
		incidents = Incidents(self._records, self._model, rules.settings, rules.priorities, apart=True)
		stops = LineStops(self._records, self._model, rules.states, rules.openings, rules.settings, incidents)
		return stops, incidents

	def _open(
		self, drill: Record, rule: SignalRule, cause: Cause, stops: LineStops, incidents: Incidents
	) -> Record:
		now = self._clock.now()
		stop = stops.rehearse(rule, cause, now, drill["name"])
		incidents.settle(now)
		self.posted += incidents.posted
		return {
			"status": DrillStatus.RUNNING,
			"line_stop": stop["name"],
			"remark": "; ".join(_shortened(rule)) or None,
		}


def _refused(why: str) -> Record:
	return {"status": DrillStatus.REFUSED, "remark": why}


def _shortened(rule: SignalRule) -> list[str]:
	"""What a real signal would have had to wait for."""
	if not rule.on_delay_seconds:
		return []
	return [f"a real signal would have to last {rule.on_delay_seconds:g} s before it counts"]
