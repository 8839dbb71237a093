"""Deleting a record of a site with all that Frappe and Helpdesk have noted about it."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import strip_html

from plant_itsm.domain.errors import MissingRecordError, RecordInUseError

_TRACES = (
	("Activity Log", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Email Queue", "reference_doctype", "reference_name"),
)
"""What Frappe itself only cuts loose; versions and comments it deletes in a job of its own."""
_POINTERS = (
	("Notification Log", "document_type", "document_name"),
	("ToDo", "reference_type", "reference_name"),
)
"""What leads a person to the record. Frappe's job deletes it, too, but nobody should click on it until then."""


def delete_record(doctype: str, name: str) -> None:
	"""Raises MissingRecordError, or RecordInUseError while another record points to it."""
	if not frappe.db.exists(doctype, name):
		raise MissingRecordError(f"{doctype} {name!r} does not exist. Check the name.")
	_delete_traces(doctype, name)
	try:
		frappe.delete_doc(doctype, name, ignore_permissions=True, delete_permanently=True)
	except frappe.LinkExistsError as error:
		raise RecordInUseError(strip_html(str(error))) from None
	# What Frappe has just noted about the deletion itself.
	noted = {"comment_type": "Deleted", "reference_doctype": doctype, "subject": f"{_(doctype)} {name}"}
	frappe.db.delete("Comment", noted)


def _delete_traces(doctype: str, name: str) -> None:
	attached = {"attached_to_doctype": doctype, "attached_to_name": str(name)}
	for file in frappe.get_all("File", filters=attached, pluck="name"):
		frappe.delete_doc("File", file, ignore_permissions=True, delete_permanently=True)
	for trace, by_doctype, by_name in _TRACES:
		found = frappe.get_all(trace, filters={by_doctype: doctype, by_name: str(name)}, pluck="name")
		_delete_rows(trace, found)
	for pointer, by_doctype, by_name in _POINTERS:
		frappe.db.delete(pointer, {by_doctype: doctype, by_name: str(name)})


def _delete_rows(doctype: str, names: list[str]) -> None:
	"""Logs, which Frappe lets nobody delete one by one."""
	if not names:
		return
	for table in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(table.options, {"parenttype": doctype, "parent": ["in", names]})
	frappe.db.delete(doctype, {"name": ["in", names]})
