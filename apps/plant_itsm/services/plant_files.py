"""A plant as sheets, one per DocType, with fieldnames as columns: CSV files in a folder, or sheets of a workbook.

The form is that of Frappe's Data Import: a column of a child table is `table.field`, and a row that leaves all the
record's own columns empty adds a child row to the record above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError, PlantFileError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta, parse_cell
from plant_itsm.ports import Record, Records
from plant_itsm.services.plant_order import in_order
from plant_itsm.services.plant_sources import Cells, Sheet, read_sheets

NAME = FieldMeta("name", "Data")
"""The column that names a record whose DocType asks for a name."""
FOREIGN_KEYS = {"User": "email", "Role": "role_name", "Currency": "currency_name"}
"""DocTypes of other apps with the field that identifies a record: added when missing, never changed."""


WHOLE_ROW = "*"
"""Stands for all columns of a row that could not be read."""


@dataclass(frozen=True)
class PlantRow:
	"""One record of a sheet. line: of its first row. child_lines: the line of each child row, by table. unread: the
	columns whose cell could not be read; child_unread the same as (table, number of the row, column)."""

	doctype: str
	source: str
	line: int
	values: Record
	child_lines: dict[str, list[int]] = field(default_factory=dict)
	unread: set[str] = field(default_factory=set)
	child_unread: set[tuple[str, int, str]] = field(default_factory=set)

	@property
	def place(self) -> str:
		return f"{self.source}:{self.line}"


@dataclass(frozen=True)
class PlantFiles:
	"""What the files of a plant say: rows ordered so that links lead to earlier ones.

	unknown_columns: DocTypes whose header has a column that is no field. unknown_sheets: whether a sheet is no DocType.
	"""

	rows: list[PlantRow]
	problems: list[Problem]
	doctypes: frozenset[str]
	unknown_columns: frozenset[str] = frozenset()
	unknown_sheets: bool = False


def read_plant(records: Records, path: Path, *, is_history: bool = False) -> list[PlantRow]:
	"""All records of a plant, DocTypes ordered so that links lead to earlier ones.

	is_history: what else plant_itsm keeps itself is told by the files.
	Raises PlantFileError with every problem of every file: no such folder, unknown DocType or column, bad cell.
	"""
	files = read_files(records, path, is_history=is_history)
	if files.problems:
		raise PlantFileError(files.problems)
	return files.rows


def read_files(records: Records, path: Path, *, is_history: bool = False) -> PlantFiles:
	"""What the files of a plant say, as far as it can be read. Raises PlantFileError when there is nothing at all."""
	sheets, problems = read_sheets(path)
	tables: dict[str, tuple[DocTypeMeta, list[PlantRow]]] = {}
	unknown_columns: set[str] = set()
	unknown_sheets = bool(problems)
	for sheet in sheets:
		try:
			meta = records.meta(sheet.doctype)
		except MissingRecordError:
			unknown_sheets = True
			problems.append(
				Problem(
					sheet.source, None, f"there is no DocType {sheet.doctype!r}. Name the file as a DocType."
				)
			)
			continue
		reader = _SheetReader(records, meta, sheet, is_history or meta.name in FOREIGN_KEYS)
		tables[meta.name] = (meta, list(reader.rows()))
		problems += reader.problems
		if reader.unknown_columns:
			unknown_columns.add(meta.name)
	rows = in_order(records, tables)
	return PlantFiles(rows, problems, frozenset(tables), frozenset(unknown_columns), unknown_sheets)


@dataclass(frozen=True)
class _Column:
	"""A column of a sheet: a field of the record, or of a row of its child table."""

	field: FieldMeta
	table: str | None = None

	@property
	def name(self) -> str:
		return f"{self.table}.{self.field.fieldname}" if self.table else self.field.fieldname


class _SheetReader:
	"""Reads the rows of one sheet and notes what is wrong in them. tells_all: also the columns that are read-only."""

	def __init__(self, records: Records, meta: DocTypeMeta, sheet: Sheet, tells_all: bool):
		self._records, self._meta, self._sheet, self._tells_all = records, meta, sheet, tells_all
		self.problems: list[Problem] = []
		self.unknown_columns = False

	def rows(self) -> Iterator[PlantRow]:
		(header_line, header), *body = self._sheet.rows or [(1, [""])]
		columns = [self._column(header_line, name.strip()) for name in header]
		record: PlantRow | None = None
		for line, cells in body:
			row = PlantRow(self._meta.name, self._sheet.source, line, {})
			children = self._parse(row, columns, cells)
			if row.values or row.unread:
				if record is not None:
					yield record
				record = row
			if record is None:
				self._note(
					line, "a row of a child table stands before any record. Fill in the record's columns."
				)
				return
			_add_children(record, line, children)
		if record is not None:
			yield record

	def _note(self, line: int, text: str, column: str = "", value: str = "") -> None:
		self.problems.append(Problem(self._sheet.source, line, text, column, value))

	def _column(self, line: int, name: str) -> _Column | None:
		table, _, child = name.rpartition(".")
		if name == NAME.fieldname:
			return _Column(NAME)
		found = self._meta.field(table or name)
		if found is not None and table:
			found = self._records.meta(found.options).field(child) if found.is_table else None
		if found is None or found.is_table:
			self.unknown_columns = True
			text = f"column {name!r} is no field of {self._meta.name}. Its fields: " + ", ".join(
				f"{f.fieldname}.…" if f.is_table else f.fieldname for f in self._meta.fields
			)
			self.problems.append(Problem(self._sheet.source, None, text, name, name))
			return None
		if found.read_only and not self._tells_all:
			text = f"column {name!r} is kept by plant_itsm itself. Leave it out."
			self.problems.append(Problem(self._sheet.source, None, text, name, name))
			return None
		return _Column(found, table or None)

	def _parse(self, row: PlantRow, columns: list[_Column | None], cells: Cells) -> dict[str, _Child]:
		"""Fill in the record's own values of a row; returns the child row of each table that the row fills."""
		children: dict[str, _Child] = {}
		if len(cells) > len(columns):
			text = f"{len(cells)} cells for {len(columns)} columns. Put quotes around texts with commas."
			self._note(row.line, text)
			row.unread.add(WHOLE_ROW)
			return children
		for column, cell in zip(columns, cells, strict=False):
			if column is None or not cell.strip():
				continue
			child = children.setdefault(column.table, _Child()) if column.table else None
			values, unread = (row.values, row.unread) if child is None else (child.values, child.unread)
			try:
				values[column.field.fieldname] = parse_cell(column.field, cell)
			except InvalidRecordError as error:
				self._note(row.line, str(error), column.name, cell)
				unread.add(column.field.fieldname)
		return children


@dataclass(frozen=True)
class _Child:
	values: Record = field(default_factory=dict)
	unread: set[str] = field(default_factory=set)


def _add_children(record: PlantRow, line: int, children: dict[str, _Child]) -> None:
	for table, child in children.items():
		rows = record.values.setdefault(table, [])
		rows.append(child.values)
		record.child_lines.setdefault(table, []).append(line)
		record.child_unread.update((table, len(rows), column) for column in child.unread)
