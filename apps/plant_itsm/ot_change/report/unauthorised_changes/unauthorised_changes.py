"""Programs that ran without a change for them: since when, who was told, and what became of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.change_words import UnauthorisedStatus
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.reporting import (
	HOUR_SECONDS,
	Row,
	Scope,
	chart,
	column,
	figure,
	link,
	number,
	scope_of,
	site_moment,
)
from plant_itsm.services.unauthorised_changes import DOCTYPE

FIELDS = (
	"name",
	"ci",
	"production_line",
	"found_at",
	"approved_version",
	"status",
	"decided_at",
	"decided_by",
)


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	rows = [_row(row) for row in _found(scope_of(filters))]
	counts = Counter(row["ci"] for row in rows)
	most = [ci for ci, _count in counts.most_common(12)]
	is_open = sum(row["status"] == UnauthorisedStatus.OPEN for row in rows)
	summary = [
		figure(_("Found"), len(rows), "Int"),
		figure(_("Open"), is_open, "Int", "Red" if is_open else "Green"),
		figure(_("CIs"), len(counts), "Int"),
	]
	drawn = chart("bar", most, {_("Unauthorised changes"): [counts[ci] for ci in most]})
	return _columns(), rows, None, drawn, summary


def _found(scope: Scope) -> list[Any]:
	place = {"plant_site": ["in", scope.sites]} if scope.sites else {"production_line": ["in", scope.lines]}
	return list(
		frappe.get_list(
			DOCTYPE,
			filters={"found_at": ["between", [scope.start, scope.end]], **place},
			fields=[*FIELDS, "told_to", "change_request", "explanation"],
			order_by="found_at asc, name asc",
			limit_page_length=0,
		)
	)


def _row(row: Any) -> Row:
	until = row.decided_at or site_moment(SystemClock().now())
	return {**row, "open_hours": round((until - row.found_at).total_seconds() / HOUR_SECONDS, 2)}


def _columns() -> list[Row]:
	return [
		link("name", _("Record"), DOCTYPE),
		link("ci", _("CI"), "OT CI"),
		link("production_line", _("Line"), "Production Line"),
		column("found_at", _("Found at"), "Datetime", 160),
		column("approved_version", _("Approved version")),
		column("status", _("Status"), width=160),
		number("open_hours", _("Open (h)"), 1, 100),
		column("told_to", _("Told to"), width=180),
		link("change_request", _("Change"), "OT Change Request"),
		column("explanation", _("Explanation"), width=300),
	]
