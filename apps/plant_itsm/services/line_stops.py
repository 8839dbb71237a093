"""Opening a line stop at a CI and ending it; at most one is open per kind of trouble and CI."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from plant_itsm.domain.impact import Impact
from plant_itsm.domain.judging import Cause
from plant_itsm.domain.line_stops import (
	DRILL_PREFIX,
	Evidence,
	description,
	open_key,
	title,
	weigh,
)
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.time_spans import Span, exact_seconds
from plant_itsm.domain.vocabulary import EventKind, LineStopStatus, OutboxAction
from plant_itsm.ports import Record, Records
from plant_itsm.services.cost_settlement import end_values
from plant_itsm.services.downtime import interruptions_of
from plant_itsm.services.ended_stops import EndedStops
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.impact_fields import line_row, money_values
from plant_itsm.services.incidents import NOTHING_OF_ITS_OWN, TITLE_LENGTH, Incidents
from plant_itsm.services.oee import mark_lines
from plant_itsm.services.openings import Openings
from plant_itsm.services.response_stages import fields_when_back, fields_when_cleared
from plant_itsm.services.rule_states import RuleStates
from plant_itsm.services.settings import Settings

DOCTYPE = "Line Stop"
FEW_STOPS = 8
"""So many stops of a batch are opened with all that follows a new record (versions, hooks of other apps)."""


class LineStops:
	"""Opens, reopens and ends line stops in the transaction that is open, which holds the lock of grouping."""

	def __init__(
		self,
		records: Records,
		model: ImpactModel,
		states: RuleStates,
		openings: Openings,
		settings: Settings,
		incidents: Incidents,
	):
		self._records = records
		self._model = model
		self._states = states
		self._openings = openings
		self._ended = EndedStops(records)
		self._settings = settings
		self._incidents = incidents
		self._marked: dict[str, datetime] = {}
		self._opened_ones = 0

	def open(self, rule: SignalRule, kind: EventKind, cause: Cause, now: datetime) -> str:
		"""Join the stop that is open for this trouble, go on with one that has just ended, or open a new one."""
		key = open_key(kind, rule.ci)
		known = self._incidents.open_stop(key)
		if known is not None:
			return str(known["name"])
		just_ended = self._just_ended(rule.ci, kind, cause.at)
		if just_ended is not None:
			return self._reopen(just_ended, key, cause.at, now)
		impact = weigh(kind, self._model.impact([rule.ci], cause.at))
		stop = self._insert(self._opened(key, rule, kind, cause, impact, now))
		self._openings.note(rule.name, now)
		self._incidents.note(stop, impact)
		return str(stop["name"])

	def rehearse(self, rule: SignalRule, cause: Cause, now: datetime, drill: str) -> Record:
		"""Open the stop that a drill stands for, beside whatever is really open there."""
		impact = weigh(rule.event_kind, self._model.impact([rule.ci], cause.at))
		values = self._opened(drill, rule, rule.event_kind, cause, impact, now)
		heading = f"{DRILL_PREFIX}{values['title']}"[:TITLE_LENGTH]
		stop = self._records.insert(DOCTYPE, {**values, "title": heading, "is_drill": True})
		self._incidents.note(stop, impact)
		return stop

	def _insert(self, values: Record) -> Record:
		"""A part of an open incident is no news, and among so many at once no single one is: they are written as rows,
		without what else follows a new record. Their lines are noted for the figures of their shifts."""
		root = self._incidents.root_for(values)
		self._opened_ones += 1
		if root is None and self._opened_ones <= FEW_STOPS:
			return self._records.insert(DOCTYPE, values)
		for row in values["lines"]:
			line, onset = row["production_line"], values["onset"]
			self._marked[line] = min(onset, self._marked.get(line, onset))
		part = {"parent_stop": root, **NOTHING_OF_ITS_OWN} if root else {}
		return self._incidents.drafted(self._records.draft(DOCTYPE, values | part))

	def save(self) -> None:
		"""Note which lines have to be computed anew; once before the batch is committed."""
		if self._marked:
			mark_lines(self._records, self._marked)
		self._marked = {}

	def clear(self, rule: SignalRule, kind: EventKind, cause: Cause) -> str | None:
		"""End the open stop of this trouble, unless another rule still holds it open."""
		stop = self._incidents.open_stop(open_key(kind, rule.ci))
		if stop is None:
			return None
		if not self._states.is_held_open(rule.ci, kind):
			self._ended.put(end_stop(self._records, self._incidents, stop["name"], cause.at))
		return str(stop["name"])

	def _just_ended(self, ci: str, kind: EventKind, at: datetime) -> Record | None:
		earliest = at - timedelta(seconds=self._settings.reopen_within_seconds)
		found = self._ended.latest(ci, kind, earliest)
		return found if found is not None and found["ended_at"] <= at else None

	def _reopen(self, stop: Record, key: str, at: datetime, now: datetime) -> str:
		gap = Span(stop["ended_at"], at)
		gaps = [*interruptions_of(stop), gap]
		again = self._records.update(
			DOCTYPE,
			stop["name"],
			{
				"status": LineStopStatus.OPEN,
				"open_key": key,
				"ended_at": None,
				"duration_seconds": 0.0,
				"cost": None,
				"cost_explanation": None,
				"cost_parts": [],
				"interrupted_seconds": stop["interrupted_seconds"]
				+ float(exact_seconds(gap.end - gap.start)),
				"interruptions": json.dumps(
					[[span.start.isoformat(), span.end.isoformat()] for span in gaps]
				),
				"reopened": stop["reopened"] + 1,
				"incident_ended_at": None,
				"micro_stop": False,
				"priority": None if stop["micro_stop"] else stop["priority"],  # else its ticket is ordered
				**fields_when_back(stop),
			},
		)
		self._ended.put(again)
		self._incidents.note(again)
		if again["priority"] and not again["parent_stop"]:
			self._incidents.post(again, OutboxAction.REPORT_RETURN, now)
		return str(stop["name"])

	def _opened(
		self, key: str, rule: SignalRule, kind: EventKind, cause: Cause, impact: Impact, now: datetime
	) -> Record:
		return {
			"title": title(kind, rule.ci, [line.line.name for line in impact.lines])[:TITLE_LENGTH],
			"kind": kind,
			"status": LineStopStatus.OPEN,
			"root_ci": rule.ci,
			"onset": cause.at,
			"detected_at": now,
			**money_values(impact),
			"lines": [line_row(line) | {"cost_model": line.cost_model} for line in impact.lines],
			"description": self._description(rule, kind, cause, impact),
			"signal_rule": rule.name,
			"connection": rule.connection,
			"open_key": key,
		}

	def _description(self, rule: SignalRule, kind: EventKind, cause: Cause, impact: Impact) -> str:
		known = self._model.known_as(rule.ci)
		at = self._model.local_time(cause.at, known.plant_site)
		evidence = Evidence(rule.name, rule.connection, cause.address, cause.value, at)
		return description(kind, known.label, impact, evidence)


def end_stop(records: Records, incidents: Incidents, name: str, ended_at: datetime) -> Record:
	"""End an open stop in the transaction that is open, which holds the lock of grouping. Returns it as it is then."""
	incidents.save_drafts()
	stop = records.get(DOCTYPE, name, for_update=True)
	assert stop is not None, name
	wanted = stop | {
		"status": LineStopStatus.ENDED,
		"open_key": None,
		"ended_at": max(stop["onset"], ended_at),  # the clocks of two sources may differ
	}
	changed = {fieldname: wanted[fieldname] for fieldname in ("status", "open_key", "ended_at")}
	changed |= fields_when_cleared(stop, wanted["ended_at"])
	values = changed | end_values(records, wanted)
	ended = records.update(DOCTYPE, name, values)
	incidents.note(ended)
	return ended
