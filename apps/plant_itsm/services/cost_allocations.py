"""Allocation Rules as they are valid on a day, with the drivers measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from plant_itsm.domain.allocation import (
	AllocationMethod,
	AllocationRule,
	CostObject,
	CostObjectKind,
	Share,
	check_no_overlap,
	check_rule,
	in_order,
)
from plant_itsm.domain.cost_ledger import Period
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.vocabulary import CIStatus, Word
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.cost_rollups import costs_of
from plant_itsm.services.lines import zone_of_site
from plant_itsm.services.production_output import good_units

DOCTYPE = "Allocation Rule"
DRIVER = "Cost Driver"


class Measure(Word):
	"""Where the values of a driver come from."""

	GOOD_UNITS = "Good Units"
	PLANNED_HOURS = "Planned Hours"
	CI_COUNT = "CI Count"
	DIRECT_COST = "Direct Cost"
	ENTERED_VALUES = "Entered Values"


def allocation_rule(record: Record) -> AllocationRule:
	method = AllocationMethod(record["method"])
	return AllocationRule(
		name=record.get("rule_name") or "",
		pool=record["cost_pool"],
		method=method,
		shares=tuple(_share(record, row, place) for place, row in enumerate(record["shares"], start=1)),
		valid_from=record["valid_from"],
		valid_to=record.get("valid_to"),
		step=record.get("step") or 0,
		driver=record.get("driver") or "",
	)


def _share(record: Record, row: Record, place: int) -> Share:
	line, pool = row.get("production_line"), row.get("cost_pool")
	if bool(line) == bool(pool):
		raise InvalidRecordError(
			f"{DOCTYPE} {record.get('rule_name')}, row {place}: enter either a production line or a cost pool."
		)
	kind = CostObjectKind.LINE if line else CostObjectKind.POOL
	return Share(CostObject(kind, str(line or pool)), to_decimal(row.get("percent") or 0))


def check(records: Records, record: Record) -> None:
	"""Refuse a rule that cannot be, a second one for the same days, and a circle of pools."""
	rule = allocation_rule(record)
	if rule.method == AllocationMethod.DRIVER and not rule.driver:
		raise InvalidRecordError(f"{DOCTYPE} {rule.name}: the method Driver needs a Cost Driver. Choose one.")
	check_rule(rule)
	others = [other for other in _all_rules(records) if other.name != rule.name]
	check_no_overlap(rule, others)
	in_order([rule, *(other for other in others if other.is_valid_on(rule.valid_from))])


def _all_rules(records: Records) -> list[AllocationRule]:
	return [
		allocation_rule(record)
		for row in records.find(DOCTYPE)
		if (record := records.get(DOCTYPE, row["name"])) is not None
	]


def rules_of(records: Records, period: Period) -> list[AllocationRule]:
	"""The rules for the pools of a site on the last day of a period, with their drivers measured in it."""
	pools = {row["name"] for row in records.find("Cost Pool", {"plant_site": period.plant_site})}
	day = period.last.last_day
	valid = [rule for rule in _all_rules(records) if rule.pool in pools and rule.is_valid_on(day)]
	return [_measured(records, rule, period) for rule in valid]


def _measured(records: Records, rule: AllocationRule, period: Period) -> AllocationRule:
	if rule.method != AllocationMethod.DRIVER:
		return rule
	driver = records.get(DRIVER, rule.driver)
	if driver is None:
		raise MissingRecordError(f"{DRIVER} {rule.driver!r} does not exist. Choose another in {rule.name}.")
	measure = _MEASURES[Measure(driver["measure"])]
	shares = tuple(
		Share(share.receiver, measure(records, share.receiver, period, rule.driver)) for share in rule.shares
	)
	return replace(rule, shares=shares)


def _good_units(records: Records, owner: CostObject, period: Period, driver: str) -> Decimal:
	if owner.kind != CostObjectKind.LINE:
		return Decimal(0)
	return Decimal(good_units(records, owner.name, period.first, period.last) or 0)


def _planned_hours(records: Records, owner: CostObject, period: Period, driver: str) -> Decimal:
	if owner.kind != CostObjectKind.LINE:
		return Decimal(0)
	zone = zone_of_site(records, period.plant_site) or ZoneInfo("UTC")
	start = datetime.combine(period.first.first_day, time(), zone)
	end = datetime.combine(period.last.last_day + timedelta(days=1), time(), zone)
	return calendar_of(records, owner.name).planned_seconds(start, end) / 3600


def _ci_count(records: Records, owner: CostObject, period: Period, driver: str) -> Decimal:
	if owner.kind != CostObjectKind.LINE:
		return Decimal(0)
	return Decimal(records.count("OT CI", {"production_line": owner.name, "status": CIStatus.ACTIVE}))


def _direct_cost(records: Records, owner: CostObject, period: Period, driver: str) -> Decimal:
	posted = costs_of(records, period.plant_site, period.first, period.last)
	return sum((amount for (one, _bucket), amount in posted.items() if one == owner), Decimal(0))


def _entered(records: Records, owner: CostObject, period: Period, driver: str) -> Decimal:
	"""The value that is valid on the last day of the period; of several the one that began last."""
	fieldname = "production_line" if owner.kind == CostObjectKind.LINE else "cost_pool"
	day = period.last.last_day
	record = records.get(DRIVER, driver) or {"driver_values": []}
	valid = [
		row
		for row in record["driver_values"]
		if row[fieldname] == owner.name and row["valid_from"] <= day and (row["valid_to"] or date.max) >= day
	]
	return to_decimal(max(valid, key=lambda row: row["valid_from"])["value"]) if valid else Decimal(0)


_MEASURES: dict[Measure, Callable[[Records, CostObject, Period, str], Decimal]] = {
	Measure.GOOD_UNITS: _good_units,
	Measure.PLANNED_HOURS: _planned_hours,
	Measure.CI_COUNT: _ci_count,
	Measure.DIRECT_COST: _direct_cost,
	Measure.ENTERED_VALUES: _entered,
}
