"""Feeds: a stop arrives when the buffers on the shortest way are empty, round circles too."""

import math

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.line_feeds import Arrival, LineFeed, arrivals, check_line_feed, feeds_by_line


def after(stopped, *feeds):
	return arrivals(feeds_by_line(LineFeed(*feed) for feed in feeds), stopped)


def test_buffers_add_up_along_the_way_that_is_empty_first():
	found = after(["A"], ("A", "B", 600.0), ("B", "D", 600.0), ("A", "C", 60.0), ("C", "D", 1000.0))
	assert found == {
		"A": Arrival(0.0, None),
		"C": Arrival(60.0, "A"),
		"B": Arrival(600.0, "A"),
		"D": Arrival(1060.0, "C"),
	}


def test_a_circle_of_feeds_ends_where_it_began():
	assert after(["A"], ("A", "B", 5.0), ("B", "A", 5.0)) == {"A": Arrival(0.0, None), "B": Arrival(5.0, "A")}


def test_a_line_that_stops_by_itself_waits_for_no_buffer():
	assert after(["A", "B"], ("A", "B", 600.0))["B"] == Arrival(0.0, None)


def test_an_empty_buffer_holds_nothing_up():
	assert after(["A"], ("A", "B", 0.0))["B"] == Arrival(0.0, "A")


@pytest.mark.parametrize(
	("target", "minutes", "text"),
	[
		("A", 5.0, "A feeds itself"),
		("B", -0.5, "-0.5 minutes"),
		("B", math.inf, "inf"),
		("B", math.nan, "nan"),
	],
)
def test_a_feed_that_cannot_be_is_refused(target, minutes, text):
	with pytest.raises(InvalidRecordError, match=text):
		check_line_feed("A", target, minutes)
