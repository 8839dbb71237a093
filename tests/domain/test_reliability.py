"""Mean times by hand, and what is said where there is none."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.oee import StopClass
from plant_itsm.domain.reliability import Failure, is_failure, reliability
from plant_itsm.domain.response_times import Dispatch, Moments
from plant_itsm.domain.vocabulary import StopLoss

START = datetime(2026, 6, 1, 8, tzinfo=timezone.utc)


def after(seconds):
	return START + timedelta(seconds=seconds)


def test_mean_times_by_hand():
	"""100 h of operation, three failures: down for 600 s, for 1200 s and still; acknowledged after 50 and 70 s."""
	failures = [
		Failure(START, after(10), after(60), Decimal(600)),
		Failure(START, after(20), after(90), Decimal(1200)),
		Failure(START, after(30)),
	]
	result = reliability(Decimal(360000), failures)
	means = (result.mtbf, result.mttr, result.mttd, result.mtta)
	assert [mean.seconds for mean in means] == [120000, 900, 20, 60]
	assert result.explanation == (
		"MTBF (operating time ÷ failures) = 360000 s ÷ 3 = 33 h 20 min 00 s;"
		" MTTR (restored − failed) = 1800 s ÷ 2 = 15 min 00 s;"
		" MTTD (detected − failed) = 60 s ÷ 3 = 20 s; MTTA (acknowledged − detected) = 120 s ÷ 2 = 1 min 00 s"
	)


def test_no_failures_is_said_in_words():
	result = reliability(Decimal(3600), [])
	assert (result.failures, result.mtbf.seconds) == (0, None)
	assert result.explanation == "no failures in 1 h 00 min 00 s of operating time"


def test_nothing_restored_yet_has_no_mean_time_to_restoration():
	result = reliability(Decimal(3600), [Failure(START, START)])
	assert result.mttr.seconds is None
	assert "MTTR (restored − failed): none" in result.explanation


@pytest.mark.parametrize("loss", StopLoss)
def test_only_a_breakdown_is_a_failure(loss):
	assert is_failure(StopClass(loss=loss)) == (loss == StopLoss.BREAKDOWNS)
	assert not is_failure(StopClass(planned=True))
	assert not is_failure(StopClass())


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=20), st.integers(1, 10**6))
def test_mtbf_times_failures_is_the_operating_time(downs, operating):
	failures = [Failure(START, START, None, Decimal(down)) for down in downs]
	result = reliability(Decimal(operating), failures)
	assert abs(result.mtbf.seconds * len(downs) - operating) < Decimal("0.0001")
	assert min(downs) <= result.mttr.seconds <= max(downs)


@pytest.mark.parametrize(
	("dispatched", "ended", "now", "expected"),
	[
		(900, None, 5000, Dispatch.IN_TIME),
		(901, None, 5000, Dispatch.LATE),
		(None, None, 900, Dispatch.WAITING),
		(None, None, 901, Dispatch.LATE),
		(None, 800, 5000, Dispatch.NOT_NEEDED),
		(None, 1000, 5000, Dispatch.LATE),
	],
)
def test_whether_somebody_was_sent_in_time(dispatched, ended, now, expected):
	sent, over = (None if moment is None else after(moment) for moment in (dispatched, ended))
	moments = Moments(START, None, START, after(900), sent, over)
	assert moments.dispatch(after(now)) == expected


def test_times_of_a_response():
	moments = Moments(START, after(30), after(5), after(905), after(65))
	assert (moments.to_acknowledge, moments.to_dispatch) == (30, 60)
	assert moments.explanation(after(70)) == (
		"to acknowledge = acknowledged − detected = 30 s = 30 s; to dispatch = dispatched − notified = 60 s ="
		" 1 min 00 s; dispatch due 15 min 00 s after the notification: In time"
	)
	assert Moments(START).explanation(START) == ""
	assert Moments(after(30), START).to_acknowledge == 0  # two clocks
	assert Moments(START).dispatch(START) == Dispatch.NO_CLOCK
