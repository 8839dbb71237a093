"""What the predictions that we make ourselves have in common, whatever they are computed from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from plant_itsm.domain.errors import DuplicateRecordError
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.failure_predictions import DOCTYPE, completed
from plant_itsm.services.work_orders import DOCTYPE as ORDER


def insert_once(records: Records, prediction: Record) -> bool:
	"""Insert a prediction unless it has been made already, by this run or by another one."""
	if records.count(DOCTYPE, {"prediction_key": prediction["prediction_key"]}):
		return False
	try:
		records.insert(DOCTYPE, prediction)
	except DuplicateRecordError:  # another run was faster
		return False
	return True


def insert_new(records: Records, clock: Clock, predictions: Sequence[Record]) -> int:
	"""Insert at once those that have not been made already. Returns how many.

	Raises DuplicateRecordError where another run has made one meanwhile; then the transaction is to be rolled back."""
	keys = [one["prediction_key"] for one in predictions]
	known = records.find(DOCTYPE, {"prediction_key": ("in", keys)}) if keys else []
	made = {row["prediction_key"] for row in known}
	new = [one for one in predictions if one["prediction_key"] not in made]
	records.insert_drafts(
		DOCTYPE, [records.draft(DOCTYPE, one | completed(records, clock, one)) for one in new]
	)
	return len(new)


def awaiting_work(records: Records, cis: Collection[str]) -> set[str]:
	"""The CIs for which a predicted failure has an open order, which answers for them until it is done."""
	rows = records.find(ORDER, {"open_key": ("in", sorted(cis))}) if cis else []
	return {row["open_key"] for row in rows}
