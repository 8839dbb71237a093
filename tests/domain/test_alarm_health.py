"""The figures of ISA-18.2 and EEMUA 191, worked out by hand."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from plant_itsm.domain.alarm_health import Alarms, alarm_health
from plant_itsm.domain.time_spans import Span

START = datetime(2026, 6, 1, tzinfo=timezone.utc)
DAY = Span(START, START + timedelta(days=1))


def values(alarms):
	return [figure.value for figure in alarm_health(alarms)]


def test_a_day_worked_out_by_hand():
	"""288 alarms on a day of 144 intervals; 12 alarms of which the top ten are 278; floods of 30 min merged to 20."""
	by_alarm = {f"A{number}": 27 for number in range(10)} | {"B": 8, "C": 10}
	minute = timedelta(minutes=1)
	floods = [Span(START, START + 15 * minute), Span(START + 5 * minute, START + 20 * minute)]
	alarms = Alarms(DAY, 2, [30, 4, 1], by_alarm, floods, {"A1": 3}, ["C"])
	average, peak, flood, top, chattering, stale = values(alarms)
	assert (average, peak) == (1, 15)
	assert flood == Decimal(100 * 20) / (24 * 60)
	assert top == Decimal(100 * 270) / 288
	assert (chattering, stale) == (1, 1)
	met = [figure.is_met for figure in alarm_health(alarms)]
	assert met == [True, False, False, False, False, True]


def test_a_flood_counts_as_far_as_it_lies_in_the_period():
	floods = [Span(START - timedelta(days=1), START + timedelta(hours=6))]
	assert values(Alarms(DAY, 1, [], {}, floods, {}))[2] == 25


def test_without_alarms_and_without_time_nothing_is_divided_by_zero():
	assert values(Alarms(DAY, 1, [], {}, [], {})) == [0, 0, 0, None, 0, 0]
	assert values(Alarms(Span(START, START), 0, [], {}, [], {})) == [None, 0, None, None, 0, 0]
