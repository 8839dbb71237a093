"""What the predictions that we make ourselves have in common, whatever they are computed from."""

from __future__ import annotations

from collections.abc import Collection

from plant_itsm.domain.errors import DuplicateRecordError
from plant_itsm.ports import Record, Records
from plant_itsm.services.failure_predictions import DOCTYPE
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


def awaiting_work(records: Records, cis: Collection[str]) -> set[str]:
	"""The CIs for which a predicted failure has an open order, which answers for them until it is done."""
	rows = records.find(ORDER, {"open_key": ("in", sorted(cis))}) if cis else []
	return {row["open_key"] for row in rows}
