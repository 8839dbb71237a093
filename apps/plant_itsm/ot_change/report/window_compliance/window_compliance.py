"""Which changes kept to their windows, which overran, and which ran in none."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from frappe import _

from plant_itsm.domain.change_figures import OUTSIDE, OVERRUN, WITHIN, compliance
from plant_itsm.frappe_site.change_reports import CHANGE, changes_in, heading
from plant_itsm.frappe_site.reporting import Row, chart, column, figure, link, percent, scope_of


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	found = changes_in(
		scope_of(filters), "actual_start", "actual_end", "planned_start", "change_window", "overrun_minutes"
	)
	rows = [_row(row) for row in found]
	counts = Counter(row["compliance"] for row in rows)
	words = [word for word in (WITHIN, OVERRUN, OUTSIDE) if counts[word]]
	drawn = chart("donut", [_(word) for word in words], {_("Changes"): [counts[word] for word in words]})
	share = Decimal(counts[WITHIN]) / len(rows) if rows else None
	return (
		_columns(),
		rows,
		None,
		drawn,
		[
			figure(_("Changes started"), len(rows), "Int"),
			figure(_("Within their windows"), percent(share), "Percent", "Green"),
			figure(_("Overrun"), counts[OVERRUN], "Int", "Orange"),
			figure(_("Without a window"), counts[OUTSIDE], "Int", "Red"),
		],
	)


def _row(row: Any) -> Row:
	return {
		**heading(row),
		"change_window": row.change_window,
		"planned_start": row.planned_start,
		"actual_start": row.actual_start,
		"actual_end": row.actual_end,
		"overrun_minutes": row.overrun_minutes,
		"compliance": compliance(row.change_window, row.overrun_minutes or 0),
	}


def _columns() -> list[Row]:
	return [
		link("name", _("Change"), CHANGE),
		column("title", _("Title"), width=220),
		link("change_type", _("Type"), "OT Change Type", 170),
		column("category", _("Category"), width=100),
		link("change_window", _("Window"), "Change Window"),
		column("planned_start", _("Planned"), "Datetime", 160),
		column("actual_start", _("Started"), "Datetime", 160),
		column("actual_end", _("Ended"), "Datetime", 160),
		column("overrun_minutes", _("Overrun (min)"), "Int", 120),
		column("compliance", _("Kept to it"), width=150),
	]
