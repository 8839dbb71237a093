"""How fast people were: from detection to acknowledgement, and whether somebody was sent by the due time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.response_times import Dispatch, Moments
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import (
	Row,
	Scope,
	chart,
	column,
	figure,
	link,
	minutes,
	number,
	scope_of,
	site_moment,
)
from plant_itsm.ports import Record

MOMENTS = tuple(field.name for field in fields(Moments))


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = scope_of(filters)
	now = SystemClock().now()
	stops = [(stop, Moments(**{name: stop[name] for name in MOMENTS})) for stop in _stops(scope)]
	rows = [_row(stop, moments, moments.dispatch(now)) for stop, moments in stops]
	words = Counter(row["dispatch"] for row in rows)
	return _columns(), rows, None, _chart(words), _summary([moments for _stop, moments in stops], words)


def _stops(scope: Scope) -> list[Record]:
	"""Incidents, not their parts, that somebody was told of."""
	stop, line = frappe.qb.DocType("Line Stop"), frappe.qb.DocType("Line Stop Line")
	names = (
		frappe.qb.from_(stop)
		.join(line)
		.on(line.parent == stop.name)
		.select(stop.name)
		.distinct()
		.where(scope.moments(stop.detected_at) & scope.on_lines(line))
		.where(
			(stop.is_drill == 0)
			& stop.notified_at.isnotnull()
			& (stop.parent_stop.isnull() | (stop.parent_stop == ""))
		)
		.run(pluck=True)
	)
	return FrappeRecords().find("Line Stop", {"name": ("in", names)}, order_by="detected_at")


def _row(stop: Record, moments: Moments, dispatch: Dispatch) -> Row:
	return {
		"line_stop": stop["name"],
		"title": stop["title"],
		**{name: site_moment(getattr(moments, name)) for name in MOMENTS},
		"minutes_to_acknowledge": minutes(moments.to_acknowledge),
		"minutes_to_dispatch": minutes(moments.to_dispatch),
		"dispatch": dispatch.value,
	}


def _columns() -> list[Row]:
	return [
		link("line_stop", _("Line stop"), "Line Stop", 150),
		column("title", _("Title"), width=260),
		column("detected_at", _("Detected at"), "Datetime", 150),
		column("notified_at", _("Notified at"), "Datetime", 150),
		column("acknowledged_at", _("Acknowledged at"), "Datetime", 150),
		number("minutes_to_acknowledge", _("Minutes to acknowledge"), 1, 190),
		column("dispatch_due_at", _("Dispatch due at"), "Datetime", 150),
		column("dispatched_at", _("Dispatched at"), "Datetime", 150),
		number("minutes_to_dispatch", _("Minutes to dispatch"), 1, 170),
		column("dispatch", _("Dispatch"), width=110),
		column("ended_at", _("Ended at"), "Datetime", 150),
	]


def _chart(words: Counter[str]) -> Row | None:
	shown = [one for one in Dispatch if words[one.value] and one != Dispatch.NO_CLOCK]
	return chart(
		"bar", [_(one.value) for one in shown], {_("Incidents"): [words[one.value] for one in shown]}
	)


def _summary(stops: list[Moments], words: Counter[str]) -> list[Row]:
	in_time, late = words[Dispatch.IN_TIME.value], words[Dispatch.LATE.value]
	share = round(100 * in_time / (in_time + late), 1) if in_time + late else None
	return [
		figure(_("Incidents"), len(stops), "Int"),
		figure(_("MTTA (min)"), _mean_minutes(one.to_acknowledge for one in stops)),
		figure(_("Mean time to dispatch (min)"), _mean_minutes(one.to_dispatch for one in stops)),
		figure(_("Dispatched in time"), share, "Percent", "Red" if late else "Green"),
		figure(_("Dispatched late or not at all"), late, "Int", "Red" if late else "Green"),
	]


def _mean_minutes(seconds: Iterable[Decimal | None]) -> float | None:
	known = [one for one in seconds if one is not None]
	return minutes(sum(known) / len(known)) if known else None
