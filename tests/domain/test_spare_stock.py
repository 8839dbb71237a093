"""Stock of slow movers: the Poisson rule against scipy, and days of supply that are never made up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from plant_itsm.domain.errors import InvalidRecordError, NotEnoughDataError
from plant_itsm.domain.spare_stock import (
	LARGEST_DEMAND,
	days_of_supply,
	expected_demand,
	reorder,
	stock_for,
)

LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


def test_the_table_of_stocks_is_that_of_scipy():
	for demand in (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 8, 13, 40, 120, 500):
		for level in LEVELS:
			assert stock_for(demand, level) == stats.poisson.ppf(level, demand), (demand, level)


@given(st.floats(0, LARGEST_DEMAND), st.floats(0.01, 0.9999))
def test_a_stock_is_the_smallest_that_is_enough(demand, level):
	stock = stock_for(demand, level)
	assert stats.poisson.cdf(stock, demand) >= level - 1e-9
	assert stock == 0 or stats.poisson.cdf(stock - 1, demand) <= level + 1e-9


def test_expected_demand_by_hand():
	"""40 drives with an MTBF of 2,000 days over a lead time of 30 days."""
	assert expected_demand(40, 30, 2000) == 0.6
	assert stock_for(0.6, 0.95) == 2


@pytest.mark.parametrize(("demand", "level"), [(-1, 0.9), (1, 0), (1, 1), (1, 1.2), (501, 0.9)])
def test_what_cannot_be_is_refused(demand, level):
	with pytest.raises(InvalidRecordError, match="cannot be"):
		stock_for(demand, level)


def test_supply_follows_use_where_there_was_any():
	supply = days_of_supply(4, used=2, over_days=365, units=10, mtbf_days=100)
	assert supply.days == 730
	assert supply.explanation == "4 on hand ÷ 0.005479 a day (2 used in 365 days) = 730 days"


def test_supply_without_past_use_comes_from_the_units_in_use():
	supply = days_of_supply(2, used=0, over_days=365, units=40, mtbf_days=2000)
	assert supply.days == 100
	assert "none used yet; 40 units in use ÷ MTBF of 2000 days" in supply.explanation


@pytest.mark.parametrize(("units", "mtbf"), [(0, 2000), (40, None)])
def test_supply_that_nothing_tells_is_not_infinite(units, mtbf):
	with pytest.raises(NotEnoughDataError, match="not enough data: none was used"):
		days_of_supply(2, used=0, over_days=365, units=units, mtbf_days=mtbf)


def test_a_negative_stock_is_refused():
	with pytest.raises(InvalidRecordError, match="-1 on hand is negative"):
		days_of_supply(-1, used=1, over_days=365, units=1, mtbf_days=100)


def test_a_reorder_fills_up_to_what_covers_the_lead_time():
	one = reorder(1, 0, units=40, lead_time_days=30, mtbf_days=2000, service_level=Decimal("0.95"))
	assert (one.quantity, one.enough) == (1, 2)
	assert one.explanation == (
		"40 units × 30 days ÷ 2000 days = 0.6 expected in a lead time; 2 cover that with 95.00 %;"
		" 1 on hand, 0 on order: order 1"
	)
	assert (
		reorder(1, 1, units=40, lead_time_days=30, mtbf_days=2000, service_level=Decimal("0.95")).quantity
		== 0
	)
	with pytest.raises(NotEnoughDataError, match="not enough data: without an MTBF"):
		reorder(1, 0, units=40, lead_time_days=30, mtbf_days=None, service_level=Decimal("0.95"))
