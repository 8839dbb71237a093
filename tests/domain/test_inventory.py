"""Attributes of the inventory, program versions, lists of new names, and how problems are told."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.inventory import address_problems, life_cycle_problems, mac_address_problems
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.domain.program_versions import (
	EMPTY_SHA256,
	ProgramVersion,
	checked_sha256,
	drift,
	last_good,
)
from plant_itsm.domain.renaming import Renaming, renaming_problems

DAY = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize("good", ["00:1B:1B:12:34:56", "00-1b-1b-12-34-56", "", None])
def test_hardware_addresses(good):
	assert not list(mac_address_problems("PLC", good))


@pytest.mark.parametrize(
	"bad",
	["00:1B:1B:12:34", "00:1B-1B:12:34:56", "001B1B123456", "0G:1B:1B:12:34:56", "00:1B:1B:12:34:56:78"],
)
def test_what_is_no_hardware_address(bad):
	(problem,) = mac_address_problems("PLC", bad)
	assert repr(bad) in str(problem)
	assert (problem.fieldname, problem.value) == ("mac_address", bad)


def test_the_end_comes_after_the_beginning():
	assert not list(life_cycle_problems("PLC", date(2024, 1, 1), date(2024, 1, 1)))
	assert not list(life_cycle_problems("PLC", None, date(2024, 1, 1)))
	assert len(list(life_cycle_problems("PLC", date(2024, 1, 2), date(2024, 1, 1)))) == 1


def test_every_address_problem_of_a_segment_is_told_with_its_row():
	members = [
		("A", "10.0.0.1"),
		("B", None),
		("C", "10.0.0.1"),
		("D", "x"),
		("E", "fe80::1"),
		("F", "FE80:0::1"),
	]
	found = list(address_problems("VLAN", members))
	assert [(problem.row, problem.value) for problem in found] == [
		(3, "10.0.0.1"),
		(4, "x"),
		(6, "FE80:0::1"),
	]


versions = st.lists(
	st.builds(
		lambda day, number, tested, approved: ProgramVersion(
			"PLC", f"V{number}", DAY + timedelta(days=day), f"{number:064x}", tested, approved
		),
		st.integers(0, 5),
		st.integers(1, 5),
		st.booleans(),
		st.booleans(),
	),
	max_size=6,
)


@given(versions)
def test_the_last_good_version_is_newer_than_every_other_good_one(known):
	good = [version for version in known if version.tested and version.approved]
	found = last_good(known)
	assert (found is None) == (not good)
	assert all(version.taken_on <= found.taken_on for version in good)


@given(versions, st.integers(1, 6))
def test_drift_is_told_exactly_where_the_newest_approved_version_does_not_run(known, running):
	found = drift(known, "PLC", f"{running:064x}")
	approved = max(
		(version for version in known if version.approved),
		key=lambda version: (version.taken_on, version.version),
		default=None,
	)
	assert (found is not None) == (approved is not None and approved.sha256 != f"{running:064x}")
	if found:
		assert found.approved == approved
		assert (found.known is not None) == any(version.version == f"V{running}" for version in known)


def test_a_file_must_be_what_was_announced_and_not_empty():
	assert checked_sha256("V1", None, "a" * 64) == "a" * 64
	assert checked_sha256("V1", "A" * 64, "a" * 64) == "a" * 64
	with pytest.raises(InvalidRecordError, match="is not that of its file"):
		checked_sha256("V1", "b" * 64, "a" * 64)
	with pytest.raises(InvalidRecordError, match="0 bytes"):
		checked_sha256("V1", None, EMPTY_SHA256)


def test_new_names_are_judged_in_their_order():
	renamings = [
		Renaming("A", "D"),
		Renaming("B", "A"),
		Renaming("B", "E"),
		Renaming("D", "c"),
		Renaming("C", "c"),
		Renaming("D", ""),
		Renaming("D", "D"),
		Renaming("D", "x" * 141),
	]
	found = {
		(renaming.old, renaming.new[:3]): column
		for renaming, column, _text in renaming_problems(renamings, "ABC")
	}
	assert found == {
		("B", "E"): "old",
		("D", "c"): "new",
		("D", ""): "new",
		("D", "D"): "new",
		("D", "xxx"): "new",
	}


def test_a_problem_tells_what_is_wrong_apart_from_the_way_out():
	problem = Problem("OT CI", 7, "title: 'Dr. No' is wrong. Write another. Or none.", "title", "Dr. No", 2)
	assert (problem.what, problem.way_out) == ("title: 'Dr. No' is wrong.", "Write another. Or none.")
	assert str(problem) == f"OT CI:7: {problem.text} (2 other rows depend on it.)"
	assert (Problem("OT CI", None, "no").place, Problem("OT CI", None, "no").way_out) == ("OT CI", "")
