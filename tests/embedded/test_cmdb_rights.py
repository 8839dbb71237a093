"""The rights that the DocTypes of the CMDB ask for are those of the table."""

from __future__ import annotations

import json

import pytest

from plant_itsm.embedded.schema import PACKAGE
from plant_itsm.tests.cmdb_rights import ACTIONS, RIGHTS, ROLES, may


def permissions(doctype: str) -> dict[str, frozenset[str]]:
	scrubbed = doctype.lower().replace(" ", "_")
	path = PACKAGE / "plant_cmdb" / "doctype" / scrubbed / f"{scrubbed}.json"
	rows = json.loads(path.read_text(encoding="utf-8"))["permissions"]
	return {
		row["role"]: frozenset(action for action in ACTIONS.values() if row.get(action))
		for row in rows
		if not row.get("permlevel")
	}


@pytest.mark.parametrize("doctype", RIGHTS)
def test_a_doctype_grants_what_the_table_says(doctype: str):
	granted = permissions(doctype)
	assert {role: granted.get(role, frozenset()) for role in ROLES} == {
		role: may(doctype, role) for role in ROLES
	}
	assert granted.keys() <= set(ROLES)
