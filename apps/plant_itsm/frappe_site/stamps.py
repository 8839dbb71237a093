"""Whether records of some DocTypes have changed since one looked last."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence

import frappe
from pypika.functions import Count, Max, Sum
from pypika.terms import ValueWrapper

from plant_itsm.frappe_site.meta import site_meta


def stamp_of(doctypes: Iterable[str]) -> str:
	"""Number of rows, latest change and sum of all changes of each: the sum notices what a clock set back hides."""
	asked = list(doctypes)
	singles = [doctype for doctype in asked if site_meta(doctype).is_single]
	tables = [doctype for doctype in asked if doctype not in singles]
	return " ".join([*_table_stamps(tables), *(_single_stamp(doctype) for doctype in singles)])


def _single_stamp(doctype: str) -> str:
	return f"{frappe.db.get_singles_dict(doctype).get('modified')}"


def _table_stamps(doctypes: Sequence[str]) -> list[str]:
	"""One per DocType, by one statement: the drain asks for a dozen before every batch."""
	query = _stamp_query(tuple(doctypes)) if doctypes else None
	rows = frappe.db.sql(query) if query else ()  # from frappe.qb; nosemgrep
	return ["/".join(str(value) for value in row) for row in sorted(rows, key=lambda row: row[0])]


@functools.cache
def _stamp_query(doctypes: tuple[str, ...]) -> str:
	"""Kept, because to build it takes longer than to run it."""
	queries = []
	for place, doctype in enumerate(doctypes):
		table = frappe.qb.DocType(doctype)
		written = Count("*"), Max(table.modified), Sum(table.modified)
		queries.append(frappe.qb.from_(table).select(ValueWrapper(place), *written))
	union: str = functools.reduce(operator.add, queries).get_sql()
	return union
