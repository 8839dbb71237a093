"""What a Line Stop has cost: so far, in the end, or by the time at which it is expected to end; by the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.cost_results import CostPart, LineCost, StopCost, stop_cost
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.oee import StopClass
from plant_itsm.domain.stop_costs import Downtime, PricedLine, hull_of, price_line
from plant_itsm.domain.time_spans import Span, merged, minus, seconds_of
from plant_itsm.domain.vocabulary import EventKind, LineState, StopLoss
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.cost_models import cost_models_of
from plant_itsm.services.downtime import STOP, class_of, spans_of, stop_reasons
from plant_itsm.services.stops_around import StopsAround

RUN = "Production Run"
COSTLY = frozenset({StopLoss.BREAKDOWNS, StopLoss.MINOR_STOPS})
"""The losses that are priced. A changeover is part of the plan; waiting is priced where its cause is."""


def stop_named(records: Records, name: str, *, for_update: bool = False) -> Record:
	"""A Line Stop with its rows. Raises MissingRecordError when it is gone."""
	stop = records.get(STOP, name, for_update=for_update)
	if stop is None:
		raise MissingRecordError(f"Line Stop {name!r} does not exist. Choose one of the list.")
	return stop


def priced_line(records: Records, name: str) -> PricedLine:
	"""A line with all that its stops are priced by. Raises MissingRecordError when line, area or site is gone."""
	runs = records.find(RUN, {"production_line": name}, order_by="starts_at")
	return PricedLine(
		name,
		calendar_of(records, name),
		tuple(cost_models_of(records, name)),
		tuple((run["starts_at"], run["product"]) for run in runs),
	)


@dataclass
class _Episodes:
	"""The downtimes of a line within a hull, with what their incidents cost as soon as somebody has asked."""

	hull: Span
	downtimes: list[Downtime]
	costs: dict[str, LineCost] | None = None


class StopCosts:
	"""Prices stops as of a moment, up to which open ones last. Holds what it has read: use one per question.

	changed: a stop as it is about to be written.
	"""

	def __init__(self, records: Records, at: datetime, changed: Record | None = None):
		self._records = records
		self.at = at
		self._around = StopsAround(records, {changed["name"]: changed} if changed else {})
		self._reasons = stop_reasons(records)
		self._lines: dict[str, PricedLine] = {}
		self._calendars: dict[str, ShiftCalendar] = {}
		self._episodes: dict[str, list[_Episodes]] = {}

	def cost(self, stop: Record) -> StopCost:
		"""What an incident has cost. One that is part of another costs nothing itself."""
		if stop["parent_stop"]:
			return StopCost((), None, (f"part of {stop['parent_stop']}, which is priced",))
		stop_class = class_of(stop, self._reasons)
		if not is_priced(stop, stop_class):
			reason = (why_unpriced(stop, stop_class),)
			return StopCost(tuple(self._unpriced(stop)), None, reason)
		return stop_cost(self._on_line(stop, line) for line in self._stopped_lines(stop))

	def values(self, stop: Record) -> Record:
		"""The fields of an ended stop that say what it cost."""
		found = self.cost(stop)
		by_line = {line.line: line for line in found.lines}
		return {
			"cost": found.cost and found.cost.amount,
			"currency": found.cost and found.cost.currency,
			"cost_explanation": found.explanation,
			"lines": [self._row(stop, row, by_line.get(row["production_line"])) for row in stop["lines"]],
			"cost_parts": [_part_row(part) for part in found.parts],
		}

	def neighbours(self, stop: Record) -> set[str]:
		"""Ended incidents that share a line with a stop at some time, directly or through others."""
		found = {
			down.incident
			for line in self._stopped_lines(stop)
			for down in self._episodes_around(line, _hull(stop, self.at)).downtimes
		}
		return found - {stop["name"]}

	# ------------------------------------------------------------- lines

	def _stopped_lines(self, stop: Record) -> list[str]:
		"""The lines that an incident stops, those of the stops that are part of it included."""
		parts = [
			self._around.as_changed(row) for row in self._records.find(STOP, {"parent_stop": stop["name"]})
		]
		names = [stop["name"], *(part["name"] for part in parts)]
		rows = self._around.rows({"parent": ("in", names)}) if parts else stop["lines"]
		stopped = (row["production_line"] for row in rows if row["state"] == LineState.STOPPED)
		return list(dict.fromkeys(stopped))

	def _on_line(self, stop: Record, line: str) -> LineCost:
		episodes = self._episodes_around(line, _hull(stop, self.at))
		if episodes.costs is None:
			episodes.costs = price_line(self._line(line), episodes.downtimes)
		return episodes.costs.get(stop["name"]) or LineCost(line)

	def _unpriced(self, stop: Record) -> Iterator[LineCost]:
		for line in self._stopped_lines(stop):
			found = self._on_line(stop, line)
			yield LineCost(line, found.planned_seconds, elsewhere=found.elsewhere)

	def _line(self, name: str) -> PricedLine:
		if name not in self._lines:
			self._lines[name] = priced_line(self._records, name)
			self._calendars[name] = self._lines[name].calendar
		return self._lines[name]

	def planned(self, line: str, spans: Iterable[Span], without: Iterable[Span] = ()) -> Iterator[Span]:
		"""The planned production times of a line within some spans."""
		if line not in self._calendars:
			self._calendars[line] = calendar_of(self._records, line)
		calendar = self._calendars[line]
		for span in minus(merged(spans), without):
			yield from calendar.planned(*span)

	# ------------------------------------------------------------- who else holds the line down

	def _episodes_around(self, line: str, span: Span) -> _Episodes:
		"""All incidents that overlap or touch a span on a line, or one another from there on, maybe more."""
		known = self._episodes.setdefault(line, [])
		for episodes in known:
			if episodes.hull.start <= span.start and span.end <= episodes.hull.end:
				return episodes
		known.append(self._read_episodes(line, span))
		return known[-1]

	def _read_episodes(self, line: str, hull: Span) -> _Episodes:
		while True:
			found = list(self._overlapping(line, hull))
			wider = Span(hull.start, hull.end)
			if found:
				reached = hull_of(found)
				wider = Span(min(hull.start, reached.start), max(hull.end, reached.end))
			if wider == hull:
				return _Episodes(hull, found)
			hull = wider

	def _overlapping(self, line: str, hull: Span) -> Iterator[Downtime]:
		for name, members in self._around.incidents(line, hull).items():
			yield from self._incident_downtimes(name, members)

	def _incident_downtimes(
		self, name: str, members: list[tuple[Record, Record | None]]
	) -> Iterator[Downtime]:
		root, _row = members[0]
		stop_class = class_of(root, self._reasons)
		if not stop_class.planned and stop_class.loss is None:
			return  # no proven standstill
		onset = min(member["onset"] for member, _row in members)
		for member, row in members:
			spans = tuple(spans_of(member, max(self.at, member["onset"])))
			if row is not None and spans:
				yield Downtime(
					incident=name,
					onset=onset,
					spans=spans,
					priced=is_priced(root, stop_class),
					planned=stop_class.planned,
					buffer_seconds=to_decimal(row["reached_after_seconds"] or 0),
					product=row["product"] or None,
				)

	def _row(self, stop: Record, row: Record, cost: LineCost | None) -> Record:
		if cost is None:  # degraded, or part of another incident
			lost = self.planned(row["production_line"], spans_of(stop, self.at))
			return row | {"planned_seconds": float(seconds_of(lost)), "cost": None, "currency": None}
		return row | {
			"planned_seconds": float(cost.planned_seconds),
			"cost": cost.cost and cost.cost.amount,
			"currency": cost.cost and cost.cost.currency,
			"not_priced": "; ".join(cost.not_priced),
		}


def is_priced(stop: Record, stop_class: StopClass) -> bool:
	"""Whether the time of a stop costs money."""
	return stop["kind"] == EventKind.LINE_STOP and not stop_class.planned and stop_class.loss in COSTLY


def why_unpriced(stop: Record, stop_class: StopClass) -> str:
	"""Why it does not."""
	what = f"{stop['kind']}, {stop['stop_reason']}" if stop["stop_reason"] else stop["kind"]
	if stop_class.planned:
		return f"not priced: {what}: no production was planned"
	if stop_class.loss == StopLoss.SETUP:
		return f"not priced: {what}: a changeover is part of the plan"
	if stop_class.loss == StopLoss.STARVED_OR_BLOCKED:
		return f"not priced: {what}: the stop that causes it is priced"
	return f"not priced: {what}: no proven standstill"


def _hull(stop: Record, at: datetime) -> Span:
	return Span(stop["onset"], max(stop["onset"], stop["ended_at"] or at))


def _part_row(part: CostPart) -> Record:
	return {
		"production_line": part.line,
		"part": part.part,
		"formula": part.formula,
		"quantity": float(part.quantity),
		"unit": part.unit,
		"rate": part.rate,
		"amount": part.amount.amount,
		"currency": part.amount.currency,
		"cost_model": part.cost_model,
	}


# ------------------------------------------------------------- telling


def cost_so_far(records: Records, name: str, at: datetime) -> StopCost:
	"""What a stop has cost up to a moment; an ended one up to its end."""
	return StopCosts(records, at).cost(stop_named(records, name))


def forecast(records: Records, name: str) -> StopCost | None:
	"""What an incident that goes on will have cost when it ends as estimated; None where nobody has estimated that."""
	stop = stop_named(records, name)
	if stop["estimated_restoration_at"] is None or incident_end(records, stop) is not None:
		return None
	return StopCosts(records, stop["estimated_restoration_at"]).cost(stop)


def incident_end(records: Records, stop: Record) -> datetime | None:
	"""The end of the last of an incident, or None while something of it is open."""
	ends = [one["ended_at"] for one in (stop, *records.find(STOP, {"parent_stop": stop["name"]}))]
	return None if None in ends else max(ends)


def explain(records: Records, name: str, now: datetime) -> dict[str, Any]:
	"""{line_stop, kind, is_open, onset, as_of, part_of, cost, forecast}: the cost with formula, inputs and version of
	each part, and the forecast with its moment `at`, or None. An incident is open while a part of it is."""
	stop = stop_named(records, name)
	ended_at = incident_end(records, stop)
	as_of = ended_at or now.replace(microsecond=0)
	expected = forecast(records, name)
	return {
		"line_stop": name,
		"kind": stop["kind"],
		"is_open": ended_at is None,
		"onset": stop["onset"].isoformat(),
		"as_of": as_of.isoformat(),
		"part_of": stop["parent_stop"],
		"cost": StopCosts(records, as_of).cost(stop).as_json(),
		"forecast": expected and {"at": stop["estimated_restoration_at"].isoformat(), **expected.as_json()},
	}
