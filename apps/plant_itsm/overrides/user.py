"""A person's first page: the workspace of the role, where nobody has chosen another one."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

FIRST_WORKSPACE = "First Workspace"


def validate(user: Document, method: str | None = None) -> None:
	"""Set the Default Workspace of a user whose roles are new. Later it is the user's own to change or to empty."""
	before = user.get_doc_before_save()
	if user.get("default_workspace") or (before and _roles(before) == _roles(user)):
		return
	user.default_workspace = frappe.db.get_value(
		FIRST_WORKSPACE, {"role": ["in", sorted(_roles(user))]}, "workspace", order_by="position asc"
	)


def _roles(user: Document) -> set[str]:
	return {row.role for row in user.get("roles")}
