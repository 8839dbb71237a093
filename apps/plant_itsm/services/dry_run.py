"""Records for a dry run: what judging writes lives in memory and starts empty, all else is read and never written.

So a dry run holds no lock that the running site would wait for, meets none of its open incidents, and leaves nothing
behind whatever happens to it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from plant_itsm.domain.errors import DuplicateRecordError, InvalidRecordError, MissingRecordError
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta, parse_cell
from plant_itsm.ports import Filters, Record, Records, Writer
from plant_itsm.services.row_filters import row_test

WRITTEN = (
	"OT Connection State",
	"OT Signal Event",
	"Signal Dead Letter",
	"Signal State",
	"Sparkplug Node",
	"Line Stop",
	"Outbox Entry",
	"Plant Lock",
	"Alarm Flood",
	"Production Count",
	"Line OEE State",
)
"""The DocTypes that judging writes."""

_EMPTY: dict[str, Any] = {"Check": False, "Int": 0, "Float": 0.0, "Percent": 0.0}


class DryRunRecords:
	"""Implements ports.Records. `replaced` gives the rows of further DocTypes as the dry run is to see them."""

	def __init__(self, site: Records, replaced: Mapping[str, Sequence[Record]]):
		self._site = site
		self._tables = {
			name: _Table(site.meta(name), replaced.get(name, ())) for name in (*WRITTEN, *replaced)
		}
		self._parents = {
			field.options: (name, field.fieldname)
			for name in self._tables
			for field in site.meta(name).tables
		}
		self._undo: list[Callable[[], None]] = []
		self._depth = 0

	def meta(self, doctype: str) -> DocTypeMeta:
		return self._site.meta(doctype)

	def get(self, doctype: str, name: str, *, for_update: bool = False) -> Record | None:
		table = self._tables.get(doctype)
		if table is None:
			return self._site.get(doctype, name)
		row = table.rows.get(name)
		return None if row is None else dict(row)

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
		table = self._tables.get(doctype) or self._children(doctype)
		if table is None:
			return self._site.find(doctype, filters, order_by=order_by, descending=descending, limit=limit)
		by_insertion = order_by == "creation"
		rows = list(table.fitting(filters, by_insertion))
		if not by_insertion:
			rows.sort(key=lambda row: (row[order_by] is not None, row[order_by]))
		if descending:
			rows.reverse()
		return [dict(row) for row in rows[:limit]]

	def count(self, doctype: str, filters: Filters | None = None) -> int:
		table = self._tables.get(doctype)
		if table is None:
			return self._site.count(doctype, filters)
		return sum(1 for _ in table.fitting(filters))

	def insert(self, doctype: str, values: Record) -> Record:
		row = self.draft(doctype, values)
		self.insert_drafts(doctype, [row])
		return dict(row)

	def insert_checked(self, doctype: str, values: Record) -> None:
		self.insert(doctype, values)

	def draft(self, doctype: str, values: Record) -> Record:
		return self._table(doctype).new_row(values)

	def insert_drafts(self, doctype: str, drafts: Sequence[Record]) -> None:
		table = self._table(doctype)
		for draft in drafts:
			clash = table.clash(draft)
			if clash:
				raise DuplicateRecordError(f"{doctype}: {clash} {draft[clash]!r} exists already.")
			table.put(dict(draft))
			self._note(partial(table.drop, draft["name"]))

	def insert_many(self, doctype: str, rows: Sequence[Record]) -> None:
		for row in rows:
			if not self._table(doctype).clash(row):
				self.insert(doctype, row)

	def add_up(self, doctype: str, row: Record, sums: Collection[str]) -> None:
		key = self.meta(doctype).autoname.partition(":")[2]
		known = self.find(doctype, {key: row[key]}, limit=1)
		if known:
			self.update(doctype, known[0]["name"], {name: known[0][name] + row[name] for name in sums})
		else:
			self.insert(doctype, row)

	def update(self, doctype: str, name: str, values: Record) -> Record:
		table = self._table(doctype)
		before = table.rows.get(name)
		if before is None:
			raise MissingRecordError(f"{doctype} {name!r} does not exist in this dry run.")
		table.put({**before, **values})
		self._note(lambda: table.put(before))
		return dict(table.rows[name])

	def _children(self, doctype: str) -> _Table | None:
		"""The rows of a child table of what judging writes."""
		if doctype not in self._parents:
			return None
		parenttype, fieldname = self._parents[doctype]
		table = _Table(self._site.meta(doctype), ())
		for name, parent in self._tables[parenttype].rows.items():
			place = {"parent": name, "parenttype": parenttype, "parentfield": fieldname}
			for idx, row in enumerate(parent[fieldname] or (), start=1):
				table.put(table.new_row({**row, **place, "name": f"{name}/{idx}", "idx": idx}))
		return table

	def update_many(self, doctype: str, names: Sequence[str], values: Record) -> None:
		for name in names:
			if name in self._table(doctype).rows:
				self.update(doctype, name, values)

	def delete_many(self, doctype: str, names: Sequence[str]) -> None:
		raise InvalidRecordError(f"a dry run removes no {doctype}: it only judges.")

	def delete(self, doctype: str, name: str) -> None:
		raise InvalidRecordError(f"a dry run deletes nothing, and so no {doctype} {name}.")

	def _table(self, doctype: str) -> _Table:
		table = self._tables.get(doctype)
		if table is None:
			raise InvalidRecordError(f"a dry run writes no {doctype}: only {', '.join(self._tables)}.")
		return table

	@contextmanager
	def transaction(self) -> Iterator[None]:
		mark = len(self._undo)
		self._depth += 1
		try:
			yield
		except BaseException:
			while len(self._undo) > mark:
				self._undo.pop()()
			raise
		finally:
			self._depth -= 1
			if not self._depth:
				self._undo.clear()

	def _note(self, undo: Callable[[], None]) -> None:
		if self._depth:
			self._undo.append(undo)

	def extensions(self, hook: str) -> Sequence[str]:
		return self._site.extensions(hook)

	def writer(self) -> Writer:
		return self._site.writer()

	def stamp(self, doctypes: Iterable[str]) -> str:
		"""The plant and its rules stand still while a dry run lasts."""
		return "dry run"


class _Table:
	"""The rows of one DocType by name, in the order of their insertion; by each unique field; and by the Datetime
	fields that were asked for a range, in the order of their values."""

	def __init__(self, meta: DocTypeMeta, rows: Sequence[Record]):
		self._meta = meta
		self._empty = {field.fieldname: _default(field) for field in meta.columns}
		self._unique = [field.fieldname for field in meta.columns if field.unique]
		self._by_key: dict[tuple[str, Any], str] = {}
		self._by_moment: dict[str, list[tuple[datetime, str]]] = {}
		self.rows: dict[str, Record] = {}
		self._inserted = 0
		for row in rows:
			self.put(dict(row))

	def new_row(self, values: Record) -> Record:
		self._inserted += 1
		kind, _, fieldname = self._meta.autoname.partition(":")
		name = values[fieldname] if kind == "field" else f"{self._meta.name} {self._inserted}"
		return {"name": name, **self._empty, **{table.fieldname: [] for table in self._meta.tables}, **values}

	def clash(self, row: Record) -> str | None:
		"""The unique field whose value another row has."""
		if row.get("name") in self.rows:
			return "name"
		keys = ((field, row.get(field)) for field in self._unique)
		return next((field for field, value in keys if value and (field, value) in self._by_key), None)

	def put(self, row: Record) -> None:
		name = row["name"]
		self._forget(name)
		self.rows[name] = row
		self._by_key.update({(field, row[field]): name for field in self._unique if row[field]})
		for field, order in self._by_moment.items():
			if row[field] is not None:
				insort(order, (row[field], name))

	def drop(self, name: str) -> None:
		self._forget(name)
		del self.rows[name]

	def _forget(self, name: str) -> None:
		row = self.rows.get(name, {})
		for field in self._unique:
			self._by_key.pop((field, row.get(field)), None)
		for field, order in self._by_moment.items():
			if row.get(field) is not None:
				del order[bisect_left(order, (row[field], name))]

	def fitting(self, filters: Filters | None, by_insertion: bool = False) -> Iterator[Record]:
		wanted = dict(filters or {})
		tests = [row_test(self._meta, field, value) for field, value in wanted.items()]
		candidates = self.rows.values() if by_insertion else self._candidates(wanted)
		return (row for row in candidates if all(test(row) for test in tests))

	def _candidates(self, wanted: Record) -> Iterable[Record]:
		"""Fewer rows than all where an index can tell."""
		for field, value in wanted.items():
			if field in self._unique and isinstance(value, str):
				name = self._by_key.get((field, value))
				return [self.rows[name]] if name else []
			if isinstance(value, tuple) and value[0] == ">" and isinstance(value[1], datetime):
				order = self._in_order(field)
				start = bisect_right(order, value[1], key=lambda pair: pair[0])
				return (self.rows[name] for _, name in order[start:])
		return self.rows.values()

	def _in_order(self, field: str) -> list[tuple[datetime, str]]:
		if field not in self._by_moment:
			pairs = ((row[field], name) for name, row in self.rows.items() if row[field] is not None)
			self._by_moment[field] = sorted(pairs)
		return self._by_moment[field]


def _default(field: FieldMeta) -> Any:
	empty = _EMPTY.get(field.fieldtype)
	return parse_cell(field, field.default) if field.default else empty
