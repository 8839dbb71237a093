"""Work Orders of ERPNext as planned production of a line; none where ERPNext is not installed.

An order counts for the line that it names, as long as it is planned to last. One that names none counts for a line when
one of its operations runs on a workstation of the line (its own, of its Work Cells or of its CIs), as long as that
operation is planned to last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from plant_itsm.domain.calendars import DAY, ShiftCalendar
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.time_spans import Span, merged
from plant_itsm.ports import Record, Records

ORDER = "Work Order"
OPERATION = "Work Order Operation"
AHEAD = ("Submitted", "Not Started", "In Process", "Stock Reserved", "Stock Partially Reserved")
"""The states of orders that are released and neither completed, stopped nor closed."""
LINE, WORKSTATION = "plant_production_line", "erpnext_workstation"
"""Custom fields: of a Work Order, and of our records."""


@dataclass(frozen=True)
class PlannedOrder:
	"""A time at which an order is planned to be produced on a line. name: the Work Order."""

	production_line: str
	span: Span
	name: str
	text: str


def orders_on(records: Records, lines: Mapping[str, ShiftCalendar], within: Span) -> list[PlannedOrder]:
	"""The planned orders of lines within a time. lines: with their calendars, for the end of an order without one."""
	try:
		records.meta(ORDER)
	except MissingRecordError:
		return []
	if not lines:
		return []
	planned = {"status": ("in", AHEAD), "planned_start_date": ("<", within.end)}
	orders = {row["name"]: row for row in records.find(ORDER, planned)}
	found = (
		PlannedOrder(line, span, name, _text(orders[name], line))
		for name, line, span in (*_by_name(orders, lines), *_by_operation(records, orders, lines))
		if span.cut(within)
	)
	return sorted(dict.fromkeys(found), key=lambda one: (one.span, one.name, one.production_line))


def spans_by_line(orders: Iterable[PlannedOrder]) -> dict[str, list[Span]]:
	"""Merged times by line."""
	spans: dict[str, list[Span]] = defaultdict(list)
	for order in orders:
		spans[order.production_line].append(order.span)
	return {line: merged(found) for line, found in spans.items()}


def _by_name(
	orders: Mapping[str, Record], lines: Mapping[str, ShiftCalendar]
) -> Iterator[tuple[str, str, Span]]:
	for name, row in orders.items():
		if row.get(LINE) in lines:
			yield name, row[LINE], _whole(row, lines[row[LINE]].zone)


def _workstations(records: Records, lines: Iterable[str]) -> dict[str, set[str]]:
	"""Workstation -> its lines."""
	found: dict[str, set[str]] = defaultdict(set)
	names = sorted(lines)
	for doctype, fieldname in (
		("Production Line", "name"),
		("Work Cell", "production_line"),
		("OT CI", "production_line"),
	):
		for row in records.find(doctype, {fieldname: ("in", names)}):
			if row.get(WORKSTATION):
				found[row[WORKSTATION]].add(row[fieldname])
	return found


def _by_operation(
	records: Records, orders: Mapping[str, Record], lines: Iterable[str]
) -> Iterator[tuple[str, str, Span]]:
	nameless = sorted(name for name, row in orders.items() if not row.get(LINE))
	workstations = _workstations(records, lines) if nameless else {}
	if not workstations:
		return
	of_ours = {
		"workstation": ("in", sorted(workstations)),
		"parenttype": ORDER,
		"parent": ("in", nameless),
	}
	for row in records.find(OPERATION, of_ours):
		start, end = row["planned_start_time"], row["planned_end_time"]
		if start and end and start < end:
			for line in sorted(workstations[row["workstation"]]):
				yield row["parent"], line, Span(start, end)


def _whole(order: Record, zone: ZoneInfo) -> Span:
	"""Without a planned end an order lasts until the end of the day on which it is planned to start."""
	start, end = order["planned_start_date"], order["planned_end_date"]
	return Span(start, end if end and end > start else _next_midnight(start, zone))


def _next_midnight(moment: datetime, zone: ZoneInfo) -> datetime:
	return datetime.combine(moment.astimezone(zone).date() + DAY, time(), zone).astimezone(moment.tzinfo)


def _text(order: Record, line: str) -> str:
	return f"Work Order {order['name']} ({order['qty']:g} × {order['production_item']}) is planned on {line}"
