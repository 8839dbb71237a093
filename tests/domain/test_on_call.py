"""Duties: by time of day, by shift, by weekday, in turns of weeks."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.calendars import Shift
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.on_call import Duty, check_duty

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Shift("Night", time(22), time(6))


def at(*when):
	return datetime(*when, tzinfo=BERLIN)


def holds(duty, moment, working=None):
	return duty.holds(moment, BERLIN, working)


def test_a_duty_over_midnight_belongs_to_the_day_on_which_it_starts():
	friday = Duty("u", from_time=time(22), to_time=time(6), weekdays=frozenset({4}))
	assert holds(friday, at(2026, 6, 5, 23, 0))  # a Friday
	assert holds(friday, at(2026, 6, 6, 5, 59))
	assert not holds(friday, at(2026, 6, 6, 6, 0))
	assert not holds(friday, at(2026, 6, 5, 5, 0)), "that was Thursday's"


def test_a_duty_of_a_shift_holds_while_that_shift_works():
	friday = Duty("u", shift="Night", weekdays=frozenset({4}))
	assert holds(friday, at(2026, 6, 6, 3, 0), NIGHT)
	assert not holds(friday, at(2026, 6, 6, 23, 0), NIGHT)
	assert not holds(friday, at(2026, 6, 5, 23, 0), Shift("Late", time(14), time(22)))
	assert not holds(friday, at(2026, 6, 5, 23, 0), None)


def test_a_duty_ends_when_its_period_does():
	week = Duty("u", starts_at=at(2026, 6, 1, 6, 0), ends_at=at(2026, 6, 8, 6, 0))
	assert [
		holds(week, moment) for moment in (at(2026, 6, 1, 5, 59), at(2026, 6, 1, 6), at(2026, 6, 8, 6))
	] == [
		False,
		True,
		False,
	]


@given(st.integers(1, 6), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 23))
def test_in_turns_exactly_one_of_them_is_on_call(people, day, hour):
	first = date(2026, 1, 7)
	rota = [
		Duty(f"u{number}", every_weeks=people, first_week=first + number * timedelta(weeks=1))
		for number in range(people)
	]
	moment = datetime.combine(day, time(hour), BERLIN)
	assert sum(holds(duty, moment) for duty in rota) == 1


@given(st.times(), st.times(), st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 30)))
def test_a_day_is_shared_by_a_duty_and_its_opposite(start, end, moment):
	moment = moment.replace(tzinfo=BERLIN)
	if start == end:
		assert holds(Duty("u", from_time=start, to_time=end), moment)
		return
	day, night = Duty("u", from_time=start, to_time=end), Duty("v", from_time=end, to_time=start)
	assert holds(day, moment) != holds(night, moment)


@pytest.mark.parametrize(
	("duty", "why"),
	[
		(Duty("u", starts_at=at(2026, 6, 2), ends_at=at(2026, 6, 1)), "Enter a later end"),
		(Duty("u", from_time=time(6)), "only one of the two times"),
		(Duty("u", shift="Night", from_time=time(6), to_time=time(7)), "Keep one of the two"),
		(Duty("u", weekdays=frozenset()), "holds on no weekday"),
		(Duty("u", every_weeks=0), "no rota"),
		(Duty("u", every_weeks=3), "Enter the first week"),
	],
)
def test_a_duty_that_never_holds_is_refused(duty, why):
	with pytest.raises(InvalidRecordError, match=f"On Call Duty of u: .*{why}"):
		check_duty(duty)
