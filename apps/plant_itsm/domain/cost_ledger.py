"""The ledger of plant costs: append-only entries on a line or a pool, corrected by reversal, locked by statements."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plant_itsm.domain.allocation import Bucket, CostObject, CostObjectKind
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import Money, split
from plant_itsm.domain.months import Month, months_between


def cost_object_of(what: str, production_line: str | None, cost_pool: str | None) -> CostObject:
	"""Where costs are collected. what: whose they are. Raises InvalidRecordError unless exactly one is named."""
	if production_line and not cost_pool:
		return CostObject(CostObjectKind.LINE, production_line)
	if cost_pool and not production_line:
		return CostObject(CostObjectKind.POOL, cost_pool)
	both = production_line and cost_pool
	raise InvalidRecordError(
		f"{what} names {'both a production line and a cost pool' if both else 'no cost object'}."
		" Enter either the production line that it is for, or the cost pool that is allocated later."
	)


@dataclass(frozen=True)
class CostEntry:
	"""What is posted. exchange_rate: units of the site's currency for one unit of the entry's; None where not given."""

	name: str
	posting_date: date
	plant_site: str
	bucket: Bucket
	production_line: str | None
	cost_pool: str | None
	amount: Money
	exchange_rate: Decimal | None = None
	reverses: str | None = None

	@property
	def month(self) -> Month:
		return Month.of(self.posting_date)

	@property
	def cost_object(self) -> CostObject:
		"""Where the entry is collected. Raises InvalidRecordError unless it names either a line or a pool."""
		return cost_object_of(self.name, self.production_line, self.cost_pool)

	def in_currency(self, currency: str) -> Money:
		"""The amount in the currency of the site, in whole cents. Raises InvalidRecordError without a rate."""
		if self.amount.currency == currency:
			return self.amount.rounded()
		if not self.exchange_rate or self.exchange_rate <= 0:
			raise InvalidRecordError(
				f"{self.name}: {self.amount} has no exchange rate to {currency}, the currency of {self.plant_site}."
				f" Enter how many {currency} one {self.amount.currency} was worth on {self.posting_date}."
			)
		return Money(self.amount.amount * self.exchange_rate, currency).rounded()


@dataclass(frozen=True)
class Period:
	"""Months of a site, both included."""

	plant_site: str
	first: Month
	last: Month

	def __str__(self) -> str:
		return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"

	def before(self) -> Period:
		"""The period of the same length that ends where this one begins."""
		length = self.last.position - self.first.position + 1
		return Period(self.plant_site, self.first.plus(-length), self.last.plus(-length))


@dataclass(frozen=True)
class LockedPeriod:
	"""Months, both included, that a submitted statement has closed."""

	statement: str
	first: Month
	last: Month

	def holds(self, month: Month) -> bool:
		return self.first <= month <= self.last


def check_entry(entry: CostEntry, locked: LockedPeriod | None) -> None:
	"""Refuse an entry without amount or cost object, a negative one that reverses nothing, and a locked period."""
	entry.cost_object  # noqa: B018 - refuses itself
	if not entry.amount.amount:
		raise InvalidRecordError(f"{entry.name}: amount is 0. Enter what it cost.")
	if entry.amount.amount < 0 and not entry.reverses:
		raise InvalidRecordError(
			f"{entry.name}: amount {entry.amount} is negative. Reverse the entry that was wrong instead."
		)
	if locked is not None:
		raise InvalidRecordError(
			f"{entry.name}: {entry.month} is locked by {locked.statement}."
			f" Post it on a day after {locked.last.last_day}; a correction belongs into an open period."
		)


def rollup_key(plant_site: str, month: Month, owner: CostObject, bucket: Bucket) -> str:
	"""What a monthly sum is identified by; short enough for a unique index."""
	parts = (plant_site, str(month.key), owner.kind, owner.name, bucket.category, bucket.spend_type)
	return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def months_of_contract(amount: Decimal, first: Month, last: Month) -> dict[Month, Decimal]:
	"""The cost of a contract spread over its months, equal to a cent; the sum is the amount.

	Raises InvalidRecordError for a term that ends before it begins.
	"""
	months = list(months_between(first, last))
	if not months:
		raise InvalidRecordError(f"A contract from {first} to {last} ends before it begins. Swap the months.")
	return dict(zip(months, split(amount, [Decimal(1)] * len(months)), strict=True))
