"""Keeping the stored costs of line stops true: when one ends, and when something changes that it shares a line with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from plant_itsm.domain.line_prices import total_of
from plant_itsm.domain.money import Money
from plant_itsm.domain.stop_costs import rate_at
from plant_itsm.domain.time_spans import seconds_of
from plant_itsm.domain.vocabulary import LineState, LineStopStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.downtime import STOP, class_of, spans_of, stop_reasons
from plant_itsm.services.stop_costs import (
	StopCosts,
	incident_end,
	is_priced,
	priced_line,
	stop_named,
	why_unpriced,
)


def end_values(records: Records, stop: Record) -> Record:
	"""Duration and cost of a stop that has just got its end, before it is written."""
	spans = spans_of(stop, stop["ended_at"])
	costs = StopCosts(records, stop["ended_at"], changed=stop)
	return {"duration_seconds": float(seconds_of(spans)), **costs.values(stop)}


def settle(records: Records, name: str, at: datetime) -> None:
	"""Write anew what an ended stop costs; of one that is part of an incident, also what that incident costs."""
	_settle(records, name, StopCosts(records, at))


def _settle(records: Records, name: str, costs: StopCosts) -> None:
	stop = stop_named(records, name, for_update=True)
	if stop["status"] == LineStopStatus.ENDED:
		records.update(STOP, name, costs.values(stop))
	if stop["parent_stop"]:
		_settle(records, stop["parent_stop"], costs)


def settle_neighbours(records: Records, stop: Record, at: datetime) -> list[str]:
	"""Settle the ended incidents that share a line with a stop and cost something else now; returns their names."""
	costs = StopCosts(records, at)
	incident = stop_named(records, stop["parent_stop"]) if stop["parent_stop"] else stop
	if incident["status"] == LineStopStatus.OPEN:  # of what is part of it; its own end settles all
		return []
	return _settle_changed(records, {*costs.neighbours(incident), incident["name"]}, costs)


def edited_values(records: Records, stop: Record, at: datetime) -> Record:
	"""What follows for a stop itself from a class or a time that a person has changed by hand, before it is written."""
	values = {} if stop["parent_stop"] else rates_at(records, stop)  # the incident has the rates of its parts
	if stop["status"] != LineStopStatus.ENDED:
		return values
	lasted = seconds_of(spans_of(stop, stop["ended_at"]))
	costs = StopCosts(records, at, changed=stop)
	values |= {"duration_seconds": float(lasted), **costs.values(stop | values)}
	return values if stop["parent_stop"] else values | {"incident_ended_at": incident_end(records, stop)}


def settle_edited(records: Records, before: Record, at: datetime) -> list[str]:
	"""Settle what else is concerned when a person has changed a stop by hand: the incident that it is part of, and the
	ended ones that share a line with it, as it was before or as it is now; returns their names."""
	stop = stop_named(records, before["name"])
	incident = stop_named(records, stop["parent_stop"]) if stop["parent_stop"] else stop
	if stop["parent_stop"]:
		note_end(records, incident)
	was = StopCosts(records, at, changed=before).neighbours(incident if stop["parent_stop"] else before)
	costs = StopCosts(records, at)
	concerned = {incident["name"], *was, *costs.neighbours(incident)} - {stop["name"]}
	return _settle_changed(records, concerned, costs)


def note_end(records: Records, incident: Record) -> None:
	"""Let an incident end with the last of its stops."""
	ended_at = incident_end(records, incident)
	if ended_at is not None and ended_at != incident["incident_ended_at"]:
		records.update(STOP, incident["name"], {"incident_ended_at": ended_at})


def settle_changed(records: Records, names: Iterable[str], at: datetime) -> list[str]:
	"""Settle those ended incidents whose stored cost is not what they cost now; returns their names."""
	return _settle_changed(records, names, StopCosts(records, at))


def _settle_changed(records: Records, names: Iterable[str], costs: StopCosts) -> list[str]:
	"""The same prices serve all: settling changes what a stop costs, never when it was or what it is."""
	changed = []
	for name in sorted(names):
		stop = stop_named(records, name)
		if stop["status"] == LineStopStatus.ENDED and _figures(stop) != _figures(stop | costs.values(stop)):
			_settle(records, name, costs)
			changed.append(name)
	return changed


def _figures(stop: Record) -> tuple[Any, ...]:
	rows = [(row["production_line"], row["planned_seconds"], row["cost"] or 0) for row in stop["lines"]]
	return stop["cost"] or 0, stop["currency"], sorted(rows)


def rates_at(records: Records, stop: Record) -> Record:
	"""What an hour of a stop costs at its onset: its fields cost_per_hour, currency, not_priced, units_per_shift, lines
	and incident_lines, as after a change of what it counts as. An incident costs what all its lines do."""
	reasons = stop_reasons(records)
	priced = is_priced(stop, class_of(stop, reasons))
	own, of_incident = (
		[_rated(records, stop, row, priced) for row in stop[table]] for table in ("lines", "incident_lines")
	)
	rows = of_incident or own
	rates = [Money(row["cost_per_hour"], row["currency"]) for row in rows if row["currency"]]
	cost, why = total_of(rates, [row["not_priced"] for row in rows])
	if not priced:
		why = [why_unpriced(stop, class_of(stop, reasons))]
	return {
		"lines": own,
		"incident_lines": of_incident,
		"units_per_shift": sum(row["units_per_shift"] for row in rows),
		"cost_per_hour": cost and cost.amount,
		"currency": cost and cost.currency,
		"not_priced": "; ".join(why),
	}


def _rated(records: Records, stop: Record, row: Record, priced: bool) -> Record:
	name = row["production_line"]
	line, rate, why = priced_line(records, name), None, None
	if priced and row["state"] == LineState.STOPPED:
		rate, why = rate_at(line, stop["onset"], row["product"])
	record = records.get("Production Line", name) or {}
	return row | {
		"units_per_shift": record.get("units_per_shift", 0) if priced else 0,
		"cost_per_hour": rate and rate.amount,
		"currency": rate and rate.currency,
		"not_priced": why,
	}
