"""One SQLite table per DocType, built from its fields, and the store's own tables beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

from plant_itsm.domain.schema import DocTypeMeta, FieldMeta
from plant_itsm.embedded.values import storage_of

RECORD_FIELDS = (
	FieldMeta("name", "Data"),
	FieldMeta("creation", "Datetime"),
	FieldMeta("modified", "Datetime"),
)
CHILD_FIELDS = (
	*RECORD_FIELDS,
	FieldMeta("parent", "Data"),
	FieldMeta("parenttype", "Data"),
	FieldMeta("parentfield", "Data"),
	FieldMeta("idx", "Int"),
)
"""What every row has besides the fields of its DocType; idx is the place of a row in its table, from 1."""


@dataclass(frozen=True)
class StoreTables:
	"""series: the last number per prefix. changes: the count of writes per DocType. fields: the columns of the file."""

	metadata: MetaData
	by_doctype: dict[str, Table]
	series: Table
	changes: Table
	fields: Table


def standard_fields(meta: DocTypeMeta) -> tuple[FieldMeta, ...]:
	return CHILD_FIELDS if meta.is_table else RECORD_FIELDS


def stored_fields(meta: DocTypeMeta) -> tuple[FieldMeta, ...]:
	"""Every column of the table of a DocType."""
	return standard_fields(meta) + meta.columns


def build_tables(metas: Mapping[str, DocTypeMeta], searched: Mapping[str, Sequence[str]]) -> StoreTables:
	metadata = MetaData()
	return StoreTables(
		metadata=metadata,
		by_doctype={
			meta.name: _doctype_table(metadata, meta, searched.get(meta.name, ())) for meta in metas.values()
		},
		series=Table(
			"_naming_series",
			metadata,
			Column("prefix", Text, primary_key=True),
			Column("current", BigInteger),
		),
		changes=Table(
			"_changes", metadata, Column("doctype", Text, primary_key=True), Column("writes", BigInteger)
		),
		fields=Table(
			"_fields",
			metadata,
			Column("doctype", Text, primary_key=True),
			Column("fieldname", Text, primary_key=True),
			Column("kind", Text, nullable=False),
		),
	)


def _doctype_table(metadata: MetaData, meta: DocTypeMeta, searched: Sequence[str]) -> Table:
	columns = [
		Column(field.fieldname, storage_of(field).column_type, primary_key=field.fieldname == "name")
		for field in stored_fields(meta)
	]
	return Table(meta.name, metadata, *columns, *_indexes(meta, searched))


def _indexes(meta: DocTypeMeta, searched: Sequence[str]) -> Iterator[Index]:
	if meta.is_table:
		yield Index(index_name(meta.name, "parent"), "parent")
	for field in meta.columns:
		if field.unique:
			yield Index(index_name(meta.name, field.fieldname), field.fieldname, unique=True)
		elif field.fieldname in searched:
			yield Index(index_name(meta.name, field.fieldname), field.fieldname)


def index_name(doctype: str, fieldname: str) -> str:
	return f"{doctype}:{fieldname}"


def counting_triggers(doctype: str) -> Iterator[str]:
	"""SQL that counts every write to a table, whoever does it: the count is the stamp of the DocType."""
	table, text = doctype.replace('"', '""'), doctype.replace("'", "''")
	for event in ("INSERT", "UPDATE", "DELETE"):
		yield (
			f'CREATE TRIGGER IF NOT EXISTS "{table}:{event.lower()}" AFTER {event} ON "{table}" BEGIN'  # nosec B608 - names of DocTypes, quoted
			f" UPDATE _changes SET writes = writes + 1 WHERE doctype = '{text}'; END"
		)
