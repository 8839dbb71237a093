"""OEE by line, day or shift: the stored inputs of the shifts summed up, the ratios computed from the sums.

A line that has counted nothing in the period has a row, but is left out of days, shifts and the overall figures.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from pypika import Case
from pypika.functions import Count, Sum

from plant_itsm.domain.oee import Effectiveness, Inputs, Quantities, effectiveness
from plant_itsm.domain.oee_explained import sums_explained
from plant_itsm.domain.time_spans import exact_seconds
from plant_itsm.frappe_site.reporting import (
	Row,
	Scope,
	chart,
	column,
	explained,
	figure,
	formulas,
	hours,
	link,
	number,
	percent,
	percentage,
	scope_of,
)

GROUPS = {
	"Line": ("production_line",),
	"Day": ("shift_day",),
	"Shift": ("shift",),
	"Line and Day": ("production_line", "shift_day"),
	"Line and Shift": ("production_line", "shift"),
}
SUMS = (
	"busy_seconds",
	"production_seconds",
	"produced",
	"scrap",
	"startup_scrap",
	"breakdown_seconds",
	"setup_seconds",
	"minor_stop_seconds",
	"waiting_seconds",
	"reduced_speed_seconds",
	"startup_reject_seconds",
	"production_reject_seconds",
)
LOSSES = SUMS[5:]


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = scope_of(filters)
	group = GROUPS[(filters or {}).get("group_by") or "Line"]
	by_line = _sums(scope, GROUPS["Line"])
	counted = [row for row in by_line if row["produced"]] or by_line
	if "production_line" not in group:
		scope = replace(scope, lines=tuple(row["production_line"] for row in counted))
	rows = [_row(scope, group, one) for one in _sums(scope, group)]
	overall = _inputs(scope, counted, len(counted))
	message = _message(len(by_line) - len(counted), overall)
	return _columns(group), rows, message, _chart(group, rows), _summary(effectiveness(overall))


def _sums(scope: Scope, group: tuple[str, ...]) -> list[Row]:
	shift = frappe.qb.DocType("Line Shift Record")
	run_seconds = shift.run_seconds_per_unit * shift.produced
	good_seconds = shift.run_seconds_per_unit * (shift.produced - shift.scrap)
	not_told = Case().when((shift.produced > 0) & (shift.run_seconds_per_unit == 0), 1).else_(0)
	keys = [shift[name] for name in group]
	query = (
		frappe.qb.from_(shift)
		.select(*keys, Count("*").as_("shifts"), *(Sum(shift[name]).as_(name) for name in SUMS))
		.select(Sum(run_seconds).as_("run_seconds"), Sum(good_seconds).as_("good_run_seconds"))
		.select(Sum(not_told).as_("without_run_time"))
		.where(scope.days(shift.shift_day) & scope.on_lines(shift))
		.groupby(*keys)
	)
	for key in keys:
		query = query.orderby(key)
	rows: list[Row] = query.run(as_dict=True)
	return rows


def _inputs(scope: Scope, sums: list[Row], lines: int) -> Inputs:
	"""Calendar time is that of the whole period, for each line."""
	knows_run_time = not any(row["without_run_time"] for row in sums)

	def of(name: str) -> Decimal:
		return sum((Decimal(str(row[name] or 0)) for row in sums), Decimal(0))

	past = scope.past()
	return Inputs(
		busy_seconds=of("busy_seconds"),
		production_seconds=of("production_seconds"),
		quantities=Quantities(int(of("produced")), int(of("scrap")), int(of("startup_scrap"))),
		run_seconds=of("run_seconds") if knows_run_time else None,
		good_run_seconds=of("good_run_seconds") if knows_run_time else None,
		calendar_seconds=lines * exact_seconds(past.end - past.start),
	)


def _row(scope: Scope, group: tuple[str, ...], sums: Row) -> Row:
	inputs = _inputs(scope, [sums], 1 if group == ("production_line",) else 0)
	result = effectiveness(inputs)
	ratios = ("availability", "performance", "quality", "oee", "teep")
	return {
		**{name: sums[name] for name in group},
		"shifts": sums["shifts"],
		"busy_hours": hours(sums["busy_seconds"]),
		"production_hours": hours(sums["production_seconds"]),
		"produced": int(sums["produced"]),
		"good": int(sums["produced"] - sums["scrap"]),
		**{name: percent(getattr(result, name)) for name in ratios},
		**{name.replace("_seconds", "_hours"): hours(sums[name]) for name in LOSSES},
		"why_not": result.why_not,
		"explanation": "; ".join(sums_explained(inputs)),
	}


def _columns(group: tuple[str, ...]) -> list[Row]:
	keys = {
		"production_line": link("production_line", _("Line"), "Production Line"),
		"shift_day": column("shift_day", _("Day"), "Date"),
		"shift": column("shift", _("Shift")),
	}
	teep = [percentage("teep", _("TEEP"))] if group == ("production_line",) else []
	return [
		*(keys[name] for name in group),
		column("shifts", _("Shifts"), "Int", 80),
		percentage("oee", _("OEE")),
		percentage("availability", _("Availability")),
		percentage("performance", _("Performance")),
		percentage("quality", _("Quality")),
		*teep,
		column("produced", _("Produced"), "Int", 90),
		column("good", _("Good"), "Int", 90),
		number("busy_hours", _("Planned busy (h)")),
		number("production_hours", _("Production (h)")),
		number("breakdown_hours", _("Breakdowns (h)"), 2),
		number("setup_hours", _("Setup and changeover (h)"), 2, 190),
		number("minor_stop_hours", _("Minor stops (h)"), 2),
		number("waiting_hours", _("Starved or blocked (h)"), 2, 170),
		number("reduced_speed_hours", _("Reduced speed (h)"), 2),
		number("startup_reject_hours", _("Startup rejects (h)"), 2, 160),
		number("production_reject_hours", _("Production rejects (h)"), 2, 180),
		column("why_not", _("Not computed"), width=200),
		explained(),
	]


def _chart(group: tuple[str, ...], rows: list[Row]) -> Row | None:
	labels = [" ".join(str(row[name]) for name in group) for row in rows]
	series = {
		_(label): [row[name] or 0 for row in rows]
		for name, label in (
			("availability", "Availability"),
			("performance", "Performance"),
			("quality", "Quality"),
			("oee", "OEE"),
		)
	}
	return chart("bar", labels, series)


def _message(left_out: int, overall: Inputs) -> str | None:
	told = _("Lines left out of the sums, because they have counted nothing: {0}").format(left_out)
	opened = formulas(_("Formulas (ISO 22400-2)"), sums_explained(overall))
	return "".join(filter(None, [told if left_out else "", opened]))


def _summary(result: Effectiveness) -> list[Row]:
	"""Over the lines that have counted something: of the others nobody can tell what they made."""
	return [
		figure(_(label), percent(getattr(result, name)), "Percent")
		for name, label in (
			("oee", "OEE"),
			("availability", "Availability"),
			("performance", "Performance"),
			("quality", "Quality"),
			("teep", "TEEP"),
		)
	]
