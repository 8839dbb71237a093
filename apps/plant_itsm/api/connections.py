"""What the form of an OT Connection asks for: is all well, and what is there to see."""

from __future__ import annotations

from typing import Any

import frappe

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.doctor_site import doctor_site
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.browsing import BrowseLimits
from plant_itsm.ot_listeners.browsing import browse as look
from plant_itsm.ot_listeners.doctor.examination import examine
from plant_itsm.ot_listeners.recording import connection_named

DOCTYPE = "OT Connection"
SHORTEST_SECONDS, LONGEST_SECONDS = 0.5, 10.0
"""How long a request may listen to a broker."""
LIMITS = BrowseLimits(depth=2, items=300)


@frappe.whitelist(methods=["POST"])
def test_connection(connection: str) -> list[dict[str, Any]]:
	"""The doctor's findings for an OT Connection as it was saved. Its password is used and never shown."""
	_check_permission(connection)
	try:
		findings = examine(site_ports(), doctor_site(), connection)
	except PlantItsmError as error:
		frappe.throw(str(error))
	return [finding.as_json() for finding in findings]


@frappe.whitelist(methods=["POST"])
def browse(connection: str, under: str | None = None, seconds: float = 3.0) -> dict[str, Any]:
	"""Nodes or topics with their values, below `under`: {items: [{address, name, depth, kind, value, value_path}],
	is_whole}."""
	_check_permission(connection)
	limits = BrowseLimits(
		LIMITS.depth, LIMITS.items, min(max(float(seconds), SHORTEST_SECONDS), LONGEST_SECONDS)
	)
	ports = site_ports()
	try:
		found = look(ports, connection_named(ports.records, connection), under or None, limits)
	except PlantItsmError as error:
		frappe.throw(str(error))
	return found.as_json()


def _check_permission(connection: str) -> None:
	"""Who may change a connection may use its credentials to look around."""
	frappe.has_permission(DOCTYPE, "write", throw=True)
	frappe.get_doc(DOCTYPE, connection).check_permission("write")
