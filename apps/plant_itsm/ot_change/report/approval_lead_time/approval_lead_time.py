"""How long changes waited for their approvals, from the request for them until they were complete."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from frappe import _

from plant_itsm.domain.change_figures import lead_times, quantile
from plant_itsm.frappe_site.change_reports import CHANGE, changes_in, heading
from plant_itsm.frappe_site.reporting import Row, chart, column, figure, hours, link, number, scope_of

MEDIAN, MOST = Decimal("0.5"), Decimal("0.9")


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	found = changes_in(scope_of(filters), "approval_asked_at", "approved_at", "planned_start", "status")
	approved = [row for row in found if row.approved_at]
	times = _times(approved)
	by_type: dict[str, list[Any]] = defaultdict(list)
	for row in approved:
		by_type[row.change_type].append(row)
	kinds = sorted(by_type)
	medians = [_hours(quantile(_times(by_type[kind]), MEDIAN)) for kind in kinds]
	summary = [
		figure(_("Asked for"), len(found), "Int"),
		figure(_("Approved"), len(approved), "Int", "Green"),
		figure(_("Median (h)"), _hours(quantile(times, MEDIAN))),
		figure(_("90 % within (h)"), _hours(quantile(times, MOST))),
	]
	rows = [_row(row) for row in found]
	return _columns(), rows, None, chart("bar", kinds, {_("Median (h)"): medians}), summary


def _times(rows: list[Any]) -> list[timedelta]:
	return lead_times((row.approval_asked_at, row.approved_at) for row in rows)


def _hours(span: timedelta | None) -> float | None:
	return hours(span.total_seconds()) if span is not None else None


def _row(row: Any) -> Row:
	return {
		**heading(row),
		"status": row.status,
		"approval_asked_at": row.approval_asked_at,
		"approved_at": row.approved_at,
		"lead_hours": _hours(row.approved_at - row.approval_asked_at) if row.approved_at else None,
		"planned_start": row.planned_start,
	}


def _columns() -> list[Row]:
	return [
		link("name", _("Change"), CHANGE),
		column("title", _("Title"), width=220),
		link("change_type", _("Type"), "OT Change Type", 170),
		column("category", _("Category"), width=100),
		column("status", _("Status"), width=110),
		column("approval_asked_at", _("Asked at"), "Datetime", 160),
		column("approved_at", _("Approved at"), "Datetime", 160),
		number("lead_hours", _("Lead time (h)"), 2, 120),
		column("planned_start", _("Planned start"), "Datetime", 160),
	]
