"""Where a plant's files come from: a folder of CSV files, or a workbook with a sheet per DocType."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plant_itsm.domain.errors import InvalidRecordError, PlantFileError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.services.workbooks import WORKBOOK_SUFFIX, read_workbook

Cells = list[str]


@dataclass(frozen=True)
class Sheet:
	"""The cells of one DocType. source: the file, or the sheet of the workbook. rows: (line, cells) of every row that
	is not empty, the header first."""

	doctype: str
	source: str
	rows: list[tuple[int, Cells]]


def is_plant(path: Path) -> bool:
	return path.is_dir() or (path.suffix.lower() == WORKBOOK_SUFFIX and path.is_file())


def read_sheets(path: Path) -> tuple[list[Sheet], list[Problem]]:
	"""The sheets of a folder or workbook in the order of their names, and what could not be read.

	Raises PlantFileError when there is nothing at all.
	"""
	sheets: list[Sheet] = []
	problems: list[Problem] = []
	for sheet in _workbook(path) if path.suffix.lower() == WORKBOOK_SUFFIX else _folder(path):
		if isinstance(sheet, Problem):
			problems.append(sheet)
		else:
			sheets.append(sheet)
	if not sheets and not problems:
		raise PlantFileError(
			[
				f"{path}: no plant folder: it holds no CSV file. Name a folder with one per DocType, or a workbook"
				f" ({WORKBOOK_SUFFIX}) with a sheet per DocType."
			]
		)
	return sheets, problems


def _folder(path: Path) -> Iterator[Sheet | Problem]:
	for file in sorted(path.glob("*.csv")) if path.is_dir() else ():
		try:
			yield Sheet(file.stem, file.name, _csv_rows(file))
		except InvalidRecordError as error:
			yield Problem(file.name, None, str(error))


def _csv_rows(file: Path) -> list[tuple[int, Cells]]:
	try:
		text = file.read_text(encoding="utf-8-sig")
		reader = csv.reader(io.StringIO(text, newline=""), strict=True)
		rows = []
		line = 1
		for cells in reader:
			rows.append((line, cells))
			line = reader.line_num + 1
	except UnicodeDecodeError as error:
		raise InvalidRecordError(f"not UTF-8 at byte {error.start}. Save the file as UTF-8.") from None
	except csv.Error as error:
		raise InvalidRecordError(f"no CSV: {error}. Check the quotes.") from None
	return [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]


def _workbook(path: Path) -> Iterator[Sheet]:
	for name, rows in read_workbook(path):
		yield Sheet(name, name, rows)
