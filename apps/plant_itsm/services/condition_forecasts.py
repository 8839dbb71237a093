"""Where condition indicators are heading: the trend of each towards its limit, and the predictions that follow.

An indicator is looked at once in the period of the settings, and the day after already when it lies in another zone.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from plant_itsm.domain.condition_trends import FEWEST_POINTS, Trend, Zone, limit_of, trend_to_limit
from plant_itsm.domain.errors import NotEnoughDataError, PlantItsmError, StoreUnavailableError
from plant_itsm.domain.maintenance_words import PredictionSource, RollupPeriod
from plant_itsm.domain.signals import key_of
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.condition_indicators import DOCTYPE, history_of, zones_of
from plant_itsm.services.failure_predictions import CI
from plant_itsm.services.maintenance_settings import MaintenanceSettings, maintenance_settings
from plant_itsm.services.own_predictions import awaiting_work, insert_once

A_DAY = timedelta(days=1)

log = logging.getLogger(__name__)


def forecast_due(ports: Ports) -> int:
	"""Follow the trends that are due. Returns how many predictions were made."""
	records, now = ports.records, ports.clock.now().replace(microsecond=0)
	with records.transaction():
		every = maintenance_settings(records).predict_every
		measured = records.find(DOCTYPE, {"zone_set": ("is", "set"), "last_at": ("is", "set")})
		due = [row["name"] for row in measured if _is_due(row, now, every)]
	return sum(_forecast_safely(ports, name, now) for name in due)


def _is_due(indicator: Record, now: datetime, every: timedelta) -> bool:
	at, since = indicator["predicted_at"], indicator["zone_since"]
	if at is None or at <= now - every:
		return True
	return since is not None and since > at and at <= now - A_DAY  # a value may flap about a limit


def _forecast_safely(ports: Ports, name: str, now: datetime) -> bool:
	"""What one indicator meets must not hold up the others."""
	try:
		with ports.records.transaction():
			return forecast(ports.records, name, now)
	except StoreUnavailableError:
		raise
	except PlantItsmError as error:
		log.warning("the trend of Condition Indicator %s cannot be followed: %s", name, error)
		return False


def forecast(records: Records, name: str, now: datetime) -> bool:
	"""Note the trend of an indicator, and predict from it; returns whether a prediction was made."""
	indicator = records.get(DOCTYPE, name, for_update=True)
	if indicator is None:
		return False
	settings = maintenance_settings(records)
	limit = limit_of(zones_of(records, indicator["zone_set"]))
	found: Trend | None = None
	try:
		found = _trend(records, settings, indicator, limit, now)
		noted = {"trend": found.explanation, "days_to_limit": found.days_to_limit}
	except NotEnoughDataError as error:
		noted = {"trend": str(error), "days_to_limit": None}
	records.update_many(DOCTYPE, [name], {**noted, "predicted_at": now})
	if found is None or not _is_wanted(records, indicator["ci"]):
		return False
	return insert_once(records, _prediction(settings, indicator, found, now))


def _trend(
	records: Records, settings: MaintenanceSettings, indicator: Record, limit: Zone | None, now: datetime
) -> Trend:
	"""Through the daily means, or where there are too few of them, through the hourly ones."""
	if limit is None:
		raise NotEnoughDataError(f"no zone of {indicator['zone_set']} means warning or alarm. Enter one")
	since = now - timedelta(days=settings.trend_days)
	points: list[tuple[datetime, float]] = []
	for period in (RollupPeriod.DAY, RollupPeriod.HOUR):
		history = history_of(records, indicator["name"], period)
		points = [(at, rolled.mean) for at, rolled in history if since <= at <= now]
		if len(points) >= FEWEST_POINTS:
			break
	return trend_to_limit(points, limit.above, now, settings.horizon_days, settings.confidence)


def _is_wanted(records: Records, ci: str) -> bool:
	record = records.get(CI, ci)
	return record is not None and record["status"] == CIStatus.ACTIVE and not awaiting_work(records, [ci])


def _prediction(settings: MaintenanceSettings, indicator: Record, found: Trend, now: datetime) -> Record:
	return {
		"ci": indicator["ci"],
		"probability": found.probability,
		"horizon_days": settings.horizon_days,
		"predicted_at": now,
		"source": PredictionSource.TREND,
		"model": f"Trend of {indicator['quantity'] or indicator['name']}"[:140],
		"inputs": f"{indicator['name']} in {indicator['unit']}: {found.explanation}",
		"prediction_key": key_of("Trend", indicator["name"], now.isoformat()),
	}
