"""What time alone brings to maintenance: own predictions, predictions to follow, those whose horizon has passed, and
plans that come due."""

from __future__ import annotations

from plant_itsm.ports import Ports
from plant_itsm.services.condition_forecasts import forecast_due
from plant_itsm.services.maintenance_orders import follow_predictions
from plant_itsm.services.maintenance_plans import watch_plans
from plant_itsm.services.prediction_outcomes import judge_due
from plant_itsm.services.weibull_fits import renew_fits


def watch(ports: Ports) -> int:
	"""Returns how many predictions were made, followed or judged, and orders made of plans. What is made now is
	followed now."""
	made = renew_fits(ports) + forecast_due(ports)
	return made + follow_predictions(ports) + judge_due(ports) + watch_plans(ports)
