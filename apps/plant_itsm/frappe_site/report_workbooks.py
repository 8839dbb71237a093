"""A report of the Desk as a workbook: numbers as numbers, a frozen header, and a row of totals."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import frappe
from frappe import _
from frappe.desk.query_report import run

from plant_itsm.frappe_site.reporting import Row
from plant_itsm.services.workbooks import write_workbook

INDENT = "    "


def report_workbook(report: str, filters: Mapping[str, Any]) -> bytes:
	"""What a report shows to the user, who must be allowed to open and to export it."""
	frappe.permissions.can_export(
		frappe.get_cached_value("Report", report, "ref_doctype"), raise_exception=True
	)
	found = run(report, filters=dict(filters), ignore_prepared_report=True)
	columns = [column for column in found["columns"] if not column.get("hidden")]
	rows = [row for row in found["result"] if isinstance(row, dict)]
	table = [[column["label"] for column in columns]]
	table += [_cells(columns, row) for row in rows]
	if rows:
		table.append(_totals(columns, rows))
	file = BytesIO()
	write_workbook(file, [(_(report), table)])
	return file.getvalue()


def _cells(columns: list[Row], row: Row) -> list[Any]:
	first, *others = [row.get(column["fieldname"]) for column in columns]
	return [INDENT * row["indent"] + str(first) if row.get("indent") else first, *others]


def _totals(columns: list[Row], rows: list[Row]) -> list[Any]:
	"""Of the money; rows below others are in these. Amounts of several currencies, and those of a column that disables
	its total, are not added."""
	own = [row for row in rows if not row.get("indent")]
	is_one = len({row.get("currency") for row in own if row.get("currency")}) <= 1
	cells: list[Any] = [_("Total")]
	for column in columns[1:]:
		is_summed = is_one and column.get("fieldtype") == "Currency" and not column.get("disable_total")
		amounts = (row.get(column["fieldname"]) or 0 for row in own)
		cells.append(round(sum(amounts, 0.0), 2) if is_summed else None)
	return cells
