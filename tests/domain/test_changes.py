"""Costs, approvals and ways of OT changes, as far as no record is needed."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.change_approvals import ApprovalRule, unfilled
from plant_itsm.domain.change_costs import FailurePrediction, LineAtRisk, money_at_risk
from plant_itsm.domain.change_words import ApprovalMode, ChangeCategory, ChangeStatus
from plant_itsm.domain.changes import STARTED, next_states
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import Money
from plant_itsm.domain.time_spans import Span

UTC = ZoneInfo("UTC")
START = datetime(2026, 6, 1, 8, tzinfo=timezone.utc)
EUR = "EUR"
ROLES = ("A", "B", "C")
DAYS_14 = timedelta(days=14)


def test_money_at_risk_is_planned_production_without_what_buffers_bridge():
	rate = Money(Decimal(3800), EUR)
	lines = [
		LineAtRisk("Line 3", rate, ShiftCalendar(UTC)),
		LineAtRisk("Line 4", rate, ShiftCalendar(UTC), Decimal(3600)),
		LineAtRisk("Line 5", None, ShiftCalendar(UTC)),
	]
	found = money_at_risk(lines, Span(START, START + timedelta(hours=2)))
	assert found.money == Money(Decimal("11400.00"), EUR)
	assert "Line 4: 3,800.00 EUR per hour × 3600 s ÷ 3600 s = 3,800.00 EUR" in found.explanation
	assert "Line 5: 7200 s of planned production, not priced" in found.explanation


def test_waiting_the_whole_horizon_costs_the_probability():
	prediction = FailurePrediction(Decimal("0.78"), DAYS_14, Money(Decimal(10000), EUR))
	assert prediction.cost_of_waiting(DAYS_14) == Money(Decimal("7800.00"), EUR)
	assert prediction.cost_of_waiting(-DAYS_14).amount == 0
	assert FailurePrediction(Decimal(1), DAYS_14, Money(Decimal(5), EUR)).probability_within(DAYS_14) == 1
	with pytest.raises(InvalidRecordError, match="120 % within 14 days"):
		FailurePrediction(Decimal("1.2"), DAYS_14, Money(Decimal(5), EUR))


@given(st.integers(0, 100), st.integers(0, 40), st.integers(0, 40))
def test_waiting_longer_is_never_cheaper(percent, wait, more):
	prediction = FailurePrediction(Decimal(percent) / 100, DAYS_14, Money(Decimal(1000), EUR))
	first, second = (prediction.cost_of_waiting(timedelta(days=days)) for days in (wait, wait + more))
	assert first.amount <= second.amount <= 1000


@given(st.lists(st.sets(st.sampled_from(ROLES)), max_size=4))
def test_each_person_fills_one_role_and_as_many_as_can_be_are_filled(people):
	seats = [*people, *[set()] * len(ROLES)]
	best = max(
		sum(role in held for role, held in zip(ROLES, order, strict=False))
		for order in permutations(seats, 3)
	)
	assert len(unfilled(ROLES, people)) == len(ROLES) - best


def test_an_approval_rule_must_ask_somebody():
	with pytest.raises(InvalidRecordError, match="nobody has to approve"):
		ApprovalRule(()).check("Type")
	with pytest.raises(InvalidRecordError, match="quorum 0 is below 1"):
		ApprovalRule(("CAB",), ApprovalMode.QUORUM, 0).check("Type")


def test_what_has_started_never_goes_back_and_only_an_emergency_starts_early():
	for category in ChangeCategory:
		for status in STARTED:
			assert set(next_states(status, category)) <= set(STARTED)
	starts = {
		category: [one for one in ChangeStatus if ChangeStatus.IN_PROGRESS in next_states(one, category)]
		for category in ChangeCategory
	}
	assert starts[ChangeCategory.NORMAL] == starts[ChangeCategory.STANDARD] == [ChangeStatus.SCHEDULED]
	assert len(starts[ChangeCategory.EMERGENCY]) == 4
