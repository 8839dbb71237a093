"""How a value of each field type is accepted, kept in a column of SQLite, and read back as ports.py promises.

An empty number reads as 0 and an empty Check as False, as on a Frappe site, whose number columns hold no NULL.
Empty text, dates and times are NULL and read as None.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Float, Text
from sqlalchemy.types import TypeEngine

from plant_itsm.domain.errors import InvalidRecordError, MoneyError
from plant_itsm.domain.money import CENT, to_decimal
from plant_itsm.domain.schema import FieldMeta, check_field

MONEY_DECIMALS = 6
"""Currency is kept as whole millionths: exact, in order, and wide enough for the 12 digits before a site's point."""
INT_LIMIT = 2**31
MONEY_LIMIT = Decimal(10**12)


@dataclass(frozen=True)
class Storage:
	"""kind: what the file notes about a column. accept: the typed value of an input, or ValueError with the reason."""

	kind: str
	column_type: type[TypeEngine[Any]]
	accept: Callable[[Any], Any]
	to_column: Callable[[Any], Any]
	from_column: Callable[[Any], Any]
	empty: Any = None


def storage_of(field: FieldMeta) -> Storage:
	return _STORAGES.get(field.fieldtype, _TEXT)


def checked_value(what: str, field: FieldMeta, value: Any) -> Any:
	"""The typed value of a field. Raises InvalidRecordError, starting with `what`, when the field refuses it."""
	typed = _accepted(what, field, value)
	check_field(what, field, typed)
	return storage_of(field).empty if typed is None else typed


def column_value(what: str, field: FieldMeta, value: Any) -> Any:
	"""The value as its column holds it. Raises InvalidRecordError for a wrong type."""
	typed = _accepted(what, field, value)
	return empty_column(field) if typed is None else storage_of(field).to_column(typed)


def empty_column(field: FieldMeta) -> Any:
	"""What the column of an empty field holds: NULL, or the 0 of a number."""
	storage = storage_of(field)
	return None if storage.empty is None else storage.to_column(storage.empty)


def record_value(field: FieldMeta, stored: Any) -> Any:
	storage = storage_of(field)
	return storage.empty if stored is None else storage.from_column(stored)


def _accepted(what: str, field: FieldMeta, value: Any) -> Any:
	if value is None or value == "":
		return None
	try:
		return storage_of(field).accept(value)
	except (ValueError, TypeError, ArithmeticError, MoneyError) as error:
		shown = repr(value) if len(repr(value)) <= 80 else f"{repr(value)[:77]}..."
		raise InvalidRecordError(f"{what}: {field.fieldname}: {shown}: {error}") from None


def _text(value: Any) -> str:
	text = str(value)
	text.encode()  # a lone surrogate, as JSON may hold, fits into no database
	return text


def _json(value: Any) -> str:
	text = _text(value if isinstance(value, str) else json.dumps(value, allow_nan=False))
	json.loads(text)
	return text


def _check(value: Any) -> bool:
	if value not in (0, 1):
		raise ValueError("is no yes or no. Give True or False.")
	return bool(value)


def _int(value: Any) -> int:
	if not isinstance(value, int):
		raise ValueError("is no whole number. Give an int.")
	if not -INT_LIMIT <= value < INT_LIMIT:
		raise ValueError(f"is out of range. Give a number of at most {INT_LIMIT - 1} in size.")
	return int(value)


def _float(value: Any) -> float:
	if not isinstance(value, int | float | Decimal) or not math.isfinite(value):
		raise ValueError("is no finite number. Give a float.")
	return float(value)


def _money(value: Any) -> Decimal:
	amount = to_decimal(value)
	if abs(amount) >= MONEY_LIMIT:
		raise ValueError(f"is out of range. Give an amount below {MONEY_LIMIT} in size.")
	if amount != amount.quantize(Decimal(1).scaleb(-MONEY_DECIMALS)):
		raise ValueError(f"has more than {MONEY_DECIMALS} decimals. Round it first.")
	return amount


def _date(value: Any) -> date:
	if not isinstance(value, date) or isinstance(value, datetime):
		raise ValueError("is no date. Give a datetime.date.")
	return value


def _time(value: Any) -> time:
	if not isinstance(value, time) or value.tzinfo is not None:
		raise ValueError("is no local time. Give a datetime.time without a zone.")
	return value


def _moment(value: Any) -> datetime:
	if not isinstance(value, datetime):
		raise ValueError("is no moment. Give a datetime with its time zone.")
	if value.utcoffset() is None:
		raise ValueError("has no time zone. Give an aware datetime, for example in UTC.")
	return value.astimezone(timezone.utc)


def _same(value: Any) -> Any:
	return value


def _millionths(amount: Decimal) -> int:
	return int(amount.scaleb(MONEY_DECIMALS))


def _amount(millionths: int) -> Decimal:
	amount = Decimal(millionths).scaleb(-MONEY_DECIMALS)
	cents = amount.quantize(CENT)
	return cents if cents == amount else amount


def _moment_text(moment: datetime) -> str:
	"""Always UTC and with six decimals, so that the order of the texts is the order of the moments."""
	return moment.isoformat(timespec="microseconds")


_TEXT = Storage("text", Text, _text, _same, _same)
_REAL = Storage("float", Float, _float, _same, _same, 0.0)
_STORAGES = {
	"Check": Storage("check", BigInteger, _check, int, bool, False),
	"Int": Storage("int", BigInteger, _int, _same, _same, 0),
	"Float": _REAL,
	"Percent": _REAL,
	"Currency": Storage("money", BigInteger, _money, _millionths, _amount, Decimal("0.00")),
	"Date": Storage("date", Text, _date, date.isoformat, date.fromisoformat),
	"Time": Storage("time", Text, _time, time.isoformat, time.fromisoformat),
	"Datetime": Storage("datetime", Text, _moment, _moment_text, datetime.fromisoformat),
	"JSON": Storage("json", Text, _json, _same, _same),
}
