"""The history of what failures travel along: what is kept of each change, and the graph as it stood at a moment.

The graph of the past is told in the names of today, so that cost models, tickets and people find their records in it;
a record that is gone keeps its last name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plant_itsm.domain.vocabulary import GraphChangeKind

Fields = dict[str, Any]
"""What the graph needs of a record, by fieldname; a child table is a list of such rows."""
GraphState = dict[str, dict[str, Fields]]
"""By DocType and name."""

GRAPH_FIELDS: dict[str, tuple[str, ...]] = {
	"OT CI": ("status", "production_line", "parent_ci", "line_effect", "retirement_reason"),
	"CI Relation": ("source_ci", "relation_type", "target_ci"),
	"CI Relation Type": ("failure_travels",),
	"Network Segment": (),
	"Redundancy Group": ("min_up", "min_up_unit"),
	"Line Feed": ("from_line", "to_line", "buffer_minutes"),
	"Production Line": ("plant_area", "units_per_shift"),
	"Plant Area": ("plant_site",),
	"Plant Site": ("time_zone",),
}
"""What is kept of the records that an impact is computed from."""
GRAPH_TABLES: dict[str, dict[str, tuple[str, ...]]] = {
	"Network Segment": {"members": ("ci", "role")},
	"Redundancy Group": {"members": ("ci",), "dependents": ("ci", "production_line", "network_segment")},
}
_TARGETS = {
	"ci": "OT CI",
	"parent_ci": "OT CI",
	"source_ci": "OT CI",
	"target_ci": "OT CI",
	"relation_type": "CI Relation Type",
	"network_segment": "Network Segment",
	"production_line": "Production Line",
	"from_line": "Production Line",
	"to_line": "Production Line",
	"plant_area": "Plant Area",
	"plant_site": "Plant Site",
}
"""The DocType that a field links to."""
_NAME = "name"
_RELATION_TYPE = "CI Relation Type"


@dataclass(frozen=True)
class GraphChange:
	"""before: None where the record was added; after: None where it was removed. A renaming holds only the names."""

	changed_at: datetime
	record_type: str
	record_name: str
	change: GraphChangeKind
	before: Fields | None
	after: Fields | None


def graph_fields(record_type: str, record: Mapping[str, Any]) -> Fields:
	"""What the graph needs of a record, as JSON can hold it; empty fields are None."""
	fields = {name: _plain(record.get(name)) for name in GRAPH_FIELDS[record_type]}
	for table, columns in GRAPH_TABLES.get(record_type, {}).items():
		rows = record.get(table) or ()
		fields[table] = [{name: _plain(row.get(name)) for name in columns} for row in rows]
	return fields


def _plain(value: Any) -> Any:
	if value in (None, ""):
		return None
	return value if isinstance(value, (bool, int, float)) else str(value)


def change_of(before: Fields | None, after: Fields | None) -> GraphChangeKind | None:
	"""What has happened to a record; None where nothing has that the graph knows of."""
	if before == after:
		return None
	if before is None:
		return GraphChangeKind.ADDED
	return GraphChangeKind.REMOVED if after is None else GraphChangeKind.CHANGED


def renaming(old: str, new: str) -> tuple[Fields, Fields]:
	return {_NAME: old}, {_NAME: new}


def as_text(fields: Fields | None) -> str | None:
	return None if fields is None else json.dumps(fields, ensure_ascii=False, sort_keys=True)


def undo(state: GraphState, changes: Iterable[GraphChange]) -> None:
	"""Take changes back, the last of them first: `state` becomes what it was before them.

	A type of relation stays even where it came later: without relations nothing travels by it. Those of an install are
	dated by the time zone that the site had then, perhaps after the first relations.
	"""
	names = _Names()
	for change in changes:
		if change.change == GraphChangeKind.RENAMED:
			names.take_back(change)
			continue
		records = state[change.record_type]
		name = names.today(change.record_type, change.record_name)
		if change.before is None:
			if change.record_type != _RELATION_TYPE:
				records.pop(name, None)
		else:
			records[name] = {**records.get(name, {}), **names.of_today(change.before)}


class _Names:
	"""The names of today of records, by the names that they had at the moment that `take_back` has come to."""

	def __init__(self) -> None:
		self._today: dict[tuple[str, str], str] = {}

	def take_back(self, change: GraphChange) -> None:
		before, after = change.before or {}, change.after or {}
		old, new = (change.record_type, before[_NAME]), (change.record_type, after[_NAME])
		self._today[old] = self._today.pop(new, new[1])

	def today(self, record_type: str, name: str) -> str:
		return self._today.get((record_type, name), name)

	def of_today(self, fields: Fields) -> Fields:
		return {name: self._value(name, value) for name, value in fields.items()}

	def _value(self, fieldname: str, value: Any) -> Any:
		if isinstance(value, list):
			return [self.of_today(row) for row in value]
		target = _TARGETS.get(fieldname)
		return self.today(target, value) if target and value else value
