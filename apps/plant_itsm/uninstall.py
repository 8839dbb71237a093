"""Leaving a site as it was: what uninstall-app does not remove by itself.

Frappe removes our modules, their DocTypes and tables. It leaves custom columns, roles, priorities, series, passwords,
and what other DocTypes noted about our records. Tickets stay; a priority or type that a ticket uses stays with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import frappe
import redis
from frappe.model import delete_fields, no_value_fields
from frappe.utils import now

from plant_itsm.custom_fields import TICKET, ticket_fields
from plant_itsm.frappe_site import change_workflow, desk_records, erpnext_links
from plant_itsm.frappe_site.meta import APP
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.install import FOUND_KEY, PRIORITY, SLA, TEMPLATE, TYPE, removable_names

SERIES = ("CHG-", "FP-", "LCE-", "LCR-", "LS-", "MO-", "PCE-", "PRB-")
STANDARD = ("Report", "Page", "Form Tour")
DESKTOP = ("Workspace Sidebar", "Desktop Icon")
_FLAG = "plant_itsm_uninstall"


@dataclass(frozen=True)
class _Leaving:
	"""What the end of an uninstall must know from its beginning. standard: our records of Frappe's own DocTypes."""

	doctypes: list[str]
	standard: dict[str, list[str]]
	began: str


def before_uninstall() -> None:
	leaving = _Leaving(our_doctypes(), {doctype: _in_our_modules(doctype) for doctype in STANDARD}, now())
	_stop_jobs()
	_remove_ticket_fields()
	change_workflow.remove()
	desk_records.remove()
	erpnext_links.remove()
	_remove_words()
	_remove_traces(leaving.doctypes)
	frappe.flags[_FLAG] = leaving


def after_uninstall() -> None:
	"""Frappe keeps a copy of whatever it deletes, and deleting leaves traces of its own."""
	leaving: _Leaving = frappe.flags[_FLAG]
	_remove_traces(leaving.doctypes)
	for doctype, names in leaving.standard.items():
		_remove_rows(doctype, names)
	_remove_from_desktop()
	frappe.db.delete("Patch Log", {"patch": ["like", f"{APP}.%"]})
	frappe.db.delete("Deleted Document", {"creation": [">=", leaving.began]})
	frappe.db.delete("DefaultValue", {"defkey": FOUND_KEY, "parent": "__global"})
	frappe.db.commit()  # Frappe's own commit has been before; nosemgrep


def our_modules() -> list[str]:
	names: list[str] = frappe.get_all("Module Def", filters={"app_name": APP}, pluck="name")
	return names


def our_doctypes() -> list[str]:
	return _in_our_modules("DocType")


def _in_our_modules(doctype: str) -> list[str]:
	names: list[str] = frappe.get_all(doctype, filters={"module": ["in", our_modules()]}, pluck="name")
	return names


def _stop_jobs() -> None:
	"""Take the tick from the scheduler, and the leases from the jobs that run: they end within a second."""
	for name in frappe.get_all("Scheduled Job Type", filters={"method": ["like", f"{APP}.%"]}, pluck="name"):
		frappe.delete_doc("Scheduled Job Type", name, force=True, delete_permanently=True)
	ports = site_ports()
	try:
		client = redis.Redis.from_url(ports.redis_url)
		for key in client.scan_iter(match=f"{APP}:{ports.namespace}:*", count=1000):
			client.delete(key)
	except redis.ConnectionError as error:
		print(f"plant_itsm: its streams and leases stay in Redis, which cannot be reached ({error}).")


def _remove_ticket_fields() -> None:
	fieldnames = [field["fieldname"] for field in ticket_fields()]
	frappe.db.delete("HD Ticket Template Field", {"parenttype": TEMPLATE, "fieldname": ["in", fieldnames]})
	for name in frappe.get_all(
		"Custom Field", filters={"dt": TICKET, "fieldname": ["in", fieldnames]}, pluck="name"
	):
		frappe.delete_doc("Custom Field", name, force=True, delete_permanently=True)
	columns = [field["fieldname"] for field in ticket_fields() if field["fieldtype"] not in no_value_fields]
	delete_fields({TICKET: columns}, delete=1)
	frappe.clear_cache(doctype=TICKET)


def _remove_words() -> None:
	found = json.loads(frappe.db.get_global(FOUND_KEY) or "{}")
	for doctype, names in removable_names().items():
		for name in names:
			if name not in found.get(doctype, ()) and not _is_in_use(doctype, name):
				_remove_word(doctype, name)


def _is_in_use(doctype: str, name: str) -> bool:
	"""Whether something of the plant's own still points to a priority or type; users lose a role of ours."""
	if doctype == PRIORITY:
		return bool(
			frappe.db.exists(TICKET, {"priority": name})
			or frappe.db.exists(TYPE, {"priority": name})
			or frappe.db.exists(SLA, {"default_priority": name})
		)
	if doctype in change_workflow.words():
		return change_workflow.word_is_in_use(doctype, name)
	return doctype == TYPE and bool(frappe.db.exists(TICKET, {"ticket_type": name}))


def _remove_word(doctype: str, name: str) -> None:
	if doctype == SLA:
		default = frappe.db.get_value(SLA, {"default_sla": 1})
		frappe.db.set_value(TICKET, {"sla": name}, "sla", default, update_modified=False)
	if doctype == "Role":
		frappe.db.delete("Has Role", {"role": name})
		frappe.db.delete("Custom DocPerm", {"role": name})
	if doctype == PRIORITY:
		frappe.db.delete("HD Service Level Priority", {"priority": name})
	frappe.delete_doc(doctype, name, force=True, delete_permanently=True)


def _remove_traces(doctypes: list[str]) -> None:
	"""What the site's own DocTypes hold about our records: versions, comments, notifications, e-mails, assignments."""
	for doctype, fieldname in _references_to_doctypes(doctypes):
		frappe.db.delete(doctype, {fieldname: ["in", doctypes]})
	for table in ("__Auth", "__global_search", "__UserSettings", "Singles"):
		frappe.db.delete(table, {"doctype": ["in", doctypes]})
	for series in SERIES:
		frappe.db.delete("Series", {"name": ["like", f"{series}____-"]})


def _remove_from_desktop() -> None:
	"""Frappe 16 looks for our icons under another name than that of their parent."""
	for doctype in DESKTOP:
		if frappe.db.exists("DocType", doctype):
			_remove_rows(doctype, frappe.get_all(doctype, filters={"app": APP}, pluck="name"))
			frappe.db.delete(doctype, {"app": APP})


def _remove_rows(doctype: str, names: list[str]) -> None:
	"""Frappe deletes the records of a module without the rows of their tables and their entries for the search."""
	for table in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(table.options, {"parenttype": doctype, "parent": ["in", names]})
	frappe.db.delete("__global_search", {"doctype": doctype, "name": ["in", names]})


def _references_to_doctypes(doctypes: list[str]) -> Iterator[tuple[str, str]]:
	"""(DocType, fieldname) of every stored link to a DocType outside of ours."""
	links = frappe.get_all(
		"DocField", filters={"fieldtype": "Link", "options": "DocType"}, fields=["parent", "fieldname"]
	)
	for link in links:
		meta = frappe.get_meta(link.parent)
		is_stored = not (meta.issingle or meta.is_virtual or meta.get_field(link.fieldname).is_virtual)
		if is_stored and link.parent not in doctypes:
			yield link.parent, link.fieldname
