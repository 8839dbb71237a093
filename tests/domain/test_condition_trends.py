"""Zones, rolled-up values, and trends against scipy's regression."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from plant_itsm.domain.condition_trends import (
	Rollup,
	Zone,
	check_zones,
	limit_of,
	start_of,
	student_t,
	student_t_quantile,
	trend_to_limit,
	zone_of,
)
from plant_itsm.domain.errors import InvalidRecordError, NotEnoughDataError
from plant_itsm.domain.maintenance_words import RollupPeriod, Severity

NOW = datetime(2026, 6, 1, 8, 30, tzinfo=timezone.utc)
ZONES = [
	Zone("A", 0, Severity.GOOD),
	Zone("B", 1.4, Severity.ACCEPTABLE),
	Zone("C", 2.8, Severity.WARNING),
	Zone("D", 4.5, Severity.ALARM),
]
values = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
	("value", "zone"), [(0, "A"), (1.4, "A"), (1.5, "B"), (4.5, "C"), (4.6, "D"), (99, "D")]
)
def test_a_limit_belongs_to_the_zone_below_it(value, zone):
	assert zone_of(ZONES, value).name == zone


def test_limits_in_the_wrong_order_are_refused():
	check_zones("Set", ZONES)
	with pytest.raises(InvalidRecordError, match=r"zone B begins above 1\.4, which is not higher than 2\.8"):
		check_zones("Set", [ZONES[0], ZONES[2], ZONES[1]])
	with pytest.raises(InvalidRecordError, match="lowest zone has to begin above 0"):
		check_zones("Set", ZONES[1:])
	with pytest.raises(InvalidRecordError, match=r"zone X \(Good\) is milder than zone B"):
		check_zones("Set", [*ZONES[:2], Zone("X", 9, Severity.GOOD)])


@given(st.lists(values, min_size=1))
def test_a_rollup_keeps_count_sum_and_extremes_whatever_the_order(found):
	whole = Rollup.of(found[0])
	for value in found[1:]:
		whole = Rollup.of(value) + whole
	assert (whole.readings, whole.lowest, whole.highest) == (len(found), min(found), max(found))
	assert whole.total == pytest.approx(sum(found), abs=1e-3)


def test_periods_begin_with_the_hour_and_the_day():
	assert start_of(RollupPeriod.HOUR, NOW) == NOW.replace(minute=0)
	assert start_of(RollupPeriod.DAY, NOW) == NOW.replace(hour=0, minute=0)


@given(st.floats(-60, 60), st.integers(1, 400))
def test_students_t_is_that_of_scipy(value, freedom):
	assert student_t(value, freedom) == pytest.approx(stats.t.cdf(value, freedom), abs=1e-7)


@given(st.floats(0.5, 0.9995), st.integers(3, 400))
def test_the_quantile_of_students_t_is_that_of_scipy(probability, freedom):
	assert student_t_quantile(probability, freedom) == pytest.approx(
		stats.t.ppf(probability, freedom), abs=1e-5
	)


def test_the_limit_of_a_trend_is_where_alarm_begins_else_warning():
	assert limit_of(ZONES) == ZONES[3]
	assert limit_of(ZONES[:3]) == ZONES[2]
	assert limit_of(ZONES[:2]) is None


def test_the_interval_of_a_trend_holds_the_next_value_as_often_as_it_says():
	"""400 trends of 20 values: the share of hits has a standard error of 0.015."""
	random = np.random.default_rng(7)
	days, hits = np.arange(-20, 0), 0
	for _ in range(400):
		measured = 2 + 0.03 * days + random.normal(0, 0.2, 20)
		points = [(NOW + timedelta(days=int(day)), value) for day, value in zip(days, measured, strict=True)]
		low, high = trend_to_limit(points, 3, NOW, 14, 0.9).interval
		hits += low <= 2 + 0.03 * 14 + random.normal(0, 0.2) <= high
	assert abs(hits / 400 - 0.9) < 0.045


@given(st.integers(0, 2**32 - 1), st.integers(5, 60), st.floats(0.5, 60))
def test_a_trend_is_the_prediction_of_ordinary_least_squares(seed, count, horizon):
	random = np.random.default_rng(seed)
	days = np.sort(random.uniform(-90, 0, count))
	measured = 2 + 0.03 * days + random.normal(0, 0.2, count)
	found = trend_to_limit(
		[(NOW + timedelta(days=day), value) for day, value in zip(days, measured, strict=True)],
		3,
		NOW,
		horizon,
	)
	line = stats.linregress(days, measured)
	error = np.sqrt(((measured - line.intercept - line.slope * days) ** 2).sum() / (count - 2))
	lever = 1 + 1 / count + (horizon - days.mean()) ** 2 / ((days - days.mean()) ** 2).sum()
	t = (3 - line.intercept - line.slope * horizon) / (error * np.sqrt(lever))
	assert found.slope_per_day == pytest.approx(line.slope, rel=1e-4, abs=1e-7)
	assert found.probability == pytest.approx(stats.t.sf(t, count - 2), abs=1e-5)


def test_a_falling_line_never_reaches_its_limit():
	points = [(NOW - timedelta(days=day), 1 + day / 10 + day % 2 / 50) for day in range(10)]
	assert trend_to_limit(points, 3, NOW, 14).days_to_limit is None


def test_few_values_make_no_trend():
	for points in ([], [(NOW, 1.0)] * 4, [(NOW, 1.0)] * 9):
		with pytest.raises(NotEnoughDataError, match=r"not enough data: \d values"):
			trend_to_limit(points, 3, NOW, 14)
