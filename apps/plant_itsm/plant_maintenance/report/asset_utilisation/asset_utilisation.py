"""How much of its time each asset works: production time of its line in a period, and the stops that it has caused."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from pypika.functions import Sum

from plant_itsm.domain.asset_utilisation import AssetUse
from plant_itsm.domain.time_spans import exact_seconds
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.frappe_site.reporting import (
	Row,
	Scope,
	chart,
	figure,
	hours,
	link,
	number,
	percent,
	percentage,
	scope_of,
)

IN_CHART = 12
NOTHING = Decimal(0)


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission("Line Shift Record", "read", throw=True)
	scope = scope_of(filters)
	past = scope.past()
	calendar = exact_seconds(past.end - past.start)
	lines, stops = _line_times(scope), _own_stops(scope)
	assets = _assets(list(lines)) if lines else []
	uses = [(one, AssetUse(calendar, *lines[one.production_line], stops[one.name])) for one in assets]
	uses.sort(key=lambda pair: (-pair[1].own_stop_seconds, pair[1].utilisation or NOTHING, pair[0].name))
	message = None if uses else _("No shift of these lines has been computed in the period.")
	return _columns(), [_row(*pair) for pair in uses], message, _chart(uses), _summary(calendar, lines)


def _assets(lines: list[str]) -> list[frappe._dict]:
	"""name, ci_class and production_line of their active CIs that the user may read."""
	found: list[frappe._dict] = frappe.get_list(
		"OT CI",
		filters={"status": str(CIStatus.ACTIVE), "production_line": ["in", lines]},
		fields=["name", "ci_class", "production_line"],
		limit_page_length=0,
	)
	return found


def _line_times(scope: Scope) -> dict[str, tuple[Decimal, Decimal]]:
	"""Line -> (planned busy seconds, seconds of production)."""
	shift = frappe.qb.DocType("Line Shift Record")
	rows = (
		frappe.qb.from_(shift)
		.select(shift.production_line, Sum(shift.busy_seconds), Sum(shift.production_seconds))
		.where(scope.days(shift.shift_day) & scope.on_lines(shift))
		.groupby(shift.production_line)
		.run()
	)
	return {line: (Decimal(str(busy or 0)), Decimal(str(worked or 0))) for line, busy, worked in rows}


def _own_stops(scope: Scope) -> dict[str, Decimal]:
	"""CI -> seconds of unplanned stops in planned time whose root it was."""
	shift, row, stop = (
		frappe.qb.DocType(name) for name in ("Line Shift Record", "Line Shift Stop", "Line Stop")
	)
	rows = (
		frappe.qb.from_(row)
		.join(shift)
		.on(shift.name == row.parent)
		.join(stop)
		.on(stop.name == row.line_stop)
		.select(stop.root_ci, Sum(row.seconds))
		.where(scope.days(shift.shift_day) & scope.on_lines(shift) & (row.planned == 0))
		.groupby(stop.root_ci)
		.run()
	)
	return defaultdict(Decimal, {ci: Decimal(str(seconds or 0)) for ci, seconds in rows})


def _row(asset: Row, use: AssetUse) -> Row:
	return {
		"ci": asset["name"],
		"ci_class": asset["ci_class"],
		"production_line": asset["production_line"],
		"utilisation": percent(use.utilisation),
		"use_of_planned_time": percent(use.use_of_planned_time),
		"availability": percent(use.availability),
		"production_hours": hours(use.production_seconds),
		"busy_hours": hours(use.busy_seconds),
		"own_stop_hours": hours(use.own_stop_seconds),
		"calendar_hours": hours(use.calendar_seconds),
	}


def _columns() -> list[Row]:
	return [
		link("ci", _("CI"), "OT CI"),
		link("ci_class", _("Class"), "CI Class", 130),
		link("production_line", _("Production line"), "Production Line"),
		percentage("utilisation", _("Utilisation"), 120),
		percentage("use_of_planned_time", _("Use of planned time"), 160),
		percentage("availability", _("Own availability"), 140),
		number("own_stop_hours", _("Own stops (h)"), 2, 120),
		number("production_hours", _("Production (h)"), 1, 130),
		number("busy_hours", _("Planned busy (h)"), 1, 140),
		number("calendar_hours", _("Calendar (h)"), 1, 120),
	]


def _chart(uses: list[tuple[Row, AssetUse]]) -> Row | None:
	worst = uses[:IN_CHART]
	series = {
		_("Own availability"): [percent(use.availability) or 0 for _asset, use in worst],
		_("Utilisation"): [percent(use.utilisation) or 0 for _asset, use in worst],
	}
	return chart("bar", [asset["name"] for asset, _use in worst], series)


def _summary(calendar: Decimal, lines: dict[str, tuple[Decimal, Decimal]]) -> list[Row]:
	"""Over the lines, each counted once: assets of a line work at the same time."""
	busy = sum((one[0] for one in lines.values()), NOTHING)
	worked = sum((one[1] for one in lines.values()), NOTHING)
	whole = AssetUse(calendar * len(lines), busy, worked, NOTHING)
	return [
		figure(_("Utilisation of the lines"), percent(whole.utilisation), "Percent"),
		figure(_("Use of planned time"), percent(whole.use_of_planned_time), "Percent"),
		figure(_("Production (h)"), hours(worked)),
	]
