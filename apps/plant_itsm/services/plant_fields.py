"""What the fields of a planned record must satisfy before any rule looks at it: values, lengths, links, uniqueness."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta, check_field, parse_cell
from plant_itsm.ports import Record, Records
from plant_itsm.services.planned_records import PlannedRecords

TEXT_LENGTH = 140
"""What a site keeps of a short text."""
SHORT_TEXTS = frozenset({"Data", "Link", "Select", "Dynamic Link"})
INT_LIMIT = 2**31
EMPTY: Mapping[str, Any] = {"Check": False, "Int": 0, "Float": 0.0, "Percent": 0.0}
HIERARCHY = ("Plant Site", "Plant Area", "Production Line", "Work Cell", "OT CI")


@dataclass(frozen=True)
class FieldProblem:
	"""table and row (from 1) are set for a field of a child row. target: the (DocType, name) that a link lacks."""

	field: FieldMeta
	error: InvalidRecordError
	table: str | None = None
	row: int | None = None
	target: tuple[str, str] | None = None


def complete(meta: DocTypeMeta, values: Record, existing: Record | None) -> Record:
	"""A record with every field and child row, as it would stand after the write; without a name."""
	base = dict(existing) if existing is not None else _empty(meta)
	return {**base, **{field: value for field, value in values.items() if value is not None}}


def complete_children(records: Records, meta: DocTypeMeta, record: Record) -> Record:
	return {
		table.fieldname: [
			{**_empty(records.meta(table.options)), **row} for row in record.get(table.fieldname) or ()
		]
		for table in meta.tables
	}


def _empty(meta: DocTypeMeta) -> Record:
	return {
		field.fieldname: parse_cell(field, str(field.default))
		if field.default is not None
		else EMPTY.get(field.fieldtype)
		for field in meta.columns
	}


def field_problems(
	planned: PlannedRecords, meta: DocTypeMeta, record: Record, *, required: bool
) -> Iterator[FieldProblem]:
	"""required: whether a mandatory field that is empty counts."""
	yield from _row_problems(planned, meta, meta.name, record, required)
	for table in meta.tables:
		child = planned.meta(table.options)
		for number, row in enumerate(record[table.fieldname], start=1):
			what = f"{meta.name}, {table.fieldname} row {number}"
			for problem in _row_problems(planned, child, what, row, required):
				yield FieldProblem(problem.field, problem.error, table.fieldname, number, problem.target)


def _row_problems(
	planned: PlannedRecords, meta: DocTypeMeta, what: str, row: Record, required: bool
) -> Iterator[FieldProblem]:
	for field in meta.columns:
		value = row.get(field.fieldname)
		if value is None or value == "":
			if required and field.reqd:
				yield FieldProblem(field, _checked(what, field, value) or InvalidRecordError(what))
			continue
		error = _checked(what, field, value)
		if error is not None:
			yield FieldProblem(field, error)
		elif field.fieldtype == "Link" and not planned.exists(field.options, value):
			yield FieldProblem(
				field, _broken_link(planned, what, field, value), target=(field.options, value)
			)


def _checked(what: str, field: FieldMeta, value: Any) -> InvalidRecordError | None:
	try:
		check_field(what, field, value)
	except InvalidRecordError as error:
		return error
	reason = _limit(field, value)
	if reason is None:
		return None
	return InvalidRecordError(f"{what}: {field.fieldname}: {reason}", fieldname=field.fieldname, value=value)


def _limit(field: FieldMeta, value: Any) -> str | None:
	longest = field.length or TEXT_LENGTH
	if field.fieldtype in SHORT_TEXTS and len(str(value)) > longest:
		return f"{str(value)[:20]!r}… has {len(str(value))} characters. Use at most {longest}."
	if field.fieldtype == "Int" and not -INT_LIMIT <= value < INT_LIMIT:
		return f"{value} is out of range. Write a number of at most {INT_LIMIT - 1} in size."
	if isinstance(value, float) and not math.isfinite(value):
		return f"{value} is no finite number. Write it with a decimal point, for example 2.5."
	return None


def _broken_link(planned: PlannedRecords, what: str, field: FieldMeta, target: str) -> InvalidRecordError:
	found = _other_level(planned, field, target)
	but = f", but a {found}" if found else ""
	if found == what == "Production Line":
		but += ": a line is never below a line"
	return InvalidRecordError(
		f"{what}: {field.fieldname} {target!r} is no {field.options}{but}. Choose one that exists.",
		fieldname=field.fieldname,
		value=target,
	)


def _other_level(planned: PlannedRecords, field: FieldMeta, target: str) -> str | None:
	"""The level of the hierarchy at which a name stands that was given for another level."""
	if field.options not in HIERARCHY:
		return None
	return next((level for level in HIERARCHY if planned.exists(level, target)), None)


def unique_problems(
	planned: PlannedRecords, meta: DocTypeMeta, name: str | None, record: Record
) -> Iterator[FieldProblem]:
	"""A unique value that another record has; the field that names the record is told as a duplicate name."""
	for field in meta.columns:
		value = record.get(field.fieldname)
		if not field.unique or not value or meta.autoname == f"field:{field.fieldname}":
			continue
		holder = planned.holder(meta.name, field.fieldname, value)
		if holder is not None and holder != name:
			text = (
				f"{meta.name}: {field.fieldname} {value!r} is that of {holder} already."
				" Give another value, or change that record."
			)
			yield FieldProblem(field, InvalidRecordError(text, fieldname=field.fieldname, value=value))
