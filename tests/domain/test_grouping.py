"""Grouping: the result is the same whoever reports first, and each part is behind its root."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.cmdb import ConfigurationItem, Relation, Segment, build_cmdb
from plant_itsm.domain.failure_reach import FailureReach
from plant_itsm.domain.grouping import FAILURES, OpenIncident, SuspicionLimits, group, root_for
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.vocabulary import EventKind, FailureTravel, MinUpUnit
from tests.small_plants import CIS, plants

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)
NEVER = SuspicionLimits(0, 1.0, timedelta(0))
LIMITS = SuspicionLimits(3, 0.6, timedelta(seconds=300))
ROBOTS = [f"AR-{n:03}" for n in range(40)]


def incident(ci, second=0.0, kind=EventKind.LINE_STOP, **more):
	at = NOON + timedelta(seconds=second)
	return OpenIncident(f"LS {kind} {ci}", kind, ci, at, at, parts=(ci,), **more)


def by_ci(found, incidents):
	cis = {one.stop: one.ci for one in incidents}
	return {cis[part]: cis[root] for part, root in found.parents.items()}


def needs(source, target):
	return Relation(source, "depends on", target, FailureTravel.TARGET_TO_SOURCE)


def cell(groups=()):
	"""Forty robots in the VLAN of a switch, which has a power supply; and a press that nothing is behind."""
	names = [*ROBOTS, "SW", "SW-2", "POWER", "PRESS"]
	segment = Segment("VLAN", ("SW",), (*ROBOTS, "SW"))
	cmdb = build_cmdb(
		[ConfigurationItem(name) for name in names], [needs("SW", "POWER")], [segment], [], groups
	)
	return FailureReach(cmdb.index)


@given(st.permutations([*ROBOTS[:6], "SW", "PRESS"]))
def test_robots_and_switch_in_any_order_are_one_incident(order):
	incidents = [incident(ci, second) for second, ci in enumerate(order)]
	found = by_ci(group(incidents, cell(), NEVER), incidents)
	assert found == dict.fromkeys(ROBOTS[:6], "SW")


@given(st.permutations([*ROBOTS, "SW"]))
@settings(max_examples=20)
def test_reports_one_by_one_come_to_the_same_as_all_at_once(order):
	"""As the service does it: what is a part already is asked no more, and its root stands for it."""
	reach, open_incidents, root_of = cell(), {}, {}
	for second, ci in enumerate(order):
		new = incident(ci, second)
		open_incidents[new.stop] = new
		found = group(open_incidents.values(), reach, LIMITS)
		for part, root in found.parents.items():
			gone = open_incidents.pop(part)
			root_of = {stop: root if now == part else now for stop, now in root_of.items()} | {part: root}
			kept = open_incidents[root]
			open_incidents[root] = replace(
				kept, parts=(*kept.parts, *gone.parts), latest=max(kept.latest, gone.latest)
			)
		for root, suspect in found.suspected.items():
			open_incidents[root] = replace(open_incidents[root], suspected=suspect)
	assert [one.ci for one in open_incidents.values()] == ["SW"]
	assert len(root_of) == 40


@given(
	plants,
	st.lists(st.tuples(st.sampled_from(CIS), st.sampled_from(FAILURES)), unique=True, max_size=8),
	st.randoms(use_true_random=False),
)
def test_the_order_in_which_they_are_given_does_not_matter(cmdb, failures, chance: random.Random):
	incidents = [incident(ci, second, kind) for second, (ci, kind) in enumerate(failures)]
	shuffled = chance.sample(incidents, len(incidents))
	reach = FailureReach(cmdb.index)
	assert group(incidents, reach, LIMITS) == group(shuffled, reach, LIMITS)


@given(plants, st.lists(st.sampled_from(CIS), unique=True, max_size=8))
def test_each_part_is_behind_what_has_failed_and_no_root_is(cmdb, failed):
	incidents = [incident(ci, second) for second, ci in enumerate(failed)]
	reach = FailureReach(cmdb.index)
	found = by_ci(group(incidents, reach, NEVER), incidents)
	roots = [ci for ci in failed if ci not in found]
	assert set(found.values()) <= set(roots)
	for ci in failed:
		others = [reach.number_of(other) for other in roots if other != ci]
		is_behind = reach.number_of(ci) in reach.reached_together(others)
		assert is_behind == (ci in found)


@given(plants, st.lists(st.sampled_from(CIS), unique=True, min_size=1, max_size=8))
def test_what_is_plainly_a_part_is_one_when_all_are_grouped(cmdb, failed):
	*known, new = [incident(ci, second) for second, ci in enumerate(failed)]
	reach = FailureReach(cmdb.index)
	roots = [one for one in known if one.stop not in group(known, reach, NEVER).parents]
	found = root_for(new, roots, reach, NEVER)
	assert found is None or group([*roots, new], reach, NEVER).parents == {new.stop: found}


def test_a_root_that_shows_late_takes_over_with_all_parts():
	incidents = [incident("SW", 0), incident("POWER", 9), incident(ROBOTS[0], 1)]
	assert by_ci(group(incidents, cell(), NEVER), incidents) == {"SW": "POWER", ROBOTS[0]: "POWER"}


def test_a_loss_of_view_explains_no_stop_and_a_planned_stop_nothing():
	unseen, planned = EventKind.LOSS_OF_VIEW, EventKind.PLANNED_STOP
	incidents = [incident("SW", kind=unseen), incident(ROBOTS[0]), incident(ROBOTS[1], kind=unseen)]
	assert by_ci(group(incidents, cell(), NEVER), incidents) == {ROBOTS[1]: "SW"}
	incidents = [incident("SW", kind=planned), incident(ROBOTS[0])]
	assert group(incidents, cell(), NEVER).parents == {}


def test_a_stop_and_a_loss_of_view_of_one_ci_are_one_incident():
	incidents = [incident("SW", 0, EventKind.LOSS_OF_VIEW), incident("SW", 5)]
	found = group(incidents, cell(), NEVER)
	assert found.parents == {incidents[0].stop: incidents[1].stop}


def test_what_redundancy_bears_is_no_part_until_it_is_lost():
	pair = RedundancyGroup("Uplinks", ("SW", "SW-2"), 1, MinUpUnit.COUNT, cis=("PRESS",))
	reach = cell([pair])
	one = [incident("SW", 0), incident("PRESS", 1)]
	assert group(one, reach, NEVER).parents == {}
	both = [*one, incident("SW-2", 2)]
	assert by_ci(group(both, reach, NEVER), both) == {"PRESS": "SW-2"}


def test_a_silent_switch_is_suspected_behind_many_robots():
	incidents = [incident(ci, second / 10) for second, ci in enumerate([*ROBOTS, "PRESS"])]
	found = group(incidents, cell(), LIMITS)
	assert found.suspected == {incidents[0].stop: "SW"}
	assert by_ci(found, incidents) == dict.fromkeys(ROBOTS[1:], ROBOTS[0])


def test_too_few_too_far_apart_or_too_little_explained_is_no_suspicion():
	few = [incident(ci, second) for second, ci in enumerate(ROBOTS[:2])]
	apart = [incident(ci, second * 400) for second, ci in enumerate(ROBOTS)]
	unlikely = [incident(ci, second) for second, ci in enumerate(ROBOTS[:5])]
	for incidents in (few, apart, unlikely):
		assert group(incidents, cell(), LIMITS).parents == {}


def test_what_fails_behind_a_suspect_soon_after_joins_and_later_does_not():
	head = replace(
		incident(ROBOTS[0]), suspected="SW", parts=tuple(ROBOTS[:30]), latest=NOON + timedelta(seconds=60)
	)
	soon, late = incident(ROBOTS[30], 350), incident(ROBOTS[31], 400)
	assert by_ci(group([head, soon], cell(), LIMITS), [head, soon]) == {ROBOTS[30]: ROBOTS[0]}
	assert group([head, late], cell(), LIMITS).parents == {}


def test_a_ci_that_is_gone_stays_alone():
	incidents = [incident("SW"), incident("SCRAPPED", 1)]
	assert group(incidents, cell(), LIMITS).parents == {}
