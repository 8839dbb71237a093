"""Where edge gateways hand in their signals, each with the API key of a user that can do nothing else."""

from __future__ import annotations

from typing import Any

import frappe
import redis

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners import receiving

ROLE = "Plant Gateway"


@frappe.whitelist(methods=["POST"])
def receive(batch: dict[str, Any] | str) -> dict[str, Any]:
	"""Take a batch of signals (domain.gateway.GatewayBatch) and say how far they are taken and committed (Receipt)."""
	if ROLE not in frappe.get_roles():  # not frappe.only_for, which lets everybody pass while tests run
		raise frappe.PermissionError
	ports = site_ports()
	try:
		gateway = receiving.gateway_of(ports, frappe.session.user)
		return receiving.receive(ports, gateway["name"], receiving.parsed(batch)).as_json()
	except PlantItsmError as error:
		frappe.throw(str(error))
	except (redis.ConnectionError, redis.TimeoutError) as error:
		away = frappe._("Redis does not answer: {0}.").format(error)
		frappe.throw(away, frappe.QueryTimeoutError)
