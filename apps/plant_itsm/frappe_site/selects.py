"""Statements that read the rows of records."""

from __future__ import annotations

from functools import lru_cache

import frappe
from frappe.utils.password import get_decrypted_password
from pypika.queries import QueryBuilder
from pypika.terms import PseudoColumn

from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.frappe_site.meta import stored_fields
from plant_itsm.ports import Record


def with_columns(query: QueryBuilder, meta: DocTypeMeta) -> QueryBuilder:
	"""A query on a DocType that selects all that records show."""
	names = tuple(field.fieldname for field in stored_fields(meta))
	return query.select(_columns(query.QUOTE_CHAR, names))


@lru_cache(maxsize=512)
def _columns(quote: str, names: tuple[str, ...]) -> PseudoColumn:
	"""All columns as one term, which is kept: to compile seventy of them takes longer than to read the row."""
	return PseudoColumn(",".join(f"{quote}{name}{quote}" for name in names))


def row_named(meta: DocTypeMeta, name: str, for_update: bool) -> Record | None:
	if meta.is_single:
		single: Record = frappe.db.get_singles_dict(meta.name, for_update=for_update)
		return {**single, "name": meta.name}
	table = frappe.qb.DocType(meta.name)
	query = with_columns(frappe.qb.from_(table), meta).where(table.name == name)
	rows: list[Record] = (query.for_update() if for_update else query).run(as_dict=True)
	return rows[0] if rows else None


def child_rows(
	meta: DocTypeMeta, parenttype: str, parent: str, parentfield: str, for_update: bool
) -> list[Record]:
	"""Locked with their parent, because a plain read could still show them as they were before the lock."""
	table = frappe.qb.DocType(meta.name)
	query = (
		with_columns(frappe.qb.from_(table), meta)
		.where(table.parent == parent)
		.where(table.parenttype == parenttype)
		.where(table.parentfield == parentfield)
		.orderby(table.idx)
	)
	rows: list[Record] = (query.for_update() if for_update else query).run(as_dict=True)
	return rows


def passwords(meta: DocTypeMeta, row: Record) -> Record:
	"""The passwords of a record in clear: its row holds asterisks."""
	return {
		field.fieldname: get_decrypted_password(
			meta.name, row["name"], field.fieldname, raise_exception=False
		)
		for field in meta.columns
		if field.fieldtype == "Password" and row.get(field.fieldname)
	}
