"""Loading a plant, all or nothing, and the vocabulary that every plant starts with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plant_itsm.domain.errors import PlantFileError, PlantItsmError, StoreUnavailableError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.ports import Record, Records
from plant_itsm.services.graph_changes import is_kept, note_added
from plant_itsm.services.plant_check import (
	ADDED,
	CHANGED,
	UNCHANGED,
	PlannedWrite,
	PlantCheck,
	check_plant,
	errors_as_problems,
)
from plant_itsm.services.plant_fields import complete, complete_children
from plant_itsm.services.plant_files import FOREIGN_KEYS, read_files
from plant_itsm.services.plant_loads import note_load
from plant_itsm.services.plant_sources import is_plant

PACKAGE = Path(__file__).resolve().parents[1]
VOCABULARY = PACKAGE / "vocabulary"
PLANTS = PACKAGE.parents[1] / "fixtures" / "plants"


@dataclass(frozen=True)
class LoadReport:
	"""How many records a load has added, changed, and found as they should be."""

	added: int
	changed: int
	unchanged: int

	def __str__(self) -> str:
		return f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged"


def plant_folder(name_or_path: str) -> Path:
	"""The folder of a shipped plant by its name, else a folder or workbook by its path. Raises PlantFileError for
	neither."""
	for folder in (PLANTS / name_or_path, Path(name_or_path)):
		if is_plant(folder):
			return folder
	shipped = (
		", ".join(sorted(folder.name for folder in PLANTS.glob("*/"))) or "none are shipped with this install"
	)
	raise PlantFileError(
		[
			f"{name_or_path}: neither a folder nor a shipped plant ({shipped}), nor a workbook (.xlsx)."
			" Name one of them."
		]
	)


def load_plant(records: Records, folder: Path) -> LoadReport:
	"""Load a folder of CSV files, or a workbook. Records that are there already are brought to what the files say.

	Raises PlantFileError with every problem, each with file and line; then nothing was written.
	"""
	return _load(records, folder, keep_existing=False, is_plant=True)


def load_vocabulary(records: Records, folder: Path = VOCABULARY) -> LoadReport:
	"""Add the words that are missing; what an administrator has changed stays as it is."""
	return _load(records, folder, keep_existing=True)


def plan_load(records: Records, path: Path) -> PlantCheck:
	"""What a load of a plant would meet and do. Writes nothing. Raises PlantFileError when there is no plant at all."""
	return check_plant(records, read_files(records, path))


def _load(records: Records, path: Path, *, keep_existing: bool, is_plant: bool = False) -> LoadReport:
	with records.transaction():
		files = read_files(records, path)
		check = check_plant(records, files, keep_existing=keep_existing)
		problems = check.problems or _write(records, check.writes)
		if problems:
			raise PlantFileError(problems)
		if is_plant:
			note_load(records, path.name, check.writes)
	return load_report(check)


def load_report(check: PlantCheck) -> LoadReport:
	done = Counter(write.action for write in check.writes)
	return LoadReport(done[ADDED], done[CHANGED], done[UNCHANGED])


def _insert(records: Records, write: PlannedWrite) -> None:
	"""What other apps demand of their own records, only an ordinary insert looks at."""
	if write.row.doctype in FOREIGN_KEYS:
		records.insert(write.row.doctype, write.row.values)
	else:
		records.insert_checked(write.row.doctype, write.row.values)


def _write(records: Records, writes: list[PlannedWrite]) -> list[Problem]:
	"""Carry out what was planned; returns what the store itself refuses, as another app's rules may."""
	problems = []
	added = []
	for write in writes:
		try:
			if write.action == ADDED:
				_insert(records, write)
				added.append(write)
			elif write.action == CHANGED:
				records.update(write.row.doctype, str(write.name), write.row.values)
		except StoreUnavailableError:
			raise
		except PlantItsmError as error:
			problems.append(errors_as_problems(write.row, error))
	note_added(records, _noted(records, added))
	return problems


def _noted(records: Records, added: list[PlannedWrite]) -> Iterator[tuple[str, str, Record]]:
	"""The new records with the values that they have got by default."""
	for write in added:
		if is_kept(write.row.doctype):
			meta = records.meta(write.row.doctype)
			record = complete(meta, write.row.values, None)
			yield write.row.doctype, str(write.name), record | complete_children(records, meta, record)
