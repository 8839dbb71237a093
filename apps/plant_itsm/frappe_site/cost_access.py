"""Who sees which costs: user permissions on lines and areas hold for everything that carries an amount.

Frappe itself lets somebody with a permission for one line read what names no line at all: pools, statements with the
figures of every line, the rows of any document whose DocType he may read, and reports that were prepared for others.
Whoever is limited to lines or areas sees none of these; the reports show their lines.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.permissions import get_user_permissions
from pypika.queries import Table
from pypika.terms import Criterion

LIMITING = ("Production Line", "Plant Area")
MODULE = "Plant Costs"
BY_LINE = ("Plant Cost Entry", "Capital Asset", "Plant Budget", "Plant Service Contract")
WHOLE_SITE = ("Showback Statement", "Cost Rollup", "Line Cost Review")
NOTHING = "1=0"


def is_limited(user: str) -> bool:
	"""Whether a user permission keeps somebody to some lines or areas."""
	granted = get_user_permissions(user)
	return any(
		row.get("applicable_for") in (None, "", "Production Line", *BY_LINE)
		for doctype in LIMITING
		for row in granted.get(doctype, ())
	)


def readable_lines(user: str) -> tuple[str, ...]:
	return tuple(frappe.get_list("Production Line", pluck="name", limit_page_length=0, user=user))


def condition(user: str | None, doctype: str) -> str:
	"""What Frappe adds to each list of a DocType, its exports and its REST resource."""
	user = user or frappe.session.user
	if not is_limited(user):
		return ""
	lines = readable_lines(user) if doctype in BY_LINE else ()
	if not lines:
		return NOTHING
	return _sql(frappe.qb.DocType(doctype).production_line.isin(lines))


def child_condition(user: str | None, doctype: str) -> str:
	"""Rows of a child table go with their document. Frappe lists all of them to whoever may read its DocType."""
	row = frappe.qb.DocType(doctype)
	parents = [parent for parent in (*BY_LINE, *WHOLE_SITE) if _has_table(parent, doctype)]
	return _sql(Criterion.any(_in_readable(row, parent, user or frappe.session.user) for parent in parents))


def _has_table(parent: str, doctype: str) -> bool:
	return any(table.options == doctype for table in frappe.get_meta(parent).get_table_fields())


def _in_readable(row: Table, parent: str, user: str) -> Criterion:
	names = frappe.get_list(parent, pluck="name", limit_page_length=0, user=user)
	return (row.parenttype == parent) & row.parent.isin(tuple(names) or ("",))


def _sql(criterion: Criterion) -> str:
	return str(criterion.get_sql(with_namespace=True, quote_char="`"))


def has_permission(doc: Document, ptype: str | None = None, user: str | None = None, **_more: Any) -> bool:
	user = user or frappe.session.user
	if not is_limited(user):
		return True
	return doc.doctype in BY_LINE and doc.get("production_line") in readable_lines(user)


def prepared_condition(user: str | None, **_more: Any) -> str:
	"""Of the cost reports that were prepared in the background, whoever is limited sees his own."""
	user = user or frappe.session.user
	if not is_limited(user):
		return ""
	prepared = frappe.qb.DocType("Prepared Report")
	return _sql((prepared.owner == user) | prepared.report_name.notin(_cost_reports()))


def may_read_prepared(doc: Document, ptype: str | None = None, user: str | None = None, **_more: Any) -> bool:
	user = user or frappe.session.user
	return not is_limited(user) or doc.owner == user or doc.report_name not in _cost_reports()


def _cost_reports() -> list[str]:
	names: list[str] = frappe.get_all("Report", {"module": MODULE}, pluck="name")
	return names
