"""Line Stop Cost Models as the domain sees them."""

from __future__ import annotations

from plant_itsm.domain.cost_models import CostModel
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.ports import Record, Records

DOCTYPE = "Line Stop Cost Model"


def cost_model(record: Record) -> CostModel:
	return CostModel(
		name=record.get("name") or "",
		production_line=record["production_line"],
		valid_from=record["valid_from"],
		valid_to=record["valid_to"],
		cost_per_hour=Money(to_decimal(record["cost_per_hour"]), record["currency"]),
	)


def cost_models_of(records: Records, production_line: str) -> list[CostModel]:
	return [cost_model(row) for row in records.find(DOCTYPE, {"production_line": production_line})]


def all_cost_models(records: Records) -> list[CostModel]:
	return [cost_model(row) for row in records.find(DOCTYPE)]
