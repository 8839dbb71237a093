"""CSV files with two columns about CIs, as lists of what is to be done with them."""

from __future__ import annotations

import csv
from pathlib import Path

from plant_itsm.domain.errors import PlantFileError


def read_pairs(file: Path, columns: tuple[str, str]) -> list[tuple[str, str, int]]:
	"""(first, second, line) of every line that is not empty, without the header. Raises PlantFileError."""
	try:
		with file.open(encoding="utf-8-sig", newline="") as stream:
			rows = list(csv.reader(stream, strict=True))
	except (OSError, UnicodeDecodeError, csv.Error) as error:
		raise PlantFileError([f"{file}: cannot be read ({error}). Name a CSV file in UTF-8."]) from None
	header = ",".join(columns)
	if not rows or [cell.strip() for cell in rows[0]] != list(columns):
		raise PlantFileError([f"{file}: its first line must be {header}. Put it there."])
	filled = ((line, cells) for line, cells in enumerate(rows[1:], start=2) if any(map(str.strip, cells)))
	return [(cells[0].strip(), (cells[1] if cells[1:] else "").strip(), line) for line, cells in filled]
