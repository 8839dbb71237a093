"""How much a CI has been used since its last maintenance, and lately a day: from what its line has produced, or from a
Condition Indicator that counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.maintenance_plans import Usage
from plant_itsm.domain.maintenance_words import PlanBasis, RollupPeriod, UsageSource
from plant_itsm.ports import Record, Records
from plant_itsm.services.condition_indicators import DOCTYPE as INDICATOR
from plant_itsm.services.condition_indicators import history_of
from plant_itsm.services.lines import line_of_ci, zone_of_site
from plant_itsm.services.maintenance_settings import maintenance_settings
from plant_itsm.services.oee import COUNT, SHIFT

DAY = timedelta(days=1)
HOUR_SECONDS = 3600


def local_day(records: Records, ci: str, now: datetime) -> date:
	"""The day that it is where a CI stands."""
	record = records.get("OT CI", ci)
	if record is None:
		raise MissingRecordError(f"OT CI {ci!r} does not exist. Check the name.")
	return now.astimezone(zone_of_site(records, record["plant_site"])).date()


def usage_of(records: Records, plan: Record, now: datetime) -> Usage:
	"""The use of the CI of a plan that counts use. Raises InvalidRecordError for a counter that went back."""
	if plan["usage_source"] == UsageSource.METER:
		return _of_meter(records, plan, now)
	return _of_production(records, plan, now)


def _of_production(records: Records, plan: Record, now: datetime) -> Usage:
	line = line_of_ci(records, plan["ci"])
	if not line:
		raise InvalidRecordError(
			f"Maintenance Plan {plan['plan_name']}: {plan['ci']} belongs to no production line whose production"
			" could count. Enter its line, or choose a Condition Indicator.",
			fieldname="usage_source",
		)
	record = records.get("OT CI", plan["ci"]) or {}
	zone = zone_of_site(records, record.get("plant_site"))
	start = datetime.combine(plan["counts_from"], time(), zone)
	lately = now - maintenance_settings(records).usage_days * DAY
	counted = list(_counted(records, plan["basis"], line, min(start, lately)))
	used = sum(amount for at, amount in counted if at >= start) + (plan["carried_over"] or 0.0)
	recent = [(at, amount) for at, amount in counted if at >= lately]
	days = (now - min((at for at, _ in recent), default=now)) / DAY
	per_day = sum(amount for _, amount in recent) / days if days > 0 else 0.0
	return Usage(used, per_day, f"production of {line} since {plan['counts_from']}")


def _counted(records: Records, basis: str, line: str, since: datetime) -> Iterable[tuple[datetime, float]]:
	"""Units, or hours of production, with the start of the shift that they were made in."""
	if basis == PlanBasis.UNITS:
		rows = records.find(COUNT, {"production_line": line, "period_from": (">=", since)})
		return ((row["period_from"], row["produced"] or 0) for row in rows)
	rows = records.find(SHIFT, {"production_line": line, "shift_start": (">=", since)})
	return ((row["shift_start"], (row["production_seconds"] or 0.0) / HOUR_SECONDS) for row in rows)


def _of_meter(records: Records, plan: Record, now: datetime) -> Usage:
	meter = records.get(INDICATOR, plan["meter"])
	if meter is None:
		raise MissingRecordError(f"Condition Indicator {plan['meter']!r} does not exist. Choose another.")
	before = plan["counter_from"] or 0.0
	if meter["last_at"] is None:
		return Usage(plan["carried_over"] or 0.0, 0.0, f"{meter['name']} has no value yet")
	value = meter["last_value"] or 0.0
	if value < before:
		raise InvalidRecordError(
			f"Maintenance Plan {plan['plan_name']}: {meter['name']} went back from {before:g} to {value:g}."
			" Was it replaced? Enter in Counter then what it stands for now.",
			fieldname="counter_from",
			value=before,
		)
	used = value - before + (plan["carried_over"] or 0.0)
	said = f"{meter['name']} from {before:,.6g} to {value:,.6g}"
	return Usage(used, _meter_per_day(records, meter, now), said)


def _meter_per_day(records: Records, meter: Record, now: datetime) -> float:
	"""By the hours that are kept, where they reach a day back: a day does not say when in it a value was read."""
	return _rise(records, meter, now, RollupPeriod.HOUR) or _rise(records, meter, now, RollupPeriod.DAY)


def _rise(records: Records, meter: Record, now: datetime, period: RollupPeriod) -> float:
	lately = now - maintenance_settings(records).usage_days * DAY
	kept = [one for one in history_of(records, meter["name"], period) if one[0] >= lately]
	if not kept:
		return 0.0
	days = (meter["last_at"] - kept[0][0]) / DAY
	rise = (meter["last_value"] or 0.0) - kept[0][1].lowest
	return max(rise / days, 0.0) if days >= 1 else 0.0
