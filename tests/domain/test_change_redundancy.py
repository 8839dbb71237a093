"""Members of a redundancy group that are down at once, against counting them at each moment."""

from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.change_redundancy import Outage, shortage_alone, shortages
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.time_spans import Span

ORIGIN = datetime(2026, 3, 29, tzinfo=timezone.utc)
MEMBERS = ("A", "B", "C", "D", "E")
HOURS = 24


def at(hour):
	return ORIGIN + timedelta(hours=hour)


hours = st.tuples(st.integers(0, HOURS - 1), st.integers(1, 8))
outages = st.lists(
	st.builds(
		lambda member, by, span: Outage(member, by, Span(at(span[0]), at(span[0] + span[1]))),
		st.sampled_from((*MEMBERS, "Elsewhere")),
		st.sampled_from(("CHG-1", "CHG-2", "CHG-3")),
		hours,
	),
	max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(
	members=st.integers(1, 5), min_up=st.integers(1, 5), own=st.sets(st.sampled_from(MEMBERS)), others=outages
)
def test_too_few_stay_up_exactly_when_counting_says_so(members, min_up, own, others):
	group = RedundancyGroup("G", MEMBERS[:members], min(min_up, members))
	mine = own & set(group.members)
	found = list(shortages(group, own, others))
	for hour in range(HOURS + 8):
		down = {one.member for one in others if one.span.holds(at(hour))} & set(group.members)
		is_short = members - len(mine | down) < group.min_up
		expected = bool(mine and down - mine and is_short)
		assert any(shortage.span.holds(at(hour)) for shortage in found) == expected, hour
	for shortage in found:
		assert {one.member for one in shortage.outages} <= set(group.members) - mine


def test_own_members_alone_are_judged_against_the_group():
	group = RedundancyGroup("Pumps", ("A", "B", "C"), 2)
	day = Span(at(0), at(24))
	assert shortage_alone(group, {"A", "Elsewhere"}, day) is None
	shortage = shortage_alone(group, {"A", "B"}, day)
	assert str(shortage) == "1 of 3 members of Pumps stay up, 2 have to"
