"""The rights on the CMDB that a site really grants, for each role and each DocType, and the guest."""

from __future__ import annotations

import frappe

from plant_itsm.tests.cmdb_rights import ACTIONS, RIGHTS, ROLES, may
from plant_itsm.tests.test_inventory_api import InventoryApiCase


class TestCmdbRights(InventoryApiCase):
	def _granted(self, doctype: str, user: str) -> frozenset[str]:
		asked = ACTIONS.values()
		return frozenset(action for action in asked if frappe.has_permission(doctype, action, user=user))

	def test_each_role_may_what_its_job_needs(self):
		user = self.as_user(ROLES[0])
		frappe.set_user("Administrator")
		for role in ROLES:
			_give_role(user, role)
			for doctype in RIGHTS:
				with self.subTest(role, doctype=doctype):
					self.assertEqual(self._granted(doctype, user), may(doctype, role))

	def test_a_guest_may_nothing(self):
		for doctype in RIGHTS:
			self.assertEqual(self._granted(doctype, "Guest"), frozenset(), doctype)

	def test_every_doctype_of_the_module_is_in_the_table(self):
		found = frappe.get_all("DocType", {"module": "Plant CMDB", "istable": 0, "issingle": 0}, pluck="name")
		self.assertEqual(set(found), set(RIGHTS))


def _give_role(user: str, role: str) -> None:
	"""In place of the ones that the user has; by the row alone, because saving a User takes half a second."""
	frappe.db.set_value("Has Role", {"parent": user, "parenttype": "User"}, "role", role)
	frappe.clear_cache(user=user)
