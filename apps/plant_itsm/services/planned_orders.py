"""Work Orders of ERPNext as planned production of a line; none where ERPNext is not installed.

An order counts for a line when one of its operations runs on a workstation of the line (its own, of its Work Cells or
of its CIs), or when it works in the line's warehouse. The first holds for the time of the operation, the second for
the time of the order.
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
WORKSTATION, WAREHOUSE = "erpnext_workstation", "erpnext_warehouse"


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
	warehouses, workstations = _warehouses(records, lines), _workstations(records, lines)
	if not warehouses and not workstations:
		return []
	planned = {"status": ("in", AHEAD), "planned_start_date": ("<", within.end)}
	orders = {row["name"]: row for row in records.find(ORDER, planned)}
	found = (
		PlannedOrder(line, span, name, _text(orders[name], line))
		for name, line, span in (
			*_by_operation(records, orders, workstations),
			*_by_warehouse(orders, warehouses, lines),
		)
		if span.cut(within)
	)
	return sorted(dict.fromkeys(found), key=lambda one: (one.span, one.name, one.production_line))


def spans_by_line(orders: Iterable[PlannedOrder]) -> dict[str, list[Span]]:
	"""Merged times by line."""
	spans: dict[str, list[Span]] = defaultdict(list)
	for order in orders:
		spans[order.production_line].append(order.span)
	return {line: merged(found) for line, found in spans.items()}


def _warehouses(records: Records, lines: Iterable[str]) -> dict[str, list[str]]:
	"""Warehouse -> the lines that work in it."""
	found: dict[str, list[str]] = defaultdict(list)
	for row in records.find("Production Line", {"name": ("in", sorted(lines))}):
		if row.get(WAREHOUSE):
			found[row[WAREHOUSE]].append(row["name"])
	return found


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
	records: Records, orders: Mapping[str, Record], workstations: Mapping[str, set[str]]
) -> Iterator[tuple[str, str, Span]]:
	if not orders or not workstations:
		return
	of_ours = {
		"workstation": ("in", sorted(workstations)),
		"parenttype": ORDER,
		"parent": ("in", sorted(orders)),
	}
	for row in records.find(OPERATION, of_ours):
		start, end = row["planned_start_time"], row["planned_end_time"]
		if start and end and start < end:
			for line in sorted(workstations[row["workstation"]]):
				yield row["parent"], line, Span(start, end)


def _by_warehouse(
	orders: Mapping[str, Record],
	warehouses: Mapping[str, Iterable[str]],
	lines: Mapping[str, ShiftCalendar],
) -> Iterator[tuple[str, str, Span]]:
	for name, row in orders.items():
		for line in warehouses.get(row["wip_warehouse"] or "", ()):
			yield name, line, _whole(row, lines[line].zone)


def _whole(order: Record, zone: ZoneInfo) -> Span:
	"""Without a planned end an order lasts until the end of the day on which it is planned to start."""
	start, end = order["planned_start_date"], order["planned_end_date"]
	return Span(start, end if end and end > start else _next_midnight(start, zone))


def _next_midnight(moment: datetime, zone: ZoneInfo) -> datetime:
	return datetime.combine(moment.astimezone(zone).date() + DAY, time(), zone).astimezone(moment.tzinfo)


def _text(order: Record, line: str) -> str:
	return f"Work Order {order['name']} ({order['qty']:g} × {order['production_item']}) is planned on {line}"
