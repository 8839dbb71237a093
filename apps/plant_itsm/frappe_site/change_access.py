"""Who may hand an approval on: the one whose it is, and those who administer the plant."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

ADMINISTRATORS = frozenset(("System Manager", "Plant Admin"))
WRITING = ("create", "write", "delete", "import")


def may_delegate(doc: Document, ptype: str | None = None, user: str | None = None, **_more: Any) -> bool:
	"""Everybody may see who stands in for whom; nobody makes themselves somebody else's delegate."""
	user = user or frappe.session.user
	if ptype not in WRITING or doc.get("from_user") in (None, "", user):
		return True
	return not ADMINISTRATORS.isdisjoint(frappe.get_roles(user))
