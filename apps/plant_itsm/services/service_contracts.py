"""Service contracts whose cost is spread over their term: submitting one posts an entry for each of its months."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from plant_itsm.domain.cost_ledger import cost_object_of, months_of_contract
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.months import Month
from plant_itsm.ports import Record, Records
from plant_itsm.services.cost_ledger import locked_by, post

DOCTYPE = "Plant Service Contract"
_COPIED = ("plant_site", "category", "production_line", "cost_pool", "ot_ci", "currency", "exchange_rate")


def _parts(record: Mapping[str, Any]) -> dict[Month, Decimal]:
	first, last = Month.of(record["from_month"]), Month.of(record["to_month"])
	return months_of_contract(to_decimal(record["amount"] or 0), first, last)


def check(records: Records, record: Record) -> None:
	"""Refuse a contract of which a month could not be posted."""
	what = f"{DOCTYPE} {record['title']}"
	cost_object_of(what, record["production_line"], record["cost_pool"])
	site = records.get("Plant Site", record["plant_site"])
	if site is None:
		raise MissingRecordError(f"Plant Site {record['plant_site']!r} does not exist. Choose one that does.")
	if record["currency"] != site["currency"] and not record["exchange_rate"]:
		raise InvalidRecordError(
			f"{what}: {record['currency']} has no exchange rate to {site['currency']}. Enter one."
		)
	parts = _parts(record)
	if not all(parts.values()):
		raise InvalidRecordError(
			f"{what}: {record['amount']} over {len(parts)} months is less than a cent each."
		)
	for month in parts:
		locked = locked_by(records, record["plant_site"], month)
		if locked is not None:
			raise InvalidRecordError(
				f"{what}: {month} is locked by {locked.statement}. Begin after {locked.last.last_day}."
			)


def submitted(records: Records, record: Mapping[str, Any]) -> None:
	"""Post its months, in the transaction that is open."""
	for month, amount in _parts(record).items():
		post(
			records,
			{
				**{fieldname: record[fieldname] for fieldname in _COPIED},
				"posting_date": month.first_day,
				"amount": amount,
				"description": f"{record['title']}, {month}",
				"source": "Contract",
				"source_document": record["name"],
				"source_key": f"{DOCTYPE} {record['name']} {month}",
			},
		)
