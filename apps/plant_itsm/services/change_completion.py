"""The computed fields of an OT Change Request, on every save, in both editions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from plant_itsm.domain.change_finder import Obstacle
from plant_itsm.domain.change_words import ChangeOutcome, ChangeStatus
from plant_itsm.domain.changes import BEFORE_START, ChangeType
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.change_collisions import collisions_in
from plant_itsm.services.change_impact import at_risk, impact_fields
from plant_itsm.services.change_requests import cis_of, duration_of, span_of, stored
from plant_itsm.services.change_stamps import (
	stamped_approvals,
	stamped_artefacts,
	stamped_checklist,
	stamped_collisions,
	stamped_modification,
	step_stamps,
)
from plant_itsm.services.change_steps import whole_checklist, whole_questions, whole_tasks
from plant_itsm.services.change_subjects import WindowNeeds, subject_of
from plant_itsm.services.change_templates import DOCTYPE as TEMPLATE
from plant_itsm.services.change_types import change_type_named
from plant_itsm.services.change_windows import covering
from plant_itsm.services.planned_records import PlannedRecords

RECKONED = (ChangeStatus.ASSESSED, ChangeStatus.SCHEDULED)
IMPACT = ("lines", "units_per_shift", "cost_per_hour", "currency", "not_priced")


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""Raises MissingRecordError, and InvalidRecordError where somebody signs for another."""
	records = PlannedRecords(records, ())  # much is asked for more than once
	before = stored(records, record)
	now = clock.now().replace(microsecond=0)
	kind, type_record = change_type_named(records, record["change_type"])
	computed = _defaults(records, before, record, type_record)
	computed["entered_by"] = before["entered_by"] if before else record.get("changed_by")
	whole = record | computed
	for fields in (
		_impact(records, before, whole, now),
		step_stamps(kind, before, whole, now),
		{"artefacts": stamped_artefacts(records, before, whole)},
		{"checklist": stamped_checklist(before, whole, now)},
		stamped_modification(before, whole, now),
	):
		computed |= fields
		whole |= fields
	computed["approvals"] = stamped_approvals(before, whole, now)
	computed |= _time(records, kind, before, whole, now)
	if record["status"] == ChangeStatus.ROLLED_BACK:
		computed["outcome"] = ChangeOutcome.ROLLED_BACK
	return computed


def _defaults(records: Records, before: Record | None, record: Record, type_record: Record) -> Record:
	"""Every step and question of the type; for a new request also the words of its template."""
	computed: Record = {
		"checklist": whole_checklist(before, record, type_record),
		"risk_answers": whole_questions(before, record, type_record),
		"tasks": whole_tasks(before, record),
	}
	template = records.get(TEMPLATE, record["template"]) if record.get("template") else None
	if before is None and template is not None:
		computed["duration_minutes"] = record.get("duration_minutes") or template["duration_minutes"]
		computed["description"] = record.get("description") or template["description"]
	return computed


def _impact(records: Records, before: Record | None, record: Record, now: datetime) -> Record:
	"""Worked out anew when other CIs are named, and before people decide on it."""
	cis = cis_of(record)
	first = records.get("OT CI", cis[0]) if cis else None
	is_same = before is not None and cis_of(before) == cis and not _is_step(before, record, RECKONED)
	site = {"plant_site": first["plant_site"] if first else None}
	if is_same and before is not None:
		return site | {fieldname: before[fieldname] for fieldname in IMPACT}
	return site | impact_fields(records, list(cis), now)


def _is_step(before: Record, record: Record, to: Collection[str]) -> bool:
	return record["status"] != before["status"] and record["status"] in to


def _time(records: Records, kind: ChangeType, before: Record | None, record: Record, now: datetime) -> Record:
	"""What depends on when the change runs: its end, its window, collisions, and the money that it puts at risk."""
	was = ChangeStatus(before["status"]) if before else ChangeStatus.DRAFT
	if was not in BEFORE_START and before is not None:
		return {"collisions": before["collisions"], "change_window": before["change_window"]}
	duration = duration_of(record)
	start = record.get("planned_start")
	planned_end = start + duration if start and duration else None
	span = span_of(record)
	if span is None:
		return {"planned_end": planned_end, "change_window": None, "collisions": [], "money_at_risk": None}
	needs = WindowNeeds(kind.window_kind, kind.blocked_by_production, duration)
	subject = subject_of(records, record, needs, span, now)
	found = [_collision_row(obstacle) for obstacle in collisions_in(records, subject, span)]
	window = covering(subject.opening, span)
	risk = at_risk(record, subject.calendars, span, subject.orders)
	return {
		"planned_end": planned_end,
		"change_window": window.window if window else None,
		"collisions": stamped_collisions(records, kind, before, record, found, now),
		"money_at_risk": risk.money and risk.money.amount,
		"risk_explanation": risk.explanation,
	}


def _collision_row(obstacle: Obstacle) -> Record:
	return {
		"kind": obstacle.kind,
		"what": obstacle.what,
		"text": obstacle.text,
		"starts_at": obstacle.span.start,
		"ends_at": obstacle.span.end,
		"resolution": None,
		"resolved_by": None,
		"resolved_at": None,
	}
