"""Links between the plant and ERPNext's records, on sites that have ERPNext."""

from __future__ import annotations

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.model import delete_fields, no_value_fields

from plant_itsm.custom_fields import ERPNEXT, erpnext_fields, erpnext_links


def sync() -> None:
	"""Add the fields where ERPNext is installed, remove them where it is not: a link needs its DocType."""
	if ERPNEXT in frappe.get_installed_apps():
		create_custom_fields({**erpnext_links(), **erpnext_fields()})
	else:
		remove()


def sync_after_other_app(app: str) -> None:
	"""After another app was installed or uninstalled."""
	if app == ERPNEXT:
		sync()


def remove() -> None:
	for doctype, fields in {**erpnext_links(), **erpnext_fields()}.items():
		names = [field["fieldname"] for field in fields]
		found = frappe.get_all("Custom Field", {"dt": doctype, "fieldname": ["in", names]}, pluck="name")
		if not found:
			continue
		for name in found:
			frappe.delete_doc("Custom Field", name, force=True, delete_permanently=True)
		columns = [field["fieldname"] for field in fields if field["fieldtype"] not in no_value_fields]
		if frappe.db.table_exists(doctype):  # ERPNext's own go with it
			delete_fields({doctype: columns}, delete=1)
		frappe.clear_cache(doctype=doctype)
