"""Relations that form a hierarchy, such as "part of": nothing can be above itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from plant_itsm.domain.errors import InvalidRecordError

TargetsOf = Callable[[Collection[str]], Iterable[tuple[str, str]]]
"""CIs -> the (source, target) pairs of the hierarchy's relations that leave them."""


def check_hierarchy(source_ci: str, relation_type: str, target_ci: str, targets_of: TargetsOf) -> None:
	"""Refuse a relation that would close a cycle; the message shows the cycle. Asks once per level above the target."""
	below: dict[str, str] = {target_ci: source_ci}
	level = {target_ci}
	while level and source_ci not in level:
		above: set[str] = set()
		for source, target in targets_of(sorted(level)):
			if target not in below:
				below[target] = source
				above.add(target)
		level = above
	if level:
		raise InvalidRecordError(
			f"CI Relation: {source_ci} {relation_type} {target_ci} closes a cycle: {_cycle(source_ci, below)}."
			" Remove one of these relations first."
		)


def _cycle(start: str, below: dict[str, str]) -> str:
	"""A → B → A, read along the relations."""
	way = [start]
	while (before := below[way[-1]]) != start:
		way.append(before)
	return " → ".join([start, *reversed(way)])
