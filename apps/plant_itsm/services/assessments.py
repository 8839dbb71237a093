"""Plant assessments: the questionnaire, its scores against a baseline, the asset map and the cost of line stops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from plant_itsm.domain.assessments import Answer, PracticeScore, difference, needing, overall, scores_of
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.line_prices import LinePrices
from plant_itsm.domain.vocabulary import AssessmentKind, AssessmentStatus, CIStatus, ServiceLayer
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.cost_models import all_cost_models
from plant_itsm.services.lines import production_lines
from plant_itsm.services.snapshots import load_cmdb

DOCTYPE = "Plant Assessment"
PRACTICE = "Assessment Practice"
_LAYERS = {str(layer): place for place, layer in enumerate(ServiceLayer)}
IT_TYPES = frozenset({"IT CI", "Application", "Technical Service"})
"""Types of CI classes that count as IT when one asks what of OT needs it."""


def completed(records: Records, _clock: Clock, record: Record) -> Record:
	"""Questions of a new assessment, the scores, and, until it is completed, what the records of its site say.

	Raises InvalidRecordError for a baseline that cannot be one, and for a completion without an answer.
	"""
	baseline = _baseline(records, record)
	answers = record["answers"] or list(_questions(records))
	scores = scores_of(Answer(row["practice"], _level(row["maturity"])) for row in answers)
	_check_status(record, scores)
	done = {"baseline": baseline["name"] if baseline else None, "answers": answers}
	done |= _results(scores, _weights(records), baseline)
	if record["status"] != AssessmentStatus.COMPLETED or not record["assets"]:
		done |= _findings(records, record["plant_site"], record["assessed_on"])
	return done


def _level(maturity: str | None) -> int | None:
	return int(maturity) if maturity else None


def _questions(records: Records) -> Iterator[Record]:
	for row in records.find(PRACTICE, {"enabled": True}, order_by="position"):
		practice = records.get(PRACTICE, row["name"])
		for asked in practice["questions"] if practice else ():
			yield {"practice": row["name"], "question": asked["question"], "maturity": None}


def _weights(records: Records) -> dict[str, int]:
	return {row["name"]: row["weight"] or 0 for row in records.find(PRACTICE)}


def _baseline(records: Records, record: Record) -> Record | None:
	what = f"{DOCTYPE} of {record['plant_site']} on {record['assessed_on']}"
	if record["kind"] != AssessmentKind.REASSESSMENT:
		return None
	found = records.get(DOCTYPE, record["baseline"]) if record["baseline"] else None
	if found is None:
		raise InvalidRecordError(
			f"{what}: a re-assessment needs the baseline that it is held against. Choose one.",
			fieldname="baseline",
		)
	if found["plant_site"] != record["plant_site"] or found["assessed_on"] >= record["assessed_on"]:
		raise InvalidRecordError(
			f"{what}: {found['name']} is of {found['plant_site']} on {found['assessed_on']}."
			" Choose an earlier assessment of the same site.",
			fieldname="baseline",
			value=found["name"],
		)
	return found


def _check_status(record: Record, scores: list[PracticeScore]) -> None:
	if record["status"] == AssessmentStatus.COMPLETED and not any(score.answered for score in scores):
		raise InvalidRecordError(
			f"{DOCTYPE} of {record['plant_site']}: no question is answered. Answer some, or leave it a draft.",
			fieldname="status",
			value=record["status"],
		)


def _results(scores: list[PracticeScore], weights: dict[str, int], baseline: Record | None) -> Record:
	before = {row["practice"]: _stored(row) for row in baseline["scores"]} if baseline else {}
	whole = overall(scores, weights)
	whole_before = Decimal(str(baseline["overall_score"])) if baseline and baseline["answered"] else None
	return {
		"scores": [_score_row(score, before.get(score.practice)) for score in scores],
		"asked": sum(score.asked for score in scores),
		"answered": sum(score.answered for score in scores),
		"overall_score": float(whole or 0),
		"baseline_score": float(whole_before or 0),
		"difference": float(difference(whole, whole_before) or 0),
	}


def _stored(row: Record) -> Decimal | None:
	return Decimal(str(row["score"])) if row["is_scored"] else None


def _score_row(score: PracticeScore, before: Decimal | None) -> Record:
	return {
		"practice": score.practice,
		"asked": score.asked,
		"answered": score.answered,
		"is_scored": score.score is not None,
		"score": float(score.score or 0),
		"has_baseline": before is not None,
		"baseline_score": float(before or 0),
		"difference": float(difference(score.score, before) or 0),
	}


# ------------------------------------------------------------- what the records say


def _findings(records: Records, plant_site: str, day: date) -> Record:
	return {
		"assets": list(_asset_map(records, plant_site, day)),
		"line_costs": list(_line_costs(records, plant_site, day)),
	}


def _asset_map(records: Records, plant_site: str, day: date) -> Iterator[Record]:
	"""A row per class that the site has, by service layer."""
	classes = {row["name"]: row for row in records.find("CI Class")}
	items = records.find("OT CI", {"plant_site": plant_site})
	used = [row for row in items if row["status"] == CIStatus.ACTIVE]
	in_use = Counter(map(_class, used))
	retired = Counter(map(_class, items)) - in_use
	old = Counter(_class(row) for row in used if row["end_of_life_on"] and row["end_of_life_on"] < day)
	dependent = needing(load_cmdb(records), _of_it(records, classes))
	hanging = Counter(_class(row) for row in used if row["name"] in dependent)
	for name in sorted({*in_use, *retired}, key=lambda one: (_LAYERS[classes[one]["service_layer"]], one)):
		yield {
			"service_layer": classes[name]["service_layer"],
			"ci_type": classes[name]["ci_type"],
			"ci_class": name,
			"in_use": in_use[name],
			"retired": retired[name],
			"past_end_of_life": old[name],
			"depending_on_it": hanging[name],
		}


def _class(row: Record) -> str:
	return str(row["ci_class"])


def _of_it(records: Records, classes: dict[str, Record]) -> set[str]:
	names = [name for name, row in classes.items() if row["ci_type"] in IT_TYPES]
	return {row["name"] for row in records.find("OT CI", {"ci_class": ("in", names)})}


def _line_costs(records: Records, plant_site: str, day: date) -> Iterator[Record]:
	prices = LinePrices(all_cost_models(records), {plant_site: day})
	for line in production_lines(records):
		if line.plant_site != plant_site:
			continue
		price = prices.of(line)
		cost: dict[str, Any] = {"cost_per_hour": Decimal(0), "currency": None, "cost_model": None}
		if price.cost_per_hour is not None:
			cost["cost_per_hour"] = price.cost_per_hour.amount
			cost |= {"currency": price.cost_per_hour.currency, "cost_model": price.cost_model}
		yield {"production_line": line.name, "units_per_shift": line.units_per_shift, **cost}
