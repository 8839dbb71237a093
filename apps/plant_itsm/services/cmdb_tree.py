"""The tree of CIs as relations: what a CI is part of, its failure stops."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from plant_itsm.domain.cmdb import Relation
from plant_itsm.domain.vocabulary import FailureTravel
from plant_itsm.ports import Record, Records

PART_OF = "part of"


def with_tree(
	relations: Iterable[Relation], items: Iterable[Record], travels: Mapping[str, FailureTravel]
) -> list[Relation]:
	"""The relations and, for every CI with a parent_ci, "part of" it, once where a CI Relation says the same.

	travels: by relation type. A plant without the type "part of" has failures travel upwards.
	"""
	given = list(relations)
	said = {(relation.source, relation.target) for relation in given if relation.type == PART_OF}
	travel = travels.get(PART_OF, FailureTravel.SOURCE_TO_TARGET)
	return [*given, *_tree(items, said, travel)]


def _tree(items: Iterable[Record], said: set[tuple[str, str]], travel: FailureTravel) -> Iterator[Relation]:
	for row in items:
		parent = row["parent_ci"]
		if parent and (row["name"], parent) not in said:
			yield Relation(row["name"], PART_OF, parent, travel)


def tops_of(
	records: Records, kind: str, cis: Collection[str], *, but: str | None = None
) -> Iterator[tuple[str, str]]:
	"""(CI, what is above it) by the CI Relations of a hierarchical kind, except the one named `but`. What a CI is part
	of by its own field counts as well."""
	for row in records.find("CI Relation", {"relation_type": kind, "source_ci": ("in", list(cis))}):
		if row["name"] != but:
			yield row["source_ci"], row["target_ci"]
	if kind == PART_OF:
		for row in records.find("OT CI", {"name": ("in", list(cis)), "parent_ci": ("is", "set")}):
			yield row["name"], row["parent_ci"]
