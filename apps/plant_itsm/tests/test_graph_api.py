"""Pictures of the plant as the Desk asks for them: their cap, what a user may see of them, and who may ask."""

import frappe

from plant_itsm.api.graph import view
from plant_itsm.domain.graph_views import MOST_NODES
from plant_itsm.tests.site_case import PlantCase

ROLES = ("Plant Admin", "Plant IT", "Production Manager", "Robot Maintenance")


class TestGraphApi(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line", product="SUV")
		self.robot = self.plant.ci("AR-042", production_line=self.line, title="Robot 42")
		self.plc = self.plant.ci("PLC", parent_ci=self.robot)

	def _names(self, picture):
		return {node["name"] for node in picture["nodes"]}

	def test_the_neighbours_of_a_ci_with_the_way_a_failure_travels(self):
		picture = view("OT CI", self.robot, depth=1)
		self.assertEqual(self._names(picture), {self.robot, self.plc, self.line})
		ends = {(edge["source"], edge["target"], edge["reason"]) for edge in picture["edges"]}
		part, whole, line = f"OT CI/{self.plc}", f"OT CI/{self.robot}", f"Production Line/{self.line}"
		self.assertEqual(ends, {(part, whole, "part of"), (whole, line, "Stops Line")})
		robot = next(node for node in picture["nodes"] if node["name"] == self.robot)
		self.assertEqual((robot["title"], robot["detail"]), ("Robot 42", self.plant.ci_class))

	def test_depth_and_cap_are_kept_and_told(self):
		self.assertEqual(self._names(view("OT CI", self.plc, depth=1)), {self.plc, self.robot})
		cut = view("OT CI", self.plc, depth=2, most=2)
		self.assertEqual((cut["shown"], cut["total"], cut["most"]), (2, 3, 2))
		robot = next(node for node in cut["nodes"] if node["name"] == self.robot)
		self.assertEqual(robot["neighbours"], 2)
		self.assertEqual(view("OT CI", self.plc, depth=99, most=10**9)["most"], MOST_NODES)

	def test_a_failure_shows_its_way_to_the_line(self):
		picture = view("OT CI", self.plc, depth=0, what_if=True)
		self.assertEqual(self._names(picture), {self.plc, self.robot, self.line})
		self.assertTrue(all(edge["on_way"] for edge in picture["edges"]))
		self.assertEqual({node["affected"] for node in picture["nodes"]}, {"Stopped"})

	def test_an_open_stop_is_seen_at_its_ci_and_at_its_line(self):
		lines = [{"production_line": self.line, "state": "Stopped"}]
		stop = self.plant.stop("Stop", root_ci=self.robot, lines=lines, status="Open")
		states = {node["name"]: (node["state"], node["stop"]) for node in view("OT CI", self.plc)["nodes"]}
		self.assertEqual(
			states, {self.plc: (None, None), self.robot: ("Line Stop", stop), self.line: ("Stopped", stop)}
		)

	def test_each_role_of_the_plant_may_look_and_nobody_else(self):
		for role in ROLES:
			self.as_user(role)
			self.assertEqual(len(view("Production Line", self.line)["nodes"]), 3, role)
		for role in ("Agent", None, "Guest"):
			self.as_user(role)
			with self.assertRaises(frappe.PermissionError):
				view("OT CI", self.robot)

	def test_what_user_permissions_hide_is_left_out_and_counted(self):
		user = self.as_user("Robot Maintenance")
		values = {"doctype": "User Permission", "user": user, "allow": "Production Line"}
		other = self.plant.line("Other line")
		frappe.get_doc({**values, "for_value": other}).insert(ignore_permissions=True)
		self.addCleanup(frappe.clear_cache, user=user)
		picture = view("OT CI", self.plc)
		self.assertEqual((self._names(picture), picture["hidden"]), ({self.plc}, 2))
		self.assertEqual(picture["edges"], [])

	def test_an_edit_shows_at_the_next_look(self):
		self.assertEqual(len(view("OT CI", self.robot, depth=1)["nodes"]), 3)
		self.plant.ci("HMI", parent_ci=self.robot)
		self.assertEqual(len(view("OT CI", self.robot, depth=1)["nodes"]), 4)
		self.records.update("OT CI", self.plc, {"status": "Retired"})
		self.assertEqual(len(view("OT CI", self.robot, depth=1)["nodes"]), 3)

	def test_what_has_no_picture_is_told_so(self):
		with self.assertRaisesRegex(frappe.ValidationError, "no picture of User"):
			view("User", "Administrator")
		self.records.update("OT CI", self.plc, {"status": "Retired"})
		with self.assertRaisesRegex(frappe.ValidationError, "retired"):
			view("OT CI", self.plc)
