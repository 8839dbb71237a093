"""Whatever else Frappe offers to write a change request, or a row of it, leads to the gates of test_change_table."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

import frappe
from frappe.client import bulk_update, save, set_value
from frappe.desk.calendar import update_event
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import cancel, savedocs

from plant_itsm.tests.change_case import REQUEST, ChangeCase, make_people, refusal, remove_people, rest
from plant_itsm.tests.change_parts import APPROVE, START
from plant_itsm.tests.change_ways import WAYS_TO_SIGN, tried

setUpModule, tearDownModule = make_people, remove_people


class TestOtherWays(ChangeCase):
	def _scheduled(self) -> str:
		name = self.changes.draft("MES configuration", self.changes.ci("CI"))
		self.changes.schedule(name)
		self.commit()
		return name

	def test_calls_of_the_desk_meet_the_gate(self):
		name = self._scheduled()
		status, asked = {"status": START}, {"doctype": REQUEST, "name": name, "status": START}
		field_map = frappe.as_json({"start": "status", "end": "description"})
		calls = {
			"set value": lambda: set_value(REQUEST, name, "status", START),
			"bulk update": lambda: bulk_update(frappe.as_json([{**asked, "docname": name}])),
			"bulk edit": lambda: submit_cancel_or_update_docs(REQUEST, [name], "update", status),
			"calendar": lambda: update_event(frappe.as_json(asked), field_map),
			"submit": lambda: savedocs(frappe.as_json(frappe.get_doc(REQUEST, name).as_dict()), "Submit"),
			"cancel": lambda: cancel(REQUEST, name, "status", START),
			"without a part": lambda: save(
				frappe.as_json({**frappe.get_doc(REQUEST, name).as_dict(), **status, "checklist": []})
			),
		}
		for way, call in calls.items():
			with self.subTest(way), self.acting(self.people["Plant IT"]):
				with suppress(frappe.ValidationError, frappe.PermissionError):
					call()
				self.assertEqual(frappe.db.get_value(REQUEST, name, ["status", "docstatus"]), (APPROVE, 0))

	def test_an_own_change_is_approved_by_no_way(self):
		"""Nor is one that somebody else has requested in whose name it stands."""
		manager, it = self.people["IT Change Manager"], self.people["Plant IT"]
		name = self.changes.draft("MES configuration", self.changes.ci("CI"), requested_by=manager)
		self.commit()
		row = {"decision": "Approved", "comment": "Mine."}
		request = frappe.get_doc(REQUEST, name)
		for user, way in product((manager, self.changes.requester), WAYS_TO_SIGN):
			with self.subTest(way=way.__name__, user=user), self.acting(user):
				self.assertIn("cannot approve it", tried(way, request, row))
		for forged in (manager, self.people["Safety Engineer"]):
			body = {"approvals": [{**row, "user": forged}]}
			self.assertIn(
				"cannot sign for", refusal(rest(it, "PUT", f"/api/resource/{REQUEST}/{name}", body))
			)

	def test_rows_are_not_written_by_themselves(self):
		name = self._scheduled()
		doc = frappe.get_doc(REQUEST, name)
		step, approval = doc.checklist[0].name, doc.approvals[0].name
		forged = {"parent": name, "parenttype": REQUEST, "parentfield": "approvals", "decision": "Approved"}
		requests = (
			("PUT", f"Change Checklist Item/{step}", {"done": 1}),
			("DELETE", f"Change Checklist Item/{step}", None),
			("PUT", f"Change Approval/{approval}", {"user": self.people["Safety Engineer"]}),
			("POST", "Change Approval", {**forged, "user": self.people["Safety Engineer"]}),
		)
		for role, (method, path, body) in product(("Plant IT", "Plant Admin"), requests):
			with self.subTest(role=role, method=method, path=path):
				answer = rest(self.people[role], method, f"/api/resource/{path}", body)
				self.assertEqual(answer.status_code, 403, refusal(answer))
		frappe.db.rollback()
		after = frappe.get_doc(REQUEST, name)
		self.assertEqual([row.as_dict() for row in after.checklist], [row.as_dict() for row in doc.checklist])
		self.assertEqual([row.as_dict() for row in after.approvals], [row.as_dict() for row in doc.approvals])

	def test_nobody_makes_themselves_a_delegate(self):
		manager, engineer = self.people["IT Change Manager"], self.people["Safety Engineer"]
		values = {
			"from_user": manager,
			"to_user": engineer,
			"starts_at": "2026-01-01",
			"ends_at": "2027-01-01",
		}
		for user, may in ((engineer, False), (manager, True), (self.people["Plant Admin"], True)):
			with self.subTest(user), self.acting(user):
				doc = frappe.get_doc({"doctype": "Change Delegation", **values})
				if may:
					self.assertEqual(doc.insert().from_user, manager)
				else:
					self.assertRaises(frappe.PermissionError, doc.insert)
