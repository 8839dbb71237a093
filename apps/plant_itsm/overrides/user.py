"""A person's first page: the workspace of the role, where nobody has chosen another one."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

FIRST_WORKSPACES = {
	"Plant Admin": "Plant Operations",
	"Shift Leader": "Plant Operations",
	"Production Manager": "Plant Operations",
	"Robot Maintenance": "Plant Operations",
	"Plant IT": "Signals and Health",
	"IT Change Manager": "OT Change",
	"Safety Engineer": "OT Change",
	"CAB Member": "OT Change",
	"Finance Controller": "Plant Costs",
	"Plant Viewer": "Plant Operations",
}
"""By role; of several roles the one that stands first here decides."""


def validate(user: Document, method: str | None = None) -> None:
	"""Set the Default Workspace of a user whose roles are new. Later it is the user's own to change or to empty."""
	before = user.get_doc_before_save()
	if user.get("default_workspace") or (before and _roles(before) == _roles(user)):
		return
	workspace = next((FIRST_WORKSPACES[role] for role in FIRST_WORKSPACES if role in _roles(user)), None)
	if workspace and frappe.db.exists("Workspace", workspace):
		user.default_workspace = workspace


def _roles(user: Document) -> set[str]:
	return {row.role for row in user.get("roles")}
