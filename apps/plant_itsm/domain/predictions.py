"""Predictions of failures: what one must satisfy, and how good a model's past predictions were.

A prediction is judged once its horizon has passed, or the failure has come. Precision and recall are those of the
predictions at or above the threshold; the Brier score is the mean squared difference between probability and outcome
(Brier 1950), and a model is of use only where it beats always saying the base rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from plant_itsm.domain.errors import InvalidRecordError, NotEnoughDataError
from plant_itsm.domain.vocabulary import CIStatus

BINS = 10


def check_prediction(what: str, probability: float, horizon_days: float, ci: str, status: str) -> None:
	"""Refuse a probability outside 0 to 1, a horizon of nothing, and a prediction for what is out of use."""
	if not 0 <= probability <= 1:
		raise InvalidRecordError(
			f"{what}: probability {probability:g} is not between 0 and 1. Send 78 % as 0.78.",
			fieldname="probability",
			value=probability,
		)
	if not 0 < horizon_days < math.inf:
		raise InvalidRecordError(
			f"{what}: a horizon of {horizon_days:g} days says nothing. Give the days within which it fails.",
			fieldname="horizon_days",
			value=horizon_days,
		)
	if status == CIStatus.RETIRED:
		raise InvalidRecordError(
			f"{what}: OT CI {ci} is retired and cannot fail. Stop predicting for it, or take it back into use.",
			fieldname="ci",
			value=ci,
		)


class Judged(NamedTuple):
	"""A past prediction and whether the failure came within its horizon."""

	probability: float
	failed: bool


class Bin(NamedTuple):
	"""Predictions of about the same probability: what was said, and how often it came true."""

	low: float
	high: float
	predictions: int
	said: float
	came: float


class Verdict(Enum):
	BETTER = "better than the base rate"
	NOT_BETTER = "not better than the base rate"


@dataclass(frozen=True)
class Quality:
	"""precision, recall: None where nothing was predicted, or nothing failed. missed: failures without a prediction,
	which count for the recall. brier: 0 is perfect; base_brier: of always saying the base rate of the same
	predictions."""

	judged: int
	base_rate: float
	precision: float | None
	recall: float | None
	missed: int
	brier: float
	base_brier: float
	bins: tuple[Bin, ...]

	@property
	def verdict(self) -> Verdict:
		return Verdict.BETTER if self.brier < self.base_brier else Verdict.NOT_BETTER

	@property
	def explanation(self) -> str:
		return (
			f"{self.verdict.value}: Brier score {self.brier:.4f} against {self.base_brier:.4f} of always saying"
			f" {self.base_rate:.1%}, over {self.judged} predictions"
		)


def quality(judged: Sequence[Judged], threshold: float, *, missed: int = 0, fewest: int = 10) -> Quality:
	"""How good predictions were. missed: failures that no prediction was made for.

	Raises NotEnoughDataError below `fewest` predictions.
	"""
	if len(judged) < max(fewest, 1):
		raise NotEnoughDataError(
			f"{len(judged)} predictions have an outcome, {max(fewest, 1)} are needed to judge a model"
		)
	warned = [one for one in judged if one.probability >= threshold]
	hits = sum(one.failed for one in warned)
	failures = sum(one.failed for one in judged)
	rate = failures / len(judged)
	return Quality(
		judged=len(judged),
		base_rate=rate,
		precision=hits / len(warned) if warned else None,
		recall=hits / (failures + missed) if failures + missed else None,
		missed=missed,
		brier=math.fsum((one.probability - one.failed) ** 2 for one in judged) / len(judged),
		base_brier=rate * (1 - rate),
		bins=tuple(_bins(judged)),
	)


def _bins(judged: Sequence[Judged]) -> list[Bin]:
	groups: dict[int, list[Judged]] = {}
	for one in judged:
		groups.setdefault(min(int(one.probability * BINS), BINS - 1), []).append(one)
	return [
		Bin(
			place / BINS,
			(place + 1) / BINS,
			len(group),
			math.fsum(one.probability for one in group) / len(group),
			sum(one.failed for one in group) / len(group),
		)
		for place, group in sorted(groups.items())
	]
