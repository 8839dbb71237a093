"""The past of a plant from its folder `history`: line stops that are over, orders that are done,
predictions that were judged, and what was spent.

A demo plant and a plant that moves over from another system bring it along; failures and costs of years are what life
models and decisions about assets are made of. Nothing follows from what is long over: no ticket, no message.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from plant_itsm.domain.errors import InvalidRecordError, PlantFileError, PlantItsmError, StoreUnavailableError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.ports import Records
from plant_itsm.services.cost_files import PostReport, post_files
from plant_itsm.services.plant_files import PlantRow, read_plant

HISTORY, COSTS = "history", "costs"
KEYS = {
	"Line Stop": ("root_ci", "onset"),
	"Maintenance Order": ("ci", "done_at"),
	"Failure Prediction": ("ci", "model", "predicted_at"),
}
"""What may be in a history, and the fields by which a record is known again."""


@dataclass(frozen=True)
class HistoryReport:
	"""costs: None where the history has none."""

	added: int
	known: int
	costs: PostReport | None

	def __str__(self) -> str:
		return f"{self.added} added, {self.known} known from before; entries {self.costs or 'none'}"


def load_history(records: Records, plant: Path) -> HistoryReport:
	"""Add what is missing. Raises PlantFileError with every problem and its line; then nothing was added."""
	folder = plant / HISTORY
	with records.transaction():
		rows = read_plant(records, folder, is_history=True)
		problems: list[Problem | str] = []
		done: Counter[bool] = Counter()
		for row in rows:
			try:
				done[_add(records, row)] += 1
			except StoreUnavailableError:
				raise
			except PlantItsmError as error:
				problems.append(Problem(row.source, row.line, str(error)))
		if problems:
			raise PlantFileError(problems)
	costs = post_files(records, folder / COSTS) if (folder / COSTS).is_dir() else None
	return HistoryReport(done[True], done[False], costs)


def _add(records: Records, row: PlantRow) -> bool:
	"""Whether the record is new."""
	if row.doctype not in KEYS:
		raise InvalidRecordError(f"{row.doctype} is no history: load it with the plant")
	if records.count(row.doctype, {fieldname: row.values[fieldname] for fieldname in KEYS[row.doctype]}):
		return False
	records.insert(row.doctype, row.values)
	return True
