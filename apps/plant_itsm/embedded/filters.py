"""Filters of the Records port as conditions of a query."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, or_

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta
from plant_itsm.embedded.tables import stored_fields
from plant_itsm.embedded.values import column_value, empty_column
from plant_itsm.ports import Filters

Condition = ColumnElement[bool]

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
	"=": operator.eq,
	"!=": lambda column, value: column.is_distinct_from(value),  # an empty field differs from every value
	"<": operator.lt,
	"<=": operator.le,
	">": operator.gt,
	">=": operator.ge,
}


def conditions(meta: DocTypeMeta, table: Table, filters: Filters | None) -> list[Condition]:
	"""One condition per filter; all must hold.

	An empty field equals None and "", differs from every other value, and is neither below nor above any; an empty
	number is 0. Raises InvalidRecordError for an unknown field or operator, or a value of a wrong type.
	"""
	return [_condition(meta, table, name, wanted) for name, wanted in (filters or {}).items()]


def sort_column(meta: DocTypeMeta, table: Table, fieldname: str) -> Column[Any]:
	return table.c[_field(meta, fieldname).fieldname]


def _field(meta: DocTypeMeta, fieldname: str) -> FieldMeta:
	for field in stored_fields(meta):
		if field.fieldname == fieldname:
			return field
	known = ", ".join(field.fieldname for field in stored_fields(meta))
	raise InvalidRecordError(f"{meta.name} has no field {fieldname!r} to find records by. It has {known}.")


def _condition(meta: DocTypeMeta, table: Table, fieldname: str, wanted: Any) -> Condition:
	word, value = wanted if isinstance(wanted, tuple) else ("=", wanted)
	field, column = _field(meta, fieldname), table.c[fieldname]

	def stored(one: Any) -> Any:
		return column_value(f"filter on {meta.name}", field, one)

	condition: Condition
	if word in _COMPARISONS:
		condition = _COMPARISONS[word](column, stored(value))
	elif word == "in":
		values = [stored(one) for one in value]
		condition = column.in_([one for one in values if one is not None])
		if None in values:
			condition = or_(condition, column.is_(None))
	elif word == "like":
		condition = column.like(str(value))
	elif word == "is" and value in ("set", "not set"):
		condition = _COMPARISONS["=" if value == "not set" else "!="](column, empty_column(field))
	else:
		raise InvalidRecordError(
			f"filter on {meta.name}: {fieldname} {word!r} {value!r} is unknown."
			" Use =, !=, <, <=, >, >=, in, like, or is with 'set' or 'not set'."
		)
	return condition
