from __future__ import annotations

import json

import pytest

from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.embedded.schema import PACKAGE, doctype_metas, search_indexes


def test_every_doctype_of_the_app_is_there():
	files = [path for path in PACKAGE.glob("*/doctype/*/*.json") if path.stem == path.parent.name]
	ours = {json.loads(path.read_text())["name"] for path in files}
	assert ours
	assert ours <= doctype_metas().keys()


def test_foreign_doctypes_are_not_ours():
	assert {"HD Ticket", "User", "Role", "Currency"} <= doctype_metas().keys()


@pytest.mark.parametrize("doctype", sorted(doctype_metas()))
def test_links_and_tables_lead_to_doctypes_that_the_edition_knows(doctype: str):
	metas = doctype_metas()
	for field in metas[doctype].fields:
		if field.fieldtype == "Link":
			assert not metas[field.options].is_table, field
		elif field.is_table:
			assert metas[field.options].is_table, field
		elif field.fieldtype == "Currency" and field.options:
			assert any(meta.field(field.options) for meta in (metas[doctype], *parents_of(doctype))), field


def parents_of(doctype: str) -> list[DocTypeMeta]:
	"""Whose rows it is: Frappe looks there, too, for the currency of an amount."""
	return [meta for meta in doctype_metas().values() if doctype in {table.options for table in meta.tables}]


@pytest.mark.parametrize("doctype", sorted(doctype_metas()))
def test_names_are_made_of_fields_that_exist(doctype: str):
	meta = doctype_metas()[doctype]
	kind, _, pattern = meta.autoname.partition(":")
	assert kind in ("field", "format", "prompt", "hash", "autoincrement", "")
	if kind == "field":
		assert meta.field(pattern)


def test_search_indexes_are_read():
	assert search_indexes()["Outbox Entry"] == ("next_attempt_at",)
