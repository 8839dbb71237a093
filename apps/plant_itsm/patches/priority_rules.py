"""Priorities were three fields of the settings; they are rules now. What a site has chosen becomes its rules."""

from __future__ import annotations

import frappe

from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.plants import load_vocabulary
from plant_itsm.services.priorities import DOCTYPE
from plant_itsm.services.settings import DOCTYPE as SETTINGS

RULES = {
	"line_stop_priority": "Line stop",
	"degraded_priority": "Degraded",
	"loss_of_view_priority": "Loss of view",
}
"""By former field the rule that is shipped in its place."""


def execute() -> None:
	load_vocabulary(FrappeRecords())
	stored = frappe.db.get_singles_dict(SETTINGS)
	for fieldname, rule in RULES.items():
		if stored.get(fieldname):
			frappe.db.set_value(DOCTYPE, rule, "priority", stored[fieldname])
	frappe.db.delete("Singles", {"doctype": SETTINGS, "field": ["in", list(RULES)]})
