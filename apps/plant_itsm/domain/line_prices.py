"""What an hour of each line costs on a day, or why that is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from plant_itsm.domain.cmdb import ProductionLine
from plant_itsm.domain.cost_models import CostModel, model_on
from plant_itsm.domain.errors import MoneyError
from plant_itsm.domain.money import Money, total


class LinePrice(NamedTuple):
	"""Either a cost with its model, or the reason why there is none."""

	cost_per_hour: Money | None
	cost_model: str | None
	not_priced: str | None


class LinePrices:
	"""Prices by the models of one day; `days` gives, per Plant Site, the local date. shifts: the shift that works on a
	line, where rates depend on it."""

	def __init__(
		self, models: Iterable[CostModel], days: Mapping[str, date], shifts: Mapping[str, str] | None = None
	):
		self._shifts = shifts or {}
		self._models: dict[str, list[CostModel]] = {}
		for model in models:
			self._models.setdefault(model.production_line, []).append(model)
		self._days = days

	def of(self, line: ProductionLine) -> LinePrice:
		day = self._days[line.plant_site]
		model = model_on(self._models.get(line.name, ()), line.name, day)
		if model is None:
			return LinePrice(None, None, f"{line.name}: not priced: no cost model valid on {day}")
		cost = model.cost_per_hour(line.product, self._shifts.get(line.name))
		return LinePrice(cost, model.name, None)


def total_of(
	amounts: Iterable[Money | None], not_priced: Iterable[str | None]
) -> tuple[Money | None, list[str]]:
	"""(sum, reasons for what it lacks). Currencies are never added: then there is no sum, which is one more reason."""
	reasons = [reason for reason in not_priced if reason]
	try:
		return total(amount for amount in amounts if amount is not None), reasons
	except MoneyError as error:
		return None, [*reasons, f"no total: {error}"]
