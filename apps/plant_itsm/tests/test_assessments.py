"""The plant assessment in the Desk: what a person fills in, what is printed, and who sees money."""

from __future__ import annotations

from typing import Any

import frappe

from plant_itsm.tests.test_inventory_api import InventoryApiCase

DOCTYPE = "Plant Assessment"


class TestAssessments(InventoryApiCase):
	def _assessment(self, **more: Any) -> Any:
		values = {"doctype": DOCTYPE, "plant_site": self.plant.site, "assessed_on": "2026-06-01"}
		return frappe.get_doc({**values, **more}).insert()

	def test_a_person_answers_and_completes(self):
		line = self.plant.line("L")
		self.plant.cost_model(line)
		self.plant.ci("Robot", production_line=line)
		self.as_user("Plant IT")
		doc = self._assessment()
		self.assertGreaterEqual(len(doc.answers), 25)
		rows = [row.name for row in doc.answers]
		for row in doc.answers:
			row.maturity = "3"
		doc.save()
		doc.status = "Completed"
		doc.save()
		self.assertEqual((doc.overall_score, doc.answered), (3.0, doc.asked))
		self.assertEqual([row.name for row in doc.answers], rows)
		self.assertEqual([(row.ci_class, row.in_use) for row in doc.assets], [(self.plant.ci_class, 1)])
		stored = self.records.get(DOCTYPE, doc.name)
		self.assertEqual([row["production_line"] for row in stored["line_costs"]], [line])

	def test_the_report_prints_scores_map_and_difference(self):
		first = self._assessment()
		first.answers[0].maturity = "2"
		first.save()
		again = self._assessment(kind="Re-assessment", baseline=first.name, assessed_on="2026-12-01")
		again.answers[0].update({"maturity": "4", "evidence": "seen <script>alert(1)</script>"})
		again.save()
		html = frappe.get_print(DOCTYPE, again.name, "Plant Assessment Report")
		for text in (again.plant_site, "+2.00", "Needing IT", "Questionnaire", "seen"):
			self.assertIn(text, html)
		self.assertNotIn("<script>alert", html)

	def test_what_a_stop_costs_is_not_for_everybody(self):
		line = self.plant.line("L")
		self.plant.cost_model(line)
		name = self._assessment().name
		for role, sees in (("Production Manager", True), ("Plant IT", False)):
			self.as_user(role)
			with self.subTest(role):
				doc = frappe.get_doc(DOCTYPE, name)
				doc.apply_fieldlevel_read_permissions()
				self.assertEqual(bool(doc.get("line_costs")), sees)
				html = frappe.get_print(DOCTYPE, name, "Plant Assessment Report")
				self.assertEqual(
					("<h4>Cost of an unplanned stop" in html, f"{line} from 2026-01-01" in html), (sees, sees)
				)
		self.as_user("Robot Maintenance")
		self.assertFalse(frappe.has_permission(DOCTYPE, "read", name))
