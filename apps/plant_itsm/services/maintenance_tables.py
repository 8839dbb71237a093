"""The rules, completions and consequences of the DocTypes of Plant Maintenance, for the tables of both editions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plant_itsm.ports import Records
from plant_itsm.services import (
	condition_indicators,
	failure_predictions,
	life_cycle,
	maintenance_plans,
	prediction_outcomes,
	refresh_assessments,
	spare_movements,
	spares,
	work_orders,
)
from plant_itsm.services.maintenance_cost_feed import post_order


def _order_changed(records: Records, order: Mapping[str, Any]) -> None:
	prediction_outcomes.order_changed(records, order)
	spare_movements.order_changed(records, order)
	maintenance_plans.order_changed(records, order)
	post_order(records, order)


RULES = {
	condition_indicators.DOCTYPE: condition_indicators.check_indicator,
	condition_indicators.ZONE_SET: condition_indicators.check_zone_set,
	failure_predictions.DOCTYPE: failure_predictions.check,
	work_orders.DOCTYPE: work_orders.check,
	maintenance_plans.DOCTYPE: maintenance_plans.check,
	spares.PART: spares.check_part,
	life_cycle.DOCTYPE: life_cycle.check,
}
COMPLETIONS = {
	failure_predictions.DOCTYPE: failure_predictions.completed,
	work_orders.DOCTYPE: work_orders.completed,
	maintenance_plans.DOCTYPE: maintenance_plans.completed,
	life_cycle.DOCTYPE: life_cycle.completed,
	refresh_assessments.DOCTYPE: refresh_assessments.completed,
}
CONSEQUENCES = {
	work_orders.DOCTYPE: _order_changed,
	life_cycle.DOCTYPE: life_cycle.follow,
}
