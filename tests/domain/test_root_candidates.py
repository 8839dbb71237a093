"""Root candidates: the smallest CI whose failure explains most of what has failed."""

import pytest

from plant_itsm.domain.cmdb import ConfigurationItem, Relation, Segment, build_cmdb
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.root_candidates import root_candidates
from plant_itsm.domain.vocabulary import FailureTravel
from tests.plants_generated import generated_plant

ROBOTS = [f"AR-{n:03}" for n in range(40)]
OTHERS = [f"AR-{n:03}" for n in range(100, 140)]


def needs(source, target):
	return Relation(source, "depends on", target, FailureTravel.TARGET_TO_SOURCE)


def plant(groups=()):
	"""Two VLANs with a switch each behind one router, which has a power supply of its own."""
	names = [*ROBOTS, *OTHERS, "SW-1", "SW-2", "ROUTER", "POWER"]
	return build_cmdb(
		[ConfigurationItem(name) for name in names],
		[needs("SW-1", "ROUTER"), needs("SW-2", "ROUTER"), needs("ROUTER", "POWER")],
		[Segment("VLAN 1", ("SW-1",), (*ROBOTS, "SW-1")), Segment("VLAN 2", ("SW-2",), tuple(OTHERS))],
		[],
		groups,
	)


def test_forty_robots_and_the_switch_of_their_vlan_point_to_the_switch():
	best, *others = root_candidates(plant(), [*ROBOTS, "SW-1"])
	assert (best.ci, len(best.explained), best.silent, best.has_failed) == ("SW-1", 41, 0, True)
	assert best.score == 1
	assert best.reason == "SW-1 explains 41 of 41 failed CIs, for example SW-1 → VLAN 1 → AR-000"
	assert others[0].ci == "ROUTER"
	assert "42 more" in others[0].reason


def test_robots_of_one_vlan_point_to_its_switch_that_has_not_reported_itself():
	best = root_candidates(plant(), ROBOTS)[0]
	assert (best.ci, best.silent, best.has_failed) == ("SW-1", 1, False)


def test_robots_of_both_vlans_point_to_the_router_and_not_to_what_is_behind_it():
	best, second, *_ = root_candidates(plant(), [*ROBOTS, *OTHERS])
	assert (best.ci, second.ci) == ("ROUTER", "POWER")


def test_a_stranger_among_the_failed_does_not_move_the_root_upwards():
	best = root_candidates(plant(), [*ROBOTS, "SW-1", OTHERS[0]])[0]
	assert (best.ci, len(best.explained)) == ("SW-1", 41)


def test_two_robots_of_a_large_vlan_are_no_proof_against_its_switch():
	assert root_candidates(plant(), ROBOTS[:2])[0].ci in ROBOTS[:2]


def test_a_switch_whose_twin_carries_the_segment_explains_nothing_but_itself():
	group = RedundancyGroup("Ring", ("SW-1", "SW-2"), 1, segments=("VLAN 1", "VLAN 2"))
	candidates = {one.ci: one for one in root_candidates(plant([group]), ROBOTS, most=50)}
	assert "ROUTER" in candidates
	assert len(candidates["ROUTER"].explained) == len(ROBOTS)
	assert candidates.get("SW-1") is None or candidates["SW-1"].explained == ()


def test_none_failed_have_no_root_and_an_unknown_one_is_named():
	assert root_candidates(plant(), []) == ()
	with pytest.raises(MissingRecordError, match="'AR-999'"):
		root_candidates(plant(), ["AR-999"])


def test_the_search_that_stops_early_finds_what_a_full_one_finds():
	cmdb = generated_plant(2_000)
	failed = cmdb.segments[3].members
	assert root_candidates(cmdb, failed, most=3) == root_candidates(cmdb, failed, most=10**6)[:3]
	assert root_candidates(cmdb, failed)[0].ci == cmdb.segments[3].switches[0]
