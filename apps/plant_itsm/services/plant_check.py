"""Checking the files of a plant against what is there, before anything is written: every problem, each once.

A record that has a problem is taken as if it were right by those that link to it, so that one bad row is one problem.
What a rule can only say because it read a value that is wrong already is left out; such rows are counted as dependents.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError, PlantItsmError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.ports import Record, Records
from plant_itsm.services import inventory_rules
from plant_itsm.services.planned_records import PlannedRecords
from plant_itsm.services.plant_fields import (
	FieldProblem,
	complete,
	complete_children,
	field_problems,
	unique_problems,
)
from plant_itsm.services.plant_files import FOREIGN_KEYS, WHOLE_ROW, PlantFiles, PlantRow
from plant_itsm.services.plant_names import agrees, is_named_by_fields, name_column, name_of
from plant_itsm.services.suspects import BadFields, SuspectRecord
from plant_itsm.services.validation import problems_of

ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"
ABOUT = {
	"Plant Site": "time_zone",
	"CI Relation": "target_ci",
	"Network Segment": "members.ci",
	"Redundancy Group": "members.ci",
	"Line Feed": "to_line",
	"Production Line": "shifts.start_time",
	"Calendar Exception": "start_time",
	"Line Stop Cost Model": "valid_from",
	"Signal Rule": "condition",
	"OT Connection": "severity_bands.lowest_severity",
	"State Map": "states.number",
	"Signal Shelving": "ends_at",
	"Maintenance Mode": "ends_at",
}
"""The column that the rule of a DocType is about, where its error names none."""


@dataclass(frozen=True)
class PlannedWrite:
	"""What a load does with a row: `added`, `changed` or `unchanged`. name: None where only a series can tell it."""

	row: PlantRow
	name: str | None
	action: str


@dataclass
class PlantCheck:
	"""writes: in the order in which they can be carried out. problems: by source and line; with one, nothing may be
	written."""

	writes: list[PlannedWrite] = field(default_factory=list)
	problems: list[Problem] = field(default_factory=list)


def check_plant(records: Records, files: PlantFiles, *, keep_existing: bool = False) -> PlantCheck:
	"""Every problem of the files, and what a load would do. keep_existing: leave records that are there as they are."""
	checker = _Checker(records, files, keep_existing)
	for row in files.rows:
		checker.check(row)
	return PlantCheck(checker.writes, checker.all_problems())


class _Checker:
	def __init__(self, records: Records, files: PlantFiles, keep_existing: bool):
		self._planned = PlannedRecords(records, files.doctypes)
		self._files, self._keep_existing = files, keep_existing
		self._ahead = _names_in(records, files)
		self._places: dict[tuple[str, str], str] = {}
		self._faulty: dict[tuple[str, str], int] = {}
		self._nameless: Counter[str] = Counter()
		self._lacking: dict[tuple[str, str], list[Problem]] = defaultdict(list)
		self._problems = list(files.problems)
		self._at = {(problem.source, problem.line): place for place, problem in enumerate(files.problems)}
		self._suspect_was_read = False
		self.writes: list[PlannedWrite] = []

	def check(self, row: PlantRow) -> None:
		meta = self._planned.meta(row.doctype)
		name = name_of(meta, row.values)
		if name is not None and not self._is_first(row, name):
			return
		existing = self._planned.get(row.doctype, name) if name else None
		if name is None and is_named_by_fields(meta):
			self._nameless[row.doctype] += 1
		if existing is not None and (self._keeps(row) or (not row.unread and agrees(existing, row.values))):
			self.writes.append(PlannedWrite(row, name, UNCHANGED))
			return
		record = complete(meta, row.values, existing)
		record.update(complete_children(self._planned, meta, record), name=name)
		bad = self._check_fields(row, meta, name, record)
		self._check_rules(row, record, bad)
		self._note_if_faulty(row, name)
		if name is not None:
			self._planned.put(row.doctype, SuspectRecord(record, bad, self._suspect_read) if bad else record)
		self.writes.append(PlannedWrite(row, name, CHANGED if existing is not None else ADDED))

	def _keeps(self, row: PlantRow) -> bool:
		return self._keep_existing or row.doctype in FOREIGN_KEYS

	def _is_first(self, row: PlantRow, name: str) -> bool:
		earlier = self._places.setdefault((row.doctype, name), row.place)
		if earlier != row.place:
			text = f"{row.doctype} {name!r} stands already at {earlier}. Remove one of them."
			self._add(Problem(row.source, row.line, text, name_column(self._planned.meta(row.doctype)), name))
		return earlier == row.place

	# ------------------------------------------------------------- fields

	def _check_fields(self, row: PlantRow, meta: DocTypeMeta, name: str | None, record: Record) -> BadFields:
		"""Note what is wrong with the fields; returns those that are not to be relied on."""
		bad = BadFields(set(row.unread), set(row.child_unread))
		if WHOLE_ROW in bad.own:
			return bad
		required = row.doctype not in FOREIGN_KEYS
		for problem in (
			*field_problems(self._planned, meta, record, required=required),
			*unique_problems(self._planned, meta, name, record),
		):
			if bad.holds(problem.table, problem.row, problem.field.fieldname) or self._is_ahead(problem):
				continue
			bad.add(problem)
			if problem.error.value is None and row.doctype in self._files.unknown_columns:
				continue  # its column is probably the one that is misspelt
			self._add_field_problem(row, problem)
		return bad

	def _is_ahead(self, problem: FieldProblem) -> bool:
		"""Whether a link leads to a row further down, as in a circle of parents: the rules tell the circle."""
		return problem.target is not None and problem.target[1] in self._ahead.get(problem.target[0], ())

	def _add_field_problem(self, row: PlantRow, problem: FieldProblem) -> None:
		column = problem.field.fieldname
		if problem.table is not None:
			column = f"{problem.table}.{column}"
		told = self._problem(row, problem.error, column, problem.table, problem.row)
		if problem.target is not None:
			self._lacking[problem.target].append(told)
		self._add(told)

	# ------------------------------------------------------------- rules

	def _check_rules(self, row: PlantRow, record: Record, bad: BadFields) -> None:
		if WHOLE_ROW in bad.own:
			return
		for error in self._rule_errors(row.doctype, record, bad):
			column = getattr(error, "fieldname", None) or ABOUT.get(row.doctype, "")
			number: int | None = getattr(error, "row", None)
			table, _, field_of_child = column.rpartition(".")
			if self._suspect_was_read or bad.holds(table or None, number, field_of_child):
				continue
			self._add(self._problem(row, error, column, table or None, number))

	def _rule_errors(self, doctype: str, record: Record, bad: BadFields) -> Iterator[PlantItsmError]:
		"""With a field that is wrong only those rules are asked that bear it to be missing."""
		self._suspect_was_read = False
		if not bad:
			yield from problems_of(self._planned, doctype, record)
		elif record.get("name"):
			yield from inventory_rules.problems_of(self._planned, doctype, bad.without(record))

	def _suspect_read(self) -> None:
		self._suspect_was_read = True

	# ------------------------------------------------------------- problems

	def _problem(
		self, row: PlantRow, error: PlantItsmError, column: str, table: str | None, number: int | None
	) -> Problem:
		line = row.line
		lines = row.child_lines.get(table or "", ())
		if number is not None and number <= len(lines):
			line = lines[number - 1]
		value = getattr(error, "value", None)
		return Problem(
			row.source, line, str(error), column, _shown(row.values.get(column) if value is None else value)
		)

	def _add(self, problem: Problem) -> None:
		self._at.setdefault((problem.source, problem.line), len(self._problems))
		self._problems.append(problem)

	def _note_if_faulty(self, row: PlantRow, name: str | None) -> None:
		lines = {row.line, *(line for lines in row.child_lines.values() for line in lines)}
		found = [self._at[row.source, line] for line in lines if (row.source, line) in self._at]
		if found and name is not None:
			self._faulty[row.doctype, name] = min(found)

	def all_problems(self) -> list[Problem]:
		dependents = self._dependents()
		hidden = set(map(id, self._follow_ups()))
		problems = [
			problem.with_dependents(dependents[place])
			for place, problem in enumerate(self._problems)
			if id(problem) not in hidden
		]
		return sorted(problems, key=lambda problem: (problem.source, problem.line or 0))

	def _dependents(self) -> Counter[int]:
		"""How many other rows link to the row of each problem."""
		counts: Counter[int] = Counter()
		if self._faulty:
			for row in self._files.rows:
				own = self._faulty.get(
					(row.doctype, name_of(self._planned.meta(row.doctype), row.values) or "")
				)
				places = {self._faulty[key] for key in self._targets(row) if key in self._faulty}
				counts.update(places - {own})
		return counts

	def _targets(self, row: PlantRow) -> Iterator[tuple[str, str]]:
		meta = self._planned.meta(row.doctype)
		for link in meta.links():
			yield link.options, row.values.get(link.fieldname) or ""
		for table in meta.tables:
			for link in self._planned.meta(table.options).links():
				for child in row.values.get(table.fieldname) or ():
					yield link.options, child.get(link.fieldname) or ""

	def _follow_ups(self) -> Iterator[Problem]:
		"""Links to what is missing only because its row has lost its name, or its file is not named as a DocType."""
		by_doctype: dict[str, list[list[Problem]]] = defaultdict(list)
		for (doctype, _name), problems in self._lacking.items():
			by_doctype[doctype].append(problems)
		for doctype, groups in by_doctype.items():
			misnamed = self._files.unknown_sheets and doctype not in self._files.doctypes
			if misnamed or len(groups) <= self._nameless[doctype]:
				for problems in groups:
					yield from problems


def _names_in(records: Records, files: PlantFiles) -> dict[str, set[str]]:
	names: dict[str, set[str]] = defaultdict(set)
	for row in files.rows:
		name = name_of(records.meta(row.doctype), row.values)
		if name is not None:
			names[row.doctype].add(name)
	return names


def _shown(value: Any) -> str:
	if value is None or isinstance(value, (list, dict)):
		return ""
	return str(int(value)) if isinstance(value, bool) else str(value)


def errors_as_problems(row: PlantRow, error: PlantItsmError) -> Problem:
	"""A refusal of the store itself, told at the row that it met."""
	column = error.fieldname or "" if isinstance(error, InvalidRecordError) else ""
	return Problem(row.source, row.line, str(error), column, _shown(getattr(error, "value", None)))
