"""The validation report of a plant's files, as a table to save: one line per problem, in the order of the files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.services.workbooks import WORKBOOK_SUFFIX, write_workbook

HEADER = ("file or sheet", "line", "column", "value", "problem", "way out", "rows that depend on it")
SHEET = "Problems"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Row = tuple[str, int | None, str, str, str, str, int | None]


def report_rows(problems: Sequence[Problem]) -> list[Row]:
	return [
		(
			problem.source,
			problem.line,
			problem.column,
			problem.value,
			problem.what,
			problem.way_out,
			problem.dependents or None,
		)
		for problem in problems
	]


def write_report(problems: Sequence[Problem], path: Path) -> None:
	"""Write the report as CSV or workbook, by its suffix. Raises PlantFileError for another one or a wrong folder."""
	rows = [HEADER, *report_rows(problems)]
	try:
		if path.suffix.lower() == WORKBOOK_SUFFIX:
			write_workbook(path, [(SHEET, rows)])
		elif path.suffix.lower() == ".csv":
			with path.open("w", encoding="utf-8", newline="") as stream:
				csv.writer(stream).writerows([_harmless(cell) for cell in row] for row in rows)
		else:
			raise PlantFileError([f"{path}: a report is a .csv or {WORKBOOK_SUFFIX} file. Name it so."])
	except OSError as error:
		raise PlantFileError(
			[f"{path}: {error.strerror}. Name a file in a folder that you may write to."]
		) from None


def _harmless(cell: object) -> object:
	"""A spreadsheet program would compute a text that looks like a formula."""
	return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
