"""How the listeners and all that follows them are doing: for the page Listener Status, and for Prometheus."""

from __future__ import annotations

from typing import Any

import frappe
import redis
from werkzeug.wrappers import Response

from plant_itsm.frappe_site.doctor_site import queues
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.metrics import CONTENT_TYPE, metrics_text
from plant_itsm.ot_listeners.status import SiteStatus
from plant_itsm.ot_listeners.status import status as site_status
from plant_itsm.services.settings import settings_of

DOCTYPE = "OT Connection"


@frappe.whitelist(methods=["GET", "POST"])
def status() -> dict[str, Any]:
	"""The status of the site as SiteStatus has it, for who may read OT Connections."""
	frappe.has_permission(DOCTYPE, "read", throw=True)
	return _status().as_json()


@frappe.whitelist(methods=["GET"])
def metrics() -> Response:
	"""The status as text for Prometheus. Off until the settings turn it on."""
	frappe.has_permission(DOCTYPE, "read", throw=True)
	if not settings_of(FrappeRecords()).metrics_enabled:
		off = frappe._("Metrics are off. Turn them on in Plant ITSM Settings.")
		frappe.throw(off, frappe.PermissionError)
	return Response(metrics_text(_status()), content_type=CONTENT_TYPE)


def _status() -> SiteStatus:
	try:
		return site_status(site_ports(), queues())
	except (redis.ConnectionError, redis.TimeoutError) as error:
		frappe.throw(frappe._("Redis does not answer: {0}. Start it, and try again.").format(error))
