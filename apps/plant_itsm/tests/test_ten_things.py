"""The ten things of docs/admin-guide.md that are changed without code: each works, and outlives a migrate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import frappe

from plant_itsm.domain.incidents import IncidentImpact
from plant_itsm.domain.vocabulary import EventKind
from plant_itsm.frappe_site.change_workflow import WORKFLOW
from plant_itsm.services.priorities import priority_for
from plant_itsm.tests.low_code_case import LowCodeCase

PAGE = Path(__file__).resolve().parents[3] / "docs" / "admin-guide.md"
POLICY, CHANGE_TYPE = "Line stops", "Robot program change"
NOTIFICATION = "Change waits for approval"
TEXT = "{{ doc.title }} waits for you."


class TestTenThings(LowCodeCase):
	def test_each_works_and_outlives_a_migrate(self):
		self.keeps(
			self._field_of_a_ci,
			self._ci_class,
			self._cost_category,
			self._priorities,
			self._escalation_step,
			self._change_type,
			self._approval_role,
			self._notification_text,
			self._workflow_state,
			self._report_and_label,
		)

	def test_the_page_tells_of_ten(self):
		if not PAGE.exists():
			self.skipTest("the docs are not beside the app")
		headings = [
			line for line in PAGE.read_text("utf-8").splitlines() if line[:3] == "## " and line[3].isdigit()
		]
		self.assertEqual(len(headings), 10)

	def _field_of_a_ci(self) -> Iterator[None]:
		field = {"fieldname": "bay", "label": "Bay", "fieldtype": "Data", "insert_after": "location"}
		self.made("Custom Field", dt="OT CI", **field)
		ci = self.plant.ci("Robot", bay="North 4")
		yield
		self.assertEqual(frappe.db.get_value("OT CI", ci, "bay"), "North 4")
		self.assertEqual(self.records.get("OT CI", ci)["bay"], "North 4", "the services know it, too")

	def _ci_class(self) -> Iterator[None]:
		layer = "Plant & Cloud Infrastructure"
		name = self.made(
			"CI Class", class_name=self.named("Exoskeleton"), service_layer=layer, ci_type="OT CI"
		)
		yield
		ci = self.plant.ci("Worn", ci_class=name)
		self.assertEqual(frappe.db.get_value("OT CI", ci, "ci_class"), name)

	def _cost_category(self) -> Iterator[None]:
		name = self.made("Cost Category", category_name=self.named("Training"), spend_type="OpEx")
		yield
		self.assertEqual(frappe.db.get_value("Cost Category", name, "spend_type"), "OpEx")

	def _priorities(self) -> Iterator[None]:
		self.changed("Priority Rule", "Degraded", priority="P1", position=90)
		yield
		found = priority_for(self.records, EventKind.DEGRADED, IncidentImpact({}, None, ()))
		self.assertEqual(found.name, "P1")

	def _escalation_step(self) -> Iterator[None]:
		step = {"after_minutes": 47, "without": "Restoration", "target": "Role", "role": "Plant Admin"}
		self.with_row("Escalation Policy", POLICY, "steps", **step, channel="Notification")
		yield
		self.assertIn(
			47, [row["after_minutes"] for row in self.records.get("Escalation Policy", POLICY)["steps"]]
		)

	def _change_type(self) -> Iterator[None]:
		name = self.made(
			"OT Change Type",
			type_name=self.named("HMI screen"),
			window_kind="Off-Shift",
			maximum_minutes=30,
			approver_roles=[{"role": "Shift Leader"}],
		)
		yield
		change = frappe.get_doc({"doctype": "OT Change Request", "title": self.prefix, "change_type": name})
		change.append("cis", {"ci": self.plant.ci("Panel")})
		change.update({"category": "Normal", "duration_minutes": 20, "plant_site": self.plant.site})
		self.assertEqual(change.insert().status, "Draft")

	def _approval_role(self) -> Iterator[None]:
		role = self.made("Role", role_name=self.named("Line Engineer"), desk_access=1)
		self.with_row("OT Change Type", CHANGE_TYPE, "approver_roles", role=role)
		yield
		rows = self.records.get("OT Change Type", CHANGE_TYPE)["approver_roles"]
		self.assertIn(role, [row["role"] for row in rows])

	def _notification_text(self) -> Iterator[None]:
		self.changed("Notification", NOTIFICATION, enabled=1, message=TEXT)
		yield
		doc = frappe.get_doc("Notification", NOTIFICATION)
		self.assertEqual((doc.enabled, doc.message), (1, TEXT))

	def _workflow_state(self) -> Iterator[None]:
		workflow = frappe.get_doc("Workflow", WORKFLOW)
		self.put_back("Workflow Document State", workflow.states[0].name, "message")
		workflow.states[0].message = "Ask the shift leader first."
		workflow.save()
		yield
		kept = frappe.get_doc("Workflow", WORKFLOW).states[0]
		self.assertEqual(kept.message, "Ask the shift leader first.")

	def _report_and_label(self) -> Iterator[None]:
		filters = [["Line Stop", "priority", "=", "P1"], ["Line Stop", "title", "like", f"%{self.prefix}%"]]
		report = self.made(
			"Report",
			report_name=self.named("P1 stops"),
			ref_doctype="Line Stop",
			report_type="Report Builder",
			is_standard="No",
			json=json.dumps({"filters": filters, "fields": [["title", "Line Stop"]]}),
		)
		self.made("Translation", language="de", source_text="Line Stop", translated_text="Bandstillstand")
		self.plant.stop("stop", priority="P1")
		yield
		_columns, rows = frappe.get_doc("Report", report).get_data(as_dict=True)
		self.assertEqual(len(rows), 1)
		self.assertEqual(frappe._("Line Stop", lang="de"), "Bandstillstand")
