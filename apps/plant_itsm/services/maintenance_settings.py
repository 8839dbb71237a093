"""Plant Maintenance Settings: what an administrator tunes of predictions, condition history and spares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plant_itsm.domain.change_words import WindowKind
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.ports import Record, Records

DOCTYPE = "Plant Maintenance Settings"


@dataclass(frozen=True)
class MaintenanceSettings:
	"""confidence, service_level, discount_rate, new_share, assumed_growth: 0.08 for 8 %.
	change_type: None where preventive work needs no change request.
	labour_rate: per hour, None where none is usual."""

	prediction_threshold: float
	unplanned_stop_hours: Decimal
	duration: timedelta
	window_kind: WindowKind
	change_type: str | None
	assumed_shape: float
	fewest_failures: int
	history_since: date | None
	confidence: float
	horizon_days: float
	predict_every: timedelta
	fewest_predictions: int
	hourly_days: int
	daily_days: int
	trend_days: int
	service_level: Decimal
	spare_test_days: int
	refresh_years: int
	discount_rate: Decimal
	new_share: Decimal
	assumed_growth: Decimal
	usage_days: int
	labour_rate: Money | None
	cost_category: str
	cost_pool: str | None
	erpnext_warehouse: str | None


def maintenance_settings(records: Records) -> MaintenanceSettings:
	row = records.get(DOCTYPE, DOCTYPE) or {}
	return MaintenanceSettings(
		prediction_threshold=row.get("prediction_threshold") or 0.5,
		unplanned_stop_hours=to_decimal(row.get("unplanned_stop_hours") or 4),
		duration=timedelta(minutes=row.get("duration_minutes") or 120),
		window_kind=WindowKind(row.get("window_kind") or WindowKind.MAINTENANCE),
		change_type=row.get("change_type") or None,
		assumed_shape=row.get("assumed_shape") or 2.0,
		fewest_failures=row.get("fewest_failures") or 4,
		history_since=row.get("history_since") or None,
		confidence=(row.get("confidence_percent") or 90.0) / 100,
		horizon_days=row.get("horizon_days") or 14.0,
		predict_every=timedelta(days=row.get("predict_every_days") or 7),
		fewest_predictions=row.get("fewest_predictions") or 10,
		hourly_days=row.get("hourly_days") or 14,
		daily_days=row.get("daily_days") or 1826,
		trend_days=row.get("trend_days") or 30,
		service_level=to_decimal(row.get("service_level_percent") or 95) / 100,
		spare_test_days=row.get("spare_test_days") or 180,
		refresh_years=row.get("refresh_years") or 5,
		discount_rate=to_decimal(row.get("discount_rate_percent") or 8) / 100,
		new_share=to_decimal(row.get("new_share_percent") or 30) / 100,
		assumed_growth=to_decimal(row.get("assumed_growth_percent") or 5) / 100,
		usage_days=row.get("usage_days") or 28,
		labour_rate=_labour_rate(row),
		cost_category=row.get("cost_category") or "Maintenance work",
		cost_pool=row.get("cost_pool") or None,
		erpnext_warehouse=row.get("erpnext_warehouse") or None,
	)


def _labour_rate(row: Record) -> Money | None:
	"""What an hour of labour costs where nobody says otherwise."""
	if not row.get("labour_rate") or not row.get("labour_currency"):
		return None
	return Money(to_decimal(row["labour_rate"]), row["labour_currency"])
