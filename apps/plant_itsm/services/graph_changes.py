"""Noting every change of what failures travel along, in the transaction of the change; by both editions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from plant_itsm.domain.graph_history import (
	GRAPH_FIELDS,
	Fields,
	as_text,
	change_of,
	graph_fields,
	renaming,
)
from plant_itsm.domain.vocabulary import GraphChangeKind
from plant_itsm.ports import Record, Records

DOCTYPE = "CI Graph Change"

Written = tuple[str, str, Mapping[str, Any] | None, Mapping[str, Any] | None]
"""(DocType, name, record before, record after)"""


def is_kept(doctype: str) -> bool:
	"""Whether changes of a DocType's records are part of the history."""
	return doctype in GRAPH_FIELDS


def note_change(
	records: Records,
	doctype: str,
	name: str,
	before: Mapping[str, Any] | None,
	after: Mapping[str, Any] | None,
) -> None:
	"""Note how a record stood before a write and stands after it; None where it was not there."""
	_note(records, [(doctype, name, before, after)])


def note_added(records: Records, added: Iterable[tuple[str, str, Record]]) -> None:
	"""Note many new records at once, each as (DocType, name, values)."""
	_note(records, ((doctype, name, None, values) for doctype, name, values in added))


def note_renamed(records: Records, doctype: str, old: str, new: str) -> None:
	before, after = renaming(old, new)
	_insert(records, [_row(doctype, new, GraphChangeKind.RENAMED, before, after)])


def _note(records: Records, written: Iterable[Written]) -> None:
	rows = []
	for doctype, name, before, after in written:
		if not is_kept(doctype):
			continue
		was = None if before is None else graph_fields(doctype, before)
		now = None if after is None else graph_fields(doctype, after)
		kind = change_of(was, now)
		if kind is not None:
			rows.append(_row(doctype, name, kind, was, now))
	_insert(records, rows)


def _row(
	doctype: str, name: str, change: GraphChangeKind, before: Fields | None, after: Fields | None
) -> Record:
	texts = {"before": as_text(before), "after": as_text(after)}
	return {"record_type": doctype, "record_name": name, "change": change, **texts}


def _insert(records: Records, rows: list[Record]) -> None:
	if rows:
		writer = records.writer()
		marks = {"changed_at": writer.at, "changed_by": writer.user}
		records.insert_many(DOCTYPE, [{**row, **marks} for row in rows])
