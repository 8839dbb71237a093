"""Failure predictions: those that signals bring, and what every prediction must satisfy, wherever it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError, RuleError
from plant_itsm.domain.maintenance_words import PredictionSource, PredictionStatus
from plant_itsm.domain.predictions import check_prediction
from plant_itsm.domain.rules import SignalRule, as_text, finite
from plant_itsm.domain.signals import Reading
from plant_itsm.ports import Clock, Record, Records

DOCTYPE = "Failure Prediction"
CI = "OT CI"
DAY = timedelta(days=1)
MOST_INPUTS = 2000
"""Characters of a message that are kept as its inputs."""


class BatchPredictions:
	"""Takes the predictions of one batch of signals."""

	def __init__(self, records: Records):
		self._records = records
		self._taken: dict[str, Record] = {}

	def take(self, rule: SignalRule, reading: Reading) -> str:
		"""Returns what became of it, in words. Raises RuleError for what is no prediction, so that it becomes a dead
		letter: a number, or an object with probability, horizon_days, and perhaps model and version."""
		key = reading.event_key
		if key in self._taken or self._records.count(DOCTYPE, {"prediction_key": key}):
			return "delivered again: it has been taken"
		said = reading.value if isinstance(reading.value, Mapping) else {"probability": reading.value}
		probability = _number(rule, said, "probability")
		values: Record = {
			"ci": rule.ci,
			"probability": probability / 100 if rule.probability_in_percent else probability,
			"horizon_days": _number(rule, said, "horizon_days", rule.horizon_days),
			"predicted_at": reading.at,
			"source": PredictionSource.MESSAGE,
			"model": str(said.get("model") or rule.name)[:140],
			"model_version": str(said.get("version") or "")[:140] or None,
			"inputs": json.dumps(said, default=str)[:MOST_INPUTS],
			"prediction_key": key,
		}
		try:
			check(self._records, values)
		except InvalidRecordError as error:
			raise RuleError(f"Signal Rule {rule.name}: {error}") from None
		self._taken[key] = values
		return f"{values['probability']:.0%} within {values['horizon_days']:g} days"

	def save(self) -> None:
		for values in self._taken.values():
			self._records.insert(DOCTYPE, values)
		self._taken.clear()


def _number(rule: SignalRule, said: Mapping[str, Any], key: str, default: float | None = None) -> float:
	number = finite(said.get(key, default))
	if number is None:
		raise RuleError(
			f"Signal Rule {rule.name}: {key} {as_text(said.get(key))!r} is no number. Send an object with probability"
			" and horizon_days, or set the value path to one."
		)
	return number


def check(records: Records, record: Record) -> None:
	"""Refuse what cannot be predicted. Raises InvalidRecordError or MissingRecordError."""
	if record.get("outcome"):
		return  # judged long ago: its CI may be retired by now
	ci = records.get(CI, record["ci"])
	if ci is None:
		raise MissingRecordError(f"OT CI {record['ci']!r} does not exist. Check the name.")
	what = f"Failure Prediction for {record['ci']}"
	check_prediction(what, record["probability"], record["horizon_days"], record["ci"], ci["status"])


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""By when it fails; a prediction that is entered is made now."""
	at = record.get("predicted_at") or clock.now().replace(microsecond=0)
	days = record.get("horizon_days") or 0.0
	is_far = not 0 <= days < MOST_DAYS
	return {
		"predicted_at": at,
		"fails_by": None if is_far else at + timedelta(days=days),
		"status": record.get("status") or PredictionStatus.PENDING,
	}


MOST_DAYS = 36_525.0
"""A hundred years; beyond it a horizon is no date."""
