"""Spare parts that are items of ERPNext: their stock from its bins, and what is to be ordered as a Material Request."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, cint, getdate

from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.spare_stock import Reorder
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.ports import Record
from plant_itsm.services.maintenance_settings import maintenance_settings
from plant_itsm.services.spares import PART, reorder_of

REQUEST = "Material Request"
CANCELLED = 2


def refresh_stock() -> int:
	"""Take over what ERPNext has of the spare parts; returns how many parts have changed.

	A bin below zero counts as nothing on hand: ERPNext may allow it, a shelf does not.
	"""
	if ERPNEXT not in frappe.get_installed_apps():
		return 0
	records = FrappeRecords()
	parts = records.find(PART, {"erpnext_item_code": ("is", "set")})
	stock = _stock({part["erpnext_item_code"] for part in parts})
	changed = 0
	for part in parts:
		on_hand, on_order = stock.get(part["erpnext_item_code"], (0, 0))
		if (part["on_hand"], part["on_order"]) != (on_hand, on_order):
			records.update_many(PART, [part["name"]], {"on_hand": on_hand, "on_order": on_order})
			changed += 1
	return changed


def _stock(items: set[str]) -> dict[str, tuple[int, int]]:
	"""By item what lies in all warehouses, and what is ordered."""
	stock = frappe.qb.DocType("Bin")
	rows = (
		frappe.qb.from_(stock)
		.select(stock.item_code, Sum(stock.actual_qty), Sum(stock.ordered_qty))
		.where(stock.item_code.isin(sorted(items) or [""]))
		.groupby(stock.item_code)
		.run()
	)
	return {item: (max(cint(on_hand), 0), max(cint(on_order), 0)) for item, on_hand, on_order in rows}


def check_has_requests() -> None:
	"""Raises frappe.ValidationError on a site without ERPNext."""
	if ERPNEXT not in frappe.get_installed_apps():
		frappe.throw(_("A Material Request is a record of ERPNext, which this site does not have."))


def draft_material_request(part_name: str) -> str:
	"""The Material Request draft for what a part lacks, made where there is no open one yet.

	Raises NotEnoughDataError where nothing says how many are needed, InvalidRecordError where enough are there.
	"""
	check_has_requests()
	records = FrappeRecords()
	part = records.get(PART, part_name, for_update=True)
	if part is None:
		raise MissingRecordError(f"Spare Part {part_name!r} does not exist. Check the name.")
	known = part["material_request"]
	if known and frappe.db.exists(REQUEST, {"name": known, "docstatus": 0}):
		return str(known)
	wanted = reorder_of(records, part)
	if not wanted.quantity:
		raise InvalidRecordError(f"Spare Part {part_name}: {wanted.explanation}. Nothing is to be ordered.")
	request = frappe.get_doc(_request(records, part, wanted)).insert()
	records.update_many(PART, [part_name], {"material_request": request.name})
	return str(request.name)


def _request(records: FrappeRecords, part: Record, wanted: Reorder) -> Record:
	item = part["erpnext_item_code"]
	if not item or not frappe.db.exists("Item", item):
		raise InvalidRecordError(
			f"Spare Part {part['name']}: ERPNext item {item or ''!r} does not exist. Enter its item code.",
			fieldname="erpnext_item_code",
		)
	company, warehouse = _destination(records)
	needed_on = add_days(getdate(), cint(part["lead_time_days"]))
	row = {
		"item_code": item,
		"qty": wanted.quantity,
		"schedule_date": needed_on,
		"warehouse": warehouse,
		"description": f"{part['name']}: {wanted.explanation}",
	}
	return {
		"doctype": REQUEST,
		"material_request_type": "Purchase",
		"company": company,
		"transaction_date": getdate(),
		"schedule_date": needed_on,
		"items": [row],
	}


def _destination(records: FrappeRecords) -> tuple[str, str | None]:
	"""Company and warehouse: those of the settings, else the usual company's first one, for the buyer to change."""
	warehouse = maintenance_settings(records).erpnext_warehouse
	if warehouse:
		return str(frappe.db.get_value("Warehouse", warehouse, "company")), warehouse
	company = frappe.defaults.get_user_default("Company") or frappe.get_all("Company", pluck="name")[0]
	found = frappe.get_all("Warehouse", {"company": company, "is_group": 0}, pluck="name", limit=1)
	return str(company), found[0] if found else None
