"""Sites from before hierarchies were checked have "part of" as a plain relation type: let cycles of it be refused."""

from __future__ import annotations

import frappe

from plant_itsm.services.cmdb_tree import PART_OF

RELATION_TYPE = "CI Relation Type"


def execute() -> None:
	if frappe.db.exists(RELATION_TYPE, PART_OF):
		frappe.db.set_value(RELATION_TYPE, PART_OF, "is_hierarchy", 1)
