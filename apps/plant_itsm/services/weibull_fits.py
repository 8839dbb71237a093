"""Weibull fits of CIs and classes, kept as records and renewed from time to time, and the predictions that follow.

A CI that has failed often enough has a model of its own; the others have that of their class. A class is worked through
in one transaction and is due again a period later, so a run that is broken off goes on with the classes that are left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from plant_itsm.domain.errors import (
	DuplicateRecordError,
	MissingRecordError,
	NotEnoughDataError,
	PlantItsmError,
	StoreUnavailableError,
)
from plant_itsm.domain.maintenance_words import PredictionSource
from plant_itsm.domain.signals import key_of
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.domain.weibull import Life, WeibullFit, fit
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.breakdowns import breakdowns_by_ci, lives, recorded_since
from plant_itsm.services.failure_predictions import CI
from plant_itsm.services.failure_predictions import DOCTYPE as PREDICTION
from plant_itsm.services.maintenance_settings import MaintenanceSettings, maintenance_settings
from plant_itsm.services.own_predictions import awaiting_work, insert_new

DOCTYPE = "Weibull Fit"
CLASS = "CI Class"
_FIGURES = ("shape", "shape_low", "shape_high", "scale_days", "scale_low", "scale_high", "confidence_percent")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Named:
	"""A model under the name that its record and its predictions have. ci: "" for the model of a class."""

	name: str
	ci_class: str
	ci: str
	lives: tuple[Life, ...]


class ClassHistory:
	"""The lives of all CIs of a class, retired ones included, and the models that they allow."""

	def __init__(self, records: Records, ci_class: str, now: datetime):
		self.settings = maintenance_settings(records)
		self.ci_class = ci_class
		self.cis = {row["name"]: row for row in records.find(CI, {"ci_class": ci_class})}
		stops = breakdowns_by_ci(records, self.cis)
		recorded = recorded_since(records, self.settings, now)
		self.lives = {
			name: lives(row["commissioned_on"], stops[name], recorded, row["retired_at"] or now)
			for name, row in self.cis.items()
		}
		self._fitted: dict[str, WeibullFit] = {}

	def model_of(self, ci: str) -> Named:
		"""That of the CI itself where it has failed often enough, else that of its class."""
		own = self.lives[ci]
		if _failures(own) >= self.settings.fewest_failures:
			return Named(f"Weibull of {ci}", self.ci_class, ci, tuple(own))
		return self.model_of_class

	@cached_property
	def model_of_class(self) -> Named:
		all_lives = tuple(life for found in self.lives.values() for life in found)
		return Named(f"Weibull of {self.ci_class}", self.ci_class, "", all_lives)

	def models(self) -> list[Named]:
		own = (self.model_of(ci) for ci in sorted(self.cis))
		return [self.model_of_class, *(model for model in own if model.ci)]

	def fitted(self, model: Named) -> WeibullFit:
		"""Raises NotEnoughDataError where none of the lives has ended with a failure."""
		if model.name not in self._fitted:
			self._fitted[model.name] = fit(
				model.lives,
				assumed_shape=self.settings.assumed_shape,
				fewest_failures=self.settings.fewest_failures,
				confidence=self.settings.confidence,
			)
		return self._fitted[model.name]

	def age_days(self, ci: str) -> float | None:
		"""How long a CI has lasted by now; None while it is down, or where nobody knows since when it runs."""
		own = self.lives[ci]
		return own[-1].days if own and not own[-1].failed else None


def _failures(lives: Sequence[Life]) -> int:
	return sum(life.failed for life in lives)


def renew_fits(ports: Ports) -> int:
	"""Fit every class that is due, and predict for its CIs in use. Returns how many predictions were made."""
	records, now = ports.records, ports.clock.now().replace(microsecond=0)
	with records.transaction():
		limit = now - maintenance_settings(records).predict_every
		fresh = {row["ci_class"] for row in records.find(DOCTYPE, {"fitted_at": (">", limit)})}
		due = [row["name"] for row in records.find(CLASS) if row["name"] not in fresh]
	return sum(_renew_safely(ports, ci_class, now) for ci_class in due)


def _renew_safely(ports: Ports, ci_class: str, now: datetime) -> int:
	"""What one class meets must not hold up the others."""
	try:
		return renew_class(ports, ci_class, now)
	except StoreUnavailableError:
		raise
	except PlantItsmError as error:
		log.warning("CI class %s cannot be fitted: %s", ci_class, error)
		return 0


def renew_class(ports: Ports, ci_class: str, now: datetime) -> int:
	"""Fit a class and those of its CIs that have failed often enough, and predict for those in use."""
	records = ports.records
	with records.transaction():
		history = ClassHistory(records, ci_class, now)
		fits: dict[str, WeibullFit] = {}
		for model in history.models():
			try:
				fits[model.name] = history.fitted(model)
				_keep(records, model, now, fits[model.name])
			except NotEnoughDataError as error:
				_keep(records, model, now, str(error))
		return insert_new(records, ports.clock, list(_predictions(records, history, fits, now)))


def _predictions(
	records: Records, history: ClassHistory, fits: dict[str, WeibullFit], now: datetime
) -> Iterator[Record]:
	"""For the CIs whose age is known. An order that is open already answers for its CI."""
	active = [name for name, row in history.cis.items() if row["status"] == CIStatus.ACTIVE]
	ordered = awaiting_work(records, active)
	for ci in sorted(set(active) - ordered):
		name = history.model_of(ci).name
		age = history.age_days(ci)
		if name not in fits or age is None:
			continue
		values = prediction_values(history.settings, name, fits[name], ci, age, now)
		yield values | {"prediction_key": key_of("Weibull", ci, now.date().isoformat())}


def prediction_values(
	settings: MaintenanceSettings, model: str, found: WeibullFit, ci: str, age_days: float, now: datetime
) -> Record:
	interval = found.probability_interval(age_days, settings.horizon_days)
	return {
		"ci": ci,
		"probability": found.model.failure_probability(age_days, settings.horizon_days),
		"horizon_days": settings.horizon_days,
		"predicted_at": now,
		"source": PredictionSource.WEIBULL,
		"model": model[:140],
		"inputs": f"{found.explanation}; age {age_days:.4g} days; {found.confidence:.0%} interval of the probability"
		f" {interval.low:.2%} to {interval.high:.2%}",
	}


def _keep(records: Records, model: Named, now: datetime, found: WeibullFit | str) -> None:
	"""Write the record of a fit, or why there is none."""
	failures = _failures(model.lives)
	values: Record = {
		"fitted_at": now,
		"failures": failures,
		"suspensions": len(model.lives) - failures,
		**(_figures(found) if isinstance(found, WeibullFit) else dict.fromkeys(_FIGURES)),
		"explanation": found.explanation if isinstance(found, WeibullFit) else found,
	}
	name = model.name[:140]
	if records.get(DOCTYPE, name) is not None:
		records.update(DOCTYPE, name, values)
		return
	identity = {"fit_name": name, "ci_class": model.ci_class, "ci": model.ci or None}
	try:
		records.insert(DOCTYPE, identity | values)
	except DuplicateRecordError:  # another run was faster
		log.info("%s was fitted by another run", name)


def _figures(found: WeibullFit) -> Record:
	shape = found.shape_interval
	return {
		"shape": found.model.shape,
		"shape_assumed": shape is None,
		"shape_low": shape and shape.low,
		"shape_high": shape and shape.high,
		"scale_days": found.model.scale_days,
		"scale_low": found.scale_interval.low,
		"scale_high": found.scale_interval.high,
		"confidence_percent": found.confidence * 100,
	}


def predict_from_history(ports: Ports, ci: str) -> str:
	"""Make a prediction for one CI now. Returns its name. Raises NotEnoughDataError, MissingRecordError."""
	records, now = ports.records, ports.clock.now().replace(microsecond=0)
	record = records.get(CI, ci)
	if record is None:
		raise MissingRecordError(f"OT CI {ci!r} does not exist. Check the name.")
	history = ClassHistory(records, record["ci_class"], now)
	model = history.model_of(ci)
	found = history.fitted(model)
	age = history.age_days(ci)
	if age is None:
		raise NotEnoughDataError(f"nobody knows since when {ci} runs. Enter when it was commissioned")
	values = prediction_values(history.settings, model.name, found, ci, age, now)
	return str(records.insert(PREDICTION, values)["name"])
