"""Plant Cost Entries: completed, checked, posted into the monthly sums, reversed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from plant_itsm.domain.allocation import Bucket
from plant_itsm.domain.cost_ledger import CostEntry, LockedPeriod, check_entry
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.domain.months import Month
from plant_itsm.domain.schema import SUBMITTED
from plant_itsm.ports import Clock, Ports, Record, Records
from plant_itsm.services.cost_rollups import add_to_rollup

DOCTYPE = "Plant Cost Entry"
STATEMENT = "Showback Statement"
_COPIED = (
	"plant_site",
	"category",
	"spend_type",
	"production_line",
	"cost_pool",
	"ot_ci",
	"currency",
	"exchange_rate",
	"source",
	"source_document",
)


def cost_entry(record: Mapping[str, Any]) -> CostEntry:
	rate = record.get("exchange_rate")
	return CostEntry(
		name=f"{DOCTYPE} {record.get('name') or record.get('description') or ''}".strip(),
		posting_date=record["posting_date"],
		plant_site=record["plant_site"],
		bucket=Bucket(record["category"], record["spend_type"] or ""),
		production_line=record.get("production_line"),
		cost_pool=record.get("cost_pool"),
		amount=Money(to_decimal(record["amount"] or 0), record["currency"]),
		exchange_rate=to_decimal(rate) if rate else None,
		reverses=record.get("reverses"),
	)


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""The spend type that is usual for the category, the period, and the amount in the currency of the site."""
	spend_type = record["spend_type"] or _existing(records, "Cost Category", record["category"])["spend_type"]
	entry = cost_entry(record | {"spend_type": spend_type})
	currency = _existing(records, "Plant Site", record["plant_site"])["currency"]
	return {
		"spend_type": spend_type,
		"period_key": entry.month.key,
		"base_amount": entry.in_currency(currency).amount,
		"base_currency": currency,
	}


def check(records: Records, record: Record) -> None:
	"""Refuse an entry that cannot be posted. What was posted before its period was locked stays valid."""
	entry = cost_entry(record)
	check_entry(
		entry, None if _is_posted(records, record) else locked_by(records, entry.plant_site, entry.month)
	)


def _is_posted(records: Records, record: Record) -> bool:
	before = records.get(DOCTYPE, record["name"]) if record.get("name") else None
	return before is not None and before["docstatus"] == SUBMITTED


def _existing(records: Records, doctype: str, name: str) -> Record:
	record = records.get(doctype, name)
	if record is None:
		raise MissingRecordError(f"{doctype} {name!r} does not exist. Create it or choose another.")
	return record


def locked_by(records: Records, plant_site: str, month: Month) -> LockedPeriod | None:
	"""The submitted statement of a site that a month belongs to."""
	statements = records.find(STATEMENT, {"plant_site": plant_site, "docstatus": SUBMITTED})
	periods = (
		LockedPeriod(row["name"], Month.of(row["from_month"]), Month.of(row["to_month"]))
		for row in statements
	)
	return next((period for period in periods if period.holds(month)), None)


def posted(records: Records, record: Mapping[str, Any]) -> None:
	"""What follows from a submission: the monthly sum, and the note on the entry that is reversed."""
	add_to_rollup(records, cost_entry(record), Money(record["base_amount"], record["base_currency"]))
	if record.get("reverses"):
		records.update(DOCTYPE, record["reverses"], {"reversed_by": record["name"]})


def post(records: Records, values: Record) -> Record:
	"""Insert and submit an entry in the transaction that is open."""
	return records.insert(DOCTYPE, {**values, "docstatus": SUBMITTED})


def reverse(ports: Ports, name: str, on: date, reason: str) -> Record:
	"""Post the opposite of an entry on a day of an open period. Raises InvalidRecordError, MissingRecordError."""
	with ports.records.transaction():
		return reverse_entry(ports.records, name, on, reason)


def reverse_entry(records: Records, name: str, on: date, reason: str) -> Record:
	"""As `reverse` does, in the transaction that is open."""
	entry = records.get(DOCTYPE, name, for_update=True)
	if entry is None:
		raise MissingRecordError(f"{DOCTYPE} {name!r} does not exist. Check the name.")
	if entry["docstatus"] != SUBMITTED:
		raise InvalidRecordError(f"{DOCTYPE} {name} is a draft: change or delete it, nothing is posted yet.")
	if entry["reversed_by"] or entry["reverses"]:
		other = entry["reversed_by"] or entry["reverses"]
		raise InvalidRecordError(
			f"{DOCTYPE} {name} is a reversal, or reversed, with {other}. Post a new entry."
		)
	values = {fieldname: entry[fieldname] for fieldname in _COPIED}
	more = {"posting_date": on, "amount": -entry["amount"], "reverses": name}
	return post(records, {**values, **more, "description": f"Reversal of {name}: {reason}"})
