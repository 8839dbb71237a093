"""What a prediction must satisfy, and how past ones are judged."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import InvalidRecordError, NotEnoughDataError
from plant_itsm.domain.predictions import Judged, Verdict, check_prediction, quality

judged = st.lists(st.builds(Judged, st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def test_quality_by_hand():
	past = [Judged(0.9, True)] * 3 + [Judged(0.8, False)] + [Judged(0.1, False)] * 5 + [Judged(0.2, True)]
	found = quality(past, 0.5, missed=1)
	assert (found.precision, found.recall, found.base_rate) == (3 / 4, 3 / 5, 0.4)
	assert found.brier == pytest.approx((3 * 0.01 + 0.64 + 5 * 0.01 + 0.64) / 10)
	assert found.explanation == (
		"better than the base rate: Brier score 0.1360 against 0.2400 of always saying 40.0%, over 10 predictions"
	)
	assert [(one.predictions, one.came) for one in found.bins] == [(5, 0), (1, 1), (1, 0), (3, 1)]


def test_a_model_that_says_the_base_rate_is_not_better():
	assert quality([Judged(0.5, True), Judged(0.5, False)] * 5, 0.5).verdict == Verdict.NOT_BETTER


def test_where_nothing_was_predicted_or_failed_there_is_no_precision_or_recall():
	found = quality([Judged(0.1, False)] * 10, 0.5)
	assert (found.precision, found.recall) == (None, None)


def test_few_predictions_are_not_judged():
	with pytest.raises(NotEnoughDataError, match="not enough data: 9 predictions have an outcome, 10 are"):
		quality([Judged(0.1, False)] * 9, 0.5)


@given(judged, st.floats(0, 1))
def test_bins_hold_every_prediction_and_each_outcome_once(past, threshold):
	found = quality(past, threshold, fewest=1)
	assert sum(one.predictions for one in found.bins) == len(past)
	assert sum(one.came * one.predictions for one in found.bins) == pytest.approx(
		sum(one.failed for one in past)
	)
	assert all(one.low - 1e-9 <= one.said <= one.high + 1e-9 for one in found.bins)


@given(judged)
def test_saying_what_comes_is_perfect(past):
	found = quality([Judged(float(one.failed), one.failed) for one in past], 0.5, fewest=1)
	assert found.brier == 0
	assert found.precision in (None, 1)
	assert found.recall in (None, 1)


@pytest.mark.parametrize(
	("probability", "horizon", "status", "said"),
	[
		(1.01, 14, "Active", "probability 1.01 is not between 0 and 1"),
		(-0.1, 14, "Active", "probability -0.1"),
		(math.nan, 14, "Active", "probability nan"),
		(0.78, 0, "Active", "horizon of 0 days says nothing"),
		(0.78, -3, "Active", "horizon of -3 days"),
		(0.78, math.inf, "Active", "horizon of inf days"),
		(0.78, 14, "Retired", "OT CI AR-042 is retired"),
	],
)
def test_predictions_that_cannot_be_are_refused(probability, horizon, status, said):
	with pytest.raises(InvalidRecordError, match=said):
		check_prediction("Failure Prediction", probability, horizon, "AR-042", status)
	check_prediction("Failure Prediction", 0.78, 14, "AR-042", "Active")
