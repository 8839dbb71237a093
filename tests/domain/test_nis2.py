"""The clocks of NIS 2 over the ends of months and the change of the clock."""

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.change_words import ClockWarning
from plant_itsm.domain.nis2 import FINAL_REPORT, NOTIFICATION, Clock, clocks

HOUR = timedelta(hours=1)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(timezone.utc))


def test_a_month_after_the_31st_is_the_last_day_of_the_next():
	sent = datetime(2027, 1, 31, 12, tzinfo=timezone.utc)
	*_, final = clocks(sent - HOUR, {NOTIFICATION: sent})
	assert (final.report, final.due) == (FINAL_REPORT, datetime(2027, 2, 28, 12, tzinfo=timezone.utc))


@given(aware=moments)
def test_the_clocks_end_one_after_the_other(aware):
	early, notification, final = clocks(aware, {})
	assert early.due - aware == 24 * HOUR
	assert notification.due - aware == 72 * HOUR
	assert timedelta(days=28) <= final.due - notification.due <= timedelta(days=31)


@given(due=moments, before=st.integers(0, 100), ahead=st.integers(0, 100))
def test_a_clock_warns_ahead_and_from_its_end_on(due, before, ahead):
	warning = Clock("early_warning", due).warning(due - before * HOUR, ahead * HOUR)
	expected = ClockWarning.MISSED if before == 0 else ClockWarning.DUE_SOON if before <= ahead else None
	assert warning == expected
	assert Clock("early_warning", due, due).warning(due + HOUR, ahead * HOUR) is None
