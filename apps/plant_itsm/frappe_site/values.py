"""How a value of each field type goes into a site's database and comes back as the type that ports.py names.

A site keeps moments without a zone, in the time zone of its System Settings; an hour that the end of daylight saving
time repeats is therefore read as its first pass, unless the site runs in UTC. Its number columns hold no NULL: an
empty number reads as 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from frappe.utils import get_system_timezone, get_time, getdate

from plant_itsm.domain.schema import FieldMeta
from plant_itsm.domain.typed_values import json_value, money_read, refusing, text_value, typed_value


@dataclass(frozen=True)
class Conversion:
	"""site: a typed value as Frappe takes it. read: a stored value typed, ValueError for nonsense in a form.
	empty: what an empty field reads as."""

	site: Callable[[Any], Any]
	read: Callable[[Any], Any]
	empty: Any = None


class SiteValues:
	"""The conversions of one site."""

	def __init__(self) -> None:
		self._moment = Conversion(_moment_in(zone := system_zone()), _read_moment_in(zone))

	def conversion(self, field: FieldMeta) -> Conversion:
		if field.fieldtype == "Datetime":
			return self._moment
		return _CONVERSIONS.get(field.fieldtype, _TEXT)

	def site_value(self, what: str, field: FieldMeta, value: Any) -> Any:
		"""The value as Frappe takes it, None for an empty one. Raises InvalidRecordError, beginning with `what`."""
		typed = typed_value(what, field, value)
		return None if typed is None else self.conversion(field).site(typed)

	def record_value(self, what: str, field: FieldMeta, stored: Any) -> Any:
		"""The typed value of what a column or a form holds. Raises InvalidRecordError for nonsense in a form."""
		conversion = self.conversion(field)
		if stored is None or stored == "":
			return conversion.empty
		return refusing(what, field, stored, conversion.read)


def system_zone() -> ZoneInfo:
	return ZoneInfo(get_system_timezone())


def _same(value: Any) -> Any:
	return value


def _read_date(stored: Any) -> date:
	day: date | None = getdate(stored)
	if day is None:
		raise ValueError("write it like 2026-01-31")
	return day


def _read_time(stored: Any) -> time:
	if isinstance(stored, timedelta):  # how the driver reads a TIME column
		return (datetime.min + stored).time()  # noqa: DTZ901 - a local time
	moment: time = get_time(stored)
	return moment


def _moment_in(zone: ZoneInfo) -> Callable[[datetime], datetime]:
	def local(moment: datetime) -> datetime:
		return moment.astimezone(zone).replace(tzinfo=None, fold=0)

	return local


def _read_moment_in(zone: ZoneInfo) -> Callable[[Any], datetime]:
	def read(stored: Any) -> datetime:
		moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
		aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
		return aware.astimezone(timezone.utc)

	return read


def inert(text: str) -> str:
	"""A text that no page takes for HTML.

	Frappe's screens show a text as it is stored and rely on what a document does when it is saved. Rows are written
	without that, and it lets pass what is JSON, such as a tag in quotes; what a machine sends is neither checked by a
	person first. A less-than sign that begins no tag stays.
	"""
	return _TAG.sub("&lt;", text) if "<" in text else text


_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_TEXT = Conversion(_same, text_value)
_REAL = Conversion(_same, float, 0.0)
_PLAIN = Conversion(inert, text_value)
_CONVERSIONS = {
	**dict.fromkeys(("Data", "Small Text", "Text", "Long Text"), _PLAIN),
	"Check": Conversion(int, lambda stored: bool(int(stored)), False),
	"Int": Conversion(_same, int, 0),
	"Float": _REAL,
	"Percent": _REAL,
	# a float is what Frappe computes with; the column keeps nine exact decimals of it
	"Currency": Conversion(float, money_read, Decimal("0.00")),
	"Date": Conversion(_same, _read_date),
	"Time": Conversion(time.isoformat, _read_time),
	"JSON": Conversion(_same, json_value),
}
