"""How good each model's past predictions were: precision, recall, calibration, and its score against the base rate."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.predictions import Quality, Verdict
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, chart, column, figure, number, percentage
from plant_itsm.services.failure_predictions import DOCTYPE
from plant_itsm.services.prediction_outcomes import ModelQuality, model_qualities

FIGURES = ("judged", "base_rate", "precision", "recall", "missed", "brier", "base_brier")


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission(DOCTYPE, "read", throw=True)
	wanted = str((filters or {}).get("model") or "").lower()
	found = [one for one in model_qualities(FrappeRecords()) if wanted in one.model.lower()]
	found.sort(key=lambda one: one.quality is None)  # those that can be judged first
	shown = _most_judged(found)
	return _columns(), [_row(one) for one in found], _told(shown), _calibration(shown), _summary(found)


def _row(model: ModelQuality) -> Row:
	row: Row = {"model": model.model, "version": model.version, "explanation": model.text}
	found = model.quality
	if found is None:
		return {**dict.fromkeys(FIGURES), **row}  # a figure left out would be shown as 0
	return {
		**row,
		"judged": found.judged,
		"base_rate": 100 * found.base_rate,
		"precision": None if found.precision is None else 100 * found.precision,
		"recall": None if found.recall is None else 100 * found.recall,
		"missed": found.missed,
		"brier": found.brier,
		"base_brier": found.base_brier,
		"calibration": _calibration_text(found),
	}


def _calibration_text(quality: Quality) -> str:
	"""`said 78 %, came 70 % (10)` for each tenth of the probabilities in which there are predictions."""
	return "; ".join(
		_("said {0} %, came {1} % ({2})").format(
			f"{one.said:.0%}"[:-1], f"{one.came:.0%}"[:-1], one.predictions
		)
		for one in quality.bins
	)


def _columns() -> list[Row]:
	return [
		column("model", _("Model"), width=180),
		column("version", _("Version"), width=80),
		column("judged", _("Judged"), "Int", 80),
		percentage("precision", _("Precision")),
		percentage("recall", _("Recall")),
		column("missed", _("Missed"), "Int", 80),
		percentage("base_rate", _("Base rate")),
		number("brier", _("Brier score"), 4, 110),
		number("base_brier", _("Brier score of the base rate"), 4, 200),
		column("explanation", _("Verdict"), width=420),
		column("calibration", _("Calibration"), width=420),
	]


def _most_judged(models: list[ModelQuality]) -> ModelQuality | None:
	judged = [one for one in models if one.quality is not None]
	return max(judged, key=lambda one: one.quality.judged if one.quality else 0) if judged else None


def _told(model: ModelQuality | None) -> str | None:
	if model is None:
		return None
	text = _("The chart shows {0}, which was judged most often: what it said against what came true.")
	return escape_html(text.format(f"{model.model} {model.version}".strip()))


def _calibration(model: ModelQuality | None) -> Row | None:
	bins = model.quality.bins if model is not None and model.quality is not None else ()
	series = {
		_("Said (%)"): [round(100 * one.said, 1) for one in bins],
		_("Came (%)"): [round(100 * one.came, 1) for one in bins],
	}
	return chart("bar", [f"{one.low:.0%}–{one.high:.0%}" for one in bins], series)


def _summary(models: list[ModelQuality]) -> list[Row]:
	verdicts = [one.quality.verdict for one in models if one.quality is not None]
	useless = verdicts.count(Verdict.NOT_BETTER)
	return [
		figure(_("Models"), len(models), "Int"),
		figure(_("Better than the base rate"), verdicts.count(Verdict.BETTER), "Int", "Green"),
		figure(_("Not better than the base rate"), useless, "Int", "Red" if useless else "Green"),
		figure(_("Not enough data"), len(models) - len(verdicts), "Int", "Grey"),
	]
