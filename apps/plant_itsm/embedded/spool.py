"""What an edge gateway has heard and its site has not yet committed: one SQLite file in the OT DMZ.

A signal is on the disk before its source hears that we have it. The file has a budget; when that is used up the spool
refuses, and the sources keep their signals as long as they can. Addresses are kept once, moments as microseconds. Room
that is free again is used again; the file itself stays as large as it was at its largest.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import (
	BigInteger,
	Column,
	Connection,
	Integer,
	LargeBinary,
	MetaData,
	Row,
	Table,
	Text,
	UniqueConstraint,
	delete,
	func,
	select,
	update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import OperationalError

from plant_itsm.domain.errors import PlantItsmError, StoreUnavailableError
from plant_itsm.domain.gateway import MOST_SIGNALS
from plant_itsm.domain.signals import GOOD, RawSignal, stream_position
from plant_itsm.embedded.database import Database
from plant_itsm.embedded.migration import write_ahead
from plant_itsm.ot_listeners.intake import StreamFullError
from plant_itsm.ports import Clock

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
KNOWN_ADDRESSES = 100_000
"""How many addresses are remembered in memory; all are in the file."""

_METADATA = MetaData()
_CONNECTIONS = Table(
	"connection",
	_METADATA,
	Column("id", Integer, primary_key=True),
	Column("name", Text, nullable=False, unique=True),
	Column("epoch", BigInteger, nullable=False),
	Column("last", BigInteger, nullable=False, server_default="0"),
	Column("forgotten", BigInteger, nullable=False, server_default="0"),
)
_ADDRESSES = Table(
	"address",
	_METADATA,
	Column("id", Integer, primary_key=True),
	Column("text", Text, nullable=False, unique=True),
)
_SIGNALS = Table(
	"signal",
	_METADATA,
	Column("id", Integer, primary_key=True),  # the connection and the number in one, which saves an index
	Column("address", Integer, nullable=False),
	Column("received", BigInteger, nullable=False),
	Column("source", BigInteger),
	Column("quality", Text),
	Column("problem", Text),
	Column("payload_bytes", Integer),
	Column("payload", LargeBinary, nullable=False),
)
_INSERT = str(_SIGNALS.insert().compile(dialect=sqlite.dialect()))
"""Compiled once, for rows that are tuples: a third of the time that SQLAlchemy takes for as many dicts."""
_NOTED = Table(
	"noted",
	_METADATA,
	Column("kind", Text),
	Column("connection", Integer),
	Column("address", Text),
	UniqueConstraint("kind", "connection", "address"),
)
SESSION, WANTED = "session", "wanted"
"""Addresses that a session at the source may still send, and those that the site's rules look at."""


class SpoolFullError(StreamFullError):
	"""The spool has used its budget, or its disk is full: listeners stop taking signals."""


class SpoolError(PlantItsmError):
	"""The spool and the site contradict each other."""


@dataclass(frozen=True)
class Spooled:
	"""Signals of a connection that follow each other, after the place `after`."""

	after: str
	signals: tuple[RawSignal, ...]


class Spool:
	"""The signals of all connections of a gateway. Several threads may use it."""

	def __init__(self, path: Path, clock: Clock, budget_bytes: int):
		path.parent.mkdir(parents=True, exist_ok=True)
		path.touch(mode=0o600)
		self.path = path
		self.budget_bytes = budget_bytes
		self._clock = clock
		self._addresses: dict[str, int] = {}
		self._database = Database(path)
		write_ahead(self._database)
		with self._database.transaction() as connection:
			_METADATA.create_all(connection)

	def close(self) -> None:
		self._database.close()

	# ------------------------------------------------------------------ in

	def put(self, connection: str, signals: Sequence[RawSignal]) -> None:
		"""Append signals in order, all or none. Raises SpoolFullError."""
		if self.used_bytes() >= self.budget_bytes:
			raise SpoolFullError(
				f"{self.path}: the spool has used its {self.budget_bytes / 1e6:.0f} MB and the site is away: signals"
				" wait at their sources. Bring the site back, or give the gateway more disk (--budget-mb)."
			)
		try:
			with self._database.transaction() as database:
				row = self._row(database, connection)
				numbers = itertools.count(row.last + 1)
				rows = [self._stored(database, _id(row.id, next(numbers)), one) for one in signals]
				database.exec_driver_sql(_INSERT, rows)
				counted = {"last": row.last + len(rows)}
				database.execute(update(_CONNECTIONS).where(_CONNECTIONS.c.id == row.id).values(counted))
		except (OperationalError, StoreUnavailableError) as error:
			self._addresses.clear()  # some may have been undone
			raise SpoolFullError(
				f"{self.path}: the spool cannot be written ({error}). Free disk space."
			) from None

	def _row(self, database: Connection, connection: str) -> Row[tuple[object, ...]]:
		"""The row of a connection, which begins its first epoch if it is new."""
		epoch = int(self._clock.now().timestamp() * 1000)
		query = select(_CONNECTIONS).where(_CONNECTIONS.c.name == connection)
		found = database.execute(query).one_or_none()
		if found is None:
			database.execute(insert(_CONNECTIONS).values(name=connection, epoch=epoch))
			found = database.execute(query).one()
		return found

	def _stored(self, database: Connection, key: int, signal: RawSignal) -> tuple[object, ...]:
		"""The row of a signal, in the order of the columns."""
		return (
			key,
			self._addresses.get(signal.address) or self._address(database, signal.address),
			_microseconds(signal.received_time),
			None if signal.source_time is None else _microseconds(signal.source_time),
			None if signal.quality == GOOD else signal.quality,
			signal.problem,
			None if signal.payload_bytes == len(signal.payload) else signal.payload_bytes,
			signal.payload,
		)

	def _address(self, database: Connection, text: str) -> int:
		"""The number of an address, which is remembered."""
		database.execute(insert(_ADDRESSES).values(text=text).on_conflict_do_nothing())
		number = int(database.execute(select(_ADDRESSES.c.id).where(_ADDRESSES.c.text == text)).scalar_one())
		if len(self._addresses) >= KNOWN_ADDRESSES:
			self._addresses.clear()
		self._addresses[text] = number
		return number

	# ------------------------------------------------------------------ out

	def place(self, connection: str) -> str:
		"""The last place that was forgotten: where the site must have come at least."""
		with self._database.transaction() as database:
			row = self._row(database, connection)
		return f"{row.epoch}-{row.forgotten}"

	def after(self, connection: str, place: str, limit: int | None = None) -> Spooled:
		"""The next signals after a place that the site has named; all from the first where that is of an earlier epoch.

		Raises SpoolError where the site wants what is forgotten, or has heard a newer spool.
		"""
		epoch, number = stream_position(place)
		with self._database.transaction() as database:
			row = self._row(database, connection)
			ours = self._settled_epoch(database, row, epoch)
			number = number if epoch == ours else 0
			if number < row.forgotten:
				raise SpoolError(
					f"{connection}: the site wants what follows {place}, and this gateway has forgotten up to"
					f" {ours}-{row.forgotten}, because the site had committed it. Was the site restored from a backup?"
					" Begin a new spool to go on; what came between is lost to that backup."
				)
			query = (
				select(_ADDRESSES.c.text, _SIGNALS)
				.join(_ADDRESSES, _ADDRESSES.c.id == _SIGNALS.c.address)
				.where(_SIGNALS.c.id > _id(row.id, number), _SIGNALS.c.id < _id(row.id + 1, 0))
				.order_by(_SIGNALS.c.id)
				.limit(MOST_SIGNALS if limit is None else limit)
			)
			signals = tuple(map(_signal, database.execute(query)))
		return Spooled(f"{ours}-{number}", signals)

	def _settled_epoch(self, database: Connection, row: Row[tuple[object, ...]], heard: int) -> int:
		"""Our epoch; a later one than the site's where the site heard this connection before without us."""
		if heard <= row.epoch:
			return int(row.epoch)
		if row.forgotten:
			raise SpoolError(
				f"{row.name}: the site takes it from a newer spool (epoch {heard}, ours is {row.epoch}). Only one"
				" gateway may have a connection: stop one, or give each a connection of its own."
			)
		database.execute(update(_CONNECTIONS).where(_CONNECTIONS.c.id == row.id).values(epoch=heard + 1))
		return heard + 1

	def forget(self, connection: str, place: str) -> int:
		"""Remove the signals whose effects the site has committed. Returns how many went."""
		epoch, number = stream_position(place)
		with self._database.transaction() as database:
			row = self._row(database, connection)
			if epoch != row.epoch or number <= row.forgotten:
				return 0
			of_connection = _SIGNALS.c.id.between(_id(row.id, 0), _id(row.id, number))
			gone = database.execute(delete(_SIGNALS).where(of_connection)).rowcount
			database.execute(update(_CONNECTIONS).where(_CONNECTIONS.c.id == row.id).values(forgotten=number))
		return gone

	# ------------------------------------------------------------------ figures

	def used_bytes(self) -> int:
		"""What the spool takes on the disk; room that is free again does not count."""
		pages, free, size = (
			func.pragma_page_count().table_valued("page_count").c.page_count,
			func.pragma_freelist_count().table_valued("freelist_count").c.freelist_count,
			func.pragma_page_size().table_valued("page_size").c.page_size,
		)
		with self._database.reading() as database:
			taken = database.execute(select(pages)).scalar_one() - database.execute(select(free)).scalar_one()
			return int(taken * database.execute(select(size)).scalar_one())

	def waiting(self, connection: str) -> int:
		"""Signals that are not yet committed at the site."""
		with self._database.transaction() as database:
			row = self._row(database, connection)
		return int(row.last - row.forgotten)

	def numbered(self, connection: str) -> int:
		"""How many signals the spool has ever taken: the number of the last one."""
		with self._database.transaction() as database:
			return int(self._row(database, connection).last)

	# ------------------------------------------------------------------ addresses

	def addresses(self, kind: str, connection: str) -> frozenset[str]:
		"""kind: SESSION or WANTED."""
		with self._database.transaction() as database:
			row = self._row(database, connection)
			noted = (_NOTED.c.kind == kind) & (_NOTED.c.connection == row.id)
			return frozenset(database.execute(select(_NOTED.c.address).where(noted)).scalars())

	def change_addresses(
		self, kind: str, connection: str, add: Collection[str], drop: Collection[str]
	) -> None:
		with self._database.transaction() as database:
			row = self._row(database, connection)
			for text in add:
				values = {"kind": kind, "connection": row.id, "address": text}
				database.execute(insert(_NOTED).values(values).on_conflict_do_nothing())
			for text in drop:
				noted = (_NOTED.c.kind == kind) & (_NOTED.c.connection == row.id)
				database.execute(delete(_NOTED).where(noted, _NOTED.c.address == text))


class SpoolIntake:
	"""Where a listener of a gateway puts its signals: as ot_listeners.intake.Intake, into the spool."""

	def __init__(self, spool: Spool, connection: str):
		self.connection = connection
		self._spool = spool

	def put(self, signals: Sequence[RawSignal]) -> None:
		"""Raises SpoolFullError; then nothing is kept, and nothing may be acknowledged."""
		self._spool.put(self.connection, signals)

	def noted_addresses(self) -> frozenset[str]:
		return self._spool.addresses(SESSION, self.connection)

	def note_addresses(self, add: Collection[str], drop: Collection[str]) -> None:
		self._spool.change_addresses(SESSION, self.connection, add, drop)


def _id(row: int, number: int) -> int:
	"""The key of a signal: those of a connection follow each other. 2^40 signals are 300 years at 100 per second."""
	return (row << 40) + number


def _microseconds(moment: datetime) -> int:
	return (moment - _EPOCH) // _MICROSECOND


def _moment(microseconds: int) -> datetime:
	return _EPOCH + microseconds * _MICROSECOND


def _signal(row: Row[tuple[object, ...]]) -> RawSignal:
	return RawSignal(
		address=row.text,
		payload=row.payload,
		received_time=_moment(row.received),
		source_time=None if row.source is None else _moment(row.source),
		quality=row.quality or GOOD,
		problem=row.problem,
		payload_bytes=len(row.payload) if row.payload_bytes is None else row.payload_bytes,
	)
