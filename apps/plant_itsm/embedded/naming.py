"""Names of new records by the autoname of their DocType, in Frappe's notation."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable
from datetime import date, datetime

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.ports import Record

NAME_LENGTH = 140
"""A site keeps names in columns of this width."""
HASH_LENGTH = 10
_HASH_LETTERS = string.ascii_lowercase + string.digits
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_DATE_PARTS = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}

NextNumber = Callable[[str], int]
"""prefix -> the next number of its series, from 1"""


def new_name(meta: DocTypeMeta, record: Record, now: datetime, next_number: NextNumber) -> str:
	"""The name of a new record. Raises InvalidRecordError when it is missing, too long, or not the one given."""
	name = _made_name(meta, record, now, next_number)
	given = record.get("name")
	if given not in (None, "", name):
		raise InvalidRecordError(
			f"{meta.name}: name {given!r} cannot be chosen: {meta.autoname or 'hash'} makes it. Leave it out."
		)
	if not name:
		raise InvalidRecordError(f"{meta.name}: name is missing. Enter one.")
	if len(name) > NAME_LENGTH:
		raise InvalidRecordError(
			f"{meta.name}: name {name!r} has {len(name)} characters. Use at most {NAME_LENGTH}."
		)
	return name


def _made_name(meta: DocTypeMeta, record: Record, now: datetime, next_number: NextNumber) -> str:
	kind, _, pattern = meta.autoname.partition(":")
	kind = kind.lower()
	if kind == "field":
		return str(record.get(pattern) or "")
	if kind == "format":
		return _formatted(pattern, record, now, next_number)
	if kind == "prompt":
		return str(record.get("name") or "")
	if kind == "autoincrement":
		return str(next_number(f"{meta.name}:"))
	return random_name()


def random_name() -> str:
	return "".join(secrets.choice(_HASH_LETTERS) for _ in range(HASH_LENGTH))


def _formatted(pattern: str, record: Record, now: datetime, next_number: NextNumber) -> str:
	"""{YYYY} and its like are parts of today, {#####} the next number after the text before it, {x} the field x."""
	name, end = "", 0
	for match in _PLACEHOLDER.finditer(pattern):
		name += pattern[end : match.start()]
		end = match.end()
		word = match[1]
		if not word.strip("#"):
			name += f"{next_number(name):0{len(word)}d}"
		elif word in _DATE_PARTS:
			name += now.strftime(_DATE_PARTS[word])
		else:
			name += _word(record.get(word))
	return (name + pattern[end:]).strip()


def _word(value: object) -> str:
	if value is None:
		return ""
	return value.isoformat() if isinstance(value, date) else str(value)
