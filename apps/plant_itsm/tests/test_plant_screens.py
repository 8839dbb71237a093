"""Service architecture, equipment tree, labels and reports: what they show, and to whom."""

import frappe

from plant_itsm.api.equipment_tree import children
from plant_itsm.api.labels import MOST_LABELS, sheet
from plant_itsm.api.service_layers import layers
from plant_itsm.frappe_site.qr_codes import ci_url
from plant_itsm.plant_cmdb.report.ci_labels import ci_labels
from plant_itsm.plant_cmdb.report.single_points_of_failure import single_points_of_failure
from plant_itsm.tests.site_case import PlantCase

ROLES = ("Plant Admin", "Plant IT", "Production Manager", "Robot Maintenance")
SHORT_OF_ROLES = ("Agent", None, "Guest")


class TestPlantScreens(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line")
		self.plant.cost_model(self.line)
		self.robot = self.plant.ci("Robot", production_line=self.line)
		self.plc = self.plant.ci("PLC", production_line=self.line, parent_ci=self.robot)
		self.portal = self.plant.ci("Portal")

	def _open_stop(self):
		lines = [{"production_line": self.line, "state": "Stopped"}]
		return self.plant.stop("Stop", root_ci=self.robot, lines=lines, status="Open")

	def _names(self, kind=None, name=None):
		return [node["name"] for node in children(kind, name)["nodes"]]

	def test_layers_count_the_cis_of_a_site_and_show_open_stops(self):
		stop = self._open_stop()
		found = layers(self.plant.site)
		self.assertEqual(len(found), 4)
		self.assertEqual([len(layer["classes"]) for layer in found], [0, 0, 0, 1])
		(ci_class,) = found[3]["classes"]
		troubles = [{"ci": self.robot, "state": "Line Stop", "stop": stop}]
		self.assertEqual((ci_class["count"], ci_class["troubles"]), (3, troubles))

	def test_the_tree_leads_from_the_site_to_the_parts(self):
		self.assertIn(self.plant.site, self._names())
		self.assertEqual(self._names("Plant Site", self.plant.site), [self.plant.area, self.portal])
		self.assertEqual(self._names("Plant Area", self.plant.area), [self.line])
		cell = self.records.insert(
			"Work Cell", {"cell_name": self.named("Cell"), "production_line": self.line}
		)["name"]
		self.records.update("OT CI", self.robot, {"work_cell": cell})
		self.assertEqual(self._names("Production Line", self.line), [cell])
		self.assertEqual(self._names("Work Cell", cell), [self.robot])
		self.assertEqual(self._names("OT CI", self.robot), [self.plc])
		opens = {node["name"]: node["may_open"] for node in children("Plant Site", self.plant.site)["nodes"]}
		self.assertEqual(opens, {self.plant.area: True, self.portal: False})

	def test_the_tree_has_no_branches_of_other_records(self):
		with self.assertRaisesRegex(frappe.ValidationError, "no level"):
			children("User", "Administrator")

	def test_a_sheet_holds_the_codes_in_order_and_keeps_that_they_were_printed(self):
		self.as_user("Robot Maintenance")
		sheet(frappe.as_json([self.portal, self.robot, self.portal]))
		page = frappe.response.filecontent
		self.assertEqual(page.count("data:image/svg+xml;base64,"), 2)
		self.assertLess(page.index(self.portal), page.index(self.robot))
		frappe.set_user("Administrator")
		self.assertTrue(self.records.get("OT CI", self.robot)["label_printed_on"])
		self.assertIsNone(self.records.get("OT CI", self.plc)["label_printed_on"])
		for label, names in (("Printed", [self.portal, self.robot]), ("Missing", [self.plc])):
			_, rows = ci_labels.execute({"plant_site": self.plant.site, "label": label})
			self.assertEqual([row["name"] for row in rows], names)

	def test_so_many_labels_at_once_are_refused(self):
		for names in ([], [f"CI {number}" for number in range(MOST_LABELS + 1)]):
			with self.assertRaisesRegex(frappe.ValidationError, "Choose 1 to"):
				sheet(frappe.as_json(names))

	def test_a_code_leads_to_the_page_of_its_ci(self):
		self.assertTrue(ci_url("Hall 3/AR-042").endswith("/ci/Hall%203%2FAR-042"))
		printed = frappe.get_print("OT CI", self.robot, "CI Label")
		self.assertIn("data:image/svg+xml;base64,", printed)
		self.assertIn(self.robot, printed)

	def _points(self):
		columns, rows = single_points_of_failure.execute({"top": 1000})
		rows = {row["ci"]: row for row in rows if row["ci"].startswith(self.prefix)}
		return {column["fieldname"] for column in columns}, rows

	def test_single_points_of_failure_with_money_redundancy_and_spare(self):
		_, rows = self._points()
		self.assertEqual(set(rows), {self.robot, self.plc})
		robot = rows[self.robot]
		self.assertEqual((robot["cost_per_hour"], robot["currency"], robot["stops"]), (3800.0, "EUR", 1))
		self.assertEqual(robot["redundancy"], "none")

	def test_who_may_not_read_cost_models_sees_the_points_without_money(self):
		self.as_user("Robot Maintenance")
		columns, rows = self._points()
		self.assertEqual(set(rows), {self.robot, self.plc})
		self.assertFalse(columns & {"cost_per_hour", "cost_per_hour_now", "not_priced"})
		self.assertNotIn("3800", frappe.as_json(rows))

	def test_each_role_of_the_plant_may_look_and_nobody_else(self):
		asked = (
			lambda: layers(self.plant.site),
			lambda: children("Production Line", self.line),
			lambda: sheet(frappe.as_json([self.robot])),
			lambda: single_points_of_failure.execute({}),
			lambda: ci_labels.execute({"plant_site": self.plant.site}),
		)
		for role in ROLES:
			self.as_user(role)
			for ask in asked:
				ask()
		for role in SHORT_OF_ROLES:
			self.as_user(role)
			for ask in asked:
				with self.assertRaises(frappe.PermissionError):
					ask()
