"""Showback Statements: computed from the monthly sums while they are drafts, fixed once they are submitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from plant_itsm.domain.allocation import AllocationStep, CostObject, CostObjectKind
from plant_itsm.domain.cost_ledger import Period
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.months import Month
from plant_itsm.domain.schema import SUBMITTED
from plant_itsm.domain.showback import (
	Beside,
	Showback,
	ShowbackCost,
	ShowbackReceiver,
	in_sentences,
	showback_of,
)
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.budgets import budgets_of
from plant_itsm.services.cost_allocations import rules_of
from plant_itsm.services.cost_rollups import costs_of
from plant_itsm.services.downtime_costs import downtime_cost
from plant_itsm.services.production_output import good_units

DOCTYPE = "Showback Statement"


def showback(records: Records, period: Period) -> Showback:
	"""What a period has cost each line and pool of a site. Raises MissingRecordError, InvalidRecordError."""
	site = records.get("Plant Site", period.plant_site)
	if site is None:
		raise MissingRecordError(f"Plant Site {period.plant_site!r} does not exist. Choose one that does.")
	costs = costs_of(records, period.plant_site, period.first, period.last)
	owners = {owner for owner, _bucket in costs} | set(_lines_with_output(records, period))
	rules = rules_of(records, period)
	owners |= {share.receiver for rule in rules for share in rule.shares}
	before = _statement_before(records, period)
	budgets = budgets_of(records, period, site["currency"])
	owners |= budgets.keys()
	beside = {
		owner: _beside(records, owner, period, site["currency"], before, budgets.get(owner))
		for owner in owners
	}
	previous_total = None if before is None else to_decimal(before["total"])
	return showback_of(costs, rules, beside, site["currency"], previous_total)


def _lines_with_output(records: Records, period: Period) -> Iterable[CostObject]:
	areas = [area["name"] for area in records.find("Plant Area", {"plant_site": period.plant_site})]
	for line in records.find("Production Line", {"plant_area": ("in", areas)}):
		if good_units(records, line["name"], period.first, period.last):
			yield CostObject(CostObjectKind.LINE, line["name"])


def _beside(
	records: Records,
	owner: CostObject,
	period: Period,
	currency: str,
	before: Record | None,
	budgets: Mapping[str, Decimal] | None,
) -> Beside:
	is_line = owner.kind == CostObjectKind.LINE
	return Beside(
		good_units=good_units(records, owner.name, period.first, period.last) if is_line else None,
		budget=None if budgets is None else sum(budgets.values(), Decimal(0)),
		previous=_previous(before, owner),
		downtime_cost=downtime_cost(records, owner.name, period, currency) if is_line else None,
	)


def _statement_before(records: Records, period: Period) -> Record | None:
	"""The submitted statement of the period of the same length that ends where this one begins."""
	before = period.before()
	for row in records.find(DOCTYPE, {"plant_site": before.plant_site, "docstatus": SUBMITTED}):
		if (Month.of(row["from_month"]), Month.of(row["to_month"])) == (before.first, before.last):
			return records.get(DOCTYPE, row["name"])
	return None


def _previous(statement: Record | None, owner: CostObject) -> Decimal | None:
	"""What a statement says of a receiver: nothing where there is none, 0 where it does not name it."""
	if statement is None:
		return None
	rows = statement["receivers"]
	own = (row for row in rows if (row["object_kind"], row["object_name"]) == (owner.kind, owner.name))
	return next((to_decimal(row["amount"]) for row in own), Decimal(0))


def period_of(record: Record) -> Period:
	"""Raises InvalidRecordError for a period that ends before it begins."""
	first, last = Month.of(record["from_month"]), Month.of(record["to_month"])
	if last < first:
		raise InvalidRecordError(f"{DOCTYPE}: {last} lies before {first}. Swap the months.")
	return Period(record["plant_site"], first, last)


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""All figures, as long as the statement is no more than a draft."""
	known = records.get(DOCTYPE, record["name"]) if record.get("name") else None
	if known is not None and known["docstatus"] == SUBMITTED:
		return {}
	period = period_of(record)
	found = showback(records, period)
	return {
		"from_month": period.first.first_day,
		"to_month": period.last.last_day,
		"currency": found.currency,
		"total": found.total,
		"previous_total": found.previous_total,
		"fingerprint": found.fingerprint(),
		"summary": in_sentences(found),
		"receivers": [_receiver_row(one, found.currency) for one in found.receivers],
		"costs": [_cost_row(one, found.currency) for one in found.costs],
		"steps": [_step_row(one, found.currency) for one in found.allocation.steps],
	}


def check(records: Records, record: Record) -> None:
	"""Refuse a period that another submitted statement of the site covers in part."""
	period = period_of(record)
	for row in records.find(DOCTYPE, {"plant_site": period.plant_site, "docstatus": SUBMITTED}):
		if row["name"] == record.get("name"):
			continue
		if Month.of(row["from_month"]) <= period.last and period.first <= Month.of(row["to_month"]):
			inside = (Month.of(row["from_month"]), Month.of(row["to_month"])) != (period.first, period.last)
			way_out = "Choose months that it leaves free" if inside else "Use that one"
			raise InvalidRecordError(f"{DOCTYPE} {period}: {row['name']} covers these months. {way_out}.")


def _owner_row(owner: CostObject, currency: str) -> dict[str, Any]:
	return {"object_kind": owner.kind, "object_name": owner.name, "currency": currency}


def _receiver_row(one: ShowbackReceiver, currency: str) -> Record:
	return {
		**_owner_row(one.owner, currency),
		"capex": one.capex,
		"opex": one.opex,
		"amount": one.amount,
		"share_percent": float(one.share_percent),
		"good_units": one.beside.good_units or 0,
		"cost_per_unit": one.cost_per_unit,
		"budget": one.beside.budget,
		"previous": one.beside.previous,
		"downtime_cost": one.beside.downtime_cost,
		"note": one.note,
	}


def _cost_row(one: ShowbackCost, currency: str) -> Record:
	return {
		**_owner_row(one.owner, currency),
		"category": one.bucket.category,
		"spend_type": one.bucket.spend_type,
		"direct": one.direct,
		"allocated": one.allocated,
		"amount": one.amount,
	}


def _step_row(step: AllocationStep, currency: str) -> Record:
	return {
		**_owner_row(step.receiver, currency),
		"cost_pool": step.pool,
		"rule": step.rule,
		"category": step.bucket.category,
		"spend_type": step.bucket.spend_type,
		"weight": float(step.weight),
		"total_weight": float(step.total_weight),
		"from_amount": step.from_amount,
		"amount": step.amount,
	}
