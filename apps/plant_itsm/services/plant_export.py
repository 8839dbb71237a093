"""Writing a plant back in the form in which it is loaded: a folder of CSV files, or a workbook.

Loaded elsewhere, the files give the same plant. Left out: passwords, what plant_itsm computes itself, and users except
those whom lines name.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from plant_itsm.domain.errors import MissingRecordError, PlantFileError
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta
from plant_itsm.ports import Record, Records
from plant_itsm.services.planned_records import all_rows
from plant_itsm.services.workbooks import WORKBOOK_SUFFIX, write_workbook

PLANT_DOCTYPES = (
	"Plant Site",
	"Plant Area",
	"Production Line",
	"Work Cell",
	"Calendar Exception",
	"CI Class",
	"CI Relation Type",
	"Stop Reason",
	"OT CI",
	"CI Relation",
	"Network Segment",
	"Redundancy Group",
	"Line Feed",
	"CI Program Version",
	"Line Stop Cost Model",
	"OT Connection",
	"State Map",
	"Signal Rule",
)
"""The DocTypes that make up a plant, as far as the edition knows them."""
USER_COLUMNS = ("email", "first_name", "send_welcome_email")


@dataclass(frozen=True)
class ExportedTable:
	"""A DocType as a table of values, the header first."""

	doctype: str
	rows: list[list[Any]]


def export_plant(records: Records, target: Path) -> dict[str, int]:
	"""Write all of a plant into a new folder, or into a workbook. Returns the number of records per DocType.

	Raises PlantFileError when the target holds something already, or cannot be written.
	"""
	with records.transaction():
		tables = {table.doctype: (table, count) for table, count in _tables(records)}
	try:
		if target.suffix.lower() == WORKBOOK_SUFFIX:
			_refuse_existing(target, target.exists())
			write_workbook(target, [(name, table.rows) for name, (table, _count) in tables.items()])
		else:
			_refuse_existing(target, target.is_file() or (target.is_dir() and any(target.iterdir())))
			target.mkdir(parents=True, exist_ok=True)
			for table, _count in tables.values():
				_write_csv(target / f"{table.doctype}.csv", table.rows)
	except OSError as error:
		raise PlantFileError([f"{target}: {error.strerror}. Name a place that you may write to."]) from None
	return {name: count for name, (_table, count) in tables.items()}


def _refuse_existing(target: Path, exists: bool) -> None:
	if exists:
		raise PlantFileError([f"{target}: holds something already. Name a new folder or a new .xlsx file."])


def _write_csv(file: Path, rows: Sequence[Sequence[Any]]) -> None:
	with file.open("w", encoding="utf-8", newline="") as stream:
		csv.writer(stream, lineterminator="\n").writerows([_text(value) for value in row] for row in rows)


def _text(value: Any) -> str:
	"""A value as a cell of a CSV file, read back by domain.schema.parse_cell."""
	if value is None:
		return ""
	if isinstance(value, bool):
		return str(int(value))
	return value.isoformat() if isinstance(value, (date, time)) else str(value)


# ------------------------------------------------------------- tables


def _tables(records: Records) -> Iterator[tuple[ExportedTable, int]]:
	users = _users(records)
	if users:
		yield ExportedTable("User", [list(USER_COLUMNS), *users]), len(users)
	for doctype in PLANT_DOCTYPES:
		try:
			meta = records.meta(doctype)
		except MissingRecordError:
			continue
		rows = sorted(all_rows(records, doctype), key=lambda row: row["name"])
		if rows:
			yield ExportedTable(doctype, _table(records, meta, rows)), len(rows)


def _users(records: Records) -> list[list[Any]]:
	"""Those whom lines name, so that they exist elsewhere too; what they may do there is decided there."""
	named = {row["user"] for row in records.find("Line Responsible") if row["user"]}
	found = records.find("User", {"name": ("in", sorted(named))})
	return [[row["email"], row["first_name"], 0] for row in found]


def _table(records: Records, meta: DocTypeMeta, rows: list[Record]) -> list[list[Any]]:
	own = [field for field in _columns(meta) if field.reqd or any(_says(field, row) for row in rows)]
	if _is_named_apart(meta):
		own.insert(0, FieldMeta("name", "Data"))
	tables = {
		table.fieldname: [
			field
			for field in _columns(records.meta(table.options))
			if any(_says(field, child) for row in rows for child in row[table.fieldname])
		]
		for table in meta.tables
	}
	header = [field.fieldname for field in own]
	header += [f"{table}.{field.fieldname}" for table, fields in tables.items() for field in fields]
	return [header, *(line for row in rows for line in _lines(row, own, tables))]


def _columns(meta: DocTypeMeta) -> list[FieldMeta]:
	return [field for field in meta.columns if not field.read_only and field.fieldtype != "Password"]


def _is_named_apart(meta: DocTypeMeta) -> bool:
	"""Whether a person gives the name beside the fields."""
	return meta.autoname.lower() == "prompt"


def _says(field: FieldMeta, row: Record) -> bool:
	"""Whether a value must be written for the record to come out the same."""
	value = row[field.fieldname]
	if isinstance(value, (bool, int, float, Decimal)):
		return bool(value) or field.default not in (None, "", "0")
	return value not in (None, "")


def _lines(row: Record, own: list[FieldMeta], tables: dict[str, list[FieldMeta]]) -> Iterator[list[Any]]:
	"""A record as a line, and one more for every further row of its longest child table."""
	children = [
		[[_value(child, field) for field in fields] for child in row[table]]
		for table, fields in tables.items()
	]
	widths = [len(fields) for fields in tables.values()]
	lines = list(zip_longest(*children)) or [()]
	for number, parts in enumerate(lines):
		line = [_value(row, field) if number == 0 else None for field in own]
		for part, width in zip(parts or [None] * len(widths), widths, strict=True):
			line += part if part is not None else [None] * width
		yield line


def _value(row: Record, field: FieldMeta) -> Any:
	value = row[field.fieldname]
	if isinstance(value, bool):
		return int(value)
	return value.isoformat() if isinstance(value, (datetime, time)) else value
