"""What the doctor cannot know of a Frappe site by itself: its queues and its scheduler."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe.modules.patch_handler import executed, get_patches_from_app
from frappe.utils.background_jobs import generate_qname
from frappe.utils.scheduler import is_scheduler_inactive

from plant_itsm.ot_listeners.doctor.examination import Site
from plant_itsm.ot_listeners.status import Queues

_ADD_WORKERS = (
	'"workers": {"ot": {"timeout": 300, "background_workers": N}} in sites/common_site_config.json,'
	" with N = connections + 1; then bench setup supervisor (or a Procfile line: bench worker --queue ot) and restart"
)


def doctor_site() -> Site:
	return Site(
		ot_queue=generate_qname("ot"),
		short_queue=generate_qname("short"),
		add_workers=_ADD_WORKERS,
		why_asleep=_why_asleep,
		why_outdated=why_outdated,
	)


def why_outdated() -> str:
	"""Which patches have not run and which fields the database does not know; "" where it is as the package."""
	patches = [patch for patch in get_patches_from_app("plant_itsm") if not executed(patch)]
	wanted = set(_packaged_fields())
	names = sorted({doctype for doctype, _ in wanted})
	rows = frappe.get_all(
		"DocField", filters={"parent": ["in", names]}, fields=["parent", "fieldname"], limit_page_length=0
	)
	missing = sorted(wanted - {(row.parent, row.fieldname) for row in rows})
	lacks = [f"{len(patches)} patches have not run ({', '.join(patches[:3])})"] if patches else []
	if missing:
		some = ", ".join(f"{doctype}: {fieldname}" for doctype, fieldname in missing[:3])
		lacks.append(f"{len(missing)} fields are missing ({some})")
	return "; ".join(lacks)


def _packaged_fields() -> Iterator[tuple[str, str]]:
	"""(DocType, fieldname) of all that the installed package brings."""
	for path in Path(frappe.get_app_path("plant_itsm")).glob("*/doctype/*/*.json"):
		doctype = json.loads(path.read_text(encoding="utf-8"))
		if doctype.get("doctype") == "DocType":
			yield from ((doctype["name"], row["fieldname"]) for row in doctype["fields"])


def queues() -> Queues:
	return Queues(generate_qname("ot"), generate_qname("short"), _why_asleep())


def _why_asleep() -> str:
	if is_scheduler_inactive(verbose=False):
		return "the site's scheduler is off (disabled, paused, or the site is in maintenance mode)"
	return ""
