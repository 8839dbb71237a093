"""Maintenance plans: when each is due next, computed anew each hour, and the orders that are made ahead of time.

A plan waits while its order is open. Whoever makes an order holds the rows of its plans, and `visit_key` is unique, so
two who look at the same time make one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

from plant_itsm.domain.errors import (
	DuplicateRecordError,
	InvalidRecordError,
	MissingRecordError,
	PlantItsmError,
	StoreUnavailableError,
)
from plant_itsm.domain.maintenance_checks import check_limits
from plant_itsm.domain.maintenance_plans import (
	Due,
	PlannedWork,
	carried_over,
	check_meter_unit,
	check_plan,
	due_by_calendar,
	due_by_use,
	next_counts_from,
	visits,
)
from plant_itsm.domain.maintenance_words import OrderStatus, PlanBasis, Rhythm, UsageSource
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ports import Clock, Ports, Record, Records
from plant_itsm.services.condition_indicators import DOCTYPE as INDICATOR
from plant_itsm.services.maintenance_usage import local_day, usage_of
from plant_itsm.services.plan_orders import order_of_visit
from plant_itsm.services.work_orders import DOCTYPE as ORDER
from plant_itsm.services.work_orders import OVER, limits_of

DOCTYPE = "Maintenance Plan"
LOOK_AGAIN = timedelta(hours=1)
MOST_AT_ONCE = 200

log = logging.getLogger(__name__)


def check(records: Records, record: Record) -> None:
	"""Refuse a plan that could never be due, or be due at once again. Raises InvalidRecordError."""
	what = f"{DOCTYPE} {record['plan_name']}"
	basis = PlanBasis(record["basis"])
	source = UsageSource(record["usage_source"]) if record.get("usage_source") else None
	check_plan(what, basis, record["every"] or 0.0, record["tolerance_days"] or 0, source)
	if basis != PlanBasis.DAYS and source == UsageSource.METER:
		_check_meter(records, what, basis, record)
	for place, row in enumerate(record.get("steps") or (), start=1):
		limits = limits_of(row)
		if limits is not None:
			check_limits(f"{what}, step {place} ({row['step']})", limits)


def _check_meter(records: Records, what: str, basis: PlanBasis, record: Record) -> None:
	meter = records.get(INDICATOR, record["meter"]) if record.get("meter") else None
	if meter is None:
		raise InvalidRecordError(f"{what}: which Condition Indicator counts? Choose one.", fieldname="meter")
	check_meter_unit(what, basis, meter["name"], meter["unit"])


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""When it is due next; the tick looks at once at what was saved. What cannot be computed is left to the check to
	refuse."""
	try:
		check(records, record)
	except PlantItsmError:
		return {}
	return _due_fields(records, record, clock.now()) | {"looked_at": None}


def _due_fields(records: Records, plan: Record, now: datetime) -> Record:
	today = local_day(records, plan["ci"], now)
	looked = {"looked_at": now.replace(microsecond=0)}
	if plan["basis"] == PlanBasis.DAYS:
		due = due_by_calendar(plan["counts_from"], plan["every"])
		return looked | {"next_due_on": due.on, "explanation": due.explanation, "used": 0.0}
	try:
		usage = usage_of(records, plan, now)
	except InvalidRecordError as error:
		return looked | {"next_due_on": None, "explanation": str(error)}
	due = due_by_use(usage, plan["every"], plan["basis"].lower(), today)
	kept = _kept_day(plan, due, today)
	return looked | {"next_due_on": kept, "explanation": due.explanation, "used": usage.used}


def _kept_day(plan: Record, due: Due, today: date) -> date | None:
	"""What has become due by use stays due since that day."""
	before: date | None = plan.get("next_due_on")
	if due.on == today and before is not None and before < today:
		return before
	return due.on


def watch_plans(ports: Ports) -> int:
	"""Look at the plans that nobody has looked at within the hour. Returns how many orders were made."""
	records, now = ports.records, ports.clock.now()
	with records.transaction():
		open_plans = {"enabled": True, "maintenance_order": ("is", "not set")}
		fresh = records.find(DOCTYPE, {**open_plans, "looked_at": ("is", "not set")}, limit=MOST_AT_ONCE)
		stale = {**open_plans, "looked_at": ("<=", now - LOOK_AGAIN)}
		rows = fresh + records.find(DOCTYPE, stale, order_by="looked_at", limit=MOST_AT_ONCE)
	return sum(_look_safely(ports, row["name"]) for row in rows)


def _look_safely(ports: Ports, name: str) -> bool:
	"""What one plan meets must not hold up the others."""
	try:
		return look_at(ports, name) is not None
	except StoreUnavailableError:
		raise
	except PlantItsmError as error:
		log.warning("maintenance plan %s cannot be followed: %s", name, error)
		with ports.records.transaction():
			at = ports.clock.now().replace(microsecond=0)
			ports.records.update_many(DOCTYPE, [name], {"looked_at": at, "explanation": str(error)[:500]})
		return False


def look_at(ports: Ports, name: str, *, at_once: bool = False) -> str | None:
	"""Compute when a plan is due, and make its order when it is time, or at once. The name of a new order.

	Raises MissingRecordError; InvalidRecordError where an order is asked for at once and cannot be.
	"""
	records, now = ports.records, ports.clock.now()
	with records.transaction():
		plan = records.get(DOCTYPE, name, for_update=True)
		if plan is None:
			raise MissingRecordError(f"{DOCTYPE} {name!r} does not exist. Check the name.")
		if plan["maintenance_order"] or not plan["enabled"]:
			if at_once:
				_refuse(plan)
			return None
		fields = _due_fields(records, plan, now)
		records.update_many(DOCTYPE, [name], fields)
		if not at_once and not _is_time(records, plan | fields, now):
			return None
		made = _make_order(ports, plan | fields, now)
		if made is None and at_once:
			raise InvalidRecordError(f"{DOCTYPE} {name}: the order of this visit has been made already.")
		return made


def _refuse(plan: Record) -> NoReturn:
	why = f"{plan['maintenance_order']} is open for it" if plan["maintenance_order"] else "it is not enabled"
	raise InvalidRecordError(f"{DOCTYPE} {plan['name']}: {why}. There is no further order to make.")


def _is_time(records: Records, plan: Record, now: datetime) -> bool:
	due: date | None = plan["next_due_on"]
	if due is None or _is_retired(records, plan):
		return False
	return due - timedelta(days=plan["lead_days"] or 0) <= local_day(records, plan["ci"], now)


def _is_retired(records: Records, plan: Record) -> bool:
	ci = records.get("OT CI", plan["ci"])
	return ci is None or ci["status"] == CIStatus.RETIRED


def _make_order(ports: Ports, plan: Record, now: datetime) -> str | None:
	records = ports.records
	today = local_day(records, plan["ci"], now)
	partners = {row["name"]: row for row in _partners(records, plan)} | {plan["name"]: plan}
	works = [_work(row, today) for row in partners.values()]
	visit = next(one for one in visits(works) if plan["name"] in {work.name for work in one.plans})
	plans = [records.get(DOCTYPE, work.name, for_update=True) or {} for work in visit.plans]
	plans = [row for row in plans if row.get("name") == plan["name"] or not row.get("maintenance_order")]
	try:
		order = order_of_visit(ports, visit, plans, today)
	except DuplicateRecordError:  # somebody was faster
		return None
	records.update_many(DOCTYPE, [row["name"] for row in plans], {"maintenance_order": order})
	return order


def _partners(records: Records, plan: Record) -> Sequence[Record]:
	"""The other plans that may share the visit."""
	group = plan["visit_group"]
	same: Record = {"visit_group": group} if group else {"ci": plan["ci"], "visit_group": ("is", "not set")}
	waiting = {"enabled": True, "maintenance_order": ("is", "not set"), "next_due_on": ("is", "set")}
	rows = records.find(DOCTYPE, {**same, **waiting, "name": ("!=", plan["name"])})
	return [row for row in rows if not _is_retired(records, row)]


def _work(plan: Record, today: date) -> PlannedWork:
	return PlannedWork(plan["name"], plan["next_due_on"] or today, plan["tolerance_days"] or 0)


def order_changed(records: Records, order: Mapping[str, Any]) -> None:
	"""Let the plans of an order that is over go on. One that was cancelled is left out: the time after it is next."""
	if order["status"] not in OVER:
		return
	for row in records.find(DOCTYPE, {"maintenance_order": order["name"]}):
		stored = records.get(ORDER, order["name"]) or {}
		records.update(DOCTYPE, row["name"], _after(records, row, stored))


def _after(records: Records, plan: Record, order: Record) -> Record:
	at: datetime = order["done_at"] or records.writer().at
	is_done = order["status"] == OrderStatus.DONE
	rhythm = Rhythm(plan["rhythm"]) if is_done else Rhythm.FIXED
	done_on = local_day(records, plan["ci"], at)
	due_on: date = next(
		(row["due_on"] for row in order["plans"] if row["maintenance_plan"] == plan["name"]), done_on
	)
	values: Record = {"maintenance_order": None, "next_due_on": None}
	if plan["basis"] == PlanBasis.DAYS:
		return values | {"counts_from": next_counts_from(rhythm, due_on, done_on, plan["every"])}
	carried = carried_over(rhythm, _used(records, plan, at), plan["every"])
	values |= {"counts_from": done_on, "carried_over": carried}
	if plan["usage_source"] == UsageSource.METER:
		meter = records.get(INDICATOR, plan["meter"]) or {}
		values["counter_from"] = meter.get("last_value") or 0.0
	return values


def _used(records: Records, plan: Record, at: datetime) -> float:
	"""A counter that the work itself has set back counts as a full round: it must not keep the work from ending."""
	try:
		return usage_of(records, plan, at).used
	except InvalidRecordError:
		return float(plan["every"])
