"""The failure that waiting for a change may cost: as its request says, or as the CI's Failure Prediction does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plant_itsm.domain.change_costs import FailurePrediction
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_impact import prediction_of
from plant_itsm.services.change_requests import cis_of
from plant_itsm.services.maintenance_settings import maintenance_settings

DOCTYPE = "Failure Prediction"


def expected_failure(records: Records, request: Record, now: datetime) -> FailurePrediction | None:
	"""None where nothing is predicted, or where a stop has no price."""
	said = prediction_of(request)
	found = None if said else _likeliest(records, cis_of(request), now)
	if found is None or not request.get("currency"):
		return said
	rate = Money(to_decimal(request["cost_per_hour"] or 0), request["currency"])
	return FailurePrediction(
		probability=to_decimal(found["probability"]),
		within=found["fails_by"] - now,
		cost=rate.times(maintenance_settings(records).unplanned_stop_hours),
	)


def _likeliest(records: Records, cis: Iterable[str], now: datetime) -> Record | None:
	"""Of the newest standing prediction of each CI."""
	standing = {"ci": ("in", sorted(cis)), "fails_by": (">", now), "outcome": None}
	newest = {row["ci"]: row for row in records.find(DOCTYPE, standing, order_by="predicted_at")}
	return max(newest.values(), key=lambda row: float(row["probability"]), default=None)
