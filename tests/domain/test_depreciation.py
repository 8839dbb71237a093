"""Depreciation: textbook schedules, and laws that hold for every component."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.depreciation import Component, Revision, check_component, schedule
from plant_itsm.domain.depreciation import DepreciationMethod as Method
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import CENT
from plant_itsm.domain.months import Month, months_between, position

BY_TIME = [Method.STRAIGHT_LINE, Method.DOUBLE_DECLINING, Method.WRITTEN_DOWN_VALUE]


def component(method=Method.STRAIGHT_LINE, **more):
	values = {
		"cost": Decimal(10000),
		"residual": Decimal(1000),
		"life_months": 60,
		"available_on": date(2026, 1, 1),
	}
	return Component("Axis drive", method=method, **values | more)


def yearly(lines):
	sums = {}
	for line in lines:
		sums[line.month.year] = sums.get(line.month.year, 0) + line.depreciation
	return list(sums.values())


def test_straight_line_is_the_same_each_month():
	lines = schedule(component())
	assert {line.depreciation for line in lines} == {Decimal("150.00")}
	assert len(lines) == 60
	assert lines[-1].closing == 1000


def test_the_first_and_the_last_month_count_by_day():
	lines = schedule(component(available_on=date(2026, 4, 16), life_months=12, residual=Decimal(0)))
	assert (lines[0].month, lines[-1].month) == (Month(2026, 4), Month(2027, 4))
	assert lines[0].depreciation == Decimal("416.67")  # 15 of 30 days of 833.33
	assert lines[-1].closing == 0


def test_double_declining_takes_two_over_n_of_the_book_value_and_the_rest_in_the_last_year():
	assert yearly(schedule(component(Method.DOUBLE_DECLINING))) == [4000, 2400, 1440, 864, 296]


def test_double_declining_stops_at_the_residual_value():
	lines = schedule(component(Method.DOUBLE_DECLINING, residual=Decimal(5000)))
	assert yearly(lines)[:3] == [4000, 1000, 0]
	assert min(line.closing for line in lines) == 5000


def test_written_down_value_reaches_the_residual_value_by_a_constant_rate():
	lines = schedule(component(Method.WRITTEN_DOWN_VALUE, cost=Decimal(16000), life_months=48))
	assert [round(amount) for amount in yearly(lines)] == [8000, 4000, 2000, 1000]


def test_units_of_production_follow_what_was_made_and_stop_at_the_residual_value():
	made = {Month(2026, 1): 100, Month(2026, 2): 0, Month(2026, 3): 700, Month(2026, 4): 400}
	lines = schedule(component(Method.UNITS_OF_PRODUCTION, units=1000), units_by_month=made)
	assert [line.depreciation for line in lines] == [900, 0, 6300, 1800]
	assert lines[-1].closing == 1000


def test_a_longer_life_counts_from_its_day_on():
	lines = schedule(component(), [Revision(date(2027, 1, 1), 72, Decimal(1000))])
	assert [line.depreciation for line in lines[:14]] == [Decimal("150.00")] * 12 + [Decimal("100.00")] * 2
	assert len(lines) == 84
	assert lines[-1].closing == 1000


def test_an_impairment_lowers_the_carrying_amount_and_what_follows():
	lines = schedule(component(), [Revision(date(2027, 1, 1), 48, Decimal(1000), Decimal(2400))])
	assert (lines[12].impairment, lines[12].depreciation) == (2400, Decimal("100.00"))
	assert lines[-1].closing == 1000


def test_a_disposal_takes_what_is_left():
	lines = schedule(component(disposed_on=date(2026, 3, 16)))
	assert [line.depreciation for line in lines] == [150, 150, Decimal("72.58")]  # 15 of 31 days
	assert lines[-1].disposal == Decimal("9627.42")
	assert lines[-1].closing == 0


amounts = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@st.composite
def components(draw, methods=tuple(BY_TIME)):
	cost = draw(amounts)
	residual = min(draw(amounts), cost)
	life = draw(st.integers(1, 200))
	start = draw(days)
	gone = draw(st.one_of(st.none(), st.integers(0, 9000)))
	return Component(
		"Any",
		cost,
		residual,
		life,
		start,
		draw(st.sampled_from(methods)),
		disposed_on=None if gone is None else start + timedelta(days=gone),
	)


@given(components())
@settings(max_examples=60, deadline=None)
def test_all_lines_sum_to_cost_less_residual_or_to_the_cost_once_disposed_of(component):
	lines = schedule(component)
	taken = sum(line.depreciation for line in lines)
	gone = sum(line.disposal for line in lines)
	if component.disposed_on is None:
		assert taken == component.cost - component.residual
		assert lines[-1].closing == component.residual
	else:
		assert taken + gone == component.cost
		assert gone >= component.residual
		assert lines[-1].closing == 0


@given(components())
@settings(max_examples=60, deadline=None)
def test_lines_follow_each_other_month_by_month_and_never_rise_or_fall_below_the_residual(component):
	lines = schedule(component)
	assert [line.month for line in lines] == list(months_between(lines[0].month, lines[-1].month))
	assert lines[0].month == Month.of(component.available_on)
	for before, line in itertools.pairwise(lines):
		assert line.opening == before.closing
	for line in lines:
		assert line.depreciation >= 0
		assert line.closing >= component.residual or line.disposal
		assert line.depreciation == line.depreciation.quantize(CENT)


@given(components((Method.STRAIGHT_LINE,)), st.integers(1, 3000))
@settings(max_examples=40, deadline=None)
def test_an_estimate_that_is_confirmed_changes_nothing_but_the_odd_cent(component, later):
	on = component.available_on + timedelta(days=later)
	whole_months = Month.of(on).position - Month.of(component.available_on).position
	on = Month.of(on).first_day
	if (
		component.available_on.day != 1
		or not 0 < whole_months < component.life_months
		or component.disposed_on
	):
		return
	left = component.life_months - whole_months
	confirmed = schedule(component, [Revision(on, left, component.residual)])
	for plain, line in zip(schedule(component), confirmed, strict=True):
		assert abs(plain.closing - line.closing) <= CENT


@pytest.mark.parametrize(
	("fault", "text"),
	[
		({"cost": Decimal(0)}, "not above 0"),
		({"residual": Decimal(10001)}, "between 0 and the cost"),
		({"residual": Decimal(-1)}, "between 0 and the cost"),
		({"life_months": -5}, "life of -5 months"),
		({"method": Method.UNITS_OF_PRODUCTION}, "units 0"),
		({"method": Method.WRITTEN_DOWN_VALUE, "residual": Decimal(0)}, "never reaches"),
		({"disposed_on": date(2025, 12, 31)}, "lies before available on"),
	],
)
def test_what_cannot_be_is_refused(fault, text):
	with pytest.raises(InvalidRecordError, match=text):
		check_component(component(**fault))


@pytest.mark.parametrize(
	("revision", "text"),
	[
		(Revision(date(2026, 1, 1), 12, Decimal(0)), "does not lie after"),
		(Revision(date(2027, 1, 1), 12, Decimal(0), Decimal(9999)), "below the residual value 0"),
		(Revision(date(2027, 1, 1), 0, Decimal(0)), "must be above 0"),
	],
)
def test_a_revision_that_cannot_be_is_refused(revision, text):
	with pytest.raises(InvalidRecordError, match=text):
		schedule(component(), [revision])


def test_a_day_is_a_position_among_months():
	assert position(date(2026, 2, 15)) - position(date(2026, 2, 1)) == pytest.approx(0.5)
	assert Month.at(position(date(2026, 3, 1))) == Month(2026, 2)
	assert (Month(2026, 6).key, str(Month(2026, 6).plus(8)), Month(2028, 2).last_day.day) == (
		202606,
		"2027-02",
		29,
	)
