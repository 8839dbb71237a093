import itertools

import pytest

from plant_itsm.domain.rules import topic_matches
from plant_itsm.ot_listeners.topic_filters import covers, needed

LEVELS = ("a", "b", "+")
FILTERS = [
	"/".join(levels) + end
	for depth in (1, 2)
	for levels in itertools.product(LEVELS, repeat=depth)
	for end in ("", "/#")
] + ["#", "$SYS/a", "$SYS/#", "+/+/+", "a/b/a"]
TOPICS = ["/".join(levels) for depth in (1, 2, 3, 4) for levels in itertools.product("abc", repeat=depth)]
TOPICS += ["$SYS", "$SYS/a", "$SYS/a/b"]


def topics_under(topic_filter):
	return {topic for topic in TOPICS if topic_matches(topic_filter, topic)}


@pytest.mark.parametrize("wide", FILTERS)
def test_a_filter_covers_another_exactly_when_it_takes_all_of_its_topics(wide):
	for narrow in FILTERS:
		if {wide, narrow} != {"#", "+/#"}:  # the same topics: one of the two must stay
			assert covers(wide, narrow) == (topics_under(narrow) <= topics_under(wide)), (wide, narrow)
	assert needed({"#", "+/#"}) == {"#"}


def test_no_topic_is_lost_and_none_is_asked_for_twice_over():
	rules = {"plant/#", "plant/line3/robot", "plant/+/robot", "$SYS/broker/uptime", "other/+/x", "other/a/x"}
	assert needed(rules) == {"plant/#", "$SYS/broker/uptime", "other/+/x"}
	assert needed({"a", "b"}) == {"a", "b"}
	assert needed(set()) == frozenset()
