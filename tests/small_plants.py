"""Hypothesis strategies for small plants of every shape: cycles, self-relations, groups in groups, feeds in circles."""

from __future__ import annotations

from hypothesis import strategies as st

from plant_itsm.domain.cmdb import ConfigurationItem, ProductionLine, Relation, Segment, build_cmdb
from plant_itsm.domain.line_feeds import LineFeed
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.vocabulary import FailureTravel, LineEffect, MinUpUnit

CIS = [f"CI{n}" for n in range(10)]
GONE = "Gone"
"""A CI that has retired: records still name it."""
LINES = [f"L{n}" for n in range(4)]
SEGMENTS = ["VLAN 1", "VLAN 2"]

ci = st.sampled_from([*CIS, GONE])
failed_cis = st.sets(st.sampled_from(CIS), min_size=1, max_size=4)
relation = st.builds(
	Relation, ci, st.sampled_from(["runs on", "controls"]), ci, st.sampled_from(FailureTravel)
)
relations = st.lists(relation, max_size=18)
items = st.tuples(
	*(
		st.builds(
			ConfigurationItem,
			st.just(name),
			st.just("PLC"),
			st.sampled_from([None, "No such line", *LINES]),
			st.sampled_from(LineEffect),
		)
		for name in CIS
	)
)


def _some(names, **sizes):
	return st.lists(st.sampled_from(names), unique=True, **sizes).map(tuple)


@st.composite
def _groups(draw):
	found = []
	for number in range(draw(st.integers(0, 4))):
		members = draw(_some([*CIS, GONE], min_size=1, max_size=4))
		unit = draw(st.sampled_from(MinUpUnit))
		min_up = draw(st.integers(1, 100 if unit == MinUpUnit.PERCENT else len(members)))
		served = (
			draw(_some(CIS, max_size=2)),
			draw(_some(LINES, max_size=2)),
			draw(_some(SEGMENTS, max_size=1)),
		)
		found.append(RedundancyGroup(f"Group {number}", members, min_up, unit, *served))
	return found


@st.composite
def _segments(draw):
	found = []
	for name in SEGMENTS:
		members = draw(_some([*CIS, GONE], max_size=5))
		switches = draw(_some(members, max_size=2)) if members else ()
		found.append(Segment(name, switches, members))
	return found


@st.composite
def _feeds(draw):
	pairs = draw(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(LINES)), unique=True, max_size=6))
	return [LineFeed(a, b, 60.0 * draw(st.integers(0, 30))) for a, b in pairs if a != b]


lines = [ProductionLine(name, "Plant", 100) for name in LINES]
groups, segments, feeds = _groups(), _segments(), _feeds()
plants = st.builds(build_cmdb, items, relations, segments, st.just(lines), groups, feeds)
