"""Loading a shipped plant and unloading what a load has added, for the page Plant Setup and the form of a load."""

from __future__ import annotations

from typing import NoReturn

import frappe

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.plant_loads import unload_plant
from plant_itsm.services.plants import PLANTS, load_plant

LOAD = "Plant Load"
DEMO = "seed"


@frappe.whitelist(methods=["POST"])
def load_demo() -> str:
	"""Load the demo plant and say how many records were added, changed and found."""
	frappe.has_permission(LOAD, "create", throw=True)
	try:
		return str(load_plant(site_ports().records, PLANTS / DEMO))
	except PlantItsmError as error:
		_refuse(error)


@frappe.whitelist(methods=["POST"])
def unload(load: str) -> int:
	"""Remove the records that a load has added, all or none; the number of them."""
	frappe.has_permission(LOAD, "write", load, throw=True)
	try:
		return unload_plant(site_ports().records, load)
	except PlantItsmError as error:
		_refuse(error)


def _refuse(error: PlantItsmError) -> NoReturn:
	text = frappe.utils.escape_html(str(error)).replace("\n", "<br>")
	frappe.throw(text, title=frappe._("Plant"))
