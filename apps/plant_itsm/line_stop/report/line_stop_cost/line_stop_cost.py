"""What line stops have cost, as they were settled: by line, CI, kind or incident, one row per currency."""

from __future__ import annotations

from collections import Counter
from typing import Any

import frappe
from frappe import _
from pypika import Case
from pypika.functions import Count, Max, Sum

from plant_itsm.frappe_site.reporting import (
	Row,
	Scope,
	chart,
	column,
	currency_column,
	figure,
	hours,
	link,
	number,
	scope_of,
)

CHART_BARS = 12


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = scope_of(filters)
	group = (filters or {}).get("group_by") or "Line"
	rows = [_row(one) for one in _sums(scope, group)]
	return _columns(group), rows, None, _chart(rows), _summary(rows)


def _sums(scope: Scope, group: str) -> list[Row]:
	stop, line = frappe.qb.DocType("Line Stop"), frappe.qb.DocType("Line Stop Line")
	key = {
		"Line": line.production_line,
		"CI": stop.root_ci,
		"Kind": stop.kind,
		"Incident": stop.name,
	}[group]
	is_open = Case().when(stop.status == "Open", stop.name)
	cost = Sum(line.cost)
	rows: list[Row] = (
		frappe.qb.from_(line)
		.join(stop)
		.on(line.parent == stop.name)
		.select(key.as_("key"), line.currency, Max(stop.title).as_("title"))
		.select(Count(stop.name).distinct().as_("stops"), Count(is_open).distinct().as_("open_stops"))
		.select(Sum(line.planned_seconds).as_("planned_seconds"), cost.as_("cost"))
		.where(scope.moments(stop.onset) & scope.on_lines(line))
		.where((stop.is_drill == 0) & (stop.parent_stop.isnull() | (stop.parent_stop == "")))
		.groupby(key, line.currency)
		.run(as_dict=True)
	)
	return sorted(rows, key=lambda row: (row["currency"] or "", -row["cost"], row["key"] or ""))


def _row(sums: Row) -> Row:
	priced = bool(sums["currency"])
	return {
		**sums,
		"label": sums["key"] or "–",
		"lost_hours": hours(sums["planned_seconds"]),
		"cost": round(float(sums["cost"]), 2) if priced else None,
		"remark": "" if priced else _("not priced"),
	}


def _columns(group: str) -> list[Row]:
	keys = {
		"Line": [link("key", _("Line"), "Production Line")],
		"CI": [link("key", _("Root CI"), "OT CI")],
		"Kind": [column("key", _("Kind"), width=160)],
		"Incident": [link("key", _("Line stop"), "Line Stop", 150), column("title", _("Title"), width=280)],
	}[group]
	return [
		*keys,
		column("stops", _("Stops"), "Int", 90),
		column("open_stops", _("Still open"), "Int", 100),
		number("lost_hours", _("Lost production (h)"), 2, 170),
		column("cost", _("Cost"), "Currency", 150, options="currency"),
		currency_column(),
		column("remark", _("Remark"), width=120),
	]


def _chart(rows: list[Row]) -> Row | None:
	"""Of the first currency: amounts of several do not stand on one axis."""
	priced = [row for row in rows if row["cost"] is not None]
	shown = [row for row in priced if row["currency"] == priced[0]["currency"]][:CHART_BARS]
	currency = shown[0]["currency"] if shown else ""
	return chart("bar", [row["label"] for row in shown], {currency: [row["cost"] for row in shown]})


def _summary(rows: list[Row]) -> list[Row]:
	totals: Counter[str] = Counter()
	for row in rows:
		if row["cost"] is not None:
			totals[row["currency"]] += row["cost"]
	lost = sum(row["lost_hours"] for row in rows)
	return [
		*(
			figure(_("Cost"), round(total, 2), "Currency", "Red", currency=currency)
			for currency, total in sorted(totals.items())
		),
		figure(_("Lost production (h)"), round(lost, 2)),
		figure(_("Not settled yet"), sum(row["open_stops"] for row in rows), "Int"),
	]
