"""How fast people were: from detection to acknowledgement, and whether somebody was sent by the due time."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import datetime
from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.reliability import Mean, mean
from plant_itsm.domain.response_times import Dispatch, Moments
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import (
	Row,
	Scope,
	chart,
	column,
	explained,
	figure,
	formulas,
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
	rows = [_row(stop, moments, now) for stop, moments in stops]
	words = Counter(row["dispatch"] for row in rows)
	means = _means([moments for _stop, moments in stops])
	return _columns(), rows, _message(means, words), _chart(words), _summary(len(stops), means, words)


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


def _row(stop: Record, moments: Moments, now: datetime) -> Row:
	return {
		"line_stop": stop["name"],
		"title": stop["title"],
		**{name: site_moment(getattr(moments, name)) for name in MOMENTS},
		"minutes_to_acknowledge": minutes(moments.to_acknowledge),
		"minutes_to_dispatch": minutes(moments.to_dispatch),
		"dispatch": moments.dispatch(now).value,
		"explanation": moments.explanation(now),
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
		explained(),
	]


def _chart(words: Counter[str]) -> Row | None:
	shown = [one for one in Dispatch if words[one.value] and one != Dispatch.NO_CLOCK]
	return chart(
		"bar", [_(one.value) for one in shown], {_("Incidents"): [words[one.value] for one in shown]}
	)


def _means(stops: list[Moments]) -> tuple[Mean, Mean]:
	return (
		mean("MTTA (acknowledged − detected)", (one.to_acknowledge for one in stops)),
		mean("Mean time to dispatch (dispatched − notified)", (one.to_dispatch for one in stops)),
	)


def _in_time(words: Counter[str]) -> tuple[int, int]:
	"""(in time, late or not at all) of those that had to be dispatched."""
	return words[Dispatch.IN_TIME.value], words[Dispatch.LATE.value]


def _message(means: tuple[Mean, Mean], words: Counter[str]) -> str | None:
	in_time, late = _in_time(words)
	share = _("Dispatched in time: in time ÷ (in time + late) = {0} ÷ {1}").format(in_time, in_time + late)
	due = _("Due is what Plant ITSM Settings said when people were notified; each row tells it")
	return formulas(_("Formulas"), (*map(str, means), share, due))


def _summary(incidents: int, means: tuple[Mean, Mean], words: Counter[str]) -> list[Row]:
	in_time, late = _in_time(words)
	share = round(100 * in_time / (in_time + late), 1) if in_time + late else None
	to_acknowledge, to_dispatch = (minutes(one.seconds) for one in means)
	return [
		figure(_("Incidents"), incidents, "Int"),
		figure(_("MTTA (min)"), to_acknowledge),
		figure(_("Mean time to dispatch (min)"), to_dispatch),
		figure(_("Dispatched in time"), share, "Percent", "Red" if late else "Green"),
		figure(_("Dispatched late or not at all"), late, "Int", "Red" if late else "Green"),
	]
