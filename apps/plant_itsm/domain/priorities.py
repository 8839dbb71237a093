"""The priority of an incident, computed from its kind, its money per hour and the time to its impact.

The caller does not choose it: the rules of the plant do, in their order, and the first that fits decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import Money
from plant_itsm.domain.vocabulary import EventKind


@dataclass(frozen=True)
class PriorityRule:
	"""kind, cost_per_hour_from and within_minutes: None where the rule does not ask for it.

	within_minutes: the first line stops no later than so long after the failure.
	"""

	name: str
	priority: str
	kind: EventKind | None = None
	cost_per_hour_from: Money | None = None
	within_minutes: Decimal | None = None

	def fits(self, urgency: Urgency) -> bool:
		return (
			self.kind in (None, urgency.kind)
			and _costs_at_least(urgency.cost_per_hour, self.cost_per_hour_from)
			and _comes_within(urgency.minutes_to_impact, self.within_minutes)
		)

	@property
	def condition(self) -> str:
		"""What the rule asks for, in words."""
		asked = [str(self.kind).lower()] if self.kind else []
		if self.cost_per_hour_from is not None:
			asked.append(f"≥ {self.cost_per_hour_from} per hour")
		if self.within_minutes is not None:
			asked.append(f"a line stops within {self.within_minutes.normalize():f} min")
		return ", ".join(asked) or "any trouble"


@dataclass(frozen=True)
class Urgency:
	"""What an incident does to the plant. cost_per_hour: None where it is not known. minutes_to_impact: until the first
	line stops, 0 where one stands already, None where none will."""

	kind: EventKind
	cost_per_hour: Money | None
	minutes_to_impact: Decimal | None


@dataclass(frozen=True)
class Priority:
	"""reason: `P1 because of rule Line stop: line stop, ≥ 1,000.00 EUR per hour`."""

	name: str
	reason: str


def priority_of(rules: Iterable[PriorityRule], urgency: Urgency) -> Priority | None:
	"""What the first rule that fits says; None where none does: then there is no ticket."""
	for rule in rules:
		if rule.fits(urgency):
			return Priority(rule.priority, f"{rule.priority} because of rule {rule.name}: {rule.condition}")
	return None


def check_priority_rule(rule: PriorityRule, currency: str | None) -> None:
	"""Raises InvalidRecordError for an amount of which nobody knows the currency."""
	if rule.cost_per_hour_from is not None and not currency:
		raise InvalidRecordError(
			f"Priority Rule {rule.name}: {rule.cost_per_hour_from.amount} per hour has no currency."
			" Choose the currency of the cost models.",
			fieldname="currency",
		)


def check_override(stop: str, priority: str | None, reason: str | None) -> None:
	"""Raises InvalidRecordError for a priority that was set by hand without a reason."""
	if priority and not (reason or "").strip():
		raise InvalidRecordError(
			f"Line Stop {stop}: priority {priority} is set by hand without a reason. Enter the reason,"
			" or clear the priority so that it is computed again.",
			fieldname="priority_override_reason",
		)


def _costs_at_least(cost: Money | None, least: Money | None) -> bool:
	"""Amounts of another currency cannot be compared, so they do not fit."""
	if least is None:
		return True
	return cost is not None and cost.currency == least.currency and cost.amount >= least.amount


def _comes_within(minutes: Decimal | None, most: Decimal | None) -> bool:
	return most is None or (minutes is not None and minutes <= most)
