"""Who else holds a line down while a stop lasts. Reads the stops of a time once for all lines: in a flood more than a
thousand are open, on hundreds of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plant_itsm.domain.time_spans import Span
from plant_itsm.domain.vocabulary import LineState, LineStopStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.downtime import REAL, STOP, STOP_LINE


@dataclass(frozen=True)
class _Window:
	"""What was read of a time. touching: the stops that last in it; rows: line -> stop -> its row of that line."""

	span: Span
	touching: dict[str, Record]
	roots: dict[str, Record]
	parts: dict[str, list[Record]]
	rows: dict[str, dict[str, Record]]


class StopsAround:
	"""changed: stops as they are about to be written, by name. Holds what it has read."""

	def __init__(self, records: Records, changed: Mapping[str, Record]):
		self._records = records
		self._changed = changed
		self._windows: list[_Window] = []

	def incidents(self, line: str, span: Span) -> dict[str, list[tuple[Record, Record | None]]]:
		"""The incidents that hold a line down at some time of a span: by name their stops, the one at the root first,
		each with its row of the line, if it stops it."""
		window = self._window(span)
		rows = window.rows.get(line, {})
		on_line = (window.touching[name] for name in rows if name in window.touching)
		names = {stop["parent_stop"] or stop["name"] for stop in on_line if self._touches(stop, span)}
		return {
			name: [(stop, rows.get(stop["name"])) for stop in (window.roots[name], *window.parts[name])]
			for name in sorted(names)
		}

	def rows(self, filters: Mapping[str, Any]) -> list[Record]:
		"""Rows of stops with a line that they stop. Those of a stop that is about to be written are as it has them."""
		found = self._records.find(
			STOP_LINE, {"parenttype": STOP, "state": LineState.STOPPED, **filters}, order_by="idx"
		)
		kept = [row for row in found if row["parent"] not in self._changed]
		for name, stop in self._changed.items():
			if name in filters["parent"][1]:
				kept += [
					{**row, "parent": name} for row in stop["lines"] if row["state"] == LineState.STOPPED
				]
		return kept

	def as_changed(self, stop: Record) -> Record:
		return self._changed.get(stop["name"], stop)

	def _touches(self, stop: Record, span: Span) -> bool:
		if stop["name"] in self._changed:
			return True
		lasts = stop["status"] == LineStopStatus.OPEN or (stop["ended_at"] and stop["ended_at"] >= span.start)
		return bool(lasts and stop["onset"] <= span.end)

	def _window(self, span: Span) -> _Window:
		for window in self._windows:
			if window.span.start <= span.start and span.end <= window.span.end:
				return window
		longer = Span(
			span.start - (span.end - span.start), span.end
		)  # spans that widen step by step read seldom
		self._windows.append(self._read(longer))
		return self._windows[-1]

	def _read(self, span: Span) -> _Window:
		touching = self._touching(span)
		rows = self.rows({"parent": ("in", list(touching))})
		stopping = [touching[name] for name in {row["parent"] for row in rows}]
		names = {stop["parent_stop"] or stop["name"] for stop in stopping}
		others = self._records.find(STOP, {"name": ("in", sorted(names - touching.keys()))})
		roots = {name: touching[name] for name in names & touching.keys()}
		roots |= {stop["name"]: self.as_changed(stop) for stop in others}
		parts = self._parts(roots)
		members = {*roots, *(part["name"] for of_root in parts.values() for part in of_root)}
		rows += self.rows({"parent": ("in", sorted(members - touching.keys()))})
		return _Window(span, touching, roots, parts, _by_line(rows))

	def _touching(self, span: Span) -> dict[str, Record]:
		begun = {**REAL, "onset": ("<=", span.end)}
		stops = [
			*self._records.find(STOP, {**begun, "ended_at": (">=", span.start)}),
			*self._records.find(STOP, {**begun, "status": LineStopStatus.OPEN}),
			*self._changed.values(),
		]
		return {stop["name"]: self.as_changed(stop) for stop in stops}

	def _parts(self, roots: Mapping[str, Record]) -> dict[str, list[Record]]:
		parts: dict[str, list[Record]] = {name: [] for name in roots}
		found = self._records.find(STOP, {"parent_stop": ("in", sorted(roots))}) if roots else ()
		for part in map(self.as_changed, found):
			if part["parent_stop"] in parts:
				parts[part["parent_stop"]].append(part)
		return parts


def _by_line(rows: Iterable[Record]) -> dict[str, dict[str, Record]]:
	found: dict[str, dict[str, Record]] = defaultdict(dict)
	for row in rows:
		found[row["production_line"]][row["parent"]] = row
	return found
