"""How a row of a plant's files finds its record: by the name that its DocType gives it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.ports import Record
from plant_itsm.services.plant_files import FOREIGN_KEYS


def name_of(meta: DocTypeMeta, values: Record) -> str | None:
	"""The name that the record has or will have; None where only an insert can tell (a series)."""
	if meta.name in FOREIGN_KEYS:
		return values.get(FOREIGN_KEYS[meta.name])
	if meta.is_single:
		return meta.name
	if meta.autoname.startswith("field:"):
		return values.get(meta.autoname.removeprefix("field:"))
	if meta.autoname.startswith("format:") and "#" not in meta.autoname:
		try:
			return meta.autoname.removeprefix("format:").format_map(values)
		except KeyError:  # a missing value is refused by the insert, with its field
			return None
	return values.get("name")


def is_named_by_fields(meta: DocTypeMeta) -> bool:
	return meta.autoname.startswith(("field:", "format:")) and "#" not in meta.autoname


def name_column(meta: DocTypeMeta) -> str:
	if meta.name in FOREIGN_KEYS:
		return FOREIGN_KEYS[meta.name]
	return meta.autoname.removeprefix("field:") if meta.autoname.startswith("field:") else "name"


def agrees(existing: Any, wanted: Any) -> bool:
	"""Whether a record holds all that a row asks for; a field that the row leaves out may hold anything."""
	if isinstance(wanted, dict):
		return all(agrees(existing.get(fieldname), value) for fieldname, value in wanted.items())
	if isinstance(wanted, list):
		return len(existing or []) == len(wanted) and all(map(agrees, existing, wanted))
	if isinstance(wanted, (Decimal, float)):
		return existing is not None and Decimal(str(existing)) == Decimal(str(wanted))
	return bool(existing == wanted)
