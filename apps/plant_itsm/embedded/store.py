"""The Records port on one SQLite file that several processes share."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path

from sqlalchemy import Connection, delete, desc, func, select, text, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from plant_itsm.domain.errors import (
	DuplicateRecordError,
	InvalidRecordError,
	MissingRecordError,
	RecordInUseError,
)
from plant_itsm.domain.schema import SUBMITTED, DocTypeMeta, check_unchanged
from plant_itsm.embedded import checking
from plant_itsm.embedded.database import Database
from plant_itsm.embedded.filters import conditions, sort_column
from plant_itsm.embedded.migration import prepare_file
from plant_itsm.embedded.naming import new_name, random_name
from plant_itsm.embedded.references import first_user, traces_of
from plant_itsm.embedded.schema import doctype_metas, search_indexes
from plant_itsm.embedded.tables import build_tables, stored_fields
from plant_itsm.embedded.values import checked_value, column_value, record_value
from plant_itsm.ports import Clock, Filters, Record, Writer
from plant_itsm.services.completion import completed, is_completed
from plant_itsm.services.consequences import follow, follow_submission
from plant_itsm.services.graph_changes import note_change
from plant_itsm.services.validation import validate


def open_store(
	path: Path,
	clock: Clock,
	metas: Mapping[str, DocTypeMeta] | None = None,
) -> SqliteRecords:
	"""The records in the file at `path`, which is made, or brought to the DocTypes as they are now, if need be.

	`metas` are the DocTypes to keep, those of the app by default. Raises StoreFileError when the file cannot be used.
	"""
	return SqliteRecords(Database(Path(path)), doctype_metas() if metas is None else metas, clock)


class SqliteRecords:
	"""Implements ports.Records. A write outside a transaction is committed by itself."""

	def __init__(self, database: Database, metas: Mapping[str, DocTypeMeta], clock: Clock):
		self._database = database
		self._metas = metas
		self._clock = clock
		self._tables = build_tables(metas, search_indexes())
		prepare_file(database, self._tables, metas)

	@property
	def path(self) -> Path:
		return self._database.path

	def close(self) -> None:
		"""Close the connections of this process; the next call opens them anew."""
		self._database.close()

	def meta(self, doctype: str) -> DocTypeMeta:
		return checking.meta_of(self._metas, doctype)

	@contextmanager
	def transaction(self) -> Iterator[None]:
		with self._database.transaction():
			yield

	# ------------------------------------------------------------------ reading

	def get(self, doctype: str, name: str, *, for_update: bool = False) -> Record | None:
		"""A transaction holds SQLite's one write lock from its beginning, so for_update has nothing to add."""
		meta = self.meta(doctype)
		with self._database.reading() as connection:
			found = self._select(connection, meta, {"name": name})
			if found:
				return {**found[0], **self._children(connection, meta, name)}
		if meta.is_single and name == doctype:
			return checking.unwritten_single(meta)
		return None

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
		"""Records that fit; those with equal order_by follow each other as they were inserted."""
		meta = self.meta(doctype)
		with self._database.reading() as connection:
			return self._select(connection, meta, filters, order_by, descending, limit)

	def count(self, doctype: str, filters: Filters | None = None) -> int:
		meta, table = self.meta(doctype), self._tables.by_doctype[doctype]
		query = select(func.count()).select_from(table).where(*conditions(meta, table, filters))
		with self._database.reading() as connection:
			return connection.execute(query).scalar_one()

	def extensions(self, hook: str) -> Sequence[str]:
		"""Entry points of installed packages, in a group named as the hook."""
		return _paths_of(hook, tuple(sys.path))

	def writer(self) -> Writer:
		"""The one who is logged in on this machine: the edition knows no users of its own."""
		return Writer(_login_name(), self._clock.now())

	def stamp(self, doctypes: Iterable[str]) -> str:
		names = sorted(self.meta(doctype).name for doctype in set(doctypes))
		changes = self._tables.changes
		with self._database.reading() as connection:
			rows = connection.execute(select(changes).where(changes.c.doctype.in_(names)))
			writes = {row.doctype: row.writes for row in rows}
		return "/".join(str(writes[name]) for name in names)

	def _select(
		self,
		connection: Connection,
		meta: DocTypeMeta,
		filters: Filters | None,
		order_by: str = "name",
		descending: bool = False,
		limit: int | None = None,
	) -> list[Record]:
		table = self._tables.by_doctype[meta.name]
		column, place = sort_column(meta, table, order_by), text("rowid DESC" if descending else "rowid")
		query = (
			select(table)
			.where(*conditions(meta, table, filters))
			.order_by(desc(column) if descending else column, place)
			.limit(limit)
		)
		fields = stored_fields(meta)
		return [
			{field.fieldname: record_value(field, stored) for field, stored in zip(fields, row, strict=True)}
			for row in connection.execute(query)
		]

	def _children(self, connection: Connection, meta: DocTypeMeta, name: str) -> Record:
		return {
			table.fieldname: self._select(
				connection,
				self.meta(table.options),
				{"parent": name, "parenttype": meta.name, "parentfield": table.fieldname},
				"idx",
			)
			for table in meta.tables
		}

	# ------------------------------------------------------------------ writing

	def insert(self, doctype: str, values: Record) -> Record:
		return self._existing(doctype, self._insert(doctype, values, checked=False))

	def insert_checked(self, doctype: str, values: Record) -> None:
		self._insert(doctype, values, checked=True)

	def _insert(self, doctype: str, values: Record, *, checked: bool) -> str:
		meta = self.meta(doctype)
		if meta.is_single or meta.is_table:
			raise InvalidRecordError(
				f"{doctype} is {'a Single' if meta.is_single else 'a child table'}: update its record instead."
			)
		given = checking.with_defaults(self._metas, meta, values)
		with self._database.transaction() as connection:
			record = checking.typed_record(self._metas, meta, doctype, given)
			name = new_name(meta, {**record, "name": given.get("name")}, self._clock.now(), self._next_number)
			record = {"name": name, **record}
			if not checked:
				record = self._completed(meta, record)
				self._check(meta, record)
			with self._refusing_duplicates(meta, record):
				connection.execute(insert(self._tables.by_doctype[doctype]).values(self._row(meta, record)))
			self._write_children(connection, meta, record)
			if not checked:
				note_change(self, doctype, name, None, record)
			follow(self, doctype, record)
			if meta.is_submittable:
				self._follow_submission(meta, record)
			return name

	def draft(self, doctype: str, values: Record) -> Record:
		meta = self.meta(doctype)
		given = checking.with_defaults(self._metas, meta, values)
		record = checking.typed_record(self._metas, meta, doctype, given)
		name = new_name(meta, record, self._clock.now(), self._next_number)
		row = self._row(meta, {"name": name, **record})
		return {
			**{field.fieldname: record_value(field, row[field.fieldname]) for field in stored_fields(meta)},
			**{table.fieldname: record[table.fieldname] for table in meta.tables},
		}

	def insert_drafts(self, doctype: str, drafts: Sequence[Record]) -> None:
		if not drafts:
			return
		meta, table = self.meta(doctype), self._tables.by_doctype[doctype]
		typed = [
			{"name": draft["name"], **checking.typed_record(self._metas, meta, doctype, draft)}
			for draft in drafts
		]
		with self._database.transaction() as connection:
			with self._refusing_duplicates(meta, typed[0]):
				connection.execute(insert(table), [self._row(meta, record) for record in typed])
			for record in typed:
				self._write_children(connection, meta, record)

	def insert_many(self, doctype: str, rows: Sequence[Record]) -> None:
		"""Only the types of the values are looked at."""
		meta, table = self.meta(doctype), self._tables.by_doctype[doctype]
		if not rows:
			return
		unique = [field.fieldname for field in meta.columns if field.unique]
		statement = insert(table)
		if unique:
			# Named, so that two equal random names are an error and not a row that gets lost.
			single = unique if len(unique) == 1 and not meta.autoname.startswith("field:") else None
			statement = statement.on_conflict_do_nothing(index_elements=single)
		with self._database.transaction() as connection:
			connection.execute(statement, [self._log_row(meta, row) for row in rows])

	def add_up(self, doctype: str, row: Record, sums: Collection[str]) -> None:
		meta, table = self.meta(doctype), self._tables.by_doctype[doctype]
		statement = insert(table)
		added = {name: table.c[name] + statement.excluded[name] for name in sums}
		statement = statement.on_conflict_do_update(index_elements=["name"], set_=added)
		with self._database.transaction() as connection:
			connection.execute(statement, self._log_row(meta, row))

	def update(self, doctype: str, name: str, values: Record) -> Record:
		meta = self.meta(doctype)
		what = f"{doctype} {name}"
		with self._database.transaction() as connection:
			given = checking.with_row_defaults(self._metas, meta, values)
			before = self._existing(doctype, name)
			merged = {**before, **given}
			typed = {"name": name, **checking.typed_record(self._metas, meta, what, merged)}
			record = self._completed(meta, typed)
			check_unchanged(what, meta, before, record)
			checking.check_name_field(meta, name, record)
			self._check(meta, record)
			with self._refusing_duplicates(meta, record):
				self._overwrite(connection, meta, record)
			replaced = values.keys() | {name for name in record if record[name] is not typed[name]}
			self._write_children(connection, meta, record, replaced)
			note_change(self, doctype, name, before, record)
			follow(self, doctype, record)
			if meta.is_submittable and before["docstatus"] != SUBMITTED:
				self._follow_submission(meta, record)
			return self._existing(doctype, name)

	def _follow_submission(self, meta: DocTypeMeta, record: Record) -> None:
		if record["docstatus"] == SUBMITTED:
			follow_submission(self, meta.name, record)

	def _completed(self, meta: DocTypeMeta, record: Record) -> Record:
		"""The record with the fields that are computed from others."""
		if not is_completed(meta.name):
			return record
		computed = completed(self, self._clock, meta.name, record)
		return checking.typed_record(
			self._metas, meta, f"{meta.name} {record['name']}", {**record, **computed}
		) | {"name": record["name"]}

	def update_many(self, doctype: str, names: Sequence[str], values: Record) -> None:
		meta, table = self.meta(doctype), self._tables.by_doctype[doctype]
		checking.check_links(self._metas, meta, doctype, values, self._exists)
		row = {
			field.fieldname: column_value(
				doctype, field, checked_value(doctype, field, values[field.fieldname])
			)
			for field in meta.columns
			if field.fieldname in values
		}
		with self._database.transaction() as connection:
			if row:
				named = update(table).where(*conditions(meta, table, {"name": ("in", list(names))}))
				connection.execute(named.values(row))
			tables = {field.fieldname for field in meta.tables} & values.keys()
			given = checking.with_row_defaults(self._metas, meta, values)
			children = checking.typed_children(self._metas, meta, doctype, given)
			for name in names if tables else ():
				self._write_children(connection, meta, {"name": name, **children}, tables)

	def delete_many(self, doctype: str, names: Sequence[str]) -> None:
		meta, table = self.meta(doctype), self._tables.by_doctype[doctype]
		with self._database.transaction() as connection:
			connection.execute(delete(table).where(*conditions(meta, table, {"name": ("in", list(names))})))

	def delete(self, doctype: str, name: str) -> None:
		meta = self.meta(doctype)
		with self._database.transaction() as connection:
			record = self._existing(doctype, name)
			for trace, reference in traces_of(self._metas, doctype, name):
				self._delete_rows(connection, self.meta(trace), reference)
			user = first_user(connection, self._metas, self._tables.by_doctype, doctype, name)
			if user is not None:
				raise RecordInUseError(
					f"{doctype} {name!r} cannot be deleted: {user} points to it. Delete that first."
				)
			for table in meta.tables:
				place = {"parent": name, "parenttype": doctype, "parentfield": table.fieldname}
				self._delete_rows(connection, self.meta(table.options), place)
			self._delete_rows(connection, meta, {"name": name})
			note_change(self, doctype, name, record, None)
			follow(self, doctype, record)

	def _delete_rows(self, connection: Connection, meta: DocTypeMeta, among: Filters) -> None:
		table = self._tables.by_doctype[meta.name]
		connection.execute(delete(table).where(*conditions(meta, table, among)))

	def _existing(self, doctype: str, name: str) -> Record:
		record = self.get(doctype, name)
		if record is None:
			raise MissingRecordError(f"{doctype} {name!r} does not exist. Check the name.")
		return record

	def _check(self, meta: DocTypeMeta, record: Record) -> None:
		checking.check_links(self._metas, meta, f"{meta.name} {record['name']}", record, self._exists)
		validate(self, meta.name, record)

	def _exists(self, doctype: str, name: str) -> bool:
		return self.count(doctype, {"name": name}) > 0

	def _next_number(self, prefix: str) -> int:
		series = self._tables.series
		statement = insert(series).values(prefix=prefix, current=1)
		with self._database.transaction() as connection:
			connection.execute(
				statement.on_conflict_do_update(
					index_elements=["prefix"], set_={"current": series.c.current + 1}
				)
			)
			current = select(series.c.current).where(series.c.prefix == prefix)
			number: int = connection.execute(current).scalar_one()
		return number

	@contextmanager
	def _refusing_duplicates(self, meta: DocTypeMeta, record: Record) -> Iterator[None]:
		try:
			yield
		except IntegrityError as error:
			fieldname = str(error.orig).rpartition(".")[2]  # UNIQUE constraint failed: OT CI.ci_name
			if fieldname == "name" and meta.autoname.startswith("field:"):
				fieldname = meta.autoname.removeprefix("field:")
			raise DuplicateRecordError(
				f"{meta.name}: {fieldname} {record.get(fieldname)!r} exists already."
				" Choose another, or change the record that has it."
			) from error

	def _overwrite(self, connection: Connection, meta: DocTypeMeta, record: Record) -> None:
		table, row = self._tables.by_doctype[meta.name], self._row(meta, record)
		if meta.is_single:  # its row may not be there yet
			connection.execute(insert(table).values(row).on_conflict_do_nothing(index_elements=["name"]))
		del row["creation"]
		connection.execute(update(table).where(table.c.name == record["name"]).values(row))

	def _write_children(
		self,
		connection: Connection,
		meta: DocTypeMeta,
		record: Record,
		replaced: Set[str] | None = None,
	) -> None:
		for field in meta.tables:
			if replaced is not None and field.fieldname not in replaced:
				continue
			child, table = self.meta(field.options), self._tables.by_doctype[field.options]
			place = {"parent": record["name"], "parenttype": meta.name, "parentfield": field.fieldname}
			if replaced is not None:
				connection.execute(delete(table).where(*conditions(child, table, place)))
			rows = [
				self._row(child, {**row, **place, "name": random_name(), "idx": number})
				for number, row in enumerate(record[field.fieldname], start=1)
			]
			if rows:
				connection.execute(insert(table), rows)

	def _log_row(self, meta: DocTypeMeta, values: Record) -> Record:
		given = checking.with_defaults(self._metas, meta, values)
		for fieldname in values:
			field = meta.field(fieldname)
			if fieldname != "name" and (field is None or field.is_table):
				raise InvalidRecordError(
					f"{meta.name}: a row of it has no field {fieldname!r}. Leave it out."
				)
		name = new_name(meta, given, self._clock.now(), self._next_number)
		return self._row(meta, {**given, "name": name})

	def _row(self, meta: DocTypeMeta, record: Record) -> Record:
		"""The columns of a record, written now."""
		now = self._clock.now()
		dated = {**record, "creation": now, "modified": now}
		return {
			field.fieldname: column_value(meta.name, field, dated.get(field.fieldname))
			for field in stored_fields(meta)
		}


@lru_cache
def _paths_of(hook: str, _searched: tuple[str, ...]) -> tuple[str, ...]:
	"""Looked for once in the folders of packages: the search reads all of them."""
	return tuple(point.value.replace(":", ".") for point in entry_points(group=hook))


def _login_name() -> str:
	try:
		return getpass.getuser()
	except (KeyError, OSError):  # a container may run under a number without a name
		return "unknown"
