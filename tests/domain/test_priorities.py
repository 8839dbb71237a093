"""Priorities: the first rule that fits decides, and says why."""

from decimal import Decimal

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import Money
from plant_itsm.domain.priorities import (
	Priority,
	PriorityRule,
	Urgency,
	check_override,
	check_priority_rule,
	priority_of,
)
from plant_itsm.domain.vocabulary import EventKind

STOP = EventKind.LINE_STOP
RULES = [
	PriorityRule("Dear and now", "P1", STOP, Money(Decimal(1000), "EUR"), Decimal(0)),
	PriorityRule("Soon", "P2", STOP, within_minutes=Decimal(30)),
	PriorityRule("Degraded", "P2", EventKind.DEGRADED),
	PriorityRule("Rest of the stops", "P3", STOP),
]


def urgency(kind=STOP, cost="3800", minutes="0", currency="EUR"):
	money = None if cost is None else Money(Decimal(cost), currency)
	return Urgency(kind, money, None if minutes is None else Decimal(minutes))


@pytest.mark.parametrize(
	("given", "priority", "rule"),
	[
		(urgency(), "P1", "Dear and now"),
		(urgency(cost="1000"), "P1", "Dear and now"),
		(urgency(cost="999.99"), "P2", "Soon"),
		(urgency(cost=None), "P2", "Soon"),
		(urgency(currency="USD"), "P2", "Soon"),
		(urgency(minutes="12.5"), "P2", "Soon"),
		(urgency(minutes="30"), "P2", "Soon"),
		(urgency(minutes="30.1"), "P3", "Rest of the stops"),
		(urgency(minutes=None), "P3", "Rest of the stops"),
		(urgency(kind=EventKind.DEGRADED, cost=None, minutes=None), "P2", "Degraded"),
	],
)
def test_the_first_rule_that_fits_decides(given, priority, rule):
	found = priority_of(RULES, given)
	assert (found.name, f"{priority} because of rule {rule}:" in found.reason) == (priority, True)


def test_the_reason_says_what_the_rule_asked_for():
	assert priority_of(RULES, urgency()) == Priority(
		"P1",
		"P1 because of rule Dear and now: line stop, ≥ 1,000.00 EUR per hour, a line stops within 0 min",
	)


def test_without_a_rule_that_fits_there_is_no_priority():
	assert priority_of(RULES, urgency(kind=EventKind.PLANNED_STOP)) is None


def test_an_amount_without_currency_and_a_hand_without_reason_are_refused():
	with pytest.raises(InvalidRecordError, match="has no currency"):
		check_priority_rule(PriorityRule("R", "P1", None, Money(Decimal(5), "")), None)
	with pytest.raises(InvalidRecordError, match="without a reason"):
		check_override("LS-1", "P3", "  ")
	check_override("LS-1", "P3", "Line is empty today")
	check_override("LS-1", None, None)
