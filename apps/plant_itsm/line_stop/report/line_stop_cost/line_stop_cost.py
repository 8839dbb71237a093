"""What line stops have cost, as they were settled: by line, CI, kind or incident, one row per currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from pypika import Case
from pypika.functions import Count, Max, Sum
from pypika.queries import QueryBuilder, Table
from pypika.terms import Field

from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.frappe_site.reporting import (
	Row,
	Scope,
	chart,
	column,
	currency_column,
	explained,
	figure,
	formulas,
	hours,
	link,
	number,
	scope_of,
)

CHART_BARS = 12


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = scope_of(filters)
	group = (filters or {}).get("group_by") or "Line"
	parts = _parts(scope, group)
	rows = [_row(one, parts.get((one["key"], one["currency"]), ())) for one in _sums(scope, group)]
	return _columns(group), rows, _message(), _chart(rows), _summary(rows, _open_stops(scope))


def _sums(scope: Scope, group: str) -> list[Row]:
	stop, line, key, query = _grouped(scope, group, "Line Stop Line")
	is_open = Case().when(stop.status == "Open", stop.name)
	rows: list[Row] = (
		query.select(key.as_("key"), line.currency, Max(stop.title).as_("title"))
		.select(Count(stop.name).distinct().as_("stops"), Count(is_open).distinct().as_("open_stops"))
		.select(Sum(line.planned_seconds).as_("planned_seconds"), Sum(line.cost).as_("cost"))
		.groupby(key, line.currency)
		.run(as_dict=True)
	)
	return sorted(rows, key=lambda row: (row["currency"] or "", -row["cost"], row["key"] or ""))


def _grouped(scope: Scope, group: str, doctype: str) -> tuple[Table, Table, Field, QueryBuilder]:
	"""(stops, their rows of a DocType that name a line, what is grouped by, the query)."""
	stop, row = frappe.qb.DocType("Line Stop"), frappe.qb.DocType(doctype)
	key = {
		"Line": row.production_line,
		"CI": stop.root_ci,
		"Kind": stop.kind,
		"Incident": stop.name,
	}[group]
	query = (
		frappe.qb.from_(row)
		.join(stop)
		.on(row.parent == stop.name)
		.where(scope.moments(stop.onset) & scope.on_lines(row))
		.where((stop.is_drill == 0) & (stop.parent_stop.isnull() | (stop.parent_stop == "")))
	)
	return stop, row, key, query


def _open_stops(scope: Scope) -> int:
	"""Of all lines; one that stops several is one."""
	stop, _line, _key, query = _grouped(scope, "Incident", "Line Stop Line")
	return int(query.select(Count(stop.name).distinct()).where(stop.status == "Open").run()[0][0])


def _parts(scope: Scope, group: str) -> dict[tuple[str | None, str], list[Row]]:
	"""What the cost of each row is made of, by its key and currency: {part, cost_model, amount} of each."""
	_stop, part, key, query = _grouped(scope, group, "Line Stop Cost Part")
	what = (part.part, part.cost_model)
	rows = (
		query.select(key.as_("key"), part.currency, *what, Sum(part.amount).as_("amount"))
		.groupby(key, part.currency, *what)
		.orderby(part.cost_model)
		.orderby(Sum(part.amount), order=frappe.qb.desc)
		.run(as_dict=True)
	)
	found: dict[tuple[str | None, str], list[Row]] = {}
	for row in rows:
		found.setdefault((row["key"], row["currency"]), []).append(row)
	return found


def _explanation(sums: Row, parts: Sequence[Row]) -> str:
	"""The parts that sum to the cost of a row. Stops from another system may have a cost, but no parts."""
	if not sums["currency"]:
		return ""
	amounts = [to_decimal(part["amount"]) for part in parts]
	told = [
		f"{part['part']} {Money(amount, sums['currency'])} ({part['cost_model']})"
		for part, amount in zip(parts, amounts, strict=True)
	]
	left = to_decimal(sums["cost"] or 0) - sum(amounts)
	return " + ".join([*told, f"{Money(left, sums['currency'])} without parts"] if left else told)


def _row(sums: Row, parts: Sequence[Row]) -> Row:
	priced = bool(sums["currency"])
	return {
		**sums,
		"label": sums["key"] or "–",
		"lost_hours": hours(sums["planned_seconds"]),
		"cost": round(float(sums["cost"]), 2) if priced else None,
		"remark": "" if priced else _("not priced"),
		"explanation": _explanation(sums, parts),
	}


def _message() -> str | None:
	lines = (
		_("Cost: Σ of the parts of the stops that began in the period, each by the cost model of its moment"),
		_("Lost production: planned time that the stops took, less what buffers made up for"),
		_("Rates and quantities of each part: Explain cost on the Line Stop"),
	)
	return formulas(_("Formulas"), lines)


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
		explained(),
	]


def _chart(rows: list[Row]) -> Row | None:
	"""Of the first currency: amounts of several do not stand on one axis."""
	priced = [row for row in rows if row["cost"] is not None]
	shown = [row for row in priced if row["currency"] == priced[0]["currency"]][:CHART_BARS]
	currency = shown[0]["currency"] if shown else ""
	return chart("bar", [row["label"] for row in shown], {currency: [row["cost"] for row in shown]})


def _summary(rows: list[Row], open_stops: int) -> list[Row]:
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
		figure(_("Not settled yet"), open_stops, "Int"),
	]
