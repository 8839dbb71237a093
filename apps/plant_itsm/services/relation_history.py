"""The graph of a past moment, and who has changed what around a CI."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.graph_history import (
	GRAPH_FIELDS,
	GRAPH_TABLES,
	Fields,
	GraphChange,
	GraphState,
	graph_fields,
	undo,
)
from plant_itsm.domain.impact import Impact
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.domain.vocabulary import GraphChangeKind
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.dry_run import DryRunRecords
from plant_itsm.services.graph_changes import DOCTYPE
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.planned_records import all_rows


def changes_around(records: Records, ci: str, limit: int = 200) -> list[Record]:
	"""The changes of a CI and of whatever named it, the last first; a name that it had before is another name."""
	found: dict[str, Record] = {}
	for filters in (
		{"record_type": "OT CI", "record_name": ci},
		{"before": ("like", f"%{_quoted(ci)}%")},
		{"after": ("like", f"%{_quoted(ci)}%")},
	):
		rows = records.find(DOCTYPE, filters, order_by="changed_at", descending=True, limit=limit)
		found.update({row["name"]: row for row in rows})
	return sorted(found.values(), key=lambda row: row["changed_at"], reverse=True)[:limit]


def _quoted(name: str) -> str:
	return json.dumps(name, ensure_ascii=False)


def graph_as_of(records: Records, at: datetime) -> Records:
	"""Records in which the plant's graph stands as it did at a moment, by the names of today; all else is as it is."""
	state: GraphState = {}
	rows_now: dict[str, dict[str, Record]] = {}
	for doctype in GRAPH_FIELDS:
		rows_now[doctype] = {row["name"]: row for row in all_rows(records, doctype)}
		state[doctype] = {name: graph_fields(doctype, row) for name, row in rows_now[doctype].items()}
	undo(state, _changes_since(records, at))
	replaced: dict[str, list[Record]] = {}
	for doctype, found in state.items():
		meta = records.meta(doctype)
		rows = [_as_row(meta, name, fields, rows_now[doctype].get(name)) for name, fields in found.items()]
		replaced[doctype] = rows
		for table in GRAPH_TABLES.get(doctype, {}):
			child = records.meta(next(field.options for field in meta.tables if field.fieldname == table))
			replaced[child.name] = list(_child_rows(doctype, child, table, rows))
	return DryRunRecords(records, replaced)


def _changes_since(records: Records, at: datetime) -> Iterator[GraphChange]:
	for row in records.find(DOCTYPE, {"changed_at": (">", at)}, order_by="changed_at", descending=True):
		yield GraphChange(
			row["changed_at"],
			row["record_type"],
			row["record_name"],
			GraphChangeKind(row["change"]),
			json.loads(row["before"]) if row["before"] else None,
			json.loads(row["after"]) if row["after"] else None,
		)


def _as_row(meta: DocTypeMeta, name: str, fields: Fields, now: Record | None) -> Record:
	base: Record = now if now is not None else dict.fromkeys(field.fieldname for field in meta.columns)
	return {**base, **fields, "name": name}


def _child_rows(
	parenttype: str, child: DocTypeMeta, table: str, parents: Iterable[Record]
) -> Iterator[Record]:
	empty = dict.fromkeys(field.fieldname for field in child.columns)
	for parent in parents:
		place = {"parent": parent["name"], "parenttype": parenttype, "parentfield": table}
		for idx, row in enumerate(parent[table], start=1):
			yield {**empty, **row, **place, "idx": idx, "name": f"{parent['name']} {table} {idx}"}


def impact_at(records: Records, clock: Clock, failed: Iterable[str], at: datetime) -> Impact:
	"""The impact of failed CIs at a moment: on the graph of that time where it lies in the past, priced as then.

	Raises MissingRecordError for a CI that is unknown, or was not in use then.
	"""
	if at >= clock.now():
		return ImpactModel(records).impact(failed, at)
	model = ImpactModel(graph_as_of(records, at))
	names = list(failed)
	for name in names:
		if not model.holds_ci(name):
			raise MissingRecordError(_missing_then(records, name, at))
	return model.impact(names, at)


def _missing_then(records: Records, name: str, at: datetime) -> str:
	if records.get("OT CI", name) is None:
		return f"OT CI {name!r} does not exist. Check the name."
	first = records.find(
		DOCTYPE,
		{"record_type": "OT CI", "record_name": name, "changed_at": (">", at)},
		order_by="changed_at",
		limit=1,
	)
	since = f" It changed on {first[0]['changed_at']:%Y-%m-%d %H:%M:%S %Z}." if first else ""
	return f"OT CI {name} was not in use at {at.isoformat()}.{since} Ask for a moment at which it was."
