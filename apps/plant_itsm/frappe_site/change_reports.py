"""What the reports of OT changes share: the requests of a period that the user may read, at the places asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe

from plant_itsm.frappe_site.reporting import Row, Scope

CHANGE = "OT Change Request"


def changes_in(scope: Scope, moment: str, *fieldnames: str) -> list[Any]:
	"""Requests with a Datetime field within the period, the earliest first."""
	rows = frappe.get_list(
		CHANGE,
		filters={moment: ["between", [scope.start, scope.end]]},
		fields=["name", "title", "change_type", "category", "plant_site", moment, *fieldnames],
		order_by=f"{moment} asc, name asc",
		limit_page_length=0,
	)
	if scope.sites:
		return [row for row in rows if row.plant_site in scope.sites]
	names = _on_lines(scope, [row.name for row in rows])
	return [row for row in rows if row.name in names]


def _on_lines(scope: Scope, names: Sequence[str]) -> set[str]:
	line = frappe.qb.DocType("Change Line")
	query = frappe.qb.from_(line).select(line.parent).where(line.parenttype == CHANGE)
	return set(query.where(line.parent.isin(names or ("",)) & scope.on_lines(line)).run(pluck=True))


def heading(row: Any) -> Row:
	return {key: row[key] for key in ("name", "title", "change_type", "category")}
