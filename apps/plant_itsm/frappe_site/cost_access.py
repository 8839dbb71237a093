"""Who sees which costs: user permissions on lines and areas hold for everything that carries an amount.

Frappe itself lets somebody with a permission for one line read what names no line at all: pools, and statements with
the figures of every line. Whoever is limited to lines or areas sees neither; the reports show their lines.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.permissions import get_user_permissions

LIMITING = ("Production Line", "Plant Area")
BY_LINE = ("Plant Cost Entry", "Capital Asset", "Plant Budget", "Plant Service Contract")
WHOLE_SITE = ("Showback Statement", "Cost Rollup")
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
	criterion = frappe.qb.DocType(doctype).production_line.isin(lines)
	return str(criterion.get_sql(with_namespace=True, quote_char="`"))


def has_permission(doc: Document, ptype: str | None = None, user: str | None = None, **_more: Any) -> bool:
	user = user or frappe.session.user
	if not is_limited(user):
		return True
	return doc.doctype in BY_LINE and doc.get("production_line") in readable_lines(user)
