"""The mappings from other tools that docs/cmdb-import.md tells lead to fields that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plant_itsm.embedded.schema import doctype_metas

DOC = Path(__file__).resolve().parents[2] / "docs" / "cmdb-import.md"
NAMED = re.compile(
	r"(Plant Site|Plant Area|Production Line|Work Cell|OT CI|CI Relation|Network Segment): (.+)"
)
FIELD = re.compile(r"`([a-z_.]+)`")
ELSEWHERE = {"erpnext_asset"}
"""Custom fields, which only a site with ERPNext has."""


def targets(section: str) -> list[tuple[str, str]]:
	"""(DocType, fieldname) of the second column; cells that name no DocType are about OT CI or members of a segment."""
	text = DOC.read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
	cells = [row.split("|")[2].strip() for row in text.splitlines() if row.startswith("| ")][1:]
	found = []
	for cell in cells:
		named = NAMED.match(cell)
		for field in FIELD.findall(cell):
			doctype = named[1] if named else "Network Segment" if field.startswith("members.") else "OT CI"
			found.append((doctype, field))
	return found


@pytest.mark.parametrize("section", ["From NetBox", "From AutomationML"])
def test_a_mapping_names_fields_that_there_are(section: str):
	metas = doctype_metas()
	wanted = targets(section)
	assert len(wanted) >= 6
	for doctype, name in wanted:
		table, _, child = name.rpartition(".")
		field = metas[doctype].field(table or name)
		if name in ELSEWHERE:
			continue
		assert field is not None, f"{doctype}.{name}"
		assert not field.read_only
		assert not table or metas[field.options].field(child) is not None, name
