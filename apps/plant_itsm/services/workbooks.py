"""Workbooks (.xlsx) as sheets of texts, and back. Frappe brings openpyxl along; elsewhere it is an extra."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from plant_itsm.domain.errors import PlantFileError

WORKBOOK_SUFFIX = ".xlsx"
SHEET_NAME_LENGTH = 31
"""A limit of the format."""
MEASURED_ROWS, WIDEST = 50, 60
AMOUNT_FORMAT = "#,##0.00##"
MOST_UNPACKED_BYTES = 200_000_000
"""Of all that is in the file: a few kilobytes can be made to unpack to gigabytes."""
MOST_ROW, MOST_CELLS = 1_048_576, 5_000_000
"""The format's last row, and what is read of one file: one cell far to the right makes a row wide."""
EXACT_DIGITS = 15
"""A workbook keeps numbers as floats; longer ones are written as text."""


def read_workbook(path: Path) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
	"""(sheet, rows) of every sheet that is not empty; a row is (line, cells as texts).

	Raises PlantFileError for a file that is no workbook, or holds more than one should.
	"""
	openpyxl = _openpyxl(path)
	left = MOST_CELLS
	try:
		_check_unpacked(path)
		workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
		for sheet in workbook.worksheets:
			if sheet.sheet_state == "visible" and (rows := _rows(sheet, left)):
				left -= sum(len(cells) for _line, cells in rows)
				yield sheet.title, rows
		workbook.close()
	except (OSError, KeyError, ValueError, EOFError, SyntaxError, BadZipFile) as error:  # SyntaxError: of XML
		raise PlantFileError(
			[f"{path}: no workbook that can be read ({error}). Save it as Excel workbook (.xlsx)."]
		) from None


def write_workbook(path: Path | BytesIO, sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> None:
	"""Write (sheet, rows) with the first row as header, which stays in view. Texts are never taken for formulas."""
	openpyxl = _openpyxl(path)
	workbook = openpyxl.Workbook(write_only=True)
	for name, rows in sheets:
		sheet = workbook.create_sheet(name[:SHEET_NAME_LENGTH])
		sheet.freeze_panes = "A2"
		for place, width in enumerate(_widths(rows), start=1):
			sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].width = width
		for row in rows:
			sheet.append([_written(openpyxl, sheet, value) for value in row])
	workbook.save(path)


def _widths(rows: Sequence[Sequence[Any]]) -> list[int]:
	"""Of the columns, in characters, by what stands in the first rows."""
	seen = rows[:MEASURED_ROWS]
	columns = max(map(len, seen), default=0)
	return [
		min(max(len(str(row[place] or "")) for row in seen if place < len(row)) + 4, WIDEST)
		for place in range(columns)
	]


def _openpyxl(path: Path | BytesIO) -> Any:
	try:
		import openpyxl
		import openpyxl.cell
		import openpyxl.utils
	except ImportError:
		raise PlantFileError(
			[
				f"{path}: workbooks need the package openpyxl. Install it with: pip install 'plant_itsm[xlsx]',"
				" or use a folder of CSV files."
			]
		) from None
	return openpyxl


def _check_unpacked(path: Path) -> None:
	"""By the sizes that the file states; no more than these are ever unpacked. Raises ValueError."""
	with ZipFile(path) as parts:
		size = sum(part.file_size for part in parts.infolist())
	if size > MOST_UNPACKED_BYTES:
		raise ValueError(f"it would unpack to {size} bytes, and {MOST_UNPACKED_BYTES} are the most")


def _rows(sheet: Any, most_cells: int) -> list[tuple[int, list[str]]]:
	"""Raises ValueError for more cells than that."""
	sheet.reset_dimensions()  # some programs write a wrong size
	rows, left = [], most_cells
	for line, cells in enumerate(sheet.iter_rows(values_only=True, max_row=MOST_ROW), start=1):
		left -= len(cells)
		if left < 0:
			raise ValueError(f"it has more than {MOST_CELLS} cells")
		texts = [_text(cell) for cell in cells]
		while texts and not texts[-1]:
			texts.pop()
		if texts:
			rows.append((line, texts))
	return rows


def _text(value: Any) -> str:
	"""A cell as it would stand in a CSV file."""
	if value is None:
		return ""
	if isinstance(value, bool):
		return str(int(value))
	if isinstance(value, float) and value.is_integer():
		return str(int(value))
	if isinstance(value, datetime):
		return value.date().isoformat() if value.time() == time() else value.isoformat()
	if isinstance(value, (date, time)):
		return value.isoformat()
	return str(value).strip()


def _written(openpyxl: Any, sheet: Any, value: Any) -> Any:
	if isinstance(value, (Decimal, float)):
		if isinstance(value, Decimal) and len(value.as_tuple().digits) > EXACT_DIGITS:
			return str(value)
		cell = openpyxl.cell.WriteOnlyCell(sheet, value)
		cell.number_format = AMOUNT_FORMAT
		return cell
	if isinstance(value, str) and value:
		cell = openpyxl.cell.WriteOnlyCell(sheet, value)
		cell.data_type = "s"
		return cell
	return value
