"""Monthly sums of posted costs, kept by each posting in its transaction; reports read them instead of the entries."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from plant_itsm.domain.allocation import Bucket, CostObject, CostObjectKind
from plant_itsm.domain.cost_ledger import CostEntry, Period, rollup_key
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.money import Money
from plant_itsm.domain.months import YEAR_MONTHS, Month, months_between
from plant_itsm.ports import Record, Records

DOCTYPE = "Cost Rollup"


def add_to_rollup(records: Records, entry: CostEntry, amount: Money) -> None:
	"""Add a posted entry to the sum of its month. Two postings to one sum wait for each other."""
	key = rollup_key(entry.plant_site, entry.month, entry.cost_object, entry.bucket)
	records.add_up(DOCTYPE, _row(key, entry, amount), ("amount", "entries"))


def _row(key: str, entry: CostEntry, amount: Money) -> Record:
	owner = entry.cost_object
	return {
		"rollup_key": key,
		"plant_site": entry.plant_site,
		"period_key": entry.month.key,
		"object_kind": owner.kind,
		"object_name": owner.name,
		"category": entry.bucket.category,
		"spend_type": entry.bucket.spend_type,
		"amount": amount.amount,
		"currency": amount.currency,
		"entries": 1,
	}


def last_year_posted(records: Records) -> Period:
	"""The newest year for which anything is posted, of the site for which it is. Raises MissingRecordError."""
	newest = records.find(DOCTYPE, order_by="period_key", descending=True, limit=1)
	if not newest:
		raise MissingRecordError("Nothing is posted yet. Post a Plant Cost Entry first.")
	year = newest[0]["period_key"] // 100
	return Period(newest[0]["plant_site"], Month(year, 1), Month(year, YEAR_MONTHS))


def costs_of(
	records: Records, plant_site: str, first: Month, last: Month
) -> dict[tuple[CostObject, Bucket], Decimal]:
	"""What was posted in a period, both months included, in the currency of the site."""
	sums: dict[tuple[CostObject, Bucket], Decimal] = defaultdict(Decimal)
	periods = [month.key for month in months_between(first, last)]
	for row in records.find(DOCTYPE, {"plant_site": plant_site, "period_key": ("in", periods)}):
		owner = CostObject(CostObjectKind(row["object_kind"]), row["object_name"])
		sums[owner, Bucket(row["category"], row["spend_type"])] += row["amount"]
	return {place: amount for place, amount in sums.items() if amount}
