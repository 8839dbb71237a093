"""User Permissions for a site and its areas: who has them sees nothing of another site, in lists, trees, or pages."""

import frappe

from plant_itsm.api import equipment_tree, graph, plant_now
from plant_itsm.tests.site_case import PlantCase


class TestUserPermissions(PlantCase):
	def setUp(self):
		super().setUp()
		self.own_line, self.own_ci = self.plant.line("own"), self.plant.ci("own")
		site = {"site_name": self.named("Other site"), "time_zone": "Europe/Paris", "currency": "EUR"}
		self.other_site = self.records.insert("Plant Site", site)["name"]
		area = {"area_name": self.named("Other area"), "plant_site": self.other_site}
		other_area = self.records.insert("Plant Area", area)["name"]
		self.other_line = self.plant.line("other", plant_area=other_area)
		self.other_ci = self.plant.ci("other", plant_site=self.other_site)

	def narrowed(self, role, **allowed):
		"""Go on as a user with the role who is held to some records; allowed: DocType with _ for blanks -> name."""
		user = self.as_user(role)
		frappe.set_user("Administrator")
		for doctype, name in allowed.items():
			values = {"user": user, "allow": doctype.replace("_", " "), "for_value": name}
			doc = frappe.get_doc({"doctype": "User Permission", **values}).insert()
			self.addCleanup(frappe.delete_doc, "User Permission", doc.name, ignore_permissions=True)
			self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(user)

	def seen(self, doctype):
		return {
			name
			for name in frappe.get_list(doctype, pluck="name", limit_page_length=0)
			if self.prefix in name
		}

	def test_a_site_narrows_its_cis(self):
		self.narrowed("Plant IT", Plant_Site=self.plant.site)
		self.assertEqual(self.seen("OT CI"), {self.own_ci})
		self.assertFalse(frappe.has_permission("OT CI", "write", self.other_ci))
		self.assertRaises(frappe.PermissionError, graph.view, "OT CI", self.other_ci)
		sites = {node["name"] for node in equipment_tree.children()["nodes"]}
		self.assertIn(self.plant.site, sites)
		self.assertNotIn(self.other_site, sites)

	def test_an_area_narrows_its_lines(self):
		self.narrowed("Shift Leader", Plant_Site=self.plant.site, Plant_Area=self.plant.area)
		self.assertEqual(self.seen("Production Line"), {self.own_line})
		self.assertFalse(frappe.has_permission("Production Line", "read", self.other_line))
		self.assertEqual([line["line"] for line in plant_now.lines()["lines"]], [self.own_line])
