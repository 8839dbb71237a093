"""What has become of predictions, and how good each model was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plant_itsm.domain.errors import NotEnoughDataError
from plant_itsm.domain.maintenance_words import Finding, OrderStatus, PredictionOutcome
from plant_itsm.domain.predictions import Judged, Quality, quality
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.failure_predictions import DOCTYPE, breakdowns_of
from plant_itsm.services.maintenance_settings import maintenance_settings

MOST_AT_ONCE = 100
_FOUND = {
	Finding.FAILURE_FOUND: PredictionOutcome.PREVENTED,
	Finding.NO_FAULT_FOUND: PredictionOutcome.DID_NOT_FAIL,
}


def judge_due(ports: Ports) -> int:
	"""Judge the predictions whose horizon has passed. Returns how many were."""
	records, now = ports.records, ports.clock.now()
	with records.transaction():
		due = records.find(
			DOCTYPE,
			{"outcome": ("is", "not set"), "fails_by": ("<", now)},
			order_by="fails_by",
			limit=MOST_AT_ONCE,
		)
		for row in due:
			failed_at = _failed_at(records, row)
			outcome = PredictionOutcome.FAILED if failed_at else PredictionOutcome.DID_NOT_FAIL
			_note(records, row["name"], outcome, now, failed_at)
	return len(due)


def _failed_at(records: Records, prediction: Record) -> datetime | None:
	start, end = prediction["predicted_at"], prediction["fails_by"]
	onsets = (stop["onset"] for stop in breakdowns_of(records, prediction["ci"]))
	return next((onset for onset in onsets if start < onset <= end), None)


def _note(
	records: Records, name: str, outcome: PredictionOutcome, at: datetime, failed_at: datetime | None = None
) -> None:
	values = {"outcome": outcome, "judged_at": at.replace(microsecond=0), "failed_at": failed_at}
	records.update_many(DOCTYPE, [name], values)


def order_changed(records: Records, order: Mapping[str, Any]) -> None:
	"""Feed what the work has found back to the predictions that asked for it."""
	if order["status"] != OrderStatus.DONE or not order["finding"]:
		return
	outcome = _FOUND[Finding(order["finding"])]
	rows = records.find(DOCTYPE, {"maintenance_order": order["name"], "outcome": ("is", "not set")})
	for row in rows:
		_note(records, row["name"], outcome, records.writer().at)


@dataclass(frozen=True)
class ModelQuality:
	"""quality: None where there is not enough data, which `text` says."""

	model: str
	version: str
	quality: Quality | None
	text: str


def model_qualities(records: Records) -> list[ModelQuality]:
	"""How good each version of each model was. What was prevented had been right."""
	settings = maintenance_settings(records)
	past: dict[tuple[str, str], list[Judged]] = defaultdict(list)
	for row in records.find(DOCTYPE, order_by="model"):
		found = past[row["model"], row["model_version"] or ""]
		if row["outcome"]:
			found.append(Judged(row["probability"], row["outcome"] != PredictionOutcome.DID_NOT_FAIL))
	return [
		_quality_of(model, version, judged, settings.prediction_threshold, settings.fewest_predictions)
		for (model, version), judged in sorted(past.items())
	]


def _quality_of(
	model: str, version: str, judged: list[Judged], threshold: float, fewest: int
) -> ModelQuality:
	try:
		found = quality(judged, threshold, fewest=fewest)
	except NotEnoughDataError as error:
		return ModelQuality(model, version, None, str(error))
	return ModelQuality(model, version, found, found.explanation)
