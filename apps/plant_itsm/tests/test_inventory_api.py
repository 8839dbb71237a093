"""What the Desk calls for the OT inventory, by people with and without the right to it."""

from __future__ import annotations

import frappe

from plant_itsm.api import inventory, proposals
from plant_itsm.domain.discovery import Device
from plant_itsm.services.discovery import DOCTYPE as PROPOSAL
from plant_itsm.services.discovery import propose
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


class TestProposalsApi(InventoryApiCase):
	def _proposal(self, **fields: str) -> str:
		connection = self.records.get("OT Connection", self.plant.connection)
		device = Device(f"{self.prefix}/Edge", self.named("Edge"), fields)
		propose(self.records, connection, [device])
		propose(self.records, connection, [device])
		(row,) = self.records.find(PROPOSAL, {"connection": self.plant.connection})
		self.records.update(
			PROPOSAL, row["name"], {"ci_class": self.plant.ci_class, "plant_site": self.plant.site}
		)
		return str(row["name"])

	def test_who_may_make_a_ci_may_accept_a_proposal(self):
		proposal = self._proposal(serial_no=self.prefix)
		for role in ("Production Manager", "Robot Maintenance"):
			self.as_user(role)
			for call in (proposals.accept, proposals.ignore):
				with self.assertRaises(frappe.PermissionError):
					call(proposal)
		user = self.as_user("Plant IT")
		ci = proposals.accept(proposal)
		frappe.set_user("Administrator")
		self.assertEqual(self.records.get("OT CI", ci)["serial_no"], self.prefix)
		self.assertEqual(self.records.get(PROPOSAL, proposal)["decided_by"], user)
		with self.assertRaisesRegex(frappe.ValidationError, "it was accepted as"):
			proposals.ignore(proposal)

	def test_a_merge_shows_beforehand_what_it_will_do(self):
		proposal = self._proposal(model="KR 210", manufacturer="KUKA")
		robot = self.plant.ci("Robot", manufacturer="ABB")
		self.as_user("Production Manager")
		found = proposals.compare(proposal, robot)
		self.assertEqual(found["filled"], {"model": "KR 210"})
		conflict = {"fieldname": "manufacturer", "ci_value": "ABB", "device_value": "KUKA"}
		self.assertEqual(found["conflicts"], [conflict])
		with self.assertRaises(frappe.PermissionError):
			proposals.merge(proposal, robot)
		self.as_user("Plant IT")
		self.assertEqual(proposals.merge(proposal, robot), 1)
		self.assertIn("KUKA", self.records.get(PROPOSAL, proposal)["conflicts"])

	def test_who_may_change_a_connection_may_discover_through_it(self):
		connection = self.plant.connection
		self.as_user("Production Manager")
		with self.assertRaises(frappe.PermissionError):
			proposals.discover(connection)
		self.as_user("Plant IT")
		with self.assertRaisesRegex(frappe.ValidationError, "OPC UA or Sparkplug B"):
			proposals.discover(connection)
		proposal = self._proposal()
		proposals.ignore(proposal)
		self.assertEqual(self.records.get(PROPOSAL, proposal)["status"], "Ignored")
