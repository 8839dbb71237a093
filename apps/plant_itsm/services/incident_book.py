"""The open stops of the plant with the incidents that they belong to, read and locked at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from plant_itsm.domain.grouping import EXPLAINED, OpenIncident
from plant_itsm.domain.vocabulary import EventKind, LineStopStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.downtime import REAL

STOP = "Line Stop"
LINE_TABLES = {"lines": "Line Stop Line", "incident_lines": "Incident Line"}


class IncidentBook:
	"""Holds every open stop, and what else is put into it; without their child tables.

	What is written through it stays true in it; a draft of a new stop is changed in place until it is saved. It locks
	the stops as it reads them, before the transaction writes anything: whoever changes a stop, a person or the outbox,
	locks that first, too, and what follows from it after.
	"""

	def __init__(self, records: Records, *, apart: bool = False):
		"""apart: it holds nothing but what is put into it, as for a drill."""
		self._records = records
		self._stops: dict[str, Record] = {}
		self._parts: dict[str, dict[str, None]] = {}
		self._roots: dict[str, Record] = {}
		self._incidents: dict[str, OpenIncident] = {}
		self._drafts: dict[str, Record] = {}
		self._lines: dict[str, Record] = {}
		if not apart:
			self._take({**REAL, "status": LineStopStatus.OPEN})
		self._by_key = {row["open_key"]: row["name"] for row in self._stops.values() if row["open_key"]}

	def open_stop(self, key: str) -> Record | None:
		name = self._by_key.get(key)
		return self._stops[name] if name else None

	def put(self, row: Record) -> None:
		"""Note a stop that was opened, ended or reopened."""
		before = self._stops.get(row["name"])
		if before is not None:
			self._by_key.pop(before["open_key"], None)
		if row["open_key"]:
			self._by_key[row["open_key"]] = row["name"]
		self._stops[row["name"]] = row
		self._file(row)

	def put_draft(self, draft: Record) -> Record:
		"""Note a stop that was opened and is written with the others by save_drafts."""
		self._drafts[draft["name"]] = draft
		self.put(draft)
		return draft

	def save_drafts(self) -> None:
		"""Write what is not written yet; before anybody but this book asks for it."""
		self._records.insert_drafts(STOP, list(self._drafts.values()))
		self._drafts.clear()

	def complete(self) -> None:
		"""Add the roots of all stops that are parts of an incident, where they have ended themselves."""
		roots = {row["parent_stop"] for row in self._stops.values()}
		missing = sorted(root for root in roots if root and root not in self._stops)
		if missing:
			self._take({"name": ("in", missing)})

	def _file(self, row: Record) -> None:
		"""Among the parts of its incident, or among the open incidents."""
		self._roots.pop(row["name"], None)
		for changed in (row["name"], row["parent_stop"]):
			self._incidents.pop(changed, None)
		if row["parent_stop"]:
			self._parts.setdefault(row["parent_stop"], {})[row["name"]] = None
		elif row["status"] == LineStopStatus.OPEN:
			self._roots[row["name"]] = row

	def _take(self, filters: dict[str, Any]) -> list[Record]:
		rows = self._records.find(STOP, filters, order_by="detected_at", for_update=True)
		for row in rows:
			if row["name"] not in self._stops:
				self._stops[row["name"]] = row
				self._file(row)
		return rows

	def read_lines(self, names: Iterable[str]) -> None:
		"""Read the lines of some stops, for with_lines."""
		wanted = [name for name in names if name not in self._lines]
		here = {"parenttype": STOP, "parent": ("in", wanted)}
		for name in wanted:
			self._lines[name] = {table: [] for table in LINE_TABLES}
		for table, doctype in LINE_TABLES.items() if wanted else ():
			for row in self._records.find(doctype, here, order_by="idx", for_update=True):
				self._lines[row["parent"]][table].append(row)

	def with_lines(self, name: str) -> Record:
		"""A stop with its child tables lines and incident_lines."""
		self.read_lines([name])
		return self._stops[name] | self._lines[name]

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

	def all_parts(self, roots: Sequence[str]) -> list[Record]:
		"""The stops that are parts of incidents, those that have ended, too."""
		self._take({"parent_stop": ("in", list(roots))})
		return [self._stops[name] for root in roots for name in self._parts.get(root, ())]

	def incidents(self) -> list[OpenIncident]:
		"""The open stops that are incidents of their own and could be part of another, or have others as parts."""
		return [
			self._kept_incident(row)
			for row in self._roots.values()
			if EventKind(row["kind"]) in EXPLAINED and row["root_ci"]
		]

	def _kept_incident(self, row: Record) -> OpenIncident:
		"""A flood asks for all of them with each stop that it opens, and few have changed."""
		kept = self._incidents.get(row["name"])
		if kept is None:
			kept = self._incidents[row["name"]] = self.incident_of(row)
		return kept

	def incident_of(self, row: Record) -> OpenIncident:
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
		"""Change fields of a stop, or its incident_lines."""
		self.write_all([name], values)

	def write_all(self, names: Sequence[str], values: Record) -> None:
		"""Change the same fields of many stops."""
		written = [name for name in names if name not in self._drafts]
		for name in names:
			self._note(name, values)
		if written:
			if values.get("parent_stop") in self._drafts:
				self.save_drafts()
			self._records.update_many(STOP, written, values)

	def _note(self, name: str, values: Record) -> None:
		row = self._stops[name]
		if "incident_lines" in values and name in self._lines:
			self._lines[name]["incident_lines"] = values["incident_lines"]
		self._parts.get(row["parent_stop"] or "", {}).pop(name, None)
		self._incidents.pop(row["parent_stop"] or "", None)
		row.update(values)
		self._file(row)
