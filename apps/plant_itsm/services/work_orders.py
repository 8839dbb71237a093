"""Maintenance Orders as work orders: checklist, labour and parts with their cost, and what must be there at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from plant_itsm.domain.changes import STARTED
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.maintenance_checks import Limits, finding_of
from plant_itsm.domain.maintenance_words import Finding, LimitKind, OrderStatus
from plant_itsm.domain.money import Money, to_decimal, total
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.maintenance_settings import MaintenanceSettings, maintenance_settings

DOCTYPE = "Maintenance Order"
PART, CHANGE = "Spare Part", "OT Change Request"
OVER = (OrderStatus.DONE, OrderStatus.CANCELLED)
COSTS = ("labour", "parts")
HOUR_MINUTES = 60


def limits_of(row: Mapping[str, Any]) -> Limits | None:
	"""The limits of a step of a checklist; None where nothing is measured."""
	if not row.get("limit_kind"):
		return None
	kind = LimitKind(row["limit_kind"])
	return Limits(kind, row.get("lowest") or 0.0, row.get("highest") or 0.0, row.get("unit") or "")


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""What follows from the rows and the status: amounts, findings, times. An order that is over no longer keeps the
	next one away."""
	start = record.get("planned_start")
	values: Record = {
		"planned_end": start and start + timedelta(minutes=record.get("duration_minutes") or 0),
		"steps": [_step(row) for row in record.get("steps") or ()],
		**_costs(records, record),
	}
	now = clock.now().replace(microsecond=0)
	if record["status"] in OVER:
		values["open_key"] = None
	if record["status"] == OrderStatus.IN_PROGRESS:
		values["started_at"] = record.get("started_at") or now
	if record["status"] == OrderStatus.DONE:
		values["done_at"] = record.get("done_at") or now
	return values


def _step(row: Record) -> Record:
	"""A measured value is a step that is done."""
	found = finding_of(f"Step {row['step']}", row.get("result") or "", limits_of(row))
	has_result = bool((row.get("result") or "").strip())
	return row | {"finding": found[:140] or None, "done": bool(row.get("done")) or has_result}


def _costs(records: Records, record: Record) -> Record:
	settings = maintenance_settings(records)
	labour = [_labour(settings, row) for row in record.get("labour") or ()]
	parts = [_part(records, row) for row in record.get("parts") or ()]
	of_parts, currency = total(_amounts(parts)), record.get("cost_currency")
	values: Record = {"labour": labour, "parts": parts, "parts_cost": of_parts and of_parts.rounded().amount}
	if labour:
		of_labour = total(_amounts(labour))
		hours = sum(row["hours"] or 0.0 for row in labour)
		values["labour_minutes"] = round(hours * HOUR_MINUTES)
		values["labour_cost"] = of_labour and of_labour.rounded().amount
		currency = of_labour.currency if of_labour else currency
	currency = currency or (of_parts.currency if of_parts else None)
	entered = values.get("labour_cost", record.get("labour_cost")) or Decimal(0)
	sums = [Money(entered, currency)] if currency else []
	whole = total([*sums, *([of_parts] if of_parts else [])])
	return values | {"cost_currency": currency, "total_cost": whole and whole.rounded().amount}


def _amounts(rows: Sequence[Record]) -> list[Money]:
	return [Money(row["amount"], row["currency"]) for row in rows if row["amount"] is not None]


def _labour(settings: MaintenanceSettings, row: Record) -> Record:
	usual = settings.labour_rate
	rate, currency = row.get("rate"), row.get("currency")
	if not rate and usual is not None:
		rate, currency = usual.amount, usual.currency
	if not rate or not currency:
		return row | {"amount": None}
	amount = Money(rate, currency).times(to_decimal(row["hours"] or 0)).rounded().amount
	return row | {"rate": rate, "currency": currency, "amount": amount}


def _part(records: Records, row: Record) -> Record:
	cost, currency = row.get("unit_cost"), row.get("currency")
	if not cost:
		part = records.get(PART, row["spare_part"]) or {}
		cost, currency = part.get("unit_cost"), part.get("currency")
	if not cost or not currency:
		return row | {"amount": None}
	amount = Money(cost, currency).times(Decimal(row["quantity"] or 0)).rounded().amount
	return row | {"unit_cost": cost, "currency": currency, "amount": amount}


def check(records: Records, record: Record) -> None:
	"""An order is done when its steps are, and it is said what was found; without that no model learns from it."""
	what = f"{DOCTYPE} {record.get('name') or record['title']}"
	before = records.get(DOCTYPE, record["name"]) if record.get("name") else None
	if before is not None and before["status"] in OVER:
		_check_unchanged(what, before, record)
	if before is not None and before["status"] in OVER:
		return
	if record["status"] in (OrderStatus.IN_PROGRESS, OrderStatus.DONE):
		_check_change(records, what, record)
	if record["status"] == OrderStatus.DONE:
		_check_result(what, record)


def _check_change(records: Records, what: str, record: Record) -> None:
	"""Work that needs a change is no way around its approval."""
	name = record.get("change_request")
	change = records.get(CHANGE, name) if name else None
	if change is not None and change["status"] not in STARTED:
		raise InvalidRecordError(
			f"{what}: its {CHANGE} {name} is {change['status'].lower()}. Start that first; if it was given up, schedule"
			" the order anew.",
			fieldname="change_request",
			value=name,
		)


def _check_result(what: str, record: Record) -> None:
	undone = [row["step"] for row in record.get("steps") or () if not row["done"]]
	if undone:
		raise InvalidRecordError(
			f"{what}: {'; '.join(undone)} {'is' if len(undone) == 1 else 'are'} not done yet."
			" Tick the steps off, and enter what was measured.",
			fieldname="steps",
		)
	if not record.get("finding"):
		raise InvalidRecordError(
			f"{what}: what did the work find? Choose Failure Found or No Fault Found.", fieldname="finding"
		)
	wrong = [f"{row['step']}: {row['finding']}" for row in record.get("steps") or () if row["finding"]]
	if wrong and record["finding"] == Finding.NO_FAULT_FOUND:
		raise InvalidRecordError(
			f"{what}: {'; '.join(wrong)}. That is a finding: choose Failure Found, or correct the value.",
			fieldname="finding",
		)


def _check_unchanged(what: str, before: Record, record: Record) -> None:
	"""What is over has been counted, in stock and in money."""
	if record["status"] != before["status"]:
		raise InvalidRecordError(
			f"{what} is {before['status'].lower()} and stays so. Make another order for further work.",
			fieldname="status",
			value=record["status"],
		)
	for table in COSTS:
		if _rows(record, table) != _rows(before, table):
			raise InvalidRecordError(
				f"{what} is {before['status'].lower()}: its {table} has been counted. Correct the count of the part, or"
				" reverse the Plant Cost Entry.",
				fieldname=table,
			)


def _rows(record: Record, table: str) -> list[tuple[Any, ...]]:
	fields = ("person", "hours", "rate") if table == "labour" else ("spare_part", "quantity", "unit_cost")
	return [tuple(row.get(field) or None for field in fields) for row in record.get(table) or ()]
