"""The ticket of a line stop tells what it costs and who is on it, to those who may know."""

import frappe

from plant_itsm.api.incidents import summary
from plant_itsm.api.plant_now import lines
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.install import AGENT_SCRIPT, FORM_SCRIPT, set_up
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.tests.site_case import PlantCase

WITH_MONEY, WITHOUT_MONEY = ("Plant Admin", "Production Manager"), ("Robot Maintenance", "Plant IT")


class TestIncidentSummary(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line", product="SUV Model X")
		self.plant.cost_model(self.line)
		self.ci = self.plant.ci("AR-042", production_line=self.line)
		self.plant.rule("Rule", self.ci, value_path="state")
		frappe.db.commit()
		drain = ConnectionDrain(self.ports, self.plant.connection, ImpactModel(self.records))
		signal = RawSignal(f"plant/{self.prefix}/state", b'{"state": "offline"}', self.ports.clock.now())
		(self.stop,) = drain.process([StreamedSignal("1-0", signal)])

	def _own_line(self):
		return next(row for row in lines()["lines"] if row["line"] == self.line)

	def test_money_is_for_those_who_may_read_cost_models(self):
		for role in (*WITH_MONEY, *WITHOUT_MONEY):
			self.as_user(role)
			told = summary(self.stop)
			self.assertEqual(told["stage"], "Detected")
			self.assertEqual(bool(told["cost_per_hour"]), role in WITH_MONEY, role)
			(line,) = told["lines"]
			self.assertEqual((line["way"], line["state"]), ([self.ci, self.line], "Stopped"))
			self.assertEqual(bool(line["cost_per_hour"] and line["cost"]), role in WITH_MONEY, role)
			row = self._own_line()
			self.assertEqual(row["standing"], "Stopped")
			self.assertEqual(bool(row["cost_per_hour"]), role in WITH_MONEY, role)
			self.assertEqual(row["incident"]["name"], self.stop)

	def test_nobody_else_is_told(self):
		for role in (None, "Agent", "Guest"):
			self.as_user(role)
			self.assertRaises(frappe.PermissionError, summary, self.stop)
			self.assertRaises(frappe.PermissionError, lines)

	def test_a_user_sees_the_lines_that_he_is_permitted(self):
		self.as_user("Production Manager")
		user = frappe.session.user
		other = self.plant.line("Other line")
		permission = {
			"doctype": "User Permission",
			"user": user,
			"allow": "Production Line",
			"for_value": other,
		}
		doc = frappe.get_doc(permission).insert(ignore_permissions=True)
		self.addCleanup(frappe.delete_doc, doc.doctype, doc.name, force=True, ignore_permissions=True)
		frappe.clear_cache(user=user)
		self.assertEqual([row["line"] for row in lines()["lines"]], [other])

	def test_the_menu_of_the_agent_is_there_and_stays_as_the_plant_has_changed_it(self):
		before = frappe.db.get_value(FORM_SCRIPT, AGENT_SCRIPT, "script")
		self.addCleanup(self._restore, before)
		self.assertIn("plant_line_stop", before)
		frappe.db.set_value(FORM_SCRIPT, AGENT_SCRIPT, "script", "// ours")
		set_up()
		self.assertEqual(frappe.db.get_value(FORM_SCRIPT, AGENT_SCRIPT, "script"), "// ours")

	def _restore(self, script):
		frappe.db.set_value(FORM_SCRIPT, AGENT_SCRIPT, "script", script)
		frappe.db.commit()  # the set-up has committed the other one
