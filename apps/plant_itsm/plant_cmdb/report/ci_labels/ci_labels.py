"""Which CIs have their QR label, and which do not yet."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from plant_itsm.frappe_site.qr_codes import ci_url

FIELDS = ("name", "title", "ci_class", "plant_site", "production_line", "location", "label_printed_on")
CHOSEN_BY = ("plant_site", "production_line", "ci_class")
PRINTED = {"Printed": ["is", "set"], "Missing": ["is", "not set"]}


def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
	"""filters: plant_site, production_line, ci_class, label (Printed or Missing)."""
	asked = filters or {}
	chosen: dict[str, Any] = {field: asked[field] for field in CHOSEN_BY if asked.get(field)}
	if asked.get("label") in PRINTED:
		chosen["label_printed_on"] = PRINTED[asked["label"]]
	rows = frappe.get_list(
		"OT CI",
		filters={**chosen, "status": "Active"},
		fields=list(FIELDS),
		order_by="name asc",
		limit_page_length=0,
	)
	return _columns(), [{**row, "address": ci_url(row["name"])} for row in rows]


def _columns() -> list[dict[str, Any]]:
	return [
		_column("name", _("CI"), "Link", 180, options="OT CI"),
		_column("title", _("Title"), "Data", 220),
		_column("ci_class", _("Class"), "Link", 160, options="CI Class"),
		_column("production_line", _("Production line"), "Link", 150, options="Production Line"),
		_column("location", _("Location"), "Data", 150),
		_column("label_printed_on", _("Label printed on"), "Datetime", 160),
		_column("address", _("Address"), "Data", 280),
	]


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more: str) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}
