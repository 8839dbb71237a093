"""The equipment hierarchy of ISA-95 below a work center: what a CI may be part of.

A Work Unit stands in a Work Cell or directly at its line. It is made of Equipment Modules, these of further ones or of
Control Modules. A CI whose class has no level, such as a server, may stand anywhere; what is below it is then held
against what is above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import EquipmentLevel

_RANK = {level: rank for rank, level in enumerate(EquipmentLevel)}


@dataclass(frozen=True)
class TreeItem:
	"""A CI as the tree sees it; level None where its class has none, plant_site "" where it is not known."""

	name: str
	plant_site: str
	level: EquipmentLevel | None = None


def parent_problems(
	item: TreeItem, ancestors: Iterable[TreeItem], descendants: Iterable[TreeItem]
) -> Iterator[InvalidRecordError]:
	"""What is wrong with the place of a CI in the tree.

	ancestors: from its parent upwards, up to the root, or to `item` itself when the parents form a cycle.
	descendants: what is below it, each with a level and nothing with a level in between.
	"""
	above = list(ancestors)
	if not above:
		return
	parent = above[0]
	if any(one.name == item.name for one in above):
		yield _refusal(item, parent, _cycle_reason(item, above))
		return
	if parent.plant_site and item.plant_site and parent.plant_site != item.plant_site:
		reason = f"which is at {parent.plant_site}, not at {item.plant_site}. Choose a CI of the same site."
		yield _refusal(item, parent, reason)
	holder = next((one for one in above if one.level is not None), None)
	if holder is None:
		return
	for one in [item] if item.level is not None else descendants:
		if not _may_hold(holder, one):
			means = "" if one is item else f"and holds {one.name}: "
			yield _refusal(item, parent, means + _level_reason(holder, one))


def children_problems(item: TreeItem, descendants: Iterable[TreeItem]) -> Iterator[InvalidRecordError]:
	"""What below a CI does not fit its level, as when its class was changed."""
	for one in descendants:
		if not _may_hold(item, one):
			yield InvalidRecordError(
				f"OT CI {item.name}: it holds {one.name}: {_level_reason(item, one)}", fieldname="ci_class"
			)


def _may_hold(above: TreeItem, below: TreeItem) -> bool:
	"""Levels go downwards; modules may hold modules of their own level (ISA-88), a work unit no other work unit."""
	if above.level is None or below.level is None:
		return True
	return below.level != EquipmentLevel.WORK_UNIT and _RANK[below.level] >= _RANK[above.level]


def _level_reason(above: TreeItem, below: TreeItem) -> str:
	way_out = (
		"Put it into a Work Cell instead."
		if below.level == EquipmentLevel.WORK_UNIT
		else "Choose a CI of a higher level, or correct the class."
	)
	return f"{_a(above)} cannot contain {_a(below)}. {way_out}"


def _a(item: TreeItem) -> str:
	level = str(item.level)
	return f"{'an' if level[0] in 'AEIOU' else 'a'} {level} ({item.name})"


def _cycle_reason(item: TreeItem, above: list[TreeItem]) -> str:
	way = [item.name]
	for one in above:
		way.append(one.name)
		if one.name == item.name:
			break
	return f"which closes a cycle: {' → '.join(way)}. Choose a CI that is not below it."


def _refusal(item: TreeItem, parent: TreeItem, reason: str) -> InvalidRecordError:
	return InvalidRecordError(
		f"OT CI {item.name}: part of {parent.name}, {reason}", fieldname="parent_ci", value=parent.name
	)
