"""Bringing an index from one snapshot of a plant to the next by the few edges that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plant_itsm.domain.cmdb import CI, Cmdb, ConfigurationItem, Node, Relation, ways_of
from plant_itsm.domain.failure_index import FailureIndex

MOST_CHANGES_SHARE = 500
"""Beyond one change per so many records, compiling anew is faster."""
FEW_CHANGES = 100


def bring_up_to_date(index: FailureIndex, old: Cmdb, new: Cmdb) -> bool:
	"""Edit the index of `old` so that it is that of `new`. False, with nothing edited, where it must be compiled anew:
	something else than CIs and relations has changed, a CI of a segment or group came or went, or much has changed.
	"""
	if not _differ_in_cis_and_relations_only(old, new):
		return False
	moved = old.items.keys() ^ new.items.keys()
	changed = {item.name for item in set(old.items.values()) ^ set(new.items.values())}
	removed, added = _edited_relations(old, new, moved)
	few = max(FEW_CHANGES, (len(new.items) + len(new.relations)) // MOST_CHANGES_SHARE)
	if len(changed) + len(removed) + len(added) > few or (moved and moved & _bound_cis(new)):
		return False
	for name in new.items.keys() - old.items.keys():
		index.add_ci(name)
	for edge in [*_edges(index, old, removed), *_line_edges(index, old, changed)]:
		index.remove_edge(*edge)
	for edge in [*_edges(index, new, added), *_line_edges(index, new, changed)]:
		index.add_edge(*edge)
	for name in old.items.keys() - new.items.keys():
		index.forget_ci(name)
	return True


def _differ_in_cis_and_relations_only(old: Cmdb, new: Cmdb) -> bool:
	return (
		old.segments == new.segments
		and old.groups == new.groups
		and old.feeds == new.feeds
		and list(old.lines) == list(new.lines)
	)


def _bound_cis(cmdb: Cmdb) -> set[str]:
	"""The CIs that segments and groups name: whether these are in use decides more than single edges."""
	bound = {name for segment in cmdb.segments for name in (*segment.switches, *segment.members)}
	return bound.union(*((*group.members, *group.cis) for group in cmdb.groups))


def _edited_relations(old: Cmdb, new: Cmdb, moved: set[str]) -> tuple[set[Relation], set[Relation]]:
	"""(removed, added); a relation of a CI that came or went is both, because its ends decide what it carries."""
	removed, added = set(old.relations - new.relations), set(new.relations - old.relations)
	if moved:
		ends = {r for r in old.relations & new.relations if r.source in moved or r.target in moved}
		return removed | ends, added | ends
	return removed, added


def _edges(index: FailureIndex, cmdb: Cmdb, relations: Iterable[Relation]) -> Iterator[tuple[int, int]]:
	for relation in relations:
		for source, target in ways_of(relation):
			known = cmdb.holds_ci(source) and cmdb.holds_ci(target)
			if known and (source, Node(CI, target)) not in cmdb.covered:
				yield index.number_of(source), index.number_of(target)


def _line_edges(index: FailureIndex, cmdb: Cmdb, names: Iterable[str]) -> Iterator[tuple[int, int]]:
	"""The edges of CIs to their lines; none for a CI that the snapshot does not hold."""
	items: Iterator[ConfigurationItem] = (cmdb.items[name] for name in names if name in cmdb.items)
	for item in items:
		state = cmdb.line_state_by(item)
		if state is not None:
			yield index.number_of(item.name), index.numbers.line(str(item.production_line), state)
