"""An incident at a glance, for the ticket of an agent: money, stage, people, what comes next, the steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plant_itsm.domain.cost_results import StopCost
from plant_itsm.domain.line_stops import duration_text
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.spread import WAY
from plant_itsm.ports import Record, Records
from plant_itsm.services.escalations import next_escalation
from plant_itsm.services.impact_fields import rate_of
from plant_itsm.services.incident_lines import lines_of
from plant_itsm.services.stop_costs import StopCosts, incident_end, stop_named


def incident_summary(records: Records, line_stop: str, now: datetime) -> dict[str, Any]:
	"""{line_stop, title, status, stage, lasts, people, next, cost, cost_per_hour, steps, lines}; money as JSON or None.

	lines: {line, state, way, cost, cost_per_hour}; way: the names that the failure passes, from its root to the line.
	A stop that is part of an incident is answered with that incident. Raises MissingRecordError.
	"""
	asked = stop_named(records, line_stop)
	stop = stop_named(records, asked["parent_stop"]) if asked["parent_stop"] else asked
	ended_at = incident_end(records, stop)
	cost = StopCosts(records, ended_at or now).cost(stop)
	rate = rate_of(stop)
	following = next_escalation(records, stop, now)
	seconds = ((ended_at or now) - stop["onset"]).total_seconds()
	return {
		"line_stop": stop["name"],
		"title": stop["title"],
		"status": stop["status"],
		"stage": stop["stage"],
		"lasts": duration_text(to_decimal(max(seconds, 0))),
		"people": [person for person in (stop["acknowledged_by"], stop["technician"]) if person],
		"next": following and {"at": following.due_at.isoformat(), "step": following.step.label},
		"cost": cost.cost and cost.cost.as_json(),
		"cost_per_hour": rate.as_json() if rate and ended_at is None else None,
		"steps": [_step(row) for row in stop["steps"]],
		"lines": [_line(row, cost) for row in lines_of(stop)],
	}


def _line(row: Record, cost: StopCost) -> dict[str, Any]:
	name = row["production_line"]
	so_far = next((line.cost for line in cost.lines if line.line == name), None)
	rate = rate_of(row)
	return {
		"line": name,
		"state": row["state"],
		"way": (row["path"] or name).split(WAY),
		"cost": so_far and so_far.as_json(),
		"cost_per_hour": rate and rate.as_json(),
	}


def _step(row: Record) -> dict[str, Any]:
	return {"step": row["step_name"], "done": row["done_at"] is not None, "result": row["result"] or ""}
