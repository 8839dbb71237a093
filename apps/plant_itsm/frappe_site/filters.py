"""Filters of the Records port as criteria of Frappe's query builder."""

from __future__ import annotations

from typing import Any

from pypika.queries import Table
from pypika.terms import Criterion, Field, Term

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta
from plant_itsm.frappe_site.meta import stored_fields
from plant_itsm.frappe_site.values import SiteValues
from plant_itsm.ports import Filters

OWNER = FieldMeta("owner", "Data")
"""Who has made a record. Frappe's own records mean something by it; records do not show it."""
_ORDERS = {"<": Term.lt, "<=": Term.lte, ">": Term.gt, ">=": Term.gte}


def criteria(meta: DocTypeMeta, table: Table, filters: Filters | None, values: SiteValues) -> list[Criterion]:
	"""One criterion per filter; all must hold.

	An empty field equals None and "", differs from every other value, and is neither below nor above any. Raises
	InvalidRecordError for an unknown field, operator or type of value.
	"""
	return [_criterion(meta, table, name, wanted, values) for name, wanted in (filters or {}).items()]


def known_field(meta: DocTypeMeta, fieldname: str) -> FieldMeta:
	for field in stored_fields(meta):
		if field.fieldname == fieldname:
			return field
	known = ", ".join(field.fieldname for field in stored_fields(meta))
	raise InvalidRecordError(f"{meta.name} has no field {fieldname!r}. It has {known}.")


def _criterion(meta: DocTypeMeta, table: Table, fieldname: str, wanted: Any, values: SiteValues) -> Criterion:
	operator, value = wanted if isinstance(wanted, tuple) else ("=", wanted)
	field = OWNER if fieldname == OWNER.fieldname else known_field(meta, fieldname)
	return _Column(f"filter on {meta.name}", field, table[fieldname], values).criterion(operator, value)


class _Column:
	"""The criteria that one column offers."""

	def __init__(self, what: str, field: FieldMeta, column: Field, values: SiteValues):
		self._what, self._field, self._column, self._values = what, field, column, values

	def criterion(self, operator: str, value: Any) -> Criterion:
		if operator == "=":
			return self._equals(value)
		if operator == "!=":
			return self._differs(value)
		if operator in _ORDERS:
			return _ORDERS[operator](self._column, self._stored(value))
		if operator == "in":
			return self._one_of(list(value))
		if operator == "like":
			return self._column.like(str(value))
		if operator == "is" and value in ("set", "not set"):
			return self._is_empty() if value == "not set" else self._is_empty().negate()
		raise InvalidRecordError(
			f"{self._what}: {operator!r} {value!r} is no operator that records know."
			" Use =, !=, <, <=, >, >=, in, like, or is with 'set' or 'not set'."
		)

	def _stored(self, value: Any) -> Any:
		stored = self._values.site_value(self._what, self._field, value)
		return stored if stored is None or isinstance(stored, (int, float)) else str(stored)

	def _equals(self, value: Any) -> Criterion:
		stored = self._stored(value)
		return self._is_empty() if stored is None else self._column == stored

	def _differs(self, value: Any) -> Criterion:
		stored = self._stored(value)
		if stored is None:
			return self._is_empty().negate()
		return (self._column != stored) | self._column.isnull()

	def _one_of(self, wanted: list[Any]) -> Criterion:
		stored = [self._stored(value) for value in wanted]
		if not stored:
			return self._column.isnull() & self._column.notnull()  # no record meets it
		given = [value for value in stored if value is not None]
		if len(given) == len(stored):
			return self._column.isin(given)
		return (self._column.isin(given) | self._is_empty()) if given else self._is_empty()

	def _is_empty(self) -> Criterion:
		conversion = self._values.conversion(self._field)
		if conversion.empty is not None:
			return self._column.isnull() | (self._column == 0)
		if self._field.fieldtype in ("Date", "Datetime", "Time"):
			return self._column.isnull()  # MariaDB refuses to compare a date with ''
		return self._column.isnull() | (self._column == "")
