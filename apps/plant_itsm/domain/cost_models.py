"""What an hour of a stopped line costs: dated models, priced with the one valid when the stop happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import Money

HOUR_SECONDS = Decimal(3600)


@dataclass(frozen=True)
class CostModel:
	"""Valid on every day from valid_from to valid_to, both inclusive, in the time zone of the line's site."""

	name: str
	production_line: str
	valid_from: date
	valid_to: date | None
	cost_per_hour: Money

	def is_valid_on(self, day: date) -> bool:
		return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

	def overlaps(self, other: CostModel) -> bool:
		return self.valid_from <= (other.valid_to or date.max) and other.valid_from <= (
			self.valid_to or date.max
		)

	@property
	def period(self) -> str:
		return f"{self.valid_from} to {self.valid_to or 'further notice'}"


def model_on(models: Iterable[CostModel], production_line: str, day: date) -> CostModel | None:
	"""The model of a line that is valid on a day, or None. Overlaps are refused on entry, so there is at most one."""
	for model in models:
		if model.production_line == production_line and model.is_valid_on(day):
			return model
	return None


def check_cost_model(model: CostModel, others: Iterable[CostModel], site_currency: str) -> None:
	"""Refuse a period that ends before it starts or overlaps another model of the line, and a foreign currency."""
	what = f"Line Stop Cost Model of {model.production_line}"
	if model.valid_to is not None and model.valid_to < model.valid_from:
		raise InvalidRecordError(
			f"{what}: valid to {model.valid_to} lies before valid from {model.valid_from}. Swap the dates."
		)
	if model.cost_per_hour.amount < 0:
		raise InvalidRecordError(f"{what}: cost per hour {model.cost_per_hour} is negative. Enter 0 or more.")
	if model.cost_per_hour.currency != site_currency:
		raise InvalidRecordError(
			f"{what}: currency {model.cost_per_hour.currency} differs from {site_currency}, the currency of its"
			f" Plant Site. Enter the cost in {site_currency}."
		)
	for other in others:
		if other.name != model.name and model.overlaps(other):
			raise InvalidRecordError(
				f"{what}: {model.period} overlaps {other.name} ({other.period}). End the earlier model"
				" on the day before the later one starts."
			)


def cost_of(cost_per_hour: Money, seconds: Decimal) -> Money:
	"""Money per hour times duration, rounded to cents once, at the end."""
	return cost_per_hour.times(seconds / HOUR_SECONDS).rounded()
