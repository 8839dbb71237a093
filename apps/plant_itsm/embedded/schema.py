"""The DocTypes of the embedded edition, read from the same JSON files that a Frappe site installs.

Foreign DocTypes (HD Ticket, User, Role) have small files of our own beside this one, with the fields that we touch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from plant_itsm.domain.schema import DocTypeMeta, doctype_meta

PACKAGE = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=1)
def doctype_metas() -> dict[str, DocTypeMeta]:
	"""Every DocType by its name: those of our modules and the foreign ones that they link to."""
	return {
		doctype["name"]: doctype_meta(doctype["name"], doctype, _fields(doctype)) for doctype in _doctypes()
	}


@lru_cache(maxsize=1)
def search_indexes() -> dict[str, tuple[str, ...]]:
	"""Per DocType the fieldnames that its JSON marks with search_index."""
	return {
		doctype["name"]: tuple(row["fieldname"] for row in _fields(doctype) if row.get("search_index"))
		for doctype in _doctypes()
	}


def _fields(doctype: dict[str, Any]) -> list[dict[str, Any]]:
	fields: list[dict[str, Any]] = doctype["fields"]
	return fields


def _doctypes() -> Iterator[dict[str, Any]]:
	for path in _doctype_files():
		yield json.loads(path.read_text(encoding="utf-8"))


def _doctype_files() -> Iterator[Path]:
	modules = (PACKAGE / "modules.txt").read_text(encoding="utf-8").split("\n")
	for module in filter(None, (line.strip() for line in modules)):
		yield from sorted((PACKAGE / module.lower().replace(" ", "_") / "doctype").glob("*/*.json"))
	yield from sorted((PACKAGE / "embedded" / "doctype").glob("*.json"))
