"""The slope of memory is found, and steps that last widen its doubt."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.endurance.memory_slope import slope_of

SECONDS = [30.0 * number for number in range(90)]


@settings(deadline=None)
@given(st.floats(-0.01, 0.01), st.floats(10, 500))
def test_a_straight_line_is_found(slope, start):
	found = slope_of(SECONDS, [start + slope * second for second in SECONDS])
	assert found.value == pytest.approx(slope, abs=1e-9)
	assert found.low - 1e-9 <= slope <= found.high + 1e-9


def test_noise_leaves_the_true_slope_within_its_confidence_mostly():
	hits = 0
	for seed in range(200):
		dice = random.Random(seed)
		found = slope_of(SECONDS, [100 + 0.001 * second + dice.gauss(0, 1) for second in SECONDS])
		hits += found.low <= 0.001 <= found.high
	assert hits >= 180


def test_steps_that_last_are_less_sure_than_noise_of_the_same_size():
	dice = random.Random(1)
	noise = [dice.choice((0.0, 1.0)) for _ in SECONDS]
	steps = sorted(noise[:45]) + sorted(noise[45:], reverse=True)
	sure, unsure = slope_of(SECONDS, noise), slope_of(SECONDS, steps)
	assert unsure.high - unsure.low > 2 * (sure.high - sure.low)


def test_too_few_samples_are_no_confidence():
	assert math.isinf(slope_of([0.0, 1.0], [1.0, 2.0]).high)
