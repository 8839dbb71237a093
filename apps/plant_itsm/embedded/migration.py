"""Bringing a SQLite file to the DocTypes as they are now: tables and columns are added, never dropped or converted."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, select, text, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.schema import CreateColumn

from plant_itsm.domain.errors import StoreFileError
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.embedded.checking import defaults
from plant_itsm.embedded.database import Database
from plant_itsm.embedded.tables import StoreTables, counting_triggers, index_name, stored_fields
from plant_itsm.embedded.values import column_value, storage_of

Kinds = dict[tuple[str, str], str]
"""(DocType, fieldname) -> the kind of its storage"""


def prepare_file(database: Database, tables: StoreTables, metas: Mapping[str, DocTypeMeta]) -> None:
	"""Create the file, or add what it lacks. Raises StoreFileError when it is no store or a field changed type."""
	path = database.path
	try:
		_create(path)
		write_ahead(database)
		wanted = _wanted(metas)
		with database.reading() as connection:
			if wanted.items() <= _found(connection, tables, path).items():
				return
		with database.transaction() as connection:
			_Migration(path, tables, metas, connection).run(wanted)
	except (sqlite3.DatabaseError, DatabaseError) as error:
		raise StoreFileError(
			f"{path}: {error}. Choose a file that plant_itsm has made, or a new one."
		) from error
	except OSError as error:
		raise StoreFileError(f"{path}: {error.strerror}. Choose a folder that you may write to.") from error


def _create(path: Path) -> None:
	"""The file holds passwords of OT connections: nobody but its owner may read it."""
	path.parent.mkdir(parents=True, exist_ok=True)
	os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def write_ahead(database: Database) -> None:
	"""The journal's mode stays with the file; it can only change outside a transaction."""
	with database.reading() as connection:
		driver: Any = connection.connection.driver_connection
		if driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
			driver.execute("PRAGMA journal_mode = WAL")


def _wanted(metas: Mapping[str, DocTypeMeta]) -> Kinds:
	return {
		(meta.name, field.fieldname): storage_of(field).kind + (":unique" if field.unique else "")
		for meta in metas.values()
		for field in stored_fields(meta)
	}


def _found(connection: Connection, tables: StoreTables, path: Path) -> Kinds:
	names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
	if not names:
		return {}
	if tables.fields.name not in names:
		raise StoreFileError(f"{path} is a database of something else. Choose a new file.")
	return {(row.doctype, row.fieldname): row.kind for row in connection.execute(select(tables.fields))}


class _Migration:
	def __init__(
		self, path: Path, tables: StoreTables, metas: Mapping[str, DocTypeMeta], connection: Connection
	):
		self._path, self._tables, self._metas, self._connection = path, tables, metas, connection

	def run(self, wanted: Kinds) -> None:
		found = _found(self._connection, self._tables, self._path)
		self._refuse_changed_types(wanted, found)
		self._tables.metadata.create_all(self._connection)
		known = {doctype for doctype, _fieldname in found}
		for doctype in self._metas:
			if doctype in known:
				self._add_columns(doctype, found)
				self._renew_indexes(doctype, wanted, found)
			else:
				self._count_writes(doctype)
		rows = [{"doctype": key[0], "fieldname": key[1], "kind": kind} for key, kind in wanted.items()]
		statement = insert(self._tables.fields)
		self._connection.execute(
			statement.on_conflict_do_update(
				index_elements=["doctype", "fieldname"], set_={"kind": statement.excluded.kind}
			),
			rows,
		)

	def _refuse_changed_types(self, wanted: Kinds, found: Kinds) -> None:
		for key, kind in wanted.items():
			was, now = found.get(key, kind).partition(":")[0], kind.partition(":")[0]
			if was != now:
				raise StoreFileError(
					f"{self._path}: {key[0]}: {key[1]} is kept as {was}, but is {now} in this version."
					" Move the file away and load the plant into a new one."
				)

	def _add_columns(self, doctype: str, found: Kinds) -> None:
		"""A row that is there already gets the default of a new field."""
		meta, table = self._metas[doctype], self._tables.by_doctype[doctype]
		added = [field for field in meta.columns if (doctype, field.fieldname) not in found]
		for field in added:
			self._add_column(table.c[field.fieldname])
		if added:
			given = defaults(meta)
			values = {
				field.fieldname: column_value(doctype, field, given.get(field.fieldname)) for field in added
			}
			self._connection.execute(update(table).values(values))

	def _add_column(self, column: Column[object]) -> None:
		dialect = self._connection.dialect
		table = dialect.identifier_preparer.format_table(column.table)
		definition = CreateColumn(column).compile(dialect=dialect)
		self._connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {definition}"))

	def _renew_indexes(self, doctype: str, wanted: Kinds, found: Kinds) -> None:
		"""The index of a field that became unique, or ceased to be, has the same name but is of another sort."""
		for key, kind in wanted.items():
			if key[0] == doctype and found.get(key, kind) != kind:
				quoted = index_name(*key).replace('"', '""')
				self._connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{quoted}"')
		for index in self._tables.by_doctype[doctype].indexes:
			try:
				index.create(self._connection, checkfirst=True)
			except IntegrityError as error:
				fieldname = next(iter(index.columns)).name
				raise StoreFileError(
					f"{self._path}: {doctype}: {fieldname} must be unique in this version, but some values are there"
					" twice. Correct them with the earlier version, or load the plant into a new file."
				) from error

	def _count_writes(self, doctype: str) -> None:
		self._connection.execute(
			insert(self._tables.changes).values(doctype=doctype, writes=0).on_conflict_do_nothing()
		)
		for trigger in counting_triggers(doctype):
			self._connection.exec_driver_sql(trigger)
