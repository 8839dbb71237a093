"""Where the CIs of a change stand, and which other CIs are near them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from plant_itsm.domain.change_windows import Place
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.vocabulary import MinUpUnit
from plant_itsm.ports import Record, Records
from plant_itsm.services.cmdb_tree import PART_OF, tops_of

CI = "OT CI"


def places_of(records: Records, cis: Iterable[str]) -> list[Place]:
	"""A place per CI; what is part of another stands where that does. Raises MissingRecordError."""
	areas = {line["name"]: line["plant_area"] for line in records.find("Production Line")}
	return [_place(records, ci, areas) for ci in cis]


def _place(records: Records, ci: str, areas: dict[str, str]) -> Place:
	item = records.get(CI, ci)
	if item is None:
		raise MissingRecordError(f"OT CI {ci!r} does not exist. Choose one that does.")
	line = _line_of(records, item)
	return Place(ci, item["plant_site"], areas.get(line) if line else None, line, item["ci_class"])


def _line_of(records: Records, item: Record) -> str | None:
	seen: set[str] = set()
	above: Record | None = item
	while above is not None and above["name"] not in seen:
		if above["production_line"]:
			return str(above["production_line"])
		seen.add(above["name"])
		above = records.get(CI, above["parent_ci"]) if above["parent_ci"] else None
	return None


@dataclass(frozen=True)
class Neighbours:
	"""above: what the CIs are part of. below: what is part of them. groups: redundancy groups that one of them, or a
	part, is in. taken_with: CI -> the members of these groups that are down when it is, itself or its parts."""

	cis: frozenset[str]
	above: frozenset[str]
	below: frozenset[str]
	groups: tuple[RedundancyGroup, ...]
	taken_with: Mapping[str, frozenset[str]]

	@property
	def all(self) -> frozenset[str]:
		return self.cis | self.above | self.below | self.taken_with.keys()

	def members_down_with(self, cis: Iterable[str]) -> set[str]:
		return {member for ci in cis for member in self.taken_with.get(ci, ())}


def neighbours_of(records: Records, cis: Iterable[str]) -> Neighbours:
	own = frozenset(cis)
	below = _spread(records, own, _parts_of)
	groups = _groups(records, below)
	above = _spread(records, own, _wholes_of)
	return Neighbours(own, above - own, below - own, groups, _taken_with(records, groups))


def _taken_with(records: Records, groups: Iterable[RedundancyGroup]) -> dict[str, frozenset[str]]:
	taken: dict[str, set[str]] = defaultdict(set)
	for member in {member for group in groups for member in group.members}:
		for ci in _spread(records, frozenset((member,)), _wholes_of):
			taken[ci].add(member)
	return {ci: frozenset(members) for ci, members in taken.items()}


def _wholes_of(records: Records, cis: set[str]) -> Iterator[str]:
	return (top for _, top in tops_of(records, PART_OF, cis))


def _parts_of(records: Records, cis: set[str]) -> Iterator[str]:
	for row in records.find(CI, {"parent_ci": ("in", sorted(cis))}):
		yield row["name"]
	for row in records.find("CI Relation", {"relation_type": PART_OF, "target_ci": ("in", sorted(cis))}):
		yield row["source_ci"]


def _spread(
	records: Records, start: frozenset[str], step: Callable[[Records, set[str]], Iterable[str]]
) -> frozenset[str]:
	"""Everything that steps lead to, level by level; circles end by themselves."""
	known, fresh = set(start), set(start)
	while fresh:
		fresh = set(step(records, fresh)) - known
		known |= fresh
	return frozenset(known)


def _groups(records: Records, cis: frozenset[str]) -> tuple[RedundancyGroup, ...]:
	rows = records.find("Redundancy Group Member", {"ci": ("in", sorted(cis))})
	found = []
	for name in sorted({row["parent"] for row in rows}):
		group = records.get("Redundancy Group", name)
		if group is not None:
			members = tuple(row["ci"] for row in group["members"])
			found.append(RedundancyGroup(name, members, group["min_up"], MinUpUnit(group["min_up_unit"])))
	return tuple(found)
