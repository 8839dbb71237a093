"""Where production time is lost to stops, the greatest loss first. A moment counts once: for the earliest stop."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import frappe
from frappe import _
from pypika.functions import Count, Sum

from plant_itsm.domain.line_stops import duration_text
from plant_itsm.domain.money import to_decimal
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
	percentage,
	scope_of,
)

CHART_BARS = 12


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = scope_of(filters)
	group = (filters or {}).get("group_by") or "Reason"
	rows = _with_shares(_sums(scope, group))
	return _columns(group), rows, _message(), _chart(rows), _summary(rows)


def _sums(scope: Scope, group: str) -> list[Row]:
	part, shift = frappe.qb.DocType("Line Shift Stop"), frappe.qb.DocType("Line Shift Record")
	stop = frappe.qb.DocType("Line Stop")
	keys = {
		"Reason": [part.stop_reason, part.loss],
		"Loss": [part.loss],
		"CI": [stop.root_ci],
		"Line": [shift.production_line],
	}[group]
	rows: list[Row] = (
		frappe.qb.from_(part)
		.join(shift)
		.on(part.parent == shift.name)
		.join(stop)
		.on(part.line_stop == stop.name)
		.select(*keys, Sum(part.seconds).as_("seconds"), Count(part.line_stop).distinct().as_("stops"))
		.where(scope.days(shift.shift_day) & scope.on_lines(shift) & (part.planned == 0))
		.groupby(*keys)
		.run(as_dict=True)
	)
	return sorted(rows, key=lambda row: (-row["seconds"], _label(row)))


def _label(row: Row) -> str:
	"""What the row stands for; a stop without a reason goes by its loss."""
	names = (row.get(name) for name in ("stop_reason", "root_ci", "production_line", "loss"))
	return next(filter(None, names), _("No CI"))


def _with_shares(sums: list[Row]) -> list[Row]:
	total = sum(row["seconds"] for row in sums)
	reached = accumulate(row["seconds"] for row in sums)
	return [
		{
			**row,
			"label": _label(row),
			"hours": hours(row["seconds"]),
			"minutes_per_stop": round(row["seconds"] / row["stops"] / 60, 2),
			"share": round(100 * row["seconds"] / total, 2),
			"cumulated": round(100 * so_far / total, 2),
			"explanation": _explanation(row, so_far, total),
		}
		for row, so_far in zip(sums, reached, strict=True)
	]


def _explanation(sums: Row, so_far: float, total: float) -> str:
	lost = f"{sums['seconds']:.12g} s"
	return (
		f"{lost} ÷ {sums['stops']} stops = {duration_text(to_decimal(sums['seconds'] / sums['stops']))} per stop;"
		f" share = {lost} ÷ {total:.12g} s; cumulated = {so_far:.12g} s ÷ {total:.12g} s"
	)


def _message() -> str | None:
	lines = (
		_("Lost production: what unplanned stops took of the planned time of the shifts (Line Shift Record)"),
		_("A moment counts once: for a planned stop, which is no loss, else for the stop that began first"),
	)
	return formulas(_("Formulas"), lines)


def _columns(group: str) -> list[Row]:
	keys = {
		"Reason": [link("stop_reason", _("Reason"), "Stop Reason"), column("loss", _("Loss"), width=160)],
		"Loss": [column("loss", _("Loss"), width=180)],
		"CI": [link("root_ci", _("Root CI"), "OT CI")],
		"Line": [link("production_line", _("Line"), "Production Line")],
	}[group]
	return [
		*keys,
		number("hours", _("Lost production (h)"), 2, 170),
		column("stops", _("Stops"), "Int"),
		number("minutes_per_stop", _("Minutes per stop"), 1, 140),
		percentage("share", _("Share")),
		percentage("cumulated", _("Cumulated")),
		explained(),
	]


def _chart(rows: list[Row]) -> Row | None:
	shown = rows[:CHART_BARS]
	series = {_("Lost production (h)"): [row["hours"] for row in shown]}
	return chart("bar", [row["label"] for row in shown], series)


def _summary(rows: list[Row]) -> list[Row]:
	seconds = sum(row["seconds"] for row in rows)
	return [
		figure(_("Lost production (h)"), hours(seconds), indicator="Red"),
		figure(_("Greatest"), rows[0]["label"] if rows else None, "Data"),
	]
