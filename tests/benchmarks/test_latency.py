import pytest

from tests.benchmarks.latency import measure
from tests.benchmarks.measures import AIM_P95_MS, Latency, Spread


def test_a_few_incidents_are_measured_and_stay_below_the_aim(tmp_path):
	result = measure(tmp_path, 5)
	assert result.count == 5
	assert 0 < result.bare_insert.p50 < result.publish_to_ticket.p50
	assert result.publish_to_ticket.p95 < AIM_P95_MS


def test_overhead_is_the_difference_of_the_medians():
	result = Latency.of([20.0, 30.0, 40.0], [1.0, 2.0, 3.0])
	assert result.overhead_ms == pytest.approx(28.0)


def test_percentiles_lie_between_the_measured_values():
	assert Spread.of([float(n) for n in range(101)]) == Spread(50.0, 95.0, 100.0)
