"""Loading a plant, all or nothing, and the vocabulary that every plant starts with."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from plant_itsm.domain.errors import PlantFileError, PlantItsmError, StoreUnavailableError
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.ports import Record, Records
from plant_itsm.services.plant_files import PlantRow, read_plant

PACKAGE = Path(__file__).resolve().parents[1]
VOCABULARY = PACKAGE / "vocabulary"
PLANTS = PACKAGE.parents[1] / "fixtures" / "plants"
FOREIGN_KEYS = {"User": "email", "Role": "role_name", "Currency": "currency_name"}
"""DocTypes of other apps with the field that identifies a record: added when missing, never changed."""


@dataclass(frozen=True)
class LoadReport:
	"""How many records a load has added, changed, and found as they should be."""

	added: int
	changed: int
	unchanged: int

	def __str__(self) -> str:
		return f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged"


def plant_folder(name_or_path: str) -> Path:
	"""The folder of a shipped plant by its name, else of a path. Raises PlantFileError for neither."""
	for folder in (PLANTS / name_or_path, Path(name_or_path)):
		if folder.is_dir():
			return folder
	shipped = (
		", ".join(sorted(folder.name for folder in PLANTS.glob("*/"))) or "none are shipped with this install"
	)
	raise PlantFileError(
		[f"{name_or_path}: neither a folder nor a shipped plant ({shipped}). Name one of them."]
	)


def load_plant(records: Records, folder: Path) -> LoadReport:
	"""Load a folder of CSV files. Records that are there already are brought to what the files say.

	Raises PlantFileError with every problem, each with file and line; then nothing was written.
	"""
	return _load(records, folder, keep_existing=False)


def load_vocabulary(records: Records, folder: Path = VOCABULARY) -> LoadReport:
	"""Add the words that are missing; what an administrator has changed stays as it is."""
	return _load(records, folder, keep_existing=True)


def _load(records: Records, folder: Path, *, keep_existing: bool) -> LoadReport:
	done: Counter[str] = Counter()
	with records.transaction():
		rows = read_plant(records, folder)
		problems = []
		seen: dict[tuple[str, str], str] = {}
		for row in rows:
			try:
				done[_apply(records, row, seen, keep_existing)] += 1
			except StoreUnavailableError:
				raise
			except PlantItsmError as error:
				problems.append(f"{row.place}: {error}")
		if problems:
			raise PlantFileError(problems)
	return LoadReport(done["added"], done["changed"], done["unchanged"])


def _apply(records: Records, row: PlantRow, seen: dict[tuple[str, str], str], keep_existing: bool) -> str:
	meta = records.meta(row.doctype)
	name = _name_of(meta, row.values)
	if name is not None:
		earlier = seen.setdefault((row.doctype, name), row.place)
		if earlier != row.place:
			raise PlantFileError([f"{row.doctype} {name!r} stands already at {earlier}. Remove one of them."])
	existing = records.get(row.doctype, name) if name else None
	if existing is None:
		records.insert(row.doctype, row.values)
		return "added"
	if keep_existing or row.doctype in FOREIGN_KEYS or _agrees(existing, row.values):
		return "unchanged"
	records.update(row.doctype, existing["name"], row.values)
	return "changed"


def _name_of(meta: DocTypeMeta, values: Record) -> str | None:
	"""The name that the record has or will have; None where only an insert can tell (a series)."""
	if meta.name in FOREIGN_KEYS:
		return values.get(FOREIGN_KEYS[meta.name])
	if meta.is_single:
		return meta.name
	if meta.autoname.startswith("field:"):
		return values.get(meta.autoname.removeprefix("field:"))
	if meta.autoname.startswith("format:") and "#" not in meta.autoname:
		return meta.autoname.removeprefix("format:").format_map(defaultdict(str, values)).strip()
	return values.get("name")


def _agrees(existing: Any, wanted: Any) -> bool:
	"""Whether a record holds all that a row asks for; a field that the row leaves out may hold anything."""
	if isinstance(wanted, dict):
		return all(_agrees(existing.get(field), value) for field, value in wanted.items())
	if isinstance(wanted, list):
		return len(existing or []) == len(wanted) and all(map(_agrees, existing, wanted))
	if isinstance(wanted, (Decimal, float)):
		return existing is not None and Decimal(str(existing)) == Decimal(str(wanted))
	return bool(existing == wanted)
