"""What maintenance is to come: orders by day with their windows, and the days on which plans will be due."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from plant_itsm.domain.maintenance_words import OrderStatus
from plant_itsm.frappe_site.maintenance_reporting import lines_of_cis
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import (
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
from plant_itsm.services.maintenance_agenda import DUE, AgendaEntry, agenda
from plant_itsm.services.maintenance_plans import DOCTYPE as PLAN
from plant_itsm.services.work_orders import DOCTYPE as ORDER

HOUR_MINUTES = 60
WEEK = timedelta(days=7)


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission(ORDER, "read", throw=True)
	frappe.has_permission(PLAN, "read", throw=True)
	scope = scope_of(filters)
	entries = agenda(FrappeRecords(), scope.start, scope.end)
	lines = lines_of_cis((one.ci for one in entries), scope)
	shown = [one for one in entries if one.ci in lines]
	rows = [_row(one, lines[one.ci]) for one in shown]
	return _columns(), rows, None, _chart(scope, shown), _summary(shown)


def _row(one: AgendaEntry, line: str) -> Row:
	return {
		"day": one.day,
		"starts_at": site_moment(one.starts_at),
		"doctype": one.doctype,
		"name": one.name,
		"title": one.title,
		"ci": one.ci,
		"production_line": line or None,
		"status": _("Overdue") if _is_overdue(one) else _(one.status),
		"hours": round(one.minutes / HOUR_MINUTES, 2),
		"change_window": one.window,
		"assigned_to": one.assigned_to,
		"do_by": one.do_by,
	}


def _is_overdue(one: AgendaEntry) -> bool:
	by = one.day if one.status == DUE else one.do_by
	return one.status != OrderStatus.DONE and by is not None and by < getdate()


def _columns() -> list[Row]:
	return [
		column("day", _("Day"), "Date"),
		column("starts_at", _("Start"), "Datetime", 160),
		column("doctype", _("Kind"), "Data", 140),
		column("name", _("Order or plan"), "Dynamic Link", 160, options="doctype"),
		column("title", _("Work"), width=260),
		link("ci", _("CI"), "OT CI", 140),
		link("production_line", _("Production line"), "Production Line"),
		column("status", _("Status")),
		number("hours", _("Work (h)"), 1, 90),
		column("change_window", _("Window"), width=160),
		column("assigned_to", _("Assigned to"), width=180),
		column("do_by", _("To be done by"), "Date"),
	]


def _chart(scope: Scope, entries: list[AgendaEntry]) -> Row | None:
	"""Hours of work per week, each named by its Monday."""
	ordered: Counter[Any] = Counter()
	due: Counter[Any] = Counter()
	for one in entries:
		if one.day is not None:
			monday = one.day - timedelta(days=one.day.weekday())
			(due if one.status == DUE else ordered)[monday] += one.minutes
	first = scope.start - timedelta(days=scope.start.weekday())
	weeks = [first + WEEK * place for place in range((scope.end - first).days // 7 + 1)]
	series = {
		_("Due (h)"): [round(due[week] / HOUR_MINUTES, 2) for week in weeks],
		_("Orders (h)"): [round(ordered[week] / HOUR_MINUTES, 2) for week in weeks],
	}
	return chart("bar", [f"{week:%m-%d}" for week in weeks], series, barOptions={"stacked": 1})


def _summary(entries: list[AgendaEntry]) -> list[Row]:
	ahead = [one for one in entries if one.status != OrderStatus.DONE]
	overdue = sum(_is_overdue(one) for one in ahead)
	without = sum(one.starts_at is None and one.status != DUE for one in ahead)
	return [
		figure(_("Work ahead (h)"), sum(one.minutes for one in ahead) / HOUR_MINUTES),
		figure(_("Overdue"), overdue, "Int", "Red" if overdue else "Green"),
		figure(_("Orders without a time"), without, "Int", "Orange" if without else "Green"),
	]
