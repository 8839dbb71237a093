"""What a change may cost by its time: production that it puts at risk, and a failure that comes before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import Money, total
from plant_itsm.domain.time_spans import Span, merged, seconds_of

HOUR_SECONDS = 3600
DAY = timedelta(days=1)


@dataclass(frozen=True)
class LineAtRisk:
	"""A line that stands still while the CIs of a change do. buffer_seconds: for how long buffers keep it going.
	orders: times that are planned beside its shifts."""

	name: str
	cost_per_hour: Money | None
	calendar: ShiftCalendar
	buffer_seconds: Decimal = Decimal(0)
	orders: Sequence[Span] = ()

	def planned_seconds(self, span: Span) -> Decimal:
		"""Planned production in a span: shifts and orders, what is in both counted once."""
		ordered = (cut for order in self.orders if (cut := order.cut(span)) is not None)
		return seconds_of(merged([*self.calendar.planned(*span), *ordered]))


@dataclass(frozen=True)
class AtRisk:
	"""money: None where nothing is lost or a line has no price. explanation: the formula with its inputs per line."""

	money: Money | None
	planned_seconds: Decimal
	explanation: str


def money_at_risk(lines: Sequence[LineAtRisk], span: Span) -> AtRisk:
	"""Cost per hour x hours of planned production in the span, what buffers bridge taken off, over all lines."""
	amounts: list[Money] = []
	sentences: list[str] = []
	seconds = Decimal(0)
	for line in lines:
		planned = line.planned_seconds(span)
		lost = max(planned - line.buffer_seconds, Decimal(0))
		seconds += lost
		if not lost:
			sentences.append(f"{line.name}: no planned production is lost")
		elif line.cost_per_hour is None:
			sentences.append(f"{line.name}: {lost.normalize():f} s of planned production, not priced")
		else:
			cost = line.cost_per_hour.times(lost / HOUR_SECONDS).rounded()
			amounts.append(cost)
			sentences.append(
				f"{line.name}: {line.cost_per_hour} per hour × {lost.normalize():f} s ÷ 3600 s = {cost}"
			)
	return AtRisk(total(amounts), seconds, "; ".join(sentences) or "no line depends on it")


@dataclass(frozen=True)
class FailurePrediction:
	"""A failure that is expected with `probability` (0 to 1) within a time from now, and what it would cost."""

	probability: Decimal
	within: timedelta
	cost: Money

	def __post_init__(self) -> None:
		if not 0 <= self.probability <= 1 or self.within <= timedelta():
			raise InvalidRecordError(
				f"failure probability {float(self.probability * 100):g} % within {self.within / DAY:g} days cannot be."
				" Enter 0 to 100 % and more than 0 days.",
				fieldname="failure_probability",
			)

	def probability_within(self, wait: timedelta) -> Decimal:
		"""At a constant failure rate: 1 - (1 - p)^(wait / within)."""
		share = max(wait, timedelta()) / self.within
		return Decimal(repr(round(1 - float(1 - self.probability) ** share, 6)))

	def cost_of_waiting(self, wait: timedelta) -> Money:
		"""Expected cost of a failure before the wait is over."""
		return self.cost.times(self.probability_within(wait)).rounded()
