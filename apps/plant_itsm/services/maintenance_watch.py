"""What time alone brings to maintenance: predictions to follow, those whose horizon has passed, and plans
that come due."""

from __future__ import annotations

from plant_itsm.ports import Ports
from plant_itsm.services.maintenance_orders import follow_predictions
from plant_itsm.services.maintenance_plans import watch_plans
from plant_itsm.services.prediction_outcomes import judge_due


def watch(ports: Ports) -> int:
	"""Returns how many predictions were followed or judged, and orders made of plans."""
	return follow_predictions(ports) + judge_due(ports) + watch_plans(ports)
