"""What of a plant the user who is logged in may read, user permissions included."""

from __future__ import annotations

from collections.abc import Iterable

import frappe

from plant_itsm.domain.cmdb import Node


def readable(nodes: Iterable[Node]) -> set[Node]:
	"""Those of some records that the user may read; one question per DocType."""
	names: dict[str, list[str]] = {}
	for node in nodes:
		names.setdefault(node.kind, []).append(node.name)
	return {
		Node(kind, name)
		for kind, asked in names.items()
		if frappe.has_permission(kind, "read")
		for name in frappe.get_list(kind, filters={"name": ["in", asked]}, pluck="name", limit_page_length=0)
	}
