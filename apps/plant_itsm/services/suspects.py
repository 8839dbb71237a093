"""Planned records of which not every field can be relied on, and what rules make of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plant_itsm.ports import Record
from plant_itsm.services.plant_fields import FieldProblem


@dataclass
class BadFields:
	"""Fields of a record that are not to be relied on. children: (table, number of the row, fieldname)."""

	own: set[str]
	children: set[tuple[str, int, str]]

	def __bool__(self) -> bool:
		return bool(self.own or self.children)

	def add(self, problem: FieldProblem) -> None:
		if problem.table is None or problem.row is None:
			self.own.add(problem.field.fieldname)
		else:
			self.children.add((problem.table, problem.row, problem.field.fieldname))

	def holds(self, table: str | None, row: int | None, fieldname: str) -> bool:
		if table is None:
			return fieldname in self.own
		return (table, row or 0, fieldname) in self.children

	def without(self, record: Record) -> Record:
		"""The record without its own fields, and with None in those of its child rows."""
		left = {fieldname: value for fieldname, value in record.items() if fieldname not in self.own}
		for table in {table for table, _row, _fieldname in self.children}:
			left[table] = [
				{
					name: None if (table, number, name) in self.children else value
					for name, value in child.items()
				}
				for number, child in enumerate(left[table], start=1)
			]
		return left


class SuspectRecord(dict[str, Any]):
	"""A record with fields that are not to be relied on; tells when a rule reads one of them."""

	def __init__(self, record: Record, bad: BadFields, note: Callable[[], None]):
		super().__init__(record)
		self._bad = bad.own | {table for table, _row, _fieldname in bad.children}
		self._note = note

	def __getitem__(self, key: str) -> Any:
		if key in self._bad:
			self._note()
		return super().__getitem__(key)

	def get(self, key: str, default: Any = None) -> Any:
		if key in self._bad:
			self._note()
		return super().get(key, default)
