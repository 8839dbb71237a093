"""How a value of each field type goes into a site's database and comes back as the type that ports.py names.

A site keeps moments without a zone, in the time zone of its System Settings; an hour that the end of daylight saving
time repeats is therefore read as its first pass, unless the site runs in UTC. Its number columns hold no NULL: an
empty number reads as 0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from frappe.utils import get_system_timezone, get_time, getdate

from plant_itsm.domain.errors import InvalidRecordError, MoneyError
from plant_itsm.domain.money import CENT, to_decimal
from plant_itsm.domain.schema import FieldMeta

INT_LIMIT = 2**31
MONEY_LIMIT = Decimal(10**12)
"""A Currency column is decimal(21, 9)."""
SHOWN_LENGTH = 80


@dataclass(frozen=True)
class Conversion:
	"""accept: a caller's value as Frappe takes it. read: a stored value typed. Both raise ValueError for what they are
	not made for. empty: what an empty field reads as."""

	accept: Callable[[Any], Any]
	read: Callable[[Any], Any]
	empty: Any = None


class SiteValues:
	"""The conversions of one site."""

	def __init__(self) -> None:
		self._moment = Conversion(_accept_moment_in(zone := system_zone()), _read_moment_in(zone))

	def conversion(self, field: FieldMeta) -> Conversion:
		if field.fieldtype == "Datetime":
			return self._moment
		return _CONVERSIONS.get(field.fieldtype, _TEXT)

	def site_value(self, what: str, field: FieldMeta, value: Any) -> Any:
		"""The value as Frappe takes it, None for an empty one. Raises InvalidRecordError, beginning with `what`."""
		if value is None or value == "":
			return None
		return _converted(what, field, value, self.conversion(field).accept)

	def record_value(self, what: str, field: FieldMeta, stored: Any) -> Any:
		"""The typed value of what a column or a form holds. Raises InvalidRecordError for nonsense in a form."""
		conversion = self.conversion(field)
		if stored is None or stored == "":
			return conversion.empty
		return _converted(what, field, stored, conversion.read)


def system_zone() -> ZoneInfo:
	return ZoneInfo(get_system_timezone())


def _converted(what: str, field: FieldMeta, value: Any, convert: Callable[[Any], Any]) -> Any:
	try:
		return convert(value)
	except (ValueError, TypeError, ArithmeticError, MoneyError) as error:
		shown = repr(value)
		if len(shown) > SHOWN_LENGTH:
			shown = f"{shown[: SHOWN_LENGTH - 3]}..."
		raise InvalidRecordError(
			f"{what}: {field.fieldname}: {shown} is no {field.fieldtype}: {error}"
		) from None


def _text(value: Any) -> str:
	text = str(value.value if isinstance(value, Enum) else value)
	text.encode()  # a lone surrogate, as JSON may hold, fits into no database
	return text


def _json(value: Any) -> str:
	text = _text(value if isinstance(value, str) else json.dumps(value, allow_nan=False))
	json.loads(text)
	return text


def _accept_check(value: Any) -> int:
	if value not in (0, 1):
		raise ValueError("give True or False")
	return int(value)


def _accept_int(value: Any) -> int:
	if not isinstance(value, int):
		raise ValueError("give a whole number")
	if not -INT_LIMIT <= value < INT_LIMIT:
		raise ValueError(f"give a number of at most {INT_LIMIT - 1} in size")
	return int(value)


def _accept_float(value: Any) -> float:
	if not isinstance(value, (int, float, Decimal)) or not math.isfinite(value):
		raise ValueError("give a finite number")
	return float(value)


def _accept_money(value: Any) -> float:
	"""As the float that Frappe computes with; its column keeps nine exact decimals of it."""
	amount = to_decimal(value)
	if abs(amount) >= MONEY_LIMIT:
		raise ValueError(f"give an amount below {MONEY_LIMIT} in size")
	return float(amount)


def _read_money(stored: Any) -> Decimal:
	amount = to_decimal(stored)
	cents = amount.quantize(CENT)
	return cents if cents == amount else amount


def _accept_date(value: Any) -> date:
	if not isinstance(value, date) or isinstance(value, datetime):
		raise ValueError("give a datetime.date")
	return value


def _read_date(stored: Any) -> date:
	day: date | None = getdate(stored)
	if day is None:
		raise ValueError("write it like 2026-01-31")
	return day


def _accept_time(value: Any) -> str:
	if not isinstance(value, time) or value.tzinfo is not None:
		raise ValueError("give a datetime.time without a zone")
	return value.isoformat()


def _read_time(stored: Any) -> time:
	if isinstance(stored, timedelta):  # how the driver reads a TIME column
		return (datetime.min + stored).time()  # noqa: DTZ901 - a local time
	moment: time = get_time(stored)
	return moment


def _accept_moment_in(zone: ZoneInfo) -> Callable[[Any], datetime]:
	def accept(value: Any) -> datetime:
		if not isinstance(value, datetime) or value.utcoffset() is None:
			raise ValueError("give a datetime with its time zone, for example in UTC")
		return value.astimezone(zone).replace(tzinfo=None, fold=0)

	return accept


def _read_moment_in(zone: ZoneInfo) -> Callable[[Any], datetime]:
	def read(stored: Any) -> datetime:
		moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
		aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
		return aware.astimezone(timezone.utc)

	return read


_TEXT = Conversion(_text, _text)
_REAL = Conversion(_accept_float, float, 0.0)
_CONVERSIONS = {
	"Check": Conversion(_accept_check, lambda stored: bool(int(stored)), False),
	"Int": Conversion(_accept_int, int, 0),
	"Float": _REAL,
	"Percent": _REAL,
	"Currency": Conversion(_accept_money, _read_money, Decimal("0.00")),
	"Date": Conversion(_accept_date, _read_date),
	"Time": Conversion(_accept_time, _read_time),
	"JSON": Conversion(_json, _json),
}
