"""From the values of a caller to a complete, typed record, checked for all that its DocType alone can tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.schema import DocTypeMeta, parse_cell
from plant_itsm.embedded.tables import CHILD_FIELDS, RECORD_FIELDS
from plant_itsm.embedded.values import checked_value, storage_of
from plant_itsm.ports import Record

Metas = Mapping[str, DocTypeMeta]
Exists = Callable[[str, str], bool]
"""(DocType, name) -> whether such a record exists"""

_KEPT_BY_THE_STORE = frozenset(field.fieldname for field in (*RECORD_FIELDS, *CHILD_FIELDS))


def meta_of(metas: Metas, doctype: str) -> DocTypeMeta:
	try:
		return metas[doctype]
	except KeyError:
		raise MissingRecordError(
			f"DocType {doctype!r} is unknown to the embedded edition. It knows {', '.join(sorted(metas))}."
		) from None


def with_defaults(metas: Metas, meta: DocTypeMeta, values: Record) -> Record:
	"""Values of a new record: a field that is absent or None gets its default, in child rows too."""
	given = {name: value for name, value in values.items() if value is not None}
	return {**defaults(meta), **with_row_defaults(metas, meta, given)}


def with_row_defaults(metas: Metas, meta: DocTypeMeta, values: Record) -> Record:
	"""The values with the defaults of their child rows, which are new rows whenever they are given."""
	rows = {
		table.fieldname: [
			with_defaults(metas, meta_of(metas, table.options), row) for row in values[table.fieldname] or ()
		]
		for table in meta.tables
		if table.fieldname in values
	}
	return {**values, **rows}


def defaults(meta: DocTypeMeta) -> Record:
	return {
		field.fieldname: parse_cell(field, str(field.default))
		for field in meta.columns
		if field.default is not None
	}


def unwritten_single(meta: DocTypeMeta) -> Record:
	"""What a Single reads as before anybody has written it."""
	empty = {field.fieldname: storage_of(field).empty for field in meta.columns}
	return {"name": meta.name, **empty, **defaults(meta), **{table.fieldname: [] for table in meta.tables}}


def typed_record(metas: Metas, meta: DocTypeMeta, what: str, values: Record) -> Record:
	"""Every field and child row as its type, each checked; `what` begins the message of a refusal.

	Raises InvalidRecordError for a fieldname that the DocType has not, and for a value that its field does not allow.
	"""
	return {**typed_row(meta, what, values), **typed_children(metas, meta, what, values)}


def typed_children(metas: Metas, meta: DocTypeMeta, what: str, values: Record) -> Record:
	"""The child tables of a record, each row typed and checked."""
	return {
		table.fieldname: [
			typed_row(meta_of(metas, table.options), row_label(what, table.fieldname, place), row)
			for place, row in enumerate(values.get(table.fieldname) or (), start=1)
		]
		for table in meta.tables
	}


def typed_row(meta: DocTypeMeta, what: str, values: Record) -> Record:
	for fieldname in values:
		if fieldname not in _KEPT_BY_THE_STORE and meta.field(fieldname) is None:
			known = ", ".join(field.fieldname for field in meta.fields)
			raise InvalidRecordError(f"{what}: there is no field {fieldname!r}. It has {known}.")
	return {
		field.fieldname: checked_value(what, field, values.get(field.fieldname)) for field in meta.columns
	}


def row_label(what: str, fieldname: str, place: int) -> str:
	return f"{what}, {fieldname} row {place}"


def check_links(
	metas: Metas, meta: DocTypeMeta, what: str, record: Mapping[str, Any], exists: Exists
) -> None:
	"""Refuse a link, of the record or of a child row, to a record that does not exist."""
	for field in meta.links():
		target = record.get(field.fieldname)
		if target and not exists(field.options, target):
			raise InvalidRecordError(
				f"{what}: {field.fieldname} {target!r} is no {field.options}. Choose one that exists."
			)
	for table in meta.tables:
		for place, row in enumerate(record.get(table.fieldname) or (), start=1):
			label = row_label(what, table.fieldname, place)
			check_links(metas, metas[table.options], label, row, exists)


def check_name_field(meta: DocTypeMeta, name: str, record: Record) -> None:
	"""Refuse to change the field that gave a record its name: others point to it by that name."""
	kind, _, fieldname = meta.autoname.partition(":")
	if kind == "field" and record[fieldname] != name:
		raise InvalidRecordError(
			f"{meta.name} {name}: {fieldname} is its name and cannot become {record[fieldname]!r}."
			" Create a new record instead."
		)
