"""Plant Budgets: the part of a year's budgets that falls into a period, by receiver and category."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from plant_itsm.domain.allocation import CostObject
from plant_itsm.domain.cost_ledger import Period, cost_object_of
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import CENT
from plant_itsm.domain.months import YEAR_MONTHS, Month
from plant_itsm.ports import Record, Records

DOCTYPE = "Plant Budget"
Budgets = dict[CostObject, dict[str, Decimal]]
"""receiver -> category -> amount"""


def check(records: Records, record: Record) -> None:
	"""Refuse a budget of nobody, and one of two."""
	_owner(record)


def _owner(record: Record) -> CostObject:
	what = f"{DOCTYPE} {record['year']} for {record['category']}"
	return cost_object_of(what, record["production_line"], record["cost_pool"])


def budgets_of(records: Records, period: Period, currency: str) -> Budgets:
	"""In each month a twelfth of the yearly budgets. Raises InvalidRecordError for one in another currency."""
	years = list(range(period.first.year, period.last.year + 1))
	found: dict[CostObject, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for row in records.find(DOCTYPE, {"plant_site": period.plant_site, "year": ("in", years)}):
		owner = _owner(row)
		if row["currency"] != currency:
			raise InvalidRecordError(
				f"{DOCTYPE} {row['name']} of {owner} is in {row['currency']}. Enter it in {currency}."
			)
		found[owner][row["category"]] += _part(row["amount"], row["year"], period)
	return {owner: dict(of) for owner, of in found.items()}


def _part(amount: Decimal, year: int, period: Period) -> Decimal:
	"""What falls due between two months of a year; the parts of a year sum to its budget, to the cent."""
	first = max(period.first, Month(year, 1)).month
	last = min(period.last, Month(year, YEAR_MONTHS)).month
	return _due_by(amount, last) - _due_by(amount, first - 1)


def _due_by(amount: Decimal, month: int) -> Decimal:
	return (amount * month / YEAR_MONTHS).quantize(CENT, rounding=ROUND_HALF_UP)
