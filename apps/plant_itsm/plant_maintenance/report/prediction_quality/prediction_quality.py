"""How good each model's past predictions were: precision, recall, and its score against that of the base rate."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, column, number, percentage
from plant_itsm.services.failure_predictions import DOCTYPE
from plant_itsm.services.prediction_outcomes import ModelQuality, model_qualities


def execute(filters: dict[str, Any] | None = None) -> tuple[list[Row], list[Row]]:
	frappe.has_permission(DOCTYPE, "read", throw=True)
	return _columns(), [_row(one) for one in model_qualities(FrappeRecords())]


def _row(model: ModelQuality) -> Row:
	row: Row = {"model": model.model, "version": model.version, "explanation": model.text}
	found = model.quality
	if found is None:
		return row
	return {
		**row,
		"judged": found.judged,
		"base_rate": 100 * found.base_rate,
		"precision": None if found.precision is None else 100 * found.precision,
		"recall": None if found.recall is None else 100 * found.recall,
		"brier": found.brier,
		"base_brier": found.base_brier,
	}


def _columns() -> list[Row]:
	return [
		column("model", _("Model"), width=180),
		column("version", _("Version")),
		column("judged", _("Judged"), "Int"),
		percentage("precision", _("Precision")),
		percentage("recall", _("Recall")),
		percentage("base_rate", _("Base rate")),
		number("brier", _("Brier score"), 4),
		number("base_brier", _("Brier score of the base rate"), 4, 200),
		column("explanation", _("Verdict"), width=420),
	]
