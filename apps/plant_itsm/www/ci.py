"""The page /ci/NAME, which the label of a CI opens on a phone: what it is, how it stands, and a form for a fault."""

from __future__ import annotations

from urllib.parse import quote

import frappe
from frappe import _

from plant_itsm.domain.cmdb import CI, LINE, Node
from plant_itsm.domain.vocabulary import FaultEffect
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.fault_reports import LONGEST_TEXT
from plant_itsm.services.open_stops import open_troubles

no_cache = 1
sitemap = 0


def get_context(context: frappe._dict) -> None:
	name = frappe.form_dict.get("ci")
	if frappe.session.user == "Guest":
		_go_to(f"/login?redirect-to={quote(f'/ci/{quote(name or str())}')}")
	if not name:
		_go_to("/app/ot-ci")
	frappe.has_permission(CI, "read", throw=True)
	ci = frappe.get_doc(CI, name)
	ci.check_permission("read")
	troubles = open_troubles(FrappeRecords())
	nodes = Node(CI, ci.name), Node(LINE, ci.production_line or "")
	context.update(
		title=ci.name,
		ci=ci,
		facts=_facts(ci),
		troubles=[(node, troubles[node]) for node in nodes if node in troubles],
		effects=[str(effect) for effect in FaultEffect],
		longest_text=LONGEST_TEXT,
		no_header=1,
		show_sidebar=False,
	)


def _facts(ci: frappe.model.document.Document) -> list[tuple[str, str]]:
	"""What to check the machine in front of one by: (label, value)."""
	asked = (
		"ci_class",
		"production_line",
		"work_cell",
		"location",
		"manufacturer",
		"model",
		"serial_no",
	)
	return [(_(ci.meta.get_label(field)), ci.get(field)) for field in asked if ci.get(field)]


def _go_to(location: str) -> None:
	frappe.local.flags.redirect_location = location
	raise frappe.Redirect
