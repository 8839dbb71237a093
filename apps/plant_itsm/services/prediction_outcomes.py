"""What has become of predictions, and how good each model was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plant_itsm.domain.errors import NotEnoughDataError
from plant_itsm.domain.maintenance_words import Finding, OrderStatus, PredictionOutcome
from plant_itsm.domain.predictions import Judged, Quality, quality
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.breakdowns import breakdowns_by_ci, breakdowns_of
from plant_itsm.services.failure_predictions import DOCTYPE
from plant_itsm.services.maintenance_settings import MaintenanceSettings, maintenance_settings

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
	"""How good each version of each model was. What was prevented had been right; a breakdown of a CI that the model
	looks after and that lies in the horizon of none of its predictions was missed."""
	settings = maintenance_settings(records)
	past: dict[tuple[str, str], list[Record]] = defaultdict(list)
	for row in records.find(DOCTYPE, order_by="predicted_at"):
		past[row["model"], row["model_version"] or ""].append(row)
	stops = breakdowns_by_ci(records, {row["ci"] for rows in past.values() for row in rows})
	return [
		_quality_of(settings, model, version, rows, missed(rows, stops))
		for (model, version), rows in sorted(past.items())
	]


def missed(predictions: Sequence[Record], breakdowns: Mapping[str, Sequence[Record]]) -> int:
	"""The breakdowns of each CI between its first prediction and the end of its last horizon that none foresaw."""
	by_ci: dict[str, list[Record]] = defaultdict(list)
	for row in predictions:
		by_ci[row["ci"]].append(row)
	return sum(
		not any(row["predicted_at"] < stop["onset"] <= row["fails_by"] for row in rows)
		for ci, rows in by_ci.items()
		for stop in breakdowns.get(ci, ())
		if rows[0]["predicted_at"] < stop["onset"] <= max(row["fails_by"] for row in rows)
	)


def _quality_of(
	settings: MaintenanceSettings, model: str, version: str, rows: Sequence[Record], missed: int
) -> ModelQuality:
	judged = [
		Judged(row["probability"], row["outcome"] != PredictionOutcome.DID_NOT_FAIL)
		for row in rows
		if row["outcome"]
	]
	try:
		found = quality(
			judged, settings.prediction_threshold, missed=missed, fewest=settings.fewest_predictions
		)
	except NotEnoughDataError as error:
		return ModelQuality(model, version, None, str(error))
	return ModelQuality(model, version, found, found.explanation)
