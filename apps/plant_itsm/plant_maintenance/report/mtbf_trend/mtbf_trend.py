"""MTBF of CIs over a period, month by month, and before and after preventive work began."""

from __future__ import annotations

from math import ceil
from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.cmdb import CI
from plant_itsm.domain.months import Month
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import (
	COLOURS,
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
from plant_itsm.services.mtbf_trends import MtbfTrend, mtbf_trends

MOST_POINTS = 13
"""Of the chart; the labels of more would not fit."""


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission(CI, "read", throw=True)
	scope = scope_of(filters)
	found = mtbf_trends(FrappeRecords(), _permitted_cis(scope), scope.past())
	told = sorted((one for one in found if _failures(one)), key=_most_failures)
	return _columns(), [_row(one) for one in told], None, _chart(told), _summary(told)


def _permitted_cis(scope: Scope) -> list[str]:
	found = set()
	for fieldname, among in (("production_line", scope.lines), ("plant_site", scope.sites)):
		if among:  # Frappe would take an empty list for the CIs that have none
			found.update(frappe.get_list(CI, filters={fieldname: ["in", among]}, pluck="name", limit=0))
	return sorted(found)


def _failures(trend: MtbfTrend) -> int:
	after = trend.before_after.after
	return trend.whole.failures + trend.before_after.before.failures + (after.failures if after else 0)


def _most_failures(trend: MtbfTrend) -> tuple[int, str]:
	return -_failures(trend), trend.ci


def _row(trend: MtbfTrend) -> Row:
	change = trend.before_after
	return {
		"ci": trend.ci,
		"production_line": trend.production_line,
		"failures": trend.whole.failures,
		"mtbf_days": trend.whole.days,
		"changed_at": site_moment(change.changed_at),
		"before_days": change.before.days,
		"after_days": change.after.days if change.after else None,
		"factor": change.factor,
		"explanation": change.explanation,
	}


def _columns() -> list[Row]:
	return [
		link("ci", _("CI"), "OT CI", 180),
		link("production_line", _("Line"), "Production Line"),
		column("failures", _("Failures"), "Int", 90),
		number("mtbf_days", _("MTBF (days)"), 1, 120),
		column("changed_at", _("Preventive work since"), "Datetime", 170),
		number("before_days", _("MTBF before (days)"), 1),
		number("after_days", _("MTBF after (days)"), 1),
		number("factor", _("Factor"), 2, 90),
		column("explanation", _("How it came about"), width=560),
	]


def _chart(trends: list[MtbfTrend]) -> Row | None:
	"""Of those that failed most, month by month the mean of the year before."""
	shown = trends[: len(COLOURS)]
	months: list[Month] = sorted({month for trend in shown for month, _mean in trend.months})
	step = max(ceil(len(months) / MOST_POINTS), 1)
	months = months[(len(months) - 1) % step :: step]  # always with the newest
	series = {}
	for trend in shown:
		means = dict(trend.months)
		series[trend.ci] = [means[month].days if month in means else None for month in months]
	darkest_first = list(COLOURS[::-1][: len(shown)])
	return chart("line", [str(month) for month in months], series, colors=darkest_first)


def _summary(trends: list[MtbfTrend]) -> list[Row]:
	"""Over the CIs with preventive work: the sums of what each mean was computed from."""
	changed = [one.before_after for one in trends if one.before_after.after is not None]
	before = _overall([change.before for change in changed])
	after = _overall([change.after for change in changed if change.after is not None])
	improved = sum((change.factor or 0) > 1 for change in changed)
	return [
		figure(_("CIs with preventive work"), len(changed), "Int"),
		figure(_("of them improved"), improved, "Int", "Green" if improved else "Grey"),
		figure(_("MTBF before (days)"), before),
		figure(_("MTBF after (days)"), after, indicator="Green"),
	]


def _overall(means: list[Any]) -> float | None:
	failures = sum(mean.failures for mean in means)
	return sum(mean.operating_days for mean in means) / failures if failures else None
