"""Nothing is above itself: the refusal shows the cycle that a relation would close."""

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.hierarchy import check_hierarchy

TREE = {"Valve": ["Gripper"], "Gripper": ["Robot", "Spare"], "Robot": ["Cell"], "X": ["Y"], "Y": ["X"]}


def targets_of(cis):
	return [(ci, target) for ci in cis for target in TREE.get(ci, ())]


def test_a_cycle_is_shown_from_the_new_relation_round():
	with pytest.raises(InvalidRecordError) as refusal:
		check_hierarchy("Cell", "part of", "Valve", targets_of)
	assert str(refusal.value) == (
		"CI Relation: Cell part of Valve closes a cycle: Cell → Valve → Gripper → Robot → Cell."
		" Remove one of these relations first."
	)


def test_two_that_would_be_part_of_each_other_are_a_cycle():
	with pytest.raises(InvalidRecordError, match="Gripper → Valve → Gripper"):
		check_hierarchy("Gripper", "part of", "Valve", targets_of)


def test_a_second_parent_is_no_cycle():
	check_hierarchy("Valve", "part of", "Cell", targets_of)


def test_a_cycle_that_is_there_already_holds_up_nothing_else():
	check_hierarchy("Valve", "part of", "X", targets_of)
