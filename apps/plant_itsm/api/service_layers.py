"""The service architecture, for the page of that name."""

from __future__ import annotations

from typing import Any

import frappe

from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.service_layers import service_layers


@frappe.whitelist(methods=["GET", "POST"])
def layers(plant_site: str | None = None) -> list[dict[str, Any]]:
	"""[{layer, classes: [{ci_class, count, troubles}]}], top layer first, of one Plant Site or of all that the user may
	see."""
	frappe.has_permission("OT CI", "read", throw=True)
	chosen = {"name": plant_site} if plant_site else {}
	sites = frappe.get_list("Plant Site", filters=chosen, pluck="name", limit_page_length=0)
	may_see_stops = frappe.has_permission("Line Stop", "read")
	found = service_layers(FrappeRecords(), sites)
	return [
		{
			"layer": str(layer),
			"classes": [in_use.as_json() | ({} if may_see_stops else {"troubles": []}) for in_use in classes],
		}
		for layer, classes in found.items()
	]
