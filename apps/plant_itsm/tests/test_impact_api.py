"""What if a CI failed or a line stood, as the Desk asks: who may ask, who sees money, and what a moment changes."""

from datetime import time

import frappe

from plant_itsm.api.impact import what_if
from plant_itsm.tests.site_case import PlantCase


class TestImpactApi(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line", shifts=[_shift("Early", 6, 14)])
		self.next_line = self.plant.line("Next line")
		self.plant.feed(self.line, self.next_line, 30)
		self.plant.cost_model(self.line)
		self.plant.cost_model(self.next_line)
		self.ci = self.plant.ci("AR-042", production_line=self.line)

	def test_a_production_manager_sees_line_units_and_money(self):
		self.as_user("Production Manager")
		impact = what_if("OT CI", self.ci)
		self.assertEqual([line["line"] for line in impact["lines"]], [self.line, self.next_line])
		self.assertEqual(impact["units_per_shift"], 480)
		self.assertEqual(impact["cost_per_hour"], {"amount": "7600.00", "currency": "EUR"})
		self.assertEqual(impact["cost_per_hour_now"], {"amount": "3800.00", "currency": "EUR"})

	def test_an_outage_costs_what_is_planned_less_what_lies_in_the_buffer(self):
		impact = what_if("OT CI", self.ci, at="2026-06-02 06:00:00", hours=2)
		lost = {line["line"]: line["lost_seconds"] for line in impact["lines"]}
		self.assertEqual(lost, {self.line: 7200, self.next_line: 5400})
		self.assertEqual(impact["outage_cost"], {"amount": "13300.00", "currency": "EUR"})
		self.assertIn("1800 s from the buffers", impact["explanation"])

	def test_an_outage_outside_of_the_shifts_costs_nothing_there(self):
		impact = what_if("OT CI", self.ci, at="2026-06-02 15:00:00", hours=2)
		costs = [line["outage_cost"]["amount"] for line in impact["lines"]]
		self.assertEqual(costs, ["0.00", "5700.00"])

	def test_a_line_that_stands_stops_the_one_behind_it(self):
		impact = what_if("Production Line", self.line, hours=1)
		self.assertEqual(
			[(line["line"], line["reached_after_seconds"]) for line in impact["lines"]],
			[(self.line, 0), (self.next_line, 1800)],
		)
		self.assertEqual(impact["failed"], [])

	def test_who_may_not_read_cost_models_sees_no_money(self):
		self.as_user("Robot Maintenance")
		impact = what_if("OT CI", self.ci)
		self.assertEqual((impact["units_per_shift"], impact["cost_per_hour"]), (480, None))
		self.assertEqual([line["cost_per_hour"] for line in impact["lines"]], [None, None])
		self.assertNotIn("3800", frappe.as_json(impact))

	def test_each_role_of_the_plant_may_ask_and_nobody_else(self):
		for role in ("Plant Admin", "Plant IT", "Production Manager", "Robot Maintenance"):
			self.as_user(role)
			self.assertEqual(len(what_if("OT CI", self.ci)["lines"]), 2, role)
		for role in ("Agent", None, "Guest"):
			self.as_user(role)
			for asked in (("OT CI", self.ci), ("Production Line", self.line)):
				with self.assertRaises(frappe.PermissionError):
					what_if(*asked)

	def test_what_cannot_be_answered_is_told_so(self):
		with self.assertRaises((frappe.DoesNotExistError, frappe.ValidationError)):
			what_if("OT CI", self.named("nobody"))
		with self.assertRaisesRegex(frappe.ValidationError, "cannot fail"):
			what_if("User", "Administrator")
		with self.assertRaisesRegex(frappe.ValidationError, "yesterday.*Datetime"):
			what_if("OT CI", self.ci, at="yesterday")
		for hours in (0, -1, 1000, float("nan")):
			with self.assertRaisesRegex(frappe.ValidationError, "hours cannot be priced"):
				what_if("OT CI", self.ci, hours=hours)


def _shift(name, start, end):
	return {"shift_name": name, "start_time": time(start), "end_time": time(end)}
