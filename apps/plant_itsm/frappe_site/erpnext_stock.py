"""Parts of Maintenance Orders and ERPNext's stock: a draft of a Stock Entry for what is counted there."""

from __future__ import annotations

import frappe

from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.maintenance_settings import DOCTYPE as SETTINGS
from plant_itsm.services.maintenance_settings import maintenance_settings
from plant_itsm.services.spare_movements import parts_of
from plant_itsm.services.spares import PART
from plant_itsm.services.work_orders import DOCTYPE

ENTRY = "Stock Entry"


def draft_stock_entry(order: str) -> str:
	"""The Material Issue for the parts of an order that name an item of ERPNext; the same again where there is one.

	Raises InvalidRecordError where no part is counted in ERPNext, or it is not said in which warehouse.
	"""
	if ERPNEXT not in frappe.get_installed_apps():
		raise InvalidRecordError("A Stock Entry is a document of ERPNext, which this site does not have.")
	records = FrappeRecords()
	record = records.get(DOCTYPE, order, for_update=True) or {}
	known = record.get("stock_entry")
	if known and frappe.db.exists(ENTRY, {"name": known, "docstatus": ["!=", 2]}):
		return str(known)
	used = parts_of(records, order, in_erpnext=True)
	if not used:
		raise InvalidRecordError(
			f"{DOCTYPE} {order}: none of its parts names an item of ERPNext. Enter the item on the Spare Part."
		)
	warehouse = maintenance_settings(records).erpnext_warehouse
	if not warehouse:
		raise InvalidRecordError(
			f"{SETTINGS}: in which warehouse of ERPNext do the spare parts lie? Enter it."
		)
	entry = frappe.get_doc(
		{
			"doctype": ENTRY,
			"stock_entry_type": "Material Issue",
			"purpose": "Material Issue",
			"company": frappe.db.get_value("Warehouse", warehouse, "company"),
			"remarks": f"{DOCTYPE} {order}: {record['title']}",
			"items": [
				{
					"item_code": frappe.db.get_value(PART, part, "erpnext_item_code"),
					"qty": quantity,
					"s_warehouse": warehouse,
				}
				for part, quantity in sorted(used.items())
			],
		}
	).insert()
	records.update_many(DOCTYPE, [order], {"stock_entry": entry.name})
	return str(entry.name)
