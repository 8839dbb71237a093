"""Weibull models against the seed's figures, scipy, lifelines, and histories whose parameters are known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from plant_itsm.domain.errors import InvalidRecordError, NotEnoughDataError
from plant_itsm.domain.weibull import Life, Weibull, fit

SEED = Weibull(3.0, 42.3)
HISTORY = [Life(days, True) for days in (31.0, 38.5, 44.2, 47.9, 52.3, 60.1)] + [
	Life(days, False) for days in (20.0, 45.0, 65.0)
]
days = st.floats(0.5, 2000)


def simulated(random, count, shape, scale):
	"""Lives of known shape and scale, each suspended at an age of its own; about a third are."""
	lasted = scale * random.weibull(shape, count)
	observed = random.uniform(0.3 * scale, 2.2 * scale, count)
	return [Life(min(a, b), bool(a <= b)) for a, b in zip(lasted, observed, strict=True)]


def test_the_seeds_robot_fails_within_14_days_with_78_percent():
	assert round(SEED.failure_probability(45, 14), 2) == 0.78


@given(st.floats(0.3, 8), days, st.floats(0, 500), st.floats(0, 500))
def test_the_conditional_probability_is_that_of_scipy_and_grows_with_time(shape, scale, age, within):
	model = Weibull(shape, scale)
	probability = model.failure_probability(age, within)
	law = stats.weibull_min(shape, scale=scale)
	survived = law.logsf(age + within) - law.logsf(age)
	assert probability == pytest.approx(-math.expm1(survived), abs=1e-9)
	assert 0 <= probability <= model.failure_probability(age, within + 1) <= 1


def test_a_fit_is_that_of_scipy():
	ours = fit(HISTORY, assumed_shape=2)
	censored = stats.CensoredData.right_censored(
		[life.days for life in HISTORY], [not life.failed for life in HISTORY]
	)
	shape, _, scale = stats.weibull_min.fit(censored, floc=0)
	assert ours.model.shape == pytest.approx(shape, rel=1e-3)
	assert ours.model.scale_days == pytest.approx(scale, rel=1e-3)


SHOCK_ABSORBERS = [
	*(Life(km, True) for km in (6700.0, 9120, 12200, 13150, 14300, 17520, 20100, 20900, 22700, 26510, 27490)),
	*(
		Life(km, False)
		for km in (6950.0, 7820, 8790, 9660, 9820, 11310, 11690, 11850, 11880, 12140, 12870, 13330)
	),
	*(
		Life(km, False)
		for km in (13470.0, 14040, 17540, 17890, 18450, 18960, 18980, 19410, 20100, 20150, 20320)
	),
	*(Life(km, False) for km in (23490.0, 27410, 27890, 28100)),
]
"""Kilometres of 38 shock absorbers, 11 of them failed (Meeker and Escobar, Statistical Methods for Reliability Data,
table C.2), who print beta 3.16 and eta 27,719 km in chapter 8."""


@pytest.mark.parametrize(
	("lives", "lifelines", "reliability"),
	[
		(HISTORY, (4.503663331174544, 55.024499802858045), (4.503663834976783, 55.02448318942923)),
		(SHOCK_ABSORBERS, (3.1604702756962957, 27718.71784885374), (3.160470318407861, 27718.71811841845)),
	],
)
def test_a_fit_is_that_of_lifelines_and_of_reliability(lives, lifelines, reliability):
	"""What WeibullFitter of lifelines 0.30.3 and Fit_Weibull_2P of reliability 0.9.0 say of the same lives."""
	found = fit(lives, assumed_shape=2).model
	assert (found.shape, found.scale_days) == pytest.approx(lifelines, rel=1e-6)
	assert (found.shape, found.scale_days) == pytest.approx(reliability, rel=1e-6)


def test_a_fit_is_the_published_one():
	found = fit(SHOCK_ABSORBERS, assumed_shape=2).model
	assert (round(found.shape, 2), round(found.scale_days)) == (3.16, 27719)


def test_with_two_failures_and_a_given_shape_the_scale_is_that_of_reliability():
	"""Fit_Weibull_2P(force_beta=2) of reliability 0.9.0 on the first two failures and all suspensions."""
	for lives, scale in ((HISTORY, 67.42865798334212), (SHOCK_ABSORBERS, 63553.08523163207)):
		failed = [life for life in lives if life.failed]
		found = fit([*failed[:2], *(life for life in lives if not life.failed)], assumed_shape=2)
		assert found.shape_interval is None
		assert found.model.scale_days == pytest.approx(scale, rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_model_beside_the_fitted_one_is_likelier(seed):
	random = np.random.default_rng(seed)
	lives = simulated(random, 15, 2.0, 100.0)
	fitted = fit(lives, assumed_shape=2, fewest_failures=2)

	def likelihood(model):
		law = stats.weibull_min(model.shape, scale=model.scale_days)
		return sum(law.logpdf(life.days) if life.failed else law.logsf(life.days) for life in lives)

	best = likelihood(fitted.model)
	for shape, scale in ((1.01, 1), (0.99, 1), (1, 1.01), (1, 0.99)):
		beside = Weibull(fitted.model.shape * shape, fitted.model.scale_days * scale)
		if fitted.shape_interval or shape == 1:
			assert likelihood(beside) <= best + 1e-9


def test_intervals_hold_the_true_parameters_as_often_as_they_say():
	"""200 censored histories of 30 lives: the share of hits has a standard error of 0.021."""
	random = np.random.default_rng(20261123)
	truth, runs = Weibull(2.5, 60.0), 200
	probability = truth.failure_probability(45, 14)
	hits = np.zeros(3)
	for _ in range(runs):
		fitted = fit(simulated(random, 30, truth.shape, truth.scale_days), assumed_shape=2)
		found = (fitted.shape_interval, fitted.scale_interval, fitted.probability_interval(45, 14))
		true = (truth.shape, truth.scale_days, probability)
		hits += [one.low <= value <= one.high for one, value in zip(found, true, strict=True)]
	assert (np.abs(hits / runs - 0.9) < 0.06).all(), hits / runs


def test_few_failures_are_fitted_with_the_assumed_shape_and_that_is_said():
	lives = [Life(40, True), Life(60, True), Life(55, False)]
	fitted = fit(lives, assumed_shape=3)
	assert fitted.model.shape == 3
	assert fitted.model.scale_days == pytest.approx(((40**3 + 60**3 + 55**3) / 2) ** (1 / 3))
	assert fitted.explanation.startswith(
		"Weibayes, beta 3 assumed as 2 failures and 1 suspensions are too few to fit it; eta 60.66 days"
	)
	low, high = fitted.probability_interval(45, 14)
	assert low < fitted.model.failure_probability(45, 14) < high


def test_failures_that_all_came_at_the_longest_life_tell_no_shape():
	assert fit([Life(50, True)] * 6 + [Life(20, False)], assumed_shape=2).shape_interval is None


def test_without_a_failure_there_is_no_model():
	for lives in ([], [Life(100, False), Life(300, False)]):
		with pytest.raises(NotEnoughDataError, match=f"not enough data: none of {len(lives)} recorded lives"):
			fit(lives, assumed_shape=2)


@pytest.mark.parametrize("life", [0.0, -1.0, math.inf, math.nan])
def test_a_life_that_cannot_be_is_refused(life):
	with pytest.raises(InvalidRecordError, match="cannot be"):
		fit([Life(10, True), Life(life, False)], assumed_shape=2)


def test_an_age_that_cannot_be_is_refused():
	with pytest.raises(InvalidRecordError, match="age -1 days"):
		SEED.failure_probability(-1, 14)
