"""The records as they would be after a load: what is there, and on top of it what the files say. Nothing is written.

A load reads what it needs once instead of once per row, and a check of the files tells what a load would meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.ports import Filters, Record, Records, Writer
from plant_itsm.services.row_filters import row_test


class PlannedRecords:
	"""Reads of ports.Records, and `put` for what is planned. doctypes: those that the files hold."""

	def __init__(self, records: Records, doctypes: Iterable[str]):
		self._records = records
		self._planned = frozenset(doctypes)
		self._tables: dict[str, _Table] = {}
		self._existing: dict[tuple[str, str], bool] = {}
		self._fetched: dict[tuple[str, str], Record | None] = {}

	def meta(self, doctype: str) -> DocTypeMeta:
		return self._records.meta(doctype)

	def get(self, doctype: str, name: str, *, for_update: bool = False) -> Record | None:
		if doctype in self._planned and not self.meta(doctype).is_single:
			return self._table(doctype).rows.get(name)
		if (doctype, name) not in self._fetched:
			self._fetched[doctype, name] = self._records.get(doctype, name)
		return self._fetched[doctype, name]

	def remember(self, doctype: str, name: str, record: Record | None) -> None:
		"""Spare the read of a record that the caller has at hand."""
		self._fetched[doctype, name] = record

	def exists(self, doctype: str, name: str) -> bool:
		if doctype in self._planned:
			return name in self._table(doctype).rows
		if (doctype, name) not in self._existing:
			self._existing[doctype, name] = self._records.count(doctype, {"name": name}) > 0
		return self._existing[doctype, name]

	def holder(self, doctype: str, fieldname: str, value: Any) -> str | None:
		"""The record of a planned DocType that has this value in a field."""
		return next(iter(self._table(doctype).having(fieldname, value)), None)

	def find(
		self,
		doctype: str,
		filters: Filters | None = None,
		*,
		order_by: str = "name",
		descending: bool = False,
		limit: int | None = None,
		for_update: bool = False,
	) -> list[Record]:
		if doctype not in self._planned:
			return self._records.find(
				doctype,
				filters,
				order_by=order_by,
				descending=descending,
				limit=limit,
				for_update=for_update,
			)
		rows = sorted(
			self._table(doctype).fitting(filters),
			key=lambda row: (row[order_by] is not None, row[order_by]),
			reverse=descending,
		)
		return rows[:limit]

	def count(self, doctype: str, filters: Filters | None = None) -> int:
		return len(self.find(doctype, filters))

	def put(self, doctype: str, row: Record) -> None:
		"""Plan a record; complete, with its name and child tables."""
		self._table(doctype).put(row)

	def _table(self, doctype: str) -> _Table:
		if doctype not in self._tables:
			self._tables[doctype] = _Table(self.meta(doctype), all_rows(self._records, doctype))
		return self._tables[doctype]

	# ------------------------------------------------------------- what only a store can do

	def insert(self, doctype: str, values: Record) -> Record:
		raise _read_only(doctype)

	def insert_checked(self, doctype: str, values: Record) -> None:
		raise _read_only(doctype)

	def draft(self, doctype: str, values: Record) -> Record:
		raise _read_only(doctype)

	def insert_drafts(self, doctype: str, drafts: Sequence[Record]) -> None:
		raise _read_only(doctype)

	def insert_many(self, doctype: str, rows: Sequence[Record]) -> None:
		raise _read_only(doctype)

	def add_up(self, doctype: str, row: Record, sums: Collection[str]) -> None:
		raise _read_only(doctype)

	def update(self, doctype: str, name: str, values: Record) -> Record:
		raise _read_only(doctype)

	def update_many(self, doctype: str, names: Sequence[str], values: Record) -> None:
		raise _read_only(doctype)

	def delete_many(self, doctype: str, names: Sequence[str]) -> None:
		raise _read_only(doctype)

	def delete(self, doctype: str, name: str) -> None:
		raise _read_only(doctype)

	@contextmanager
	def transaction(self) -> Iterator[None]:
		yield

	def extensions(self, hook: str) -> Sequence[str]:
		return self._records.extensions(hook)

	def writer(self) -> Writer:
		return self._records.writer()

	def stamp(self, doctypes: Iterable[str]) -> str:
		return "planned"


def _read_only(doctype: str) -> InvalidRecordError:
	return InvalidRecordError(f"{doctype}: planned records are only read. Write to the site's own records.")


def all_rows(records: Records, doctype: str, filters: Filters | None = None) -> Iterator[Record]:
	"""Every record of a DocType that fits with its child tables, by one read per table."""
	meta = records.meta(doctype)
	rows = records.find(doctype, filters)
	parents = {"parent": ("in", [row["name"] for row in rows])} if filters else {}
	children: dict[str, dict[str, list[Record]]] = {}
	for table in meta.tables:
		of_table = {"parenttype": doctype, "parentfield": table.fieldname, **parents}
		by_parent: dict[str, list[Record]] = defaultdict(list)
		for row in records.find(table.options, of_table, order_by="idx"):
			by_parent[row["parent"]].append(row)
		children[table.fieldname] = by_parent
	for row in rows:
		yield {**row, **{table: by_parent.get(row["name"], []) for table, by_parent in children.items()}}


class _Table:
	"""The rows of a DocType by name, and by the values of the fields that were asked for."""

	def __init__(self, meta: DocTypeMeta, rows: Iterable[Record]):
		self._meta = meta
		self.rows = {row["name"]: row for row in rows}
		self._indexes: dict[str, dict[Any, dict[str, None]]] = {}

	def put(self, row: Record) -> None:
		before = self.rows.get(row["name"])
		for fieldname, index in self._indexes.items():
			if before is not None:
				index[before[fieldname]].pop(row["name"], None)
			index[row[fieldname]][row["name"]] = None
		self.rows[row["name"]] = row

	def having(self, fieldname: str, value: Any) -> Mapping[str, None]:
		if fieldname not in self._indexes:
			index: dict[Any, dict[str, None]] = defaultdict(dict)
			for name, row in self.rows.items():
				index[row[fieldname]][name] = None
			self._indexes[fieldname] = index
		return self._indexes[fieldname].get(value, {})

	def fitting(self, filters: Filters | None) -> Iterator[Record]:
		wanted = dict(filters or {})
		tests = [row_test(self._meta, fieldname, value) for fieldname, value in wanted.items()]
		names = self._few_names(wanted)
		candidates = (self.rows[name] for name in names)
		return (row for row in candidates if all(test(row) for test in tests))

	def _few_names(self, wanted: Filters) -> Iterable[str]:
		"""Names among which all rows that fit are: by the filter that leaves the fewest, where one names values."""
		found: Iterable[str] = self.rows
		count = len(self.rows)
		for fieldname, value in wanted.items():
			named = _named_values(value)
			groups = [self.having(fieldname, one) for one in named or ()]
			if named is not None and sum(map(len, groups)) < count:
				found, count = list(chain.from_iterable(groups)), sum(map(len, groups))
		return found


def _named_values(wanted: Any) -> tuple[Any, ...] | None:
	"""The values that a filter names, each once; None where it names none, or the empty one, which has many forms."""
	if isinstance(wanted, tuple):
		word, value = wanted
		wanted = tuple(dict.fromkeys(value)) if word == "in" else (value,) if word == "=" else ()
	else:
		wanted = (wanted,)
	return wanted if wanted and all(isinstance(one, str) and one for one in wanted) else None
