"""Each row of the seed's table on this site: who may takes it through its gates, nobody without each of its parts.

A part is missing for the Desk (its form and its workflow button in turn), for REST and for a script alike: at the start
and at the verification each is tried by every way, with the roles that may take the step in turn. The roles that may
not are refused at each gate, by the ways in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import cycle, product

import frappe
from frappe.client import bulk_update, save, set_value
from frappe.desk.calendar import update_event
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import cancel, savedocs
from frappe.model.workflow import apply_workflow

from plant_itsm import install
from plant_itsm.api.changes import decide
from plant_itsm.domain.change_words import ChangeStatus
from plant_itsm.frappe_site.change_workflow import ACTIONS, APPROVERS, WORKERS
from plant_itsm.tests.change_case import (
	PEOPLE,
	REQUEST,
	ChangeCase,
	make_people,
	refusal,
	remove_people,
	rest,
)
from plant_itsm.tests.change_parts import APPROVE, START, VERIFY, Situation
from plant_itsm.tests.change_plant import KINDS

SIGNING = {
	"Safety Engineer": "Safety Engineer 8",
	"IT Change Manager": "IT Change Manager 8",
	"Production Manager": "Production Manager 8",
	"Plant IT": "Plant IT 8",
	"CAB Member": "CAB Member 8",
	"CAB Member 2": "CAB Member 9",
}
"""Who approves does not also take the steps here, so that an approver can leave."""
MAY = {APPROVE: APPROVERS, START: WORKERS, VERIFY: WORKERS}


def setUpModule() -> None:
	make_people(*SIGNING.values())


tearDownModule = remove_people


def by_form(name: str, status: str) -> None:
	doc = frappe.get_doc(REQUEST, name).as_dict()
	savedocs(frappe.as_json({**doc, "status": status}), "Save")


def by_button(name: str, status: str) -> None:
	apply_workflow(frappe.as_json(frappe.get_doc(REQUEST, name).as_dict()), ACTIONS[ChangeStatus(status)])


def by_script(name: str, status: str) -> None:
	doc = frappe.get_doc(REQUEST, name)
	doc.status = status
	doc.save()


def by_rest(name: str, status: str) -> None:
	said = refusal(rest(frappe.session.user, "PUT", f"/api/resource/{REQUEST}/{name}", {"status": status}))
	if said:
		raise frappe.ValidationError(said)


Way = Callable[[str, str], None]
HERE: tuple[Way, ...] = (by_form, by_script, by_button)
"""In the connection of the case, which takes back what has passed."""


class TestEachRowOfTheTable(ChangeCase):
	def setUp(self) -> None:
		super().setUp()
		self.people = {**PEOPLE, **{role: PEOPLE[who] for role, who in SIGNING.items()}}
		self.desk, self.here, self.everywhere = (
			cycle((by_form, by_button)),
			cycle(HERE),
			cycle((*HERE, by_rest)),
		)

	def test_it_is_passed_with_all_its_parts_by_who_may_and_by_nobody_else(self):
		for row in KINDS:
			self._walk(row)

	def _walk(self, row: str) -> None:
		name = self._asked_for(row)
		for gate, roles in MAY.items():
			if gate == VERIFY:
				self.changes.tick(name, "Before Verified")
				frappe.db.commit()
			self._try_without_each_part(row, name, gate, roles)
			self._try_with_each_role(row, name, gate, roles)
			with self.acting(PEOPLE[roles[0]]):
				by_rest(name, gate)
			frappe.db.rollback()  # see what REST has committed
			self.assertEqual(self.changes.get(name)["status"], gate)

	def _asked_for(self, row: str) -> str:
		"""A request that has all its parts and approvals, not yet scheduled."""
		changes = self.changes
		freeze, ci = self.named(f"Freeze of {row}"), f"CI for {row}"
		name = changes.draft(row, changes.ci(ci))
		changes.window("Freeze", window_name=freeze, enabled=False)
		changes.prepare(name)
		changes.ask(name)
		self.commit()
		return name

	def _try_without_each_part(self, row: str, name: str, gate: str, roles: tuple[str, ...]) -> None:
		kind = self.records.get("OT Change Type", row)
		windows = (self.named(KINDS[row]), self.named(f"Freeze of {row}"))
		situation = Situation(row, self.changes.get(name), *windows, kind["artefacts"])
		actors = cycle(roles)
		for part in situation.parts(gate):
			ways = (next(self.here),) if gate == APPROVE else (next(self.desk), by_script, by_rest)
			with part.missing():
				for way in ways:
					role = next(actors)
					with self.subTest(row=row, gate=gate, without=part.name, way=way.__name__, role=role):
						self.assertRegex(self._tried(way, role, name, gate), f"(?s){part.says}")

	def _try_with_each_role(self, row: str, name: str, gate: str, roles: tuple[str, ...]) -> None:
		passing = roles if gate == START else roles[:1]
		for role in install.ROLES:
			if role in roles and role not in passing:
				continue
			way = next(self.here if role in roles else self.everywhere)
			with self.subTest(row=row, gate=gate, way=way.__name__, role=role):
				said = self._tried(way, role, name, gate)
				if role in roles:
					self.assertEqual(said, "")
				else:
					self.assertRegex(said, "(?i)not permitted|permission|not allowed|not a valid workflow")

	def _tried(self, way: Way, role: str, name: str, status: str) -> str:
		"""The refusal; "" where the step was taken, which is then taken back."""
		with self.acting(PEOPLE[role]):
			try:
				way(name, status)
			except (frappe.ValidationError, frappe.PermissionError) as error:
				return str(error) or type(error).__name__
			finally:
				frappe.db.rollback()
				frappe.clear_messages()
		return ""


def _sign(name: str, row: dict[str, str]) -> None:
	doc = frappe.get_doc(REQUEST, name)
	doc.append("approvals", dict(row))
	doc.save()


class TestOtherWays(ChangeCase):
	"""Whatever else Frappe offers to write a request, or a row of it, leads to the same gates."""

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
		for user in (manager, self.changes.requester):
			doc = frappe.get_doc(REQUEST, name)
			with self.acting(user):
				ways = {
					"form": lambda doc=doc: savedocs(
						frappe.as_json({**doc.as_dict(), "approvals": [row]}), "Save"
					),
					"button": lambda: decide(name, **row),
					"script": lambda: _sign(name, row),
				}
				for way, sign in ways.items():
					with (
						self.subTest(way=way, user=user),
						self.assertRaisesRegex(frappe.ValidationError, "approve it"),
					):
						sign()
				frappe.db.rollback()
			answer = rest(user, "PUT", f"/api/resource/{REQUEST}/{name}", {"approvals": [row]})
			self.assertIn("cannot approve it", refusal(answer))
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
