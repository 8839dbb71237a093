"""How many spares of a slow mover to keep, and for how long those on hand last.

Failures of N units in use come as a Poisson process: in T days lambda = N x T / MTBF of them are expected, and the
smallest stock k with P(X <= k) >= service level is enough (Sherbrooke, Optimal Inventory Modeling of Systems).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from plant_itsm.domain.errors import InvalidRecordError, NotEnoughDataError

LARGEST_DEMAND = 500.0
"""Expected units beyond which a part is no slow mover, and the normal rules of stock-keeping hold."""


def expected_demand(units: int, days: float, mtbf_days: float) -> float:
	"""lambda = N x T / MTBF, in units."""
	if units < 0 or days < 0 or not mtbf_days > 0:
		raise InvalidRecordError(
			f"{units} units over {days:g} days with an MTBF of {mtbf_days:g} days cannot be."
			" Enter 0 or more units and days, and an MTBF above 0."
		)
	return units * days / mtbf_days


def stock_for(demand: float, service_level: float) -> int:
	"""The smallest k with P(X <= k) >= service_level for a Poisson demand. Raises InvalidRecordError."""
	if not 0 < service_level < 1 or not 0 <= demand <= LARGEST_DEMAND:
		raise InvalidRecordError(
			f"service level {service_level:g} with {demand:g} expected units cannot be. Enter a level above 0 and"
			f" below 1, for example 0.95; above {LARGEST_DEMAND:g} units a part is no slow mover."
		)
	term = covered = math.exp(-demand)
	stock = 0
	while covered < service_level:
		stock += 1
		term *= demand / stock
		if term <= 0.0:  # what is left lies below the precision of a float
			break
		covered += term
	return stock


@dataclass(frozen=True)
class Supply:
	"""For how many days a stock lasts. explanation: the formula with its inputs."""

	days: float
	explanation: str


def days_of_supply(
	on_hand: int, *, used: int, over_days: float, units: int, mtbf_days: float | None
) -> Supply:
	"""From past use where there is any, else from what the units in use will need.

	Raises NotEnoughDataError where neither says how many are needed, InvalidRecordError for a negative stock.
	"""
	check_stock(on_hand)
	if used and over_days > 0:
		rate, why = used / over_days, f"{used} used in {over_days:g} days"
	elif units and mtbf_days:
		rate = expected_demand(units, 1, mtbf_days)
		why = f"none used yet; {units} units in use ÷ MTBF of {mtbf_days:g} days"
	else:
		raise NotEnoughDataError(
			f"none was used, and with {units} units in use and no known MTBF nothing says how many will be needed."
			" Enter the CIs that the part fits and its MTBF"
		)
	days = on_hand / rate
	return Supply(days, f"{on_hand} on hand ÷ {rate:.4g} a day ({why}) = {days:.4g} days")


@dataclass(frozen=True)
class Reorder:
	"""quantity: 0 where stock and orders are enough."""

	quantity: int
	enough: int
	explanation: str


def reorder(
	on_hand: int,
	on_order: int,
	*,
	units: int,
	lead_time_days: float,
	mtbf_days: float | None,
	service_level: Decimal,
) -> Reorder:
	"""What to order now so that the failures of one lead time are covered. Raises as days_of_supply does."""
	check_stock(on_hand)
	if not mtbf_days:
		raise NotEnoughDataError(
			"without an MTBF nothing says how many will be needed. Enter the MTBF of the part"
		)
	demand = expected_demand(units, lead_time_days, mtbf_days)
	enough = stock_for(demand, float(service_level))
	quantity = max(enough - on_hand - on_order, 0)
	return Reorder(
		quantity,
		enough,
		f"{units} units × {lead_time_days:g} days ÷ {mtbf_days:g} days = {demand:.4g} expected in a lead time;"
		f" {enough} cover that with {service_level * 100:f} %; {on_hand} on hand, {on_order} on order:"
		f" order {quantity}",
	)


def check_stock(on_hand: int) -> None:
	if on_hand < 0:
		raise InvalidRecordError(
			f"{on_hand} on hand is negative. Count the parts and enter 0 or more.",
			fieldname="on_hand",
			value=on_hand,
		)
