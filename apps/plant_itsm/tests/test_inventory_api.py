"""What the Desk calls for the OT inventory, by people with and without the right to it."""

from __future__ import annotations

import frappe

from plant_itsm.api import inventory
from plant_itsm.tests.contract_plant import NOON
from plant_itsm.tests.site_case import PlantCase


class InventoryApiCase(PlantCase):
	"""With users of one role each, made when first needed and removed after the class."""

	_users: dict[str, str]

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls._users = {}
		cls.addClassCleanup(cls._remove_users)

	@classmethod
	def _remove_users(cls) -> None:
		frappe.set_user("Administrator")
		for user in cls._users.values():
			frappe.delete_doc("User", user, force=True)
		frappe.db.commit()

	def as_user(self, role: str) -> str:
		if role not in self._users:
			values = {"first_name": "Test", "send_welcome_email": 0, "user_type": "System User"}
			email = f"{frappe.generate_hash(length=8)}@plant.example"
			doc = frappe.get_doc({"doctype": "User", "email": email, **values})
			doc.append_roles(role)
			doc.insert(ignore_permissions=True)
			frappe.db.commit()
			self._users[role] = doc.name
		frappe.set_user(self._users[role])
		return self._users[role]


class TestInventoryApi(InventoryApiCase):
	def test_who_may_write_a_ci_may_retire_it(self):
		robot = self.plant.ci("Robot")
		self.as_user("Robot Maintenance")
		with self.assertRaises(frappe.PermissionError):
			inventory.retire([robot], "Sold")
		user = self.as_user("Plant IT")
		self.assertEqual(inventory.retire(frappe.as_json([robot]), "Sold"), 1)
		frappe.set_user("Administrator")
		record = self.records.get("OT CI", robot)
		self.assertEqual((record["retired_by"], record["retirement_reason"]), (user, "Sold"))

	def test_a_refusal_is_a_message_that_shows_no_markup(self):
		robot, server = self.plant.ci("Robot"), self.plant.ci("Server")
		self.plant.relation(robot, self.plant.relation_type("depends on", "Target to Source"), server)
		with self.assertRaisesRegex(frappe.ValidationError, f"{server} is still needed"):
			inventory.retire([server], "Sold")
		with self.assertRaisesRegex(frappe.ValidationError, "&lt;b&gt;V1"):
			inventory.report_fingerprint(robot, "<b>V1</b>")

	def test_who_keeps_backups_may_report_a_fingerprint(self):
		plc = self.plant.ci("PLC")
		values = {"ci": plc, "version": "V1", "taken_on": NOON, "sha256": "a" * 64, "approved": True}
		self.records.insert("CI Program Version", values)
		self.as_user("Production Manager")
		with self.assertRaises(frappe.PermissionError):
			inventory.report_fingerprint(plc, "b" * 64)
		self.as_user("Robot Maintenance")
		self.assertIn("not the approved version V1", inventory.report_fingerprint(plc, "b" * 64))
		self.assertIsNone(inventory.report_fingerprint(plc, "a" * 64))
		with self.assertRaisesRegex(frappe.ValidationError, "64 hexadecimal"):
			inventory.report_fingerprint(plc, "V1")

	def test_who_may_read_a_ci_may_read_its_history(self):
		robot = self.plant.ci("Robot")
		self.as_user("Production Manager")
		self.assertEqual([row["change"] for row in inventory.graph_changes(robot)], ["Added"])
		frappe.set_user("Guest")
		with self.assertRaises(frappe.PermissionError):
			inventory.graph_changes(robot)
