"""Starts of recurrence rules against following the whole rule each time."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.change_recurrences import Recurrence

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 1, 5)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

parts = st.one_of(
	st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
	st.builds(
		lambda interval, days: f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={','.join(sorted(days))}",
		st.integers(1, 3),
		st.sets(st.sampled_from(WEEKDAYS), min_size=1, max_size=3),
	),
	st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.integers(1, 31)),
	st.builds("FREQ=MONTHLY;BYDAY={}SA".format, st.sampled_from((1, 2, -1))),
	st.just("FREQ=YEARLY"),
)
ends = st.one_of(
	st.just(""),
	st.builds(";COUNT={}".format, st.integers(1, 20)),
	st.builds(lambda days: f";UNTIL={FIRST + timedelta(days=days):%Y%m%d}", st.integers(0, 500)),
)
days = st.integers(-30, 700).map(lambda offset: FIRST + timedelta(days=offset))


def naive(rule, first, until, since, last):
	"""The whole rule, the first start with it, then cut."""
	body, _, count = rule.partition(";COUNT=")
	found = sorted({first, *rrulestr(body, dtstart=first).replace(until=_until(body, last))})
	found = found[: int(count)] if count else found
	return [
		start
		for start in found
		if since <= start.date() <= last and (until is None or start.date() <= until or start == first)
	]


def _until(rule, last):
	limit = datetime.combine(last, time.max)
	_, _, stated = rule.partition("UNTIL=")
	return (
		min(limit, datetime.combine(datetime.strptime(stated, "%Y%m%d").date(), time.max))
		if stated
		else limit
	)


@settings(max_examples=300, deadline=None)
@given(
	body=parts,
	end=ends,
	hour=st.integers(0, 23),
	offset=st.integers(0, 13),
	until=st.none() | days,
	since=days,
	length=st.integers(0, 400),
)
def test_it_finds_what_following_the_whole_rule_finds(body, end, hour, offset, until, since, length):
	first = datetime.combine(FIRST + timedelta(days=offset), time(hour))
	last = since + timedelta(days=length)
	starts = Recurrence(body + end, until).starts(first, BERLIN, since, last)
	assert all(start.tzinfo is BERLIN for start in starts)
	walls = [start.replace(tzinfo=None) for start in starts]
	assert walls == naive(body + end, first, until, since, last)
