"""The rules, completions and consequences of the DocTypes of Plant Maintenance, for the tables of both editions."""

from __future__ import annotations

from plant_itsm.services import (
	condition_indicators,
	failure_predictions,
	life_cycle,
	maintenance_orders,
	prediction_outcomes,
	spares,
)

RULES = {
	condition_indicators.DOCTYPE: condition_indicators.check_indicator,
	condition_indicators.ZONE_SET: condition_indicators.check_zone_set,
	failure_predictions.DOCTYPE: failure_predictions.check,
	maintenance_orders.DOCTYPE: maintenance_orders.check,
	spares.PART: spares.check_part,
	life_cycle.DOCTYPE: life_cycle.check,
}
COMPLETIONS = {
	failure_predictions.DOCTYPE: failure_predictions.completed,
	maintenance_orders.DOCTYPE: maintenance_orders.completed,
	life_cycle.DOCTYPE: life_cycle.completed,
}
CONSEQUENCES = {
	maintenance_orders.DOCTYPE: prediction_outcomes.order_changed,
	life_cycle.DOCTYPE: life_cycle.follow,
}
