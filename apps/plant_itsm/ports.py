"""What the services need from outside. Each port has two adapters: frappe_site and embedded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from plant_itsm.domain.schema import DocTypeMeta

Record = dict[str, Any]
"""A record by fieldname, with `name` and its child tables as lists of records. Python types by field type:
Check bool, Int int, Float float, Currency Decimal, Date date, Time time, Datetime aware datetime, all else str."""

Filters = Mapping[str, Any]
"""fieldname -> value, or -> (operator, value) with operator one of =, !=, <, <=, >, >=, in, like, and is with "set" or
"not set". Records of other apps on a site may also be found by their owner."""


@dataclass(frozen=True)
class Writer:
	"""Who writes, and when."""

	user: str
	at: datetime


class Records(Protocol):
	"""The records of a site. Every write is checked against the record's DocType and against its domain rules."""

	def meta(self, doctype: str) -> DocTypeMeta:
		"""The fields of a DocType. Raises MissingRecordError for an unknown one."""

	def get(self, doctype: str, name: str, *, for_update: bool = False) -> Record | None:
		"""One record with its child tables; with for_update locked until the transaction ends. A Single is named as
		its DocType."""

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
		"""Records that fit, without child tables; with for_update as they were committed last, which a transaction that
		has read before does not see otherwise, and locked until it ends."""

	def count(self, doctype: str, filters: Filters | None = None) -> int: ...

	def insert(self, doctype: str, values: Record) -> Record:
		"""The record as it stands after the insert, named. Raises DuplicateRecordError or InvalidRecordError; after
		either the transaction goes on."""

	def insert_checked(self, doctype: str, values: Record) -> None:
		"""Insert a record whose fields, links and domain rules the caller has checked on what this transaction sees.

		All that follows from an insert happens as ever, but the history of the graph is left to the caller. Raises as
		insert does for what only the store can tell; then the transaction is to be rolled back."""

	def draft(self, doctype: str, values: Record) -> Record:
		"""A new record as it will be read: named, typed, with its defaults and child rows. Nobody else sees it before
		insert_drafts; until then the caller may change it, and may also let it go."""

	def insert_drafts(self, doctype: str, drafts: Sequence[Record]) -> None:
		"""Insert drafts, for which the caller vouches, at once: only the types are checked, and nothing follows from
		it. Raises DuplicateRecordError; then the transaction is to be rolled back."""

	def insert_many(self, doctype: str, rows: Sequence[Record]) -> None:
		"""Insert rows of a log DocType at once and unchecked; a row whose unique key exists is left out."""

	def add_up(self, doctype: str, row: Record, sums: Collection[str]) -> None:
		"""Insert a row of a DocType that is named by a unique field, or add its `sums` to those of the row there is.

		One statement that reads nothing: who adds to a row waits for whoever has added to it and not yet committed. For
		what only our services write: the types are checked, and nothing follows from it."""

	def update(self, doctype: str, name: str, values: Record) -> Record:
		"""Change some fields; a child table is replaced whole. Raises MissingRecordError or InvalidRecordError."""

	def update_many(self, doctype: str, names: Sequence[str], values: Record) -> None:
		"""Change the same fields of many records at once; a child table, which only records that exist may be given, is
		replaced whole. Fields and links are checked, not the rules of the DocType, and nothing follows from it: for
		what only our services write. Names that do not exist are passed over."""

	def delete_many(self, doctype: str, names: Sequence[str]) -> None:
		"""Remove rows of a log DocType, which has no child tables. Whether others point to them is the caller's
		business, and nothing follows from it. Names that do not exist are passed over."""

	def delete(self, doctype: str, name: str) -> None:
		"""Delete a record with its child tables, and what was noted about it: comments, messages, versions.

		Raises MissingRecordError, or RecordInUseError while another record points to it."""

	def transaction(self) -> AbstractContextManager[None]:
		"""Commit at the end of the block, roll everything back when it raises. Reads inside see one fresh snapshot."""

	def extensions(self, hook: str) -> Sequence[str]:
		"""The dotted paths that other installed apps register for one of our extension points."""

	def writer(self) -> Writer:
		"""Who writes now and what time it is, as a history notes it."""

	def stamp(self, doctypes: Iterable[str]) -> str:
		"""A text that differs whenever a record of these DocTypes was added, changed or removed."""


class Clock(Protocol):
	def now(self) -> datetime:
		"""The current time, aware."""


URGENT_JOBS = frozenset({"deliver"})
"""People wait for what these jobs bring."""


class JobQueue(Protocol):
	def enqueue(self, job: str, *, queue: str, timeout_seconds: int, **arguments: Any) -> None:
		"""Run `job` (a name in plant_itsm.ot_listeners.jobs.JOBS) in a worker of `queue` ("ot" or "short"), before all
		that wait there when it is one of URGENT_JOBS."""


@dataclass(frozen=True)
class Notice:
	"""A message to people about a record. message is HTML; an SMS carries the subject alone."""

	users: tuple[str, ...]
	subject: str
	message: str
	doctype: str
	name: str
	by_email: bool = True
	by_sms: bool = False


class Notifier(Protocol):
	def notify(self, notice: Notice) -> tuple[str, ...]:
		"""Write the notification in the transaction that is open, so that it is sent exactly when that commits.

		Returns what cannot be sent and why, in words; empty as a rule.
		"""


@dataclass(frozen=True)
class Ports:
	"""One site: its records, clock, queue and messages. redis_url and namespace place its streams and leases.

	secrets_folder: where keys of the site are made and kept on this host; it need not exist yet.
	"""

	records: Records
	clock: Clock
	jobs: JobQueue
	notifier: Notifier
	redis_url: str
	namespace: str
	secrets_folder: Path | None = None
