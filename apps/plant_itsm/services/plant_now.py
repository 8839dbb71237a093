"""The lines of a plant as they stand now: state, since when, money, who is on it, what comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plant_itsm.domain.cost_results import StopCost
from plant_itsm.domain.escalation import DueRun
from plant_itsm.domain.money import Money, total
from plant_itsm.domain.plant_now import LineStanding, OpenStop, Standing, standing_of
from plant_itsm.domain.vocabulary import EventKind, LineState, LineStopStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.downtime import REAL, STOP, STOP_LINE
from plant_itsm.services.escalation_policies import policies
from plant_itsm.services.escalations import next_escalation
from plant_itsm.services.impact_fields import rate_of
from plant_itsm.services.stop_costs import StopCosts, stop_named

INSTANT = timedelta(seconds=1)


@dataclass(frozen=True)
class LineNow:
	"""One line. incident: the Line Stop to act on, which is the root of the one that the line stands for.

	cost_per_hour: while production is planned. cost_so_far: of the incident on this line; None where it is not priced.
	"""

	line: str
	area: str
	product: str | None
	is_planned: bool
	standing: LineStanding
	incident: Record | None = None
	cost_per_hour: Money | None = None
	cost_so_far: Money | None = None
	escalation: DueRun | None = None

	def as_json(self) -> dict[str, Any]:
		return {
			"line": self.line,
			"area": self.area,
			"product": self.product,
			"is_planned": self.is_planned,
			"standing": self.standing.standing,
			"since": _iso(self.standing.since),
			"stops_at": _iso(self.standing.stops_at),
			"cost_per_hour": self.cost_per_hour and self.cost_per_hour.as_json(),
			"cost_so_far": self.cost_so_far and self.cost_so_far.as_json(),
			"incident": self.incident and _incident_json(self.incident),
			"escalation": self.escalation
			and {"at": _iso(self.escalation.due_at), "step": self.escalation.step.label},
		}


def _incident_json(stop: Record) -> dict[str, Any]:
	return {
		"name": stop["name"],
		"title": stop["title"],
		"root_ci": stop["root_ci"],
		"stage": stop["stage"],
		"priority": stop["priority_override"] or stop["priority"],
		"ticket": stop["hd_ticket"],
		"acknowledged_by": stop["acknowledged_by"],
		"technician": stop["technician"],
		"dispatch_due_at": None if stop["dispatched_at"] else _iso(stop["dispatch_due_at"]),
		"estimated_restoration_at": _iso(stop["estimated_restoration_at"]),
	}


def _iso(moment: datetime | None) -> str | None:
	return moment.isoformat() if moment else None


def plant_now(records: Records, now: datetime, lines: Collection[str]) -> list[LineNow]:
	"""The lines that are asked for, the worst first, then by name."""
	stops = {stop["name"]: stop for stop in records.find(STOP, {**REAL, "status": LineStopStatus.OPEN})}
	on_line = _stops_by_line(records, stops)
	view = _View(records, now, stops)
	found = [
		view.line(record, on_line[record["name"]])
		for record in records.find("Production Line", {"name": ("in", list(lines))})
	]
	order = list(Standing)
	return sorted(found, key=lambda one: (order.index(one.standing.standing), one.line))


def cost_per_hour_of(lines: Collection[LineNow]) -> list[Money]:
	"""What the lines that stand still lose per hour, one amount for each currency."""
	by_currency: dict[str, list[Money]] = defaultdict(list)
	for line in lines:
		if line.cost_per_hour and line.standing.standing == Standing.STOPPED:
			by_currency[line.cost_per_hour.currency].append(line.cost_per_hour)
	return [money for _currency, amounts in sorted(by_currency.items()) if (money := total(amounts))]


def _stops_by_line(records: Records, stops: dict[str, Record]) -> dict[str, list[Record]]:
	rows: dict[str, list[Record]] = defaultdict(list)
	for row in records.find(STOP_LINE, {"parenttype": STOP, "parent": ("in", list(stops))}):
		rows[row["production_line"]].append(row)
	return rows


class _View:
	"""Holds what several lines share, so that an incident on many of them is priced once."""

	def __init__(self, records: Records, now: datetime, stops: dict[str, Record]):
		self._records = records
		self._now = now
		self._stops = stops
		self._costs = StopCosts(records, now)
		self._policies = policies(records) if stops else []
		self._incidents: dict[str, tuple[Record, StopCost]] = {}

	def line(self, record: Record, rows: list[Record]) -> LineNow:
		name = record["name"]
		calendar = calendar_of(self._records, name)
		is_planned = calendar.planned_seconds(self._now, self._now + INSTANT) > 0
		standing = standing_of(map(self._open_stop, rows), is_planned, self._now)
		plain = LineNow(name, record["plant_area"], record["product"], is_planned, standing)
		if standing.stop is None:
			return plain
		row = next(row for row in rows if row["parent"] == standing.stop)
		incident, cost = self._incident(self._stops[standing.stop])
		return LineNow(
			name,
			record["plant_area"],
			row["product"] or record["product"],
			is_planned,
			standing,
			incident,
			rate_of(row) if is_planned else None,
			next((one.cost for one in cost.lines if one.line == name), None),
			next_escalation(self._records, incident, self._now, self._policies),
		)

	def _open_stop(self, row: Record) -> OpenStop:
		stop = self._stops[row["parent"]]
		return OpenStop(
			stop["name"],
			EventKind(stop["kind"]),
			LineState(row["state"]),
			stop["onset"],
			row["reached_after_seconds"] or 0.0,
		)

	def _incident(self, stop: Record) -> tuple[Record, StopCost]:
		"""The incident that a stop is part of, and its cost so far; its own CI may be well again while others go on."""
		name = stop["parent_stop"] or stop["name"]
		if name not in self._incidents:
			incident = stop_named(self._records, name)
			self._incidents[name] = incident, self._costs.cost(incident)
		return self._incidents[name]
