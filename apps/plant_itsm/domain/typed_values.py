"""What a value of each field type has to be before a record takes it, the same in both editions.

A caller gives typed values (see ports.py): bool, int, float, Decimal, date, local time, aware datetime, text. How an
edition keeps them is its own affair.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError, MoneyError
from plant_itsm.domain.money import CENT, to_decimal
from plant_itsm.domain.schema import FieldMeta

INT_LIMIT = 2**31
MONEY_LIMIT = Decimal(10**12)
"""What fits before the point of a site's Currency column, decimal(21, 9)."""
_SHOWN_LENGTH = 80


def typed_value(what: str, field: FieldMeta, value: Any) -> Any:
	"""The value as the field's type has it, None for an empty one.

	Raises InvalidRecordError, which begins with `what` and says what to give, for another type.
	"""
	if value is None or value == "":
		return None
	return refusing(what, field, value, _TYPES.get(field.fieldtype, text_value))


def refusing(what: str, field: FieldMeta, value: Any, convert: Callable[[Any], Any]) -> Any:
	"""convert(value); what it cannot take is refused in the name of the field."""
	try:
		return convert(value)
	except (ValueError, TypeError, ArithmeticError, MoneyError) as error:
		shown = repr(value)
		if len(shown) > _SHOWN_LENGTH:
			shown = f"{shown[: _SHOWN_LENGTH - 3]}..."
		raise InvalidRecordError(
			f"{what}: {field.fieldname}: {shown} is no {field.fieldtype}: {error}"
		) from None


def text_value(value: Any) -> str:
	text = str(value.value if isinstance(value, Enum) else value)
	text.encode()  # a lone surrogate, as JSON may hold, fits into no database
	return text


def json_value(value: Any) -> str:
	text = text_value(value if isinstance(value, str) else json.dumps(value, allow_nan=False))
	json.loads(text)
	return text


def money_read(stored: Any) -> Decimal:
	"""An amount with two decimals where it needs no more."""
	amount = to_decimal(stored)
	cents = amount.quantize(CENT)
	return cents if cents == amount else amount


def _check(value: Any) -> bool:
	if value not in (0, 1):
		raise ValueError("give True or False")
	return bool(value)


def _int(value: Any) -> int:
	if not isinstance(value, int):
		raise ValueError("give a whole number")
	if not -INT_LIMIT <= value < INT_LIMIT:
		raise ValueError(f"give a number of at most {INT_LIMIT - 1} in size")
	return int(value)


def _float(value: Any) -> float:
	if not isinstance(value, (int, float, Decimal)) or not math.isfinite(value):
		raise ValueError("give a finite number")
	return float(value)


def _money(value: Any) -> Decimal:
	amount = to_decimal(value)
	if abs(amount) >= MONEY_LIMIT:
		raise ValueError(f"give an amount below {MONEY_LIMIT} in size")
	return amount


def _date(value: Any) -> date:
	if not isinstance(value, date) or isinstance(value, datetime):
		raise ValueError("give a datetime.date")
	return value


def _time(value: Any) -> time:
	if not isinstance(value, time) or value.tzinfo is not None:
		raise ValueError("give a datetime.time without a zone")
	return value


def _moment(value: Any) -> datetime:
	if not isinstance(value, datetime) or value.utcoffset() is None:
		raise ValueError("give a datetime with its time zone, for example in UTC")
	return value


_TYPES: dict[str, Callable[[Any], Any]] = {
	"Check": _check,
	"Int": _int,
	"Float": _float,
	"Percent": _float,
	"Currency": _money,
	"Date": _date,
	"Time": _time,
	"Datetime": _moment,
	"JSON": json_value,
}
