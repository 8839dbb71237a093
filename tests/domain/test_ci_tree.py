"""What a CI may be part of: every pair of levels, what stands between them, circles, sites."""

import itertools

import pytest

from plant_itsm.domain.ci_tree import TreeItem, children_problems, parent_problems
from plant_itsm.domain.vocabulary import EquipmentLevel

UNIT, MODULE, CONTROL = EquipmentLevel
ALLOWED = {(UNIT, MODULE), (UNIT, CONTROL), (MODULE, MODULE), (MODULE, CONTROL), (CONTROL, CONTROL)}


def item(name, level=None, site="Works"):
	return TreeItem(name, site, level)


def problems(one, *ancestors, below=()):
	return [str(error) for error in parent_problems(one, ancestors, below)]


@pytest.mark.parametrize(("above", "below"), list(itertools.product(EquipmentLevel, repeat=2)))
def test_levels_go_downwards(above, below):
	found = problems(item("B", below), item("A", above))
	assert (found == []) == ((above, below) in ALLOWED)
	if found:
		assert f"{above} (A) cannot contain" in found[0]
		assert f"{below} (B). " in found[0]


def test_a_class_without_a_level_stands_anywhere():
	for level in EquipmentLevel:
		assert not problems(item("B"), item("A", level))
		assert not problems(item("B", level), item("A"))


def test_what_stands_between_hides_nothing():
	assert problems(item("B", UNIT), item("rack"), item("A", CONTROL))
	assert problems(item("rack"), item("A", CONTROL), below=[item("B", UNIT)])
	assert not problems(item("rack"), item("A", MODULE), below=[item("B", CONTROL)])
	assert [error.fieldname for error in children_problems(item("A", CONTROL), [item("B", MODULE)])] == [
		"ci_class"
	]


def test_a_circle_is_shown_once_as_the_way_round():
	(found,) = problems(item("A"), item("B", CONTROL), item("C"), item("A"))
	assert "A → B → C → A" in found


def test_a_part_is_at_the_site_of_the_whole():
	(found,) = problems(item("B", site="Elsewhere"), item("A"))
	assert "A, which is at Works, not at Elsewhere" in found
	assert not problems(item("B", site=""), item("A"))  # it is told that its site is missing
