"""The connections of one process to a SQLite file that several processes write to.

A transaction takes SQLite's one write lock as it begins (BEGIN IMMEDIATE), so it never has to give up half-way because
somebody else wrote in between; others wait for it for a while. A single read takes no lock at all (WAL).
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from plant_itsm.domain.errors import StoreUnavailableError

BUSY_SECONDS = 30
_WRITES = "plant_itsm_writes"


class Database:
	"""Connections to `path`, opened as they are needed; safe to carry over os.fork."""

	def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS):
		self.path = path
		self._busy_seconds = busy_seconds
		self._inherited: list[object] = []
		self._start()
		_DATABASES.add(self)

	def _start(self) -> None:
		self._engine = _engine(self.path, self._busy_seconds)
		self._open = threading.local()

	def start_in_child(self) -> None:
		"""Begin anew. Closing a connection of the parent here would touch the parent's locks, so they are kept, unused,
		until the process ends."""
		self._inherited += [self._engine, self._open]
		self._start()

	def close(self) -> None:
		self._engine.dispose()

	@contextmanager
	def reading(self) -> Iterator[Connection]:
		"""A connection for reads of one snapshot; inside a transaction that transaction's."""
		outer = self._transaction_connection()
		if outer is not None:
			yield outer
			return
		with _unavailable_when_locked(self.path), self._engine.connect() as connection:
			yield connection

	@contextmanager
	def transaction(self) -> Iterator[Connection]:
		"""Commit at the end, roll back when the block raises. Raises StoreUnavailableError when the lock cannot be had.

		A nested block joins the outer one; when it raises, its own part is undone and the outer one can go on.
		"""
		outer = self._transaction_connection()
		if outer is not None:
			with outer.begin_nested():
				yield outer
			return
		with _unavailable_when_locked(self.path), self._engine.connect() as connection:
			connection.execution_options(**{_WRITES: True})
			with connection.begin():
				self._open.connection = connection
				try:
					yield connection
				finally:
					self._open.connection = None

	def _transaction_connection(self) -> Connection | None:
		return getattr(self._open, "connection", None)


_DATABASES: weakref.WeakSet[Database] = weakref.WeakSet()


def _start_in_child() -> None:
	for database in list(_DATABASES):
		database.start_in_child()


os.register_at_fork(after_in_child=_start_in_child)


def _engine(path: Path, busy_seconds: float) -> Engine:
	engine = create_engine(
		f"sqlite:///{path}", connect_args={"timeout": busy_seconds, "check_same_thread": False}
	)
	event.listen(engine, "connect", _prepare)
	event.listen(engine, "begin", _begin)
	return engine


def _prepare(connection: Any, _record: object) -> None:
	"""Take the transactions out of the driver's hands and let each commit reach the disk."""
	connection.isolation_level = None
	connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
	writes = connection.get_execution_options().get(_WRITES)
	connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _unavailable_when_locked(path: Path) -> Iterator[None]:
	try:
		yield
	except OperationalError as error:
		raise StoreUnavailableError(
			f"{path}: {error.orig}. Another process may hold its lock; try again, and look at what is running."
		) from error
