"""What the tests on a site have in common: Frappe's own test case, and the removal of what a case has committed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import frappe
from pypika.terms import Criterion

from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.tests.contract_plant import WRITTEN_DOCTYPES, ContractCase

try:
	from frappe.tests import IntegrationTestCase as FrappeCase  # Frappe 16
except ImportError:
	from frappe.tests.utils import FrappeTestCase as FrappeCase

TEXT_TYPES = ("Data", "Link", "Small Text", "Text Editor", "Code", "JSON")


class SiteCase(FrappeCase):
	"""Services commit, so nothing rolls back: a case names its records after its `prefix`, and they go with it."""

	def setUp(self) -> None:
		super().setUp()
		self.ports = site_ports()
		self.records = FrappeRecords()
		self.addCleanup(self._remove_written)

	def as_user(self, role: str | None) -> str:
		"""Go on as somebody who has just this role, or none; Guest is nobody at all. Returns the user."""
		if role == "Guest":
			frappe.set_user(role)
			return role
		email = f"{frappe.scrub(role or 'nobody')}@plant.example"
		if not frappe.db.exists("User", email):
			values = {"doctype": "User", "email": email, "first_name": role or "Nobody"}
			user = frappe.get_doc({**values, "send_welcome_email": 0})
			user.append_roles(*filter(None, [role]))
			user.insert(ignore_permissions=True)
		elif role and role not in frappe.get_roles(email):  # an uninstall has taken it away
			frappe.get_doc("User", email).add_roles(role)
		frappe.set_user(email)
		return email

	def _remove_written(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		prefix = getattr(self, "prefix", None)
		if prefix:
			remove_named(prefix)
		frappe.db.commit()


class PlantCase(SiteCase, ContractCase):
	"""With a small plant of its own."""


def set_in_test(on: bool) -> None:
	"""Whether Frappe behaves as in a test; Frappe 16 asks its module, Frappe 15 the flags of the request."""
	frappe.in_test = on
	frappe.flags.in_test = on


def remove_named(prefix: str) -> None:
	"""Remove every record that holds the prefix, those that link to one, and their tickets."""
	doomed: dict[str, set[str]] = defaultdict(set)
	for doctype in reversed(WRITTEN_DOCTYPES):
		doomed[doctype] = _names(doctype, prefix, doomed)
	tickets = _names("HD Ticket", prefix, doomed)
	_delete("Notification Log", "document_name", tickets | doomed["Line Stop"])
	_delete("Comment", "reference_name", doomed["Line Stop"])
	_delete("HD Ticket Comment", "reference_ticket", tickets)
	_delete("HD Ticket Activity", "ticket", tickets)
	_delete("Communication", "reference_name", tickets)
	_delete("HD Ticket", "name", tickets)
	for doctype in WRITTEN_DOCTYPES:
		_delete(doctype, "name", doomed[doctype])
		for table in frappe.get_meta(doctype).get_table_fields():
			_delete(table.options, "parent", doomed[doctype])


def _names(doctype: str, prefix: str, doomed: dict[str, set[str]]) -> set[str]:
	table = frappe.qb.DocType(doctype)
	criteria = [table.name.like(f"%{prefix}%")]
	for df in frappe.get_meta(doctype).fields:
		if df.fieldtype in TEXT_TYPES:
			criteria.append(table[df.fieldname].like(f"%{prefix}%"))
		if df.fieldtype == "Link" and doomed.get(df.options):
			criteria.append(table[df.fieldname].isin(sorted(doomed[df.options])))
	return set(frappe.qb.from_(table).select(table.name).where(Criterion.any(criteria)).run(pluck=True))


def _delete(doctype: str, fieldname: str, among: set[Any]) -> None:
	if among:
		frappe.db.delete(doctype, {fieldname: ["in", sorted(among)]})
