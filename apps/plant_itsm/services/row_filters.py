"""Filters of the Records port on rows in memory."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.ports import Record

RowTest = Callable[[Record], bool]
_KEPT_BY_A_STORE = frozenset({"name", "parent", "parenttype", "parentfield"})
_ORDERED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def row_test(meta: DocTypeMeta, fieldname: str, wanted: Any) -> RowTest:
	"""Whether a row fits one filter. Raises InvalidRecordError for an unknown field or operator."""
	word, value = wanted if isinstance(wanted, tuple) else ("=", wanted)
	if fieldname not in _KEPT_BY_A_STORE and meta.field(fieldname) is None:
		raise InvalidRecordError(f"{meta.name} has no field {fieldname!r} to find records by.")
	if word in ("=", "!="):
		return lambda row: ((row[fieldname] or None) == (value or None)) == (word == "=")
	if word in _ORDERED:
		compare = _ORDERED[word]
		return lambda row: row[fieldname] is not None and compare(row[fieldname], value)
	if word == "in":
		among = set(value)
		return lambda row: row[fieldname] in among
	if word == "is" and value in ("set", "not set"):
		return lambda row: bool(row[fieldname]) == (value == "set")
	if word == "like":
		pattern = re.compile(".*".join(map(re.escape, str(value).split("%"))), re.IGNORECASE | re.DOTALL)
		return lambda row: pattern.fullmatch(row[fieldname] or "") is not None
	raise InvalidRecordError(f"filter on {meta.name}: {fieldname} {word!r} is unknown.")
