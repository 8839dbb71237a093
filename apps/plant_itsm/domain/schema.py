"""The schema of a record, read from DocType JSON, and the reading of a cell of a CSV file against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.money import to_decimal

LAYOUT_TYPES = frozenset(
	{"Section Break", "Column Break", "Tab Break", "Heading", "HTML", "Button", "Fold", "Image"}
)
FORM_DEFAULTS = frozenset({"Now", "Today", "__user"})
"""Defaults that the form of the Desk fills in for a person; a program gives the value itself."""
TABLE_TYPES = frozenset({"Table", "Table MultiSelect"})


@dataclass(frozen=True)
class FieldMeta:
	"""One field. options: the DocType of a Link or Table, the choices of a Select. length: the most characters that it
	holds, 0 where its type decides."""

	fieldname: str
	fieldtype: str
	options: str = ""
	reqd: bool = False
	unique: bool = False
	default: str | None = None
	non_negative: bool = False
	read_only: bool = False
	length: int = 0
	allow_on_submit: bool = False

	@property
	def choices(self) -> tuple[str, ...]:
		return tuple(self.options.split("\n")) if self.fieldtype == "Select" else ()

	@property
	def is_table(self) -> bool:
		return self.fieldtype in TABLE_TYPES


DOCSTATUS = FieldMeta("docstatus", "Int", default="0", read_only=True)
"""Of a DocType that is submitted: 0 a draft, SUBMITTED from then on; a submitted record does not change any more, but
for the fields that allow it."""
SUBMITTED = 1


@dataclass(frozen=True)
class DocTypeMeta:
	"""A DocType without its layout fields."""

	name: str
	fields: tuple[FieldMeta, ...]
	autoname: str = ""
	is_table: bool = False
	is_single: bool = False
	is_submittable: bool = False

	def field(self, fieldname: str) -> FieldMeta | None:
		return self._by_name.get(fieldname)

	@cached_property
	def _by_name(self) -> dict[str, FieldMeta]:
		return {field.fieldname: field for field in self.fields}

	@cached_property
	def columns(self) -> tuple[FieldMeta, ...]:
		"""The fields that are stored in the record's own row."""
		return tuple(field for field in self.fields if not field.is_table)

	@cached_property
	def tables(self) -> tuple[FieldMeta, ...]:
		return tuple(field for field in self.fields if field.is_table)

	def links(self) -> tuple[FieldMeta, ...]:
		return self._links

	@cached_property
	def _links(self) -> tuple[FieldMeta, ...]:
		return tuple(field for field in self.fields if field.fieldtype == "Link")


def doctype_meta(name: str, doctype: Mapping[str, Any], fields: Iterable[Mapping[str, Any]]) -> DocTypeMeta:
	"""Build a DocTypeMeta from the parsed JSON of a DocType (or from Frappe's Meta as dictionaries)."""
	is_submittable = bool(doctype.get("is_submittable"))
	own = tuple(_field(row) for row in fields if row["fieldtype"] not in LAYOUT_TYPES)
	return DocTypeMeta(
		name=name,
		fields=(*own, DOCSTATUS) if is_submittable else own,
		autoname=doctype.get("autoname") or "",
		is_table=bool(doctype.get("istable")),
		is_single=bool(doctype.get("issingle")),
		is_submittable=is_submittable,
	)


def _field(row: Mapping[str, Any]) -> FieldMeta:
	return FieldMeta(
		fieldname=row["fieldname"],
		fieldtype=row["fieldtype"],
		options=row.get("options") or "",
		reqd=bool(row.get("reqd")),
		unique=bool(row.get("unique")),
		default=None if row.get("default") in FORM_DEFAULTS else row.get("default"),
		non_negative=bool(row.get("non_negative")),
		read_only=bool(row.get("read_only")),
		length=int(row.get("length") or 0),
		allow_on_submit=bool(row.get("allow_on_submit")),
	)


_TRUE, _FALSE = {"1", "yes", "true"}, {"0", "no", "false"}


def parse_cell(field: FieldMeta, text: str) -> Any:
	"""The typed value of a cell; None for an empty one. Raises InvalidRecordError with value and way out."""
	text = text.strip()
	if not text:
		return None
	try:
		return _PARSERS.get(field.fieldtype, str)(text)
	except (ValueError, ArithmeticError):
		raise InvalidRecordError(
			f"{field.fieldname}: {text!r} is no {field.fieldtype}. {_WAY_OUT.get(field.fieldtype, '')}".strip(),
			fieldname=field.fieldname,
			value=text,
		) from None


def _check(text: str) -> bool:
	if text.lower() in _TRUE | _FALSE:
		return text.lower() in _TRUE
	raise ValueError(text)


def _currency(text: str) -> Decimal:
	if "," in text:
		raise ValueError(text)
	number = Decimal(text)
	if not number.is_finite():
		raise ValueError(text)
	return number


def _datetime(text: str) -> datetime:
	moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
	if moment.tzinfo is None:
		raise ValueError(text)
	return moment


_PARSERS: dict[str, Any] = {
	"Check": _check,
	"Int": int,
	"Float": float,
	"Percent": float,
	"Currency": _currency,
	"Date": date.fromisoformat,
	"Time": time.fromisoformat,
	"Datetime": _datetime,
}
_WAY_OUT = {
	"Check": "Write 1 or 0.",
	"Int": "Write a whole number, for example 240.",
	"Float": "Write it with a decimal point, for example 2.5.",
	"Currency": "Write it with a decimal point and without thousands separators, for example 3800.00.",
	"Date": "Write it like 2026-01-31.",
	"Time": "Write it like 06:00:00.",
	"Datetime": "Write it with its zone, like 2026-01-31T06:00:00+01:00.",
}


def check_unchanged(
	what: str, meta: DocTypeMeta, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
	"""Refuse a change of a submitted record, but of the fields that allow it."""
	if not meta.is_submittable or before["docstatus"] != SUBMITTED:
		return
	for field in meta.fields:
		if (
			not field.allow_on_submit
			and not field.is_table
			and before[field.fieldname] != after[field.fieldname]
		):
			raise InvalidRecordError(
				f"{what}: it is submitted, so {field.fieldname} cannot become {after[field.fieldname]}."
				" Reverse or amend it instead.",
				fieldname=field.fieldname,
				value=after[field.fieldname],
			)


def check_field(doctype: str, field: FieldMeta, value: Any) -> None:
	"""Refuse a value that its field does not allow: missing, no choice of its Select, negative, no number."""
	reason = _refusal(field, value)
	if reason is not None:
		raise InvalidRecordError(
			f"{doctype}: {field.fieldname}{reason}", fieldname=field.fieldname, value=value
		)


def _refusal(field: FieldMeta, value: Any) -> str | None:
	if value is None or value == "":
		return " is missing. Enter a value." if field.reqd else None
	if field.choices and str(value) not in field.choices:
		offered = ", ".join(choice for choice in field.choices if choice)
		return f": {str(value)!r} is not one of {offered}. Choose one of them."
	if field.fieldtype == "Currency":
		value = to_decimal(value)
	if field.non_negative and value < 0:
		return f": {value} is negative. Enter 0 or more."
	return None
