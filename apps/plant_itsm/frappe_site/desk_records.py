"""Records of the Desk that a plant starts with: role profiles, first workspaces, boards, filters of lists, and one to
begin with of each kind that tells people something: web form, notification, e-mail template, print format, assignment
rule.

Each is added once in the life of a site. What an administrator changes stays changed, and what they delete stays away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe

from plant_itsm.frappe_site.meta import APP

ADDED_KEY = "plant_itsm_desk_records"
"""Global default that remembers what was added before."""
_NAMED_BY = {
	"Assignment Rule": ("name",),
	"Email Template": ("name",),
	"First Workspace": ("role",),
	"Kanban Board": ("kanban_board_name",),
	"List Filter": ("reference_doctype", "filter_name"),
	"Notification": ("name",),
	"Print Format": ("name",),
	"Role Profile": ("role_profile",),
	"Web Form": ("route",),
}
"""What tells a record of a DocType from its others."""


def shipped() -> Iterator[dict[str, Any]]:
	for file in sorted(Path(frappe.get_app_path(APP, "desk_records")).glob("*.json")):
		yield from json.loads(file.read_text("utf-8"))


def install() -> None:
	added = set(json.loads(frappe.db.get_global(ADDED_KEY) or "[]"))
	new = [record for record in shipped() if _key(record) not in added]
	for record in new:
		if not frappe.db.exists(record["doctype"], _identity(record)):
			frappe.get_doc(record).insert(ignore_permissions=True)
	if new:
		frappe.db.set_global(ADDED_KEY, json.dumps(sorted(added | set(map(_key, new)))))


def remove() -> None:
	"""Before an uninstall."""
	for record in shipped():
		for name in frappe.get_all(record["doctype"], filters=_identity(record), pluck="name"):
			frappe.delete_doc(record["doctype"], name, force=True, delete_permanently=True)
	frappe.db.delete("DefaultValue", {"defkey": ADDED_KEY, "parent": "__global"})


def _identity(record: dict[str, Any]) -> dict[str, Any]:
	return {fieldname: record[fieldname] for fieldname in _NAMED_BY[record["doctype"]]}


def _key(record: dict[str, Any]) -> str:
	return ": ".join([record["doctype"], *_identity(record).values()])
