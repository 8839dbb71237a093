"""The history of the graph on a site: what people do in the Desk, renamings and removals; and that nobody edits it."""

from __future__ import annotations

from datetime import datetime

import frappe

from plant_itsm.domain.renaming import Renaming
from plant_itsm.frappe_site.renaming import rename_cis
from plant_itsm.services.graph_changes import DOCTYPE
from plant_itsm.services.relation_history import impact_at
from plant_itsm.tests.site_case import PlantCase


class TestGraphHistory(PlantCase):
	def _lines(self, ci: str, at: datetime) -> list[str]:
		frappe.db.commit()
		return [line.line.name for line in impact_at(self.records, self.ports.clock, [ci], at).lines]

	def _moment(self) -> datetime:
		return self.records.writer().at

	def _changes(self, name: str) -> list[tuple[str, str]]:
		rows = self.records.find(DOCTYPE, {"record_name": name}, order_by="changed_at")
		return [(row["change"], row["changed_by"]) for row in rows]

	def test_a_save_in_the_desk_is_noted_with_its_user(self):
		robot = self.plant.ci("Robot")
		doc = frappe.get_doc("OT CI", robot)
		doc.line_effect = "Degrades Line"
		doc.save()
		doc.title = "No matter of the graph"
		doc.save()
		self.assertEqual(self._changes(robot), [("Added", "Administrator"), ("Changed", "Administrator")])

	def test_a_relation_that_was_deleted_stands_in_the_past(self):
		line = self.plant.line("L")
		robot, plc = self.plant.ci("Robot", production_line=line), self.plant.ci("PLC")
		relation = self.plant.relation(plc, self.plant.relation_type("controls", "Source to Target"), robot)
		before = self._moment()
		frappe.delete_doc("CI Relation", relation)
		self.assertEqual(self._changes(relation)[-1][0], "Removed")
		self.assertEqual(self._lines(plc, before), [line])
		self.assertEqual(self._lines(plc, self._moment()), [])

	def test_the_past_is_told_in_the_names_of_today(self):
		line = self.plant.line("L")
		robot, plc = self.plant.ci("Robot", production_line=line), self.plant.ci("PLC")
		kind = self.plant.relation_type("controls", "Source to Target")
		relation = self.plant.relation(plc, kind, robot)
		self.plant.cost_model(line)
		before = self._moment()
		self.records.update("OT CI", robot, {"production_line": None})
		new = self.named("PLC 1")
		rename_cis([Renaming(plc, new), Renaming(robot, self.named("Robot 1"))])
		frappe.rename_doc("Production Line", line, self.named("Line 1"))
		self.plant.ci("PLC")  # the old name is given again
		self.assertEqual(self._lines(new, before), [self.named("Line 1")])
		self.assertEqual(self._lines(new, self._moment()), [])
		self.assertEqual(
			[change for change, _user in self._changes(f"{new} {kind} {self.named('Robot 1')}")], ["Renamed"]
		)
		self.assertIsNone(self.records.get("CI Relation", relation))

	def test_nobody_edits_or_removes_the_history(self):
		robot = self.plant.ci("Robot")
		doc = frappe.get_doc(DOCTYPE, {"record_name": robot})
		doc.changed_by = "somebody else"
		with self.assertRaisesRegex(frappe.ValidationError, "only added to"):
			doc.save()
		with self.assertRaisesRegex(frappe.ValidationError, "is kept"):
			frappe.delete_doc(DOCTYPE, doc.name)
		with self.assertRaisesRegex(frappe.ValidationError, "only added to"):
			frappe.get_doc({"doctype": DOCTYPE, "record_name": robot}).insert()
