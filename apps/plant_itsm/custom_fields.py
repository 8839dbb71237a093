"""What plant_itsm adds to DocTypes of other apps."""

from __future__ import annotations

import itertools
from typing import Any

from plant_itsm.services.calendars import HOLIDAY_LIST

TICKET = "HD Ticket"
ERPNEXT = "erpnext"
WORK_ORDER_LINE = "plant_production_line"
CURRENCY = "plant_currency"
SECTION = "plant_line_stop_section"
END = "plant_line_stop_end"
"""Where Helpdesk's own fields go on."""


def ticket_fields() -> list[dict[str, Any]]:
	"""The custom fields of HD Ticket, in their order. The same as in embedded/doctype/hd_ticket.json."""
	fields = [
		{
			"fieldname": SECTION,
			"fieldtype": "Section Break",
			"label": "Line stop",
			"insert_after": "template",
		},
		_field("plant_line_stop", "Link", "Line stop", options="Line Stop", unique=1, in_standard_filter=1),
		_field(
			"plant_is_drill", "Check", "Drill", default="0", depends_on="plant_is_drill", in_standard_filter=1
		),
		_field("plant_root_ci", "Link", "Root CI", options="OT CI"),
		_field("plant_suspected_root_ci", "Link", "Suspected root CI", options="OT CI"),
		_field("plant_production_line", "Link", "Production line", options="Production Line"),
		{"fieldname": "plant_line_stop_column", "fieldtype": "Column Break"},
		_field("plant_units_per_shift", "Int", "Units per shift"),
		_field("plant_cost_per_hour", "Currency", "Cost per hour", options=CURRENCY),
		_field(CURRENCY, "Link", "Currency", options="Currency"),
		{"fieldname": END, "fieldtype": "Section Break"},
	]
	for before, field in itertools.pairwise(fields):
		field["insert_after"] = before["fieldname"]
	return [{**field, "module": "Line Stop"} for field in fields]


def ticket_template_fieldnames() -> list[str]:
	"""The fields that an agent sees beside a ticket; Helpdesk shows a custom field only when a template lists it.

	Not the currency: Helpdesk asks for all of them, an agent may not read them, and each ticket would begin with that
	refusal. The menu of a line stop tells money with its currency.
	"""
	return [fieldname for fieldname in ticket_field_labels() if fieldname != CURRENCY]


def ticket_field_labels() -> dict[str, str]:
	"""Label by fieldname of the fields that hold a value."""
	return {
		field["fieldname"]: field["label"]
		for field in ticket_fields()
		if not field["fieldtype"].endswith("Break")
	}


def erpnext_links() -> dict[str, list[dict[str, Any]]]:
	"""By DocType of ours the links to records of ERPNext, in their order."""
	section = {
		"fieldname": "erpnext_section",
		"fieldtype": "Section Break",
		"label": "ERPNext",
		"insert_after": "end_of_life_on",
	}
	links = {
		"OT CI": [
			section,
			_link("erpnext_asset", "Asset", "Asset", "erpnext_section"),
			_link("erpnext_item", "Item", "Item", "erpnext_asset"),
			_link("erpnext_workstation", "Workstation", "Workstation", "erpnext_item"),
		],
		"CI Lifecycle Event": [
			{**section, "insert_after": "certificate"},
			_link("erpnext_material_request", "Material Request", "Material Request", "erpnext_section"),
			_link(
				"erpnext_purchase_receipt", "Purchase Receipt", "Purchase Receipt", "erpnext_material_request"
			),
			_link("erpnext_asset", "Asset", "Asset", "erpnext_purchase_receipt"),
		],
		"Work Cell": [_link("erpnext_workstation", "Workstation", "Workstation", "production_line")],
		"Production Line": [_link("erpnext_workstation", "Workstation", "Workstation", "plant_area")],
		"Plant Area": [_link("erpnext_plant_floor", "Plant Floor", "Plant floor", "plant_site")],
		"Maintenance Plan": [
			_link("erpnext_asset_maintenance", "Asset Maintenance", "Asset maintenance", "visit_group")
		],
		"Plant Site": [
			{
				**_link(HOLIDAY_LIST, "Holiday List", "Holiday list", "currency"),
				"description": "No line works on its days, unless a Calendar Exception says so. Weekly offs do not"
				" count: the shifts of a line say on which weekdays it works.",
			}
		],
	}
	return {
		doctype: [{**field, "module": "Plant CMDB"} for field in fields] for doctype, fields in links.items()
	}


def erpnext_fields() -> dict[str, list[dict[str, Any]]]:
	"""By DocType of ERPNext the links to records of ours."""
	line = _link(WORK_ORDER_LINE, "Production Line", "Production line", "company")
	return {"Work Order": [{**line, "module": "Plant Costs"}]}


def _link(fieldname: str, doctype: str, label: str, after: str) -> dict[str, Any]:
	return {
		"fieldname": fieldname,
		"fieldtype": "Link",
		"label": label,
		"options": doctype,
		"insert_after": after,
	}


def _field(fieldname: str, fieldtype: str, label: str, **properties: Any) -> dict[str, Any]:
	"""A field that only plant_itsm fills. Helpdesk's screen knows depends_on, but not read_only."""
	return {
		"fieldname": fieldname,
		"fieldtype": fieldtype,
		"label": label,
		"read_only": 1,
		"no_copy": 1,
		"depends_on": "eval:doc.plant_root_ci || doc.plant_line_stop",
		**properties,
	}
