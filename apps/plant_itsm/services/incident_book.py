"""The open stops of the plant with the incidents that they belong to, read and locked at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from plant_itsm.domain.grouping import EXPLAINED, OpenIncident
from plant_itsm.domain.vocabulary import EventKind, LineStopStatus
from plant_itsm.ports import Record, Records

STOP = "Line Stop"


class IncidentBook:
	"""Holds every open stop, those that were asked for, and the roots of all of them; without their child tables.

	What is written through it stays true in it. Reads lock: without that, MariaDB shows a transaction the stops as they
	were when it first read anything, and what another drain has committed since would be missing.
	"""

	def __init__(self, records: Records, asked_for: Iterable[str]):
		self._records = records
		self._stops: dict[str, Record] = {}
		self._take({"status": LineStopStatus.OPEN})
		self._take_missing(asked_for)
		self._take_missing(row["parent_stop"] for row in list(self._stops.values()))
		self._parts: dict[str, dict[str, None]] = {}
		for name, row in self._stops.items():
			if row["parent_stop"]:
				self._parts.setdefault(row["parent_stop"], {})[name] = None

	def _take(self, filters: dict[str, Any]) -> list[Record]:
		rows = self._records.find(STOP, filters, order_by="detected_at", for_update=True)
		for row in rows:
			self._stops.setdefault(row["name"], row)
		return rows

	def _take_missing(self, names: Iterable[str | None]) -> None:
		missing = sorted({name for name in names if name and name not in self._stops})
		if missing:
			self._take({"name": ("in", missing)})

	def __getitem__(self, name: str) -> Record:
		return self._stops[name]

	def root_of(self, name: str) -> str:
		"""The incident that a stop belongs to: itself where it is one."""
		return self._stops[name]["parent_stop"] or name

	def open_stops(self) -> Iterator[Record]:
		return (row for row in self._stops.values() if row["status"] == LineStopStatus.OPEN)

	def open_parts(self, root: str) -> list[Record]:
		"""The stops that are parts of an incident and last still."""
		rows = (self._stops[name] for name in self._parts.get(root, ()))
		return [row for row in rows if row["status"] == LineStopStatus.OPEN]

	def all_parts(self, root: str) -> list[Record]:
		"""Those that have ended, too."""
		for row in self._take({"parent_stop": root}):
			self._parts.setdefault(root, {})[row["name"]] = None
		return [self._stops[name] for name in self._parts.get(root, ())]

	def incidents(self) -> list[OpenIncident]:
		"""The open stops that are incidents of their own and could be part of another, or have others as parts."""
		return [
			self._incident(row)
			for row in self.open_stops()
			if not row["parent_stop"] and EventKind(row["kind"]) in EXPLAINED and row["root_ci"]
		]

	def _incident(self, row: Record) -> OpenIncident:
		parts = self.open_parts(row["name"])
		return OpenIncident(
			stop=row["name"],
			kind=EventKind(row["kind"]),
			ci=row["root_ci"],
			since=row["detected_at"],
			latest=max([row["detected_at"], *(part["detected_at"] for part in parts)]),
			suspected=row["suspected_root_ci"],
			parts=(row["root_ci"], *(part["root_ci"] for part in parts)),
		)

	def write(self, name: str, values: Record) -> None:
		"""Change fields of a stop."""
		row = self._stops[name]
		before = row["parent_stop"]
		self._records.update(STOP, name, values)
		row.update(values)
		if row["parent_stop"] != before:
			self._parts.get(before, {}).pop(name, None)
			if row["parent_stop"]:
				self._parts.setdefault(row["parent_stop"], {})[name] = None
