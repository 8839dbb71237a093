"""Locks for what only one transaction at a time may do in the whole plant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from plant_itsm.domain.errors import DuplicateRecordError
from plant_itsm.ports import Records

DOCTYPE = "Plant Lock"
GROUPING = "Grouping"
"""Opening, ending and grouping line stops. Else the drains of two connections could each open an incident, one of a
robot and one of its switch, and neither would see the other's."""


@contextmanager
def holding(records: Records, lock: str) -> Iterator[None]:
	"""A transaction that has a lock before it reads anything."""
	records.meta(DOCTYPE)  # else reading a DocType might come before the lock
	with records.transaction():
		hold(records, lock)
		yield


def hold(records: Records, lock: str) -> None:
	"""Wait for a lock and keep it until the transaction that is open ends.

	Take it before anything else is read: MariaDB shows a transaction the records as they were at its first ordinary
	read, so one that had read before it waited would not see what the holder before it has committed.
	"""
	if records.get(DOCTYPE, lock, for_update=True) is None:
		try:
			records.insert(DOCTYPE, {"lock_name": lock})
		except DuplicateRecordError:  # somebody was faster
			records.get(DOCTYPE, lock, for_update=True)
