"""Cost entries from CSV files or a workbook: all are posted, or none, and none twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plant_itsm.domain.errors import PlantFileError, PlantItsmError, StoreUnavailableError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.ports import Record, Records
from plant_itsm.services.cost_ledger import DOCTYPE, post
from plant_itsm.services.plant_files import PlantRow, read_plant

_SAME = ("posting_date", "plant_site", "category", "production_line", "cost_pool", "amount", "currency")


@dataclass(frozen=True)
class PostReport:
	"""known: entries whose source_key was posted before with the same figures."""

	posted: int
	known: int

	def __str__(self) -> str:
		return f"{self.posted} posted, {self.known} known from before"


def post_files(records: Records, path: Path) -> PostReport:
	"""Post the entries of a folder with `Plant Cost Entry.csv`, or of a workbook with such a sheet.

	Raises PlantFileError with every problem, each with file and line; then nothing was posted.
	"""
	with records.transaction():
		rows = read_plant(records, path)
		problems: list[Problem | str] = []
		posted = 0
		for row in rows:
			problem, was_posted = _post(records, row)
			posted += was_posted
			if problem is not None:
				problems.append(problem)
		if problems:
			raise PlantFileError(problems)
	return PostReport(posted, len(rows) - posted)


def _post(records: Records, row: PlantRow) -> tuple[Problem | None, bool]:
	if row.doctype != DOCTYPE:
		return Problem(row.source, row.line, f"{row.doctype} is no {DOCTYPE}. Load it with the plant."), False
	known = _known(records, row.values.get("source_key"))
	if known is not None:
		return _difference(row, known), False
	try:
		post(records, {"source": "Import", **row.values})
	except StoreUnavailableError:
		raise
	except PlantItsmError as error:
		return Problem(row.source, row.line, str(error)), False
	return None, True


def _known(records: Records, key: str | None) -> Record | None:
	found = records.find(DOCTYPE, {"source_key": key}, limit=1) if key else []
	return found[0] if found else None


def _difference(row: PlantRow, known: Record) -> Problem | None:
	for fieldname in _SAME:
		wanted = row.values.get(fieldname)
		if wanted is not None and wanted != known[fieldname]:
			text = (
				f"{row.values['source_key']} was posted as {known['name']} with {fieldname} {known[fieldname]},"
				f" here it is {wanted}. Reverse {known['name']} and give the right one another key."
			)
			return Problem(row.source, row.line, text, fieldname, str(wanted))
	return None
