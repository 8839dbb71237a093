"""What the forms and lists of the OT inventory ask for: retiring, fingerprints, discovery, the history of the graph."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.retiring import Retirement
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services import drifts
from plant_itsm.services.graph_changes import DOCTYPE as GRAPH_CHANGE
from plant_itsm.services.program_versions import DOCTYPE as PROGRAM_VERSION
from plant_itsm.services.relation_history import changes_around
from plant_itsm.services.retirements import retire_cis

CI = "OT CI"


@contextmanager
def refusals(title: str) -> Iterator[None]:
	"""Our refusals as messages of the browser."""
	try:
		yield
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))).replace("\n", "<br>"), title=title)


@frappe.whitelist(methods=["POST"])
def retire(cis: list[str] | str, reason: str, force: bool = False) -> int:
	"""Retire CIs, all or none; the reason stays on record. Returns how many. force: although others need them."""
	names: list[str] = frappe.parse_json(cis) if isinstance(cis, str) and cis.startswith("[") else cis
	names = [names] if isinstance(names, str) else names
	for name in names:
		frappe.has_permission(CI, "write", name, throw=True)
	with refusals(_("Still Needed")):
		retire_cis(site_ports().records, [Retirement(name, reason) for name in names], force=bool(force))
	return len(names)


@frappe.whitelist(methods=["POST"])
def report_fingerprint(ci: str, sha256: str) -> str | None:
	"""Record what a CI runs; returns the drift in words, None where what was approved runs."""
	frappe.has_permission(CI, "read", ci, throw=True)
	frappe.has_permission(PROGRAM_VERSION, "create", throw=True)
	with refusals(_("No Fingerprint")):
		found = drifts.report_fingerprint(site_ports(), ci, sha256)
	return str(found) if found else None


@frappe.whitelist(methods=["GET", "POST"])
def graph_changes(ci: str, limit: int = 50) -> list[dict[str, Any]]:
	"""Who has changed what around a CI, the last change first: {changed_at, changed_by, record_type, record_name,
	change, before, after}."""
	frappe.has_permission(CI, "read", ci, throw=True)
	frappe.has_permission(GRAPH_CHANGE, "read", throw=True)
	return changes_around(site_ports().records, ci, min(max(int(limit), 1), 500))
