"""Who may do what: each role with the rights of its job, and nobody from outside."""

import frappe

from plant_itsm.tests.site_case import SiteCase
from plant_itsm.uninstall import our_doctypes

READ, WRITE, CREATE, DELETE = "read", "write", "create", "delete"
MASTERS = (
	"OT CI",
	"CI Relation",
	"Network Segment",
	"Production Line",
	"Plant Site",
	"OT Connection",
	"Signal Rule",
)
WRITTEN_BY_MACHINES = (
	"OT Signal Event",
	"Signal Dead Letter",
	"Outbox Entry",
	"OT Connection State",
	"Signal State",
	"Sparkplug Node",
	"Alarm Flood",
	"Self Alarm",
	"Escalation Run",
)


class TestPermissions(SiteCase):
	def _user_with(self, *roles):
		email = f"{frappe.generate_hash(length=8)}@plant.example"
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": "Test",
				"send_welcome_email": 0,
				"user_type": "System User",
			}
		)
		user.append_roles(*roles)
		user.insert(ignore_permissions=True)
		return email

	def _assert_may(self, role, doctype, *allowed):
		user = self._user_with(role) if role else "Guest"
		for action in (READ, WRITE, CREATE, DELETE):
			may = frappe.has_permission(doctype, action, user=user)
			self.assertEqual(bool(may), action in allowed, f"{role or 'Guest'} {action} {doctype}")

	def test_plant_it_keeps_the_masters_but_deletes_nothing(self):
		for doctype in MASTERS:
			self._assert_may("Plant IT", doctype, READ, WRITE, CREATE)

	def test_production_and_maintenance_read_the_plant(self):
		for doctype in ("OT CI", "Production Line", "Signal Rule", "Line Stop"):
			self._assert_may("Production Manager", doctype, READ)
			self._assert_may("Robot Maintenance", doctype, READ)

	def test_settings_of_connections_are_not_for_production(self):
		self._assert_may("Production Manager", "OT Connection")
		self._assert_may("Robot Maintenance", "OT Connection")

	def test_what_a_stop_costs_is_not_for_everybody(self):
		self._assert_may("Production Manager", "Line Stop Cost Model", READ)
		self._assert_may("Robot Maintenance", "Line Stop Cost Model")
		self._assert_may("Plant Admin", "Line Stop Cost Model", READ, WRITE, CREATE, DELETE)

	def test_nobody_writes_what_machines_write(self):
		for doctype in WRITTEN_BY_MACHINES:
			self._assert_may("Plant IT", doctype, READ)
			self._assert_may("Plant Admin", doctype, READ, DELETE)

	def test_only_administrators_change_the_settings(self):
		self._assert_may("Plant Admin", "Plant ITSM Settings", READ, WRITE, CREATE, DELETE)
		self._assert_may("Plant IT", "Plant ITSM Settings")

	def test_a_guest_sees_nothing(self):
		for doctype in our_doctypes():
			if not frappe.get_meta(doctype).istable:
				self._assert_may(None, doctype)

	def test_every_doctype_is_open_to_the_plant_s_administrator(self):
		user = self._user_with("Plant Admin")
		for doctype in our_doctypes():
			if not frappe.get_meta(doctype).istable:
				self.assertTrue(frappe.has_permission(doctype, READ, user=user), doctype)

	def test_a_person_s_save_is_checked_by_the_same_rules(self):
		frappe.set_user(self._user_with("Plant IT"))
		site = frappe.get_doc(
			{"doctype": "Plant Site", "site_name": "T", "time_zone": "Mars/Base", "currency": "EUR"}
		)
		with self.assertRaisesRegex(frappe.ValidationError, "Mars/Base.*Europe/Berlin"):
			site.insert()
