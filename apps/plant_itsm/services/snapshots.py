"""The CMDB as a snapshot of its records; read again, only what has changed is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from plant_itsm.domain.cmdb import Cmdb, ConfigurationItem, Relation, Segment, build_cmdb
from plant_itsm.domain.line_feeds import MINUTE_SECONDS, LineFeed
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.vocabulary import CIStatus, FailureTravel, LineEffect, MinUpUnit, SegmentRole
from plant_itsm.ports import Record, Records
from plant_itsm.services.cmdb_tree import with_tree
from plant_itsm.services.lines import production_lines

T = TypeVar("T")

ITEMS = ("OT CI",)
RELATIONS = ("CI Relation", "CI Relation Type")
SEGMENTS = ("Network Segment",)
GROUPS = ("Redundancy Group",)
FEEDS = ("Line Feed",)
LINES = ("Production Line", "Plant Area", "Plant Site")
CMDB_SOURCES = (*ITEMS, *RELATIONS, *SEGMENTS, *GROUPS, *FEEDS, *LINES)
"""The DocTypes that a snapshot is read from."""


class KnownAs(NamedTuple):
	"""How people know a CI: by its title and class, and where it stands."""

	label: str
	plant_site: str | None


def load_cmdb(records: Records) -> Cmdb:
	"""All CIs in use, and all that failures travel along."""
	return SnapshotReader(records).read()


class SnapshotReader:
	"""Keeps what it has read with the stamp of the DocTypes that it came from, and the last snapshot."""

	def __init__(self, records: Records):
		self._records = records
		self._kept: dict[tuple[str, ...], tuple[str, Any]] = {}
		self._last: Cmdb | None = None
		self.known_as: dict[str, KnownAs] = {}

	def read(self) -> Cmdb:
		"""The records as they are now. The snapshot before it must not be asked any more."""
		items, parents, self.known_as = self._part(ITEMS, _items)
		relations, travels = self._part(RELATIONS, _relations)
		cmdb = build_cmdb(
			items=items,
			relations=with_tree(relations, parents, travels),
			segments=self._part(SEGMENTS, _segments),
			lines=self._part(LINES, production_lines),
			groups=self._part(GROUPS, _groups),
			feeds=self._part(FEEDS, _feeds),
		)
		if self._last is not None:
			cmdb.succeed(self._last)
		self._last = cmdb
		return cmdb

	def _part(self, sources: tuple[str, ...], read: Callable[[Records], T]) -> T:
		stamp = self._records.stamp(sources)
		kept = self._kept.get(sources)
		if kept is None or kept[0] != stamp:
			kept = self._kept[sources] = (stamp, read(self._records))
		return cast(T, kept[1])


def _items(records: Records) -> tuple[list[ConfigurationItem], list[Record], dict[str, KnownAs]]:
	"""The CIs in use, for those that are part of another their `name` and `parent_ci`, and how people know them."""
	rows = records.find("OT CI", {"status": CIStatus.ACTIVE})
	items = [
		ConfigurationItem(
			name=row["name"],
			ci_class=row["ci_class"],
			production_line=row["production_line"],
			line_effect=LineEffect(row["line_effect"] or LineEffect.STOPS),
		)
		for row in rows
	]
	parents = [{"name": row["name"], "parent_ci": row["parent_ci"]} for row in rows if row["parent_ci"]]
	known_as = {
		row["name"]: KnownAs(f"{row['title'] or row['name']} ({row['ci_class']})", row["plant_site"])
		for row in rows
	}
	return items, parents, known_as


def _relations(records: Records) -> tuple[list[Relation], dict[str, FailureTravel]]:
	travels = {row["name"]: FailureTravel(row["failure_travels"]) for row in records.find("CI Relation Type")}
	relations = [
		Relation(row["source_ci"], row["relation_type"], row["target_ci"], travels[row["relation_type"]])
		for row in records.find("CI Relation")
	]
	return relations, travels


def _segments(records: Records) -> list[Segment]:
	members = _children(records, "Network Segment Member", "Network Segment")
	return [
		Segment(
			name=segment["name"],
			switches=tuple(row["ci"] for row in rows if row["role"] == SegmentRole.SWITCH),
			members=tuple(row["ci"] for row in rows),
		)
		for segment in records.find("Network Segment")
		for rows in [members.get(segment["name"], ())]
	]


def _groups(records: Records) -> list[RedundancyGroup]:
	members = _children(records, "Redundancy Group Member", "Redundancy Group")
	dependents = _children(records, "Redundancy Group Dependent", "Redundancy Group")
	return [
		RedundancyGroup(
			name=group["name"],
			members=tuple(row["ci"] for row in members.get(group["name"], ())),
			min_up=group["min_up"],
			unit=MinUpUnit(group["min_up_unit"]),
			cis=_filled(rows, "ci"),
			lines=_filled(rows, "production_line"),
			segments=_filled(rows, "network_segment"),
		)
		for group in records.find("Redundancy Group")
		for rows in [dependents.get(group["name"], ())]
	]


def _filled(rows: Sequence[Record], fieldname: str) -> tuple[str, ...]:
	return tuple(row[fieldname] for row in rows if row[fieldname])


def _feeds(records: Records) -> list[LineFeed]:
	return [
		LineFeed(row["from_line"], row["to_line"], round(row["buffer_minutes"] * MINUTE_SECONDS, 3))
		for row in records.find("Line Feed")
	]


def _children(records: Records, doctype: str, parenttype: str) -> dict[str, list[Record]]:
	"""The rows of a child table by their parent."""
	found: dict[str, list[Record]] = {}
	for row in records.find(doctype, {"parenttype": parenttype}):
		found.setdefault(row["parent"], []).append(row)
	return found
