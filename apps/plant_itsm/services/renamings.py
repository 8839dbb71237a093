"""New names of CIs, from a CSV file with the columns old and new or given one by one, checked before any is applied."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.domain.renaming import Renaming, renaming_problems
from plant_itsm.ports import Records

COLUMNS = ["old", "new"]


def read_renamings(file: Path) -> list[Renaming]:
	"""The lines of a CSV file with the header old,new. Raises PlantFileError."""
	try:
		with file.open(encoding="utf-8-sig", newline="") as stream:
			rows = list(csv.reader(stream, strict=True))
	except (OSError, UnicodeDecodeError, csv.Error) as error:
		raise PlantFileError([f"{file}: cannot be read ({error}). Name a CSV file in UTF-8."]) from None
	if not rows or [cell.strip() for cell in rows[0]] != COLUMNS:
		raise PlantFileError([f"{file}: its first line must be old,new. Put it there."])
	filled = ((line, cells) for line, cells in enumerate(rows[1:], start=2) if any(map(str.strip, cells)))
	return [
		Renaming(cells[0].strip(), (cells[1] if cells[1:] else "").strip(), line) for line, cells in filled
	]


def check_renamings(records: Records, renamings: Iterable[Renaming], source: str = "") -> None:
	"""Raise PlantFileError with everything that keeps the renamings from being carried out in their order."""
	existing = [row["name"] for row in records.find("OT CI")]
	problems = [
		Problem(source, renaming.line, text, column, renaming.old if column == "old" else renaming.new)
		if source
		else text
		for renaming, column, text in renaming_problems(renamings, existing)
	]
	if problems:
		raise PlantFileError(problems)
