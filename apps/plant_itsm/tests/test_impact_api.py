"""The impact of a CI as the Desk asks for it: who may ask, and who sees money."""

import frappe

from plant_itsm.api.impact import of_ci
from plant_itsm.tests.site_case import PlantCase


class TestImpactApi(PlantCase):
	def setUp(self):
		super().setUp()
		line = self.plant.line("Line")
		self.plant.cost_model(line)
		self.ci = self.plant.ci("AR-042", production_line=line)

	def _as(self, role):
		email = f"{frappe.generate_hash(length=8)}@plant.example"
		values = {"doctype": "User", "email": email, "first_name": "Test", "send_welcome_email": 0}
		user = frappe.get_doc(values)
		user.append_roles(role)
		user.insert(ignore_permissions=True)
		frappe.set_user(email)

	def test_a_production_manager_sees_line_units_and_money(self):
		self._as("Production Manager")
		impact = of_ci(self.ci)
		self.assertEqual([line["line"] for line in impact["lines"]], [self.named("Line")])
		self.assertEqual(impact["units_per_shift"], 240)
		self.assertEqual(impact["cost_per_hour"], {"amount": "3800.00", "currency": "EUR"})

	def test_who_may_not_read_cost_models_sees_no_money(self):
		self._as("Robot Maintenance")
		impact = of_ci(self.ci)
		self.assertEqual((impact["units_per_shift"], impact["cost_per_hour"]), (240, None))
		self.assertEqual([line["cost_per_hour"] for line in impact["lines"]], [None])
		self.assertNotIn("3800", frappe.as_json(impact))

	def test_without_a_role_of_the_plant_there_is_no_answer(self):
		self._as("Agent")
		with self.assertRaises(frappe.PermissionError):
			of_ci(self.ci)

	def test_an_unknown_ci_is_told_so(self):
		with self.assertRaises((frappe.DoesNotExistError, frappe.ValidationError)):
			of_ci(self.named("nobody"))
