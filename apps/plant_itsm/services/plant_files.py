"""A plant as a folder of CSV files, one per DocType, named as it, with fieldnames as columns.

The form is that of Frappe's Data Import: a column of a child table is `table.field`, and a row that leaves all the
record's own columns empty adds a child row to the record above it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError, PlantFileError
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta, parse_cell
from plant_itsm.ports import Record, Records

NAME = FieldMeta("name", "Data")
"""The column that names a record whose DocType asks for a name."""


@dataclass(frozen=True)
class PlantRow:
	"""One record of a file. place: "file:line" of its first row."""

	doctype: str
	place: str
	values: Record


def read_plant(records: Records, folder: Path) -> list[PlantRow]:
	"""All records of a plant folder, DocTypes ordered so that links lead to earlier ones.

	Raises PlantFileError with every problem of every file: no such folder, unknown DocType or column, bad cell.
	"""
	files = sorted(folder.glob("*.csv")) if folder.is_dir() else []
	if not files:
		raise PlantFileError(
			[f"{folder}: no plant folder: it holds no CSV file. Name a folder with one per DocType."]
		)
	problems: list[str] = []
	tables: dict[str, tuple[DocTypeMeta, list[PlantRow]]] = {}
	for file in files:
		try:
			meta = records.meta(file.stem)
		except MissingRecordError:
			problems.append(f"{file.name}: there is no DocType {file.stem!r}. Name the file as a DocType.")
			continue
		tables[file.stem] = (meta, list(_read_file(records, file, meta, problems)))
	if problems:
		raise PlantFileError(problems)
	order = _by_dependency({name: meta for name, (meta, _) in tables.items()}, records)
	return [row for name in order for row in tables[name][1]]


@dataclass(frozen=True)
class _Column:
	"""A column of a file: a field of the record, or of a row of its child table."""

	field: FieldMeta
	table: str | None = None


def _read_file(records: Records, file: Path, meta: DocTypeMeta, problems: list[str]) -> Iterator[PlantRow]:
	try:
		header, *rows = _csv_rows(file) or [("", [])]
		columns = [_column(records, meta, name.strip()) for name in header[1]]
	except InvalidRecordError as error:
		problems.append(f"{file.name}: {error}")
		return
	record: PlantRow | None = None
	for place, cells in rows:
		own, children = _parse(place, columns, cells, problems)
		if own:
			if record is not None:
				yield record
			record = PlantRow(meta.name, place, own)
		if record is None:
			problems.append(
				f"{place}: a row of a child table stands before any record. Fill in the record's columns."
			)
			return
		for table, child in children.items():
			record.values.setdefault(table, []).append(child)
	if record is not None:
		yield record


def _csv_rows(file: Path) -> list[tuple[str, list[str]]]:
	"""("file:line", cells) of every row that is not empty, the header first."""
	try:
		text = file.read_text(encoding="utf-8-sig")
		reader = csv.reader(text.splitlines(keepends=True), strict=True)
		rows = [(f"{file.name}:{reader.line_num}", cells) for cells in reader]
	except UnicodeDecodeError as error:
		raise InvalidRecordError(f"not UTF-8 at byte {error.start}. Save the file as UTF-8.") from None
	except csv.Error as error:
		raise InvalidRecordError(f"no CSV: {error}. Check the quotes.") from None
	return [(place, cells) for place, cells in rows if any(cell.strip() for cell in cells)]


def _column(records: Records, meta: DocTypeMeta, name: str) -> _Column:
	table, _, child = name.rpartition(".")
	if name == NAME.fieldname:
		return _Column(NAME)
	field = meta.field(table or name)
	if field is not None and table:
		field = records.meta(field.options).field(child)
	if field is None or field.is_table:
		raise InvalidRecordError(
			f"column {name!r} is no field of {meta.name}. Its fields: "
			+ ", ".join(f"{f.fieldname}.…" if f.is_table else f.fieldname for f in meta.fields)
		)
	return _Column(field, table or None)


def _parse(
	place: str, columns: list[_Column], cells: list[str], problems: list[str]
) -> tuple[Record, dict[str, Record]]:
	"""The record's own values of a row, and the child row of each table that the row fills."""
	own: Record = {}
	children: dict[str, Record] = {}
	if len(cells) > len(columns):
		problems.append(
			f"{place}: {len(cells)} cells for {len(columns)} columns. Put quotes around texts with commas."
		)
		return own, children
	for column, cell in zip(columns, cells, strict=False):
		try:
			value: Any = parse_cell(column.field, cell)
		except InvalidRecordError as error:
			problems.append(f"{place}: {error}")
			value = cell  # keeps the row a record, so that the rows after it are judged for what they are
		if value is not None:
			target = children.setdefault(column.table, {}) if column.table else own
			target[column.field.fieldname] = value
	return own, children


def _by_dependency(metas: dict[str, DocTypeMeta], records: Records) -> list[str]:
	"""DocTypes so that one comes after those that it links to; our DocTypes have no cycle of links."""
	order: dict[str, None] = {}

	def visit(name: str, above: tuple[str, ...]) -> None:
		if name in order or name in above or name not in metas:
			return
		tables = [metas[name], *(records.meta(field.options) for field in metas[name].tables)]
		for link in (link for table in tables for link in table.links()):
			visit(link.options, (*above, name))
		order[name] = None

	for name in sorted(metas):
		visit(name, ())
	return list(order)
