"""MTBF, MTTR, MTTD and MTTA per line or CI, each with its formula and what was put into it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from pypika.functions import Sum

from plant_itsm.domain.reliability import Mean, Reliability
from plant_itsm.frappe_site.records import FrappeRecords
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
	minutes,
	number,
	scope_of,
)
from plant_itsm.services.kpis import reliability_of_cis, reliability_of_lines


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = scope_of(filters)
	by_ci = (filters or {}).get("group_by") == "CI"
	compute = reliability_of_cis if by_ci else reliability_of_lines
	found = compute(FrappeRecords(), _operating_seconds(scope), scope.past())
	rows = [_row(name, figures) for name, figures in found.items()]
	overall = {name: _overall(list(found.values()), name) for name in ("mtbf", "mttr", "mttd", "mtta")}
	message = formulas(_("Formulas"), map(str, overall.values()))
	return _columns(by_ci), rows, message, _chart(rows), _summary(overall)


def _operating_seconds(scope: Scope) -> dict[str, Decimal]:
	shift = frappe.qb.DocType("Line Shift Record")
	sums = (
		frappe.qb.from_(shift)
		.select(shift.production_line, Sum(shift.production_seconds))
		.where(scope.days(shift.shift_day) & scope.on_lines(shift))
		.groupby(shift.production_line)
		.run()
	)
	operating = {line: Decimal(str(seconds)) for line, seconds in sums}
	return {line: operating.get(line, Decimal(0)) for line in scope.lines}


def _row(name: str, figures: Reliability) -> Row:
	return {
		"name": name,
		"failures": figures.failures,
		"operating_hours": hours(figures.mtbf.sum_seconds),
		"mtbf_hours": hours(figures.mtbf.seconds),
		"mttr_minutes": minutes(figures.mttr.seconds),
		"mttd_minutes": minutes(figures.mttd.seconds),
		"mtta_minutes": minutes(figures.mtta.seconds),
		"explanation": figures.explanation,
	}


def _columns(by_ci: bool) -> list[Row]:
	key = link("name", _("CI"), "OT CI") if by_ci else link("name", _("Line"), "Production Line")
	return [
		key,
		column("failures", _("Failures"), "Int", 90),
		number("operating_hours", _("Operating time (h)"), 1, 170),
		number("mtbf_hours", _("MTBF (h)"), 1),
		number("mttr_minutes", _("MTTR (min)"), 1),
		number("mttd_minutes", _("MTTD (min)"), 1),
		number("mtta_minutes", _("MTTA (min)"), 1),
		explained(),
	]


def _chart(rows: list[Row]) -> Row | None:
	failed = sorted((row for row in rows if row["failures"]), key=lambda row: row["mtbf_hours"])[:12]
	series = {_("MTBF (h)"): [row["mtbf_hours"] for row in failed]}
	return chart("bar", [row["name"] for row in failed], series)


def _overall(found: list[Reliability], name: str) -> Mean:
	"""Over all rows: the sums of what each was computed from."""
	means: list[Mean] = [getattr(one, name) for one in found]
	label = means[0].name if means else name
	return Mean(label, sum((mean.sum_seconds for mean in means), Decimal(0)), sum(m.count for m in means))


def _summary(overall: dict[str, Mean]) -> list[Row]:
	failures = overall["mtbf"].count
	return [
		figure(_("Failures"), failures, "Int", "Red" if failures else "Green"),
		figure(_("MTBF (h)"), hours(overall["mtbf"].seconds)),
		figure(_("MTTR (min)"), minutes(overall["mttr"].seconds)),
		figure(_("MTTD (min)"), minutes(overall["mttd"].seconds)),
		figure(_("MTTA (min)"), minutes(overall["mtta"].seconds)),
	]
