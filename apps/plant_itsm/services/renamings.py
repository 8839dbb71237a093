"""New names of CIs, from a CSV file with the columns old and new or given one by one, checked before any is applied."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.domain.renaming import Renaming, renaming_problems
from plant_itsm.ports import Records
from plant_itsm.services.ci_lists import read_pairs

COLUMNS = ("old", "new")


def read_renamings(file: Path) -> list[Renaming]:
	"""The lines of a CSV file with the header old,new. Raises PlantFileError."""
	return [Renaming(*row) for row in read_pairs(file, COLUMNS)]


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
