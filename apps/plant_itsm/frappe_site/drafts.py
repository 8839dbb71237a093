"""New records that are written as rows: named and dated by us, many with one statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.utils import now

from plant_itsm.domain.schema import DocTypeMeta, FieldMeta
from plant_itsm.frappe_site import name_blocks, transactions
from plant_itsm.frappe_site.meta import site_meta
from plant_itsm.ports import Record

HASH_LENGTH = 20
"""Of the names that we make ourselves: a clash would drop a row unseen, so they are longer than Frappe's ten."""
ROWS_PER_STATEMENT = 500
"""A statement has to fit into one packet of MariaDB, which takes 16 MB as a rule."""


def new_name(meta: DocTypeMeta, values: Record) -> str:
	kind, _, fieldname = meta.autoname.partition(":")
	if kind == "field":
		return str(values[fieldname])
	if kind != "format":
		return str(frappe.generate_hash(length=HASH_LENGTH))
	return name_blocks.next_name(meta.name) if transactions.is_open() else name_blocks.single_name(meta.name)


def written_now() -> Record:
	"""The columns that say who has written a row and when."""
	user, moment = frappe.session.user, now()
	return {"owner": user, "modified_by": user, "creation": moment, "modified": moment}


def drafted_row(meta: DocTypeMeta, values: Record) -> Record:
	"""The row of a new record. values: as Frappe takes them."""
	given = {fieldname: value for fieldname, value in values.items() if value is not None}
	return {**written_now(), **defaults_of(meta), **given, "name": new_name(meta, values)}


def insert_rows(meta: DocTypeMeta, records: Sequence[Record]) -> None:
	"""Insert records with their names and child rows, as Frappe takes them. Nothing is checked."""
	written = written_now()
	_insert(meta, [{**written, **record} for record in records])
	for table in meta.tables:
		_insert_children(meta, table, {row["name"]: row.get(table.fieldname) or () for row in records})


def replace_child_rows(meta: DocTypeMeta, table: FieldMeta, rows: Mapping[str, Sequence[Record]]) -> None:
	"""rows: by the name of their parent."""
	place = {"parenttype": meta.name, "parentfield": table.fieldname, "parent": ["in", list(rows)]}
	frappe.db.delete(table.options, place)
	_insert_children(meta, table, rows)


def _insert_children(meta: DocTypeMeta, table: FieldMeta, rows: Mapping[str, Sequence[Record]]) -> None:
	place = {**written_now(), "parenttype": meta.name, "parentfield": table.fieldname}
	children = [
		{**row, **place, "parent": parent, "idx": idx, "name": frappe.generate_hash(length=HASH_LENGTH)}
		for parent, its_rows in rows.items()
		for idx, row in enumerate(its_rows, start=1)
	]
	_insert(site_meta(table.options), children)


def _insert(meta: DocTypeMeta, rows: Sequence[Record]) -> None:
	"""A column that no row has a value for is left to its default in the database."""
	if not rows:
		return
	defaults = defaults_of(meta)
	tables = {table.fieldname for table in meta.tables}
	used = {name for row in rows for name, value in row.items() if value is not None} | defaults.keys()
	columns = sorted(used - tables)
	empty = _empty(meta) | defaults
	values = [[_or_empty(row.get(name), empty.get(name)) for name in columns] for row in rows]
	with told_duplicates(meta, rows[0]["name"]):
		frappe.db.bulk_insert(meta.name, columns, values, chunk_size=ROWS_PER_STATEMENT)


def _or_empty(value: Any, empty: Any) -> Any:
	return empty if value is None else value


def defaults_of(meta: DocTypeMeta) -> Mapping[str, str]:
	return {field.fieldname: field.default for field in meta.columns if field.default is not None}


def _empty(meta: DocTypeMeta) -> Mapping[str, Any]:
	"""What the columns of empty fields hold where that is not NULL."""
	return {field.fieldname: 0 for field in meta.columns if field.fieldtype in _NUMBERS}


_NUMBERS = frozenset({"Check", "Int", "Float", "Percent", "Currency"})


@contextmanager
def told_duplicates(meta: DocTypeMeta, name: str) -> Iterator[None]:
	"""Raise what Frappe raises for a value that must be unique and is not."""
	try:
		yield
	except Exception as error:
		if frappe.db.is_primary_key_violation(error):
			raise frappe.DuplicateEntryError(meta.name, name, error) from error
		if frappe.db.is_unique_key_violation(error):
			raise frappe.UniqueValidationError(meta.name, name, error) from error
		raise
