"""How a value of each field type is accepted, kept in a column of SQLite, and read back as ports.py promises.

An empty number reads as 0 and an empty Check as False, as on a Frappe site, whose number columns hold no NULL.
Empty text, dates and times are NULL and read as None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Float, Text
from sqlalchemy.types import TypeEngine

from plant_itsm.domain.schema import FieldMeta, check_field
from plant_itsm.domain.typed_values import money_read, refusing, typed_value

MONEY_DECIMALS = 6
"""Currency is kept as whole millionths: exact, in order, and wide enough for the 12 digits before a site's point."""


@dataclass(frozen=True)
class Storage:
	"""kind: what the file notes about a column."""

	kind: str
	column_type: type[TypeEngine[Any]]
	to_column: Callable[[Any], Any]
	from_column: Callable[[Any], Any]
	empty: Any = None


def storage_of(field: FieldMeta) -> Storage:
	return _STORAGES.get(field.fieldtype, _TEXT)


def checked_value(what: str, field: FieldMeta, value: Any) -> Any:
	"""The typed value of a field. Raises InvalidRecordError, starting with `what`, when the field refuses it."""
	typed = _kept_value(what, field, value)
	check_field(what, field, typed)
	return storage_of(field).empty if typed is None else typed


def column_value(what: str, field: FieldMeta, value: Any) -> Any:
	"""The value as its column holds it. Raises InvalidRecordError for a wrong type."""
	typed = _kept_value(what, field, value)
	return empty_column(field) if typed is None else storage_of(field).to_column(typed)


def empty_column(field: FieldMeta) -> Any:
	"""What the column of an empty field holds: NULL, or the 0 of a number."""
	storage = storage_of(field)
	return None if storage.empty is None else storage.to_column(storage.empty)


def record_value(field: FieldMeta, stored: Any) -> Any:
	storage = storage_of(field)
	return storage.empty if stored is None else storage.from_column(stored)


def _kept_value(what: str, field: FieldMeta, value: Any) -> Any:
	"""The typed value, as it reads after it was kept."""
	typed = typed_value(what, field, value)
	if isinstance(typed, datetime):
		return typed.astimezone(timezone.utc)
	return refusing(what, field, typed, _checked_decimals) if isinstance(typed, Decimal) else typed


def _checked_decimals(amount: Decimal) -> Decimal:
	if amount != amount.quantize(Decimal(1).scaleb(-MONEY_DECIMALS)):
		raise ValueError(f"round it to at most {MONEY_DECIMALS} decimals")
	return amount


def _same(value: Any) -> Any:
	return value


def _millionths(amount: Decimal) -> int:
	return int(amount.scaleb(MONEY_DECIMALS))


def _amount(millionths: int) -> Decimal:
	return money_read(Decimal(millionths).scaleb(-MONEY_DECIMALS))


def _moment_text(moment: datetime) -> str:
	"""Always UTC and with six decimals, so that the order of the texts is the order of the moments."""
	return moment.isoformat(timespec="microseconds")


_TEXT = Storage("text", Text, _same, _same)
_REAL = Storage("float", Float, _same, _same, 0.0)
_STORAGES = {
	"Check": Storage("check", BigInteger, int, bool, False),
	"Int": Storage("int", BigInteger, _same, _same, 0),
	"Float": _REAL,
	"Percent": _REAL,
	"Currency": Storage("money", BigInteger, _millionths, _amount, Decimal("0.00")),
	"Date": Storage("date", Text, date.isoformat, date.fromisoformat),
	"Time": Storage("time", Text, time.isoformat, time.fromisoformat),
	"Datetime": Storage("datetime", Text, _moment_text, datetime.fromisoformat),
	"JSON": Storage("json", Text, _same, _same),
}
