"""What the past years of an asset say of the coming ones: its costs and failures year by year, and how fast they rise.

Growth is the mean yearly rate between the first and the last of the years (compound annual growth rate):
(last / first)^(1 / (years - 1)) - 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from plant_itsm.domain.money import Money

YEAR_DAYS = 365
LARGEST_GROWTH = Decimal(1)
"""A cost that more than doubles each year is no trend that goes on; the growth is cut here, and said so."""
_RATE = Decimal("0.001")


@dataclass(frozen=True)
class Growth:
	"""rate: 0.1 for 10 % a year. explanation: what it was computed from, or why it is assumed."""

	rate: Decimal
	explanation: str


def growth(values: Sequence[Decimal], unit: str, assumed: Decimal) -> Growth:
	"""Of one value per year, the oldest first; as assumed where fewer than two years or a year of nothing are known."""
	if len(values) < 2 or values[0] <= 0 or values[-1] <= 0:
		return Growth(assumed, f"growth {_percent(assumed)} assumed, as the years before show no trend")
	ratio = float(values[-1] / values[0]) ** (1 / (len(values) - 1))
	rate = Decimal(repr(ratio - 1)).quantize(_RATE)
	told = f"growth from {values[0]:.2f} to {values[-1]:.2f}{unit} in {len(values)} years"
	if rate > LARGEST_GROWTH:
		return Growth(
			LARGEST_GROWTH, f"{told} is {_percent(rate)} a year, counted as {_percent(LARGEST_GROWTH)}"
		)
	return Growth(rate, f"{told} is {_percent(rate)} a year")


def _percent(rate: Decimal) -> str:
	return f"{rate * 100:.1f} %"


@dataclass(frozen=True)
class Restoration:
	"""How long a failure lasts. explanation: why so long."""

	hours: Decimal
	explanation: str


def restoration(
	*,
	swap_hours: Decimal | None,
	past_hours: Sequence[Decimal],
	lead_time_hours: Decimal | None,
	usual_hours: Decimal,
) -> Restoration:
	"""The shorter of a swap and the mean of past failures; without either the lead time of the part, where none is on
	hand; else what the settings say.

	swap_hours: None without a tested spare. lead_time_hours: planned production in it, None where a part is on hand or
	no lead time is known.
	"""
	mean = sum(past_hours, Decimal(0)) / len(past_hours) if past_hours else None
	if swap_hours is not None and (mean is None or swap_hours < mean):
		return Restoration(swap_hours, f"a tested spare is swapped in within {swap_hours:.2f} h")
	if mean is not None:
		return Restoration(mean, f"mean of {len(past_hours)} past failures: {mean:.2f} h")
	if lead_time_hours is not None:
		return Restoration(
			lead_time_hours, f"no part on hand: {lead_time_hours:.0f} h of production in its lead time"
		)
	return Restoration(usual_hours, f"no failure so far: {usual_hours:.2f} h as in the settings")


@dataclass(frozen=True)
class FailureRisk:
	"""money: None where something is not known, which `explanation` says."""

	money: Money | None
	explanation: str


def failure_risk(
	cost_per_hour: Money | None, probability: float | None, lasts: Restoration, missing: str
) -> FailureRisk:
	"""Money per hour x probability of a failure within a year x hours that it lasts. missing: why one is not known."""
	if cost_per_hour is None or probability is None:
		return FailureRisk(None, f"not enough data: {missing}")
	money = cost_per_hour.times(Decimal(repr(round(probability, 6))) * lasts.hours).rounded()
	return FailureRisk(
		money,
		f"{cost_per_hour} per hour × {probability:.1%} within a year × {lasts.hours:.2f} h ({lasts.explanation})"
		f" = {money}",
	)
