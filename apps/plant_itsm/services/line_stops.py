"""Opening a line stop at a CI and ending it; at most one is open per kind of trouble and CI."""

from __future__ import annotations

from datetime import datetime

from plant_itsm.domain.errors import DuplicateRecordError
from plant_itsm.domain.impact import Impact, LineImpact
from plant_itsm.domain.judging import Cause
from plant_itsm.domain.line_stops import Evidence, description, open_key, settle, title
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.vocabulary import LineStopStatus, OutboxAction
from plant_itsm.ports import Record, Records
from plant_itsm.services import outbox
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.rule_states import is_held_open

DOCTYPE = "Line Stop"


def raise_stop(
	records: Records, model: ImpactModel, rule: SignalRule, cause: Cause, now: datetime
) -> tuple[str, bool]:
	"""The open stop that a raised rule belongs to, and whether it is new."""
	key = open_key(rule.event_kind, rule.ci)
	known = _open_stop(records, key)
	if known is not None:
		return known["name"], False
	impact = model.impact([rule.ci], cause.at)
	try:
		stop = records.insert(DOCTYPE, _opened(records, key, rule, cause, impact, now))
	except DuplicateRecordError:  # another process was faster
		known = _open_stop(records, key)
		if known is None:
			raise
		return known["name"], False
	outbox.post(records, stop["name"], OutboxAction.OPEN_TICKET, now)
	outbox.post(records, stop["name"], OutboxAction.NOTIFY, now)
	return stop["name"], True


def clear_stop(records: Records, rule: SignalRule, cause: Cause, now: datetime) -> tuple[str | None, bool]:
	"""The open stop of a rule that has cleared, and whether that ended it: another rule may still hold it open."""
	stop = _open_stop(records, open_key(rule.event_kind, rule.ci))
	if stop is None:
		return None, False
	if is_held_open(records, rule.ci, rule.event_kind):
		return stop["name"], False
	_end(records, stop["name"], cause.at)
	outbox.post(records, stop["name"], OutboxAction.REPORT_END, now)
	return stop["name"], True


def _open_stop(records: Records, key: str) -> Record | None:
	found = records.find(DOCTYPE, {"open_key": key}, limit=1)
	return found[0] if found else None


def _opened(
	records: Records, key: str, rule: SignalRule, cause: Cause, impact: Impact, now: datetime
) -> Record:
	cost = impact.cost_per_hour
	ci = records.get("OT CI", rule.ci) or {}
	label = f"{ci.get('title') or rule.ci} ({ci.get('ci_class')})"
	evidence = Evidence(rule.name, rule.connection, cause.address, cause.value, cause.at)
	return {
		"title": title(rule.event_kind, rule.ci, [line.line.name for line in impact.lines])[:140],
		"kind": rule.event_kind,
		"status": LineStopStatus.OPEN,
		"root_ci": rule.ci,
		"onset": cause.at,
		"detected_at": now,
		"units_per_shift": impact.units_per_shift,
		"cost_per_hour": cost and cost.amount,
		"currency": cost and cost.currency,
		"not_priced": "; ".join(impact.not_priced),
		"lines": [_line_row(line) for line in impact.lines],
		"description": description(label, impact, evidence),
		"signal_rule": rule.name,
		"connection": rule.connection,
		"open_key": key,
	}


def _line_row(line: LineImpact) -> Record:
	cost = line.cost_per_hour
	return {
		"production_line": line.line.name,
		"state": line.state,
		"product": line.line.product,
		"units_per_shift": line.units_blocked_per_shift,
		"cost_per_hour": cost and cost.amount,
		"currency": cost and cost.currency,
		"cost_model": line.cost_model,
		"path": line.path,
		"not_priced": line.not_priced,
	}


def _end(records: Records, name: str, ended_at: datetime) -> None:
	stop = records.get(DOCTYPE, name, for_update=True)
	assert stop is not None, name
	models = [row["cost_model"] for row in stop["lines"] if row["cost_model"]]
	end = settle(stop["onset"], ended_at, rate_of(stop), models)
	records.update(
		DOCTYPE,
		name,
		{
			"status": LineStopStatus.ENDED,
			"open_key": None,
			"ended_at": end.ended_at,
			"duration_seconds": float(end.duration_seconds),
			"cost": end.cost and end.cost.amount,
			"cost_explanation": end.explanation,
		},
	)


def rate_of(stop: Record) -> Money | None:
	"""The cost per hour of a stop, None where it is not priced."""
	if not stop["currency"]:
		return None
	return Money(to_decimal(stop["cost_per_hour"]), stop["currency"])
