"""Each row of the seed's table on this site: who may takes it through its gates, nobody without each of its parts.

The whole product is row x gate x missing part x role x way. GATES=whole tries all of it (make test-gates); else, as in
the site suite, some cases of each part are tried, which take turns.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import count, product
from typing import Any, ClassVar

import frappe

from plant_itsm import install
from plant_itsm.frappe_site.change_workflow import APPROVERS, WORKERS
from plant_itsm.tests.change_case import PEOPLE, REQUEST, ChangeCase, make_people, remove_people
from plant_itsm.tests.change_parts import APPROVE, CLOSE, ROLL_BACK, START, VERIFY, Part, Situation
from plant_itsm.tests.change_plant import KINDS
from plant_itsm.tests.change_ways import (
	WAYS,
	WAYS_TO_SIGN,
	Way,
	by_script,
	put_back,
	rows_of,
	signing_before,
	tried,
)

IS_WHOLE = os.environ.get("GATES") == "whole"
EACH_NTH = {True: 1, False: 1} if IS_WHOLE else {True: 19, False: 97}
"""Of the cases of roles that may take the step, of which no part goes without one, and of those of the others."""
SIGNING = {
	"Safety Engineer": "Safety Engineer 8",
	"IT Change Manager": "IT Change Manager 8",
	"Production Manager": "Production Manager 8",
	"Plant IT": "Plant IT 8",
	"CAB Member": "CAB Member 8",
	"CAB Member 2": "CAB Member 9",
}
"""Who approves does not also take the steps here, so that an approver can leave."""
NOBODY = ""
ROLES = (*install.ROLES, "System Manager", NOBODY)
MAY = {APPROVE: APPROVERS, START: WORKERS, ROLL_BACK: WORKERS, VERIFY: WORKERS, CLOSE: WORKERS}
PASSED = "^$"
NOT_YOURS = "(?i:not permitted|permission|not allowed|not a valid workflow)"

Check = Callable[[str, Way], None]


def setUpModule() -> None:
	make_people(*SIGNING.values(), "System Manager", NOBODY)


def tearDownModule() -> None:
	remove_people()


@dataclass(frozen=True)
class Gate:
	"""A request before a gate. may: the roles that take it through. denial: what the others are told."""

	row: str
	name: str
	after: str
	may: Collection[str]
	denial: str = NOT_YOURS


class GateCase(ChangeCase):
	turns: ClassVar = {True: count(), False: count()}
	tried = 0

	@classmethod
	def tearDownClass(cls) -> None:
		super().tearDownClass()
		if IS_WHOLE:
			print(f"{cls.__name__}: {cls.tried} cases")

	def setUp(self) -> None:
		super().setUp()
		self.people = {**PEOPLE, **{role: PEOPLE[who] for role, who in SIGNING.items()}}

	def try_each(self, check: Check, may: Collection[str], ways: tuple[Way, ...], **more: str) -> None:
		"""Those whose turn it is, each as a sub-test in the name of a user with the role."""
		for role, way in product(ROLES, ways):
			if next(self.turns[role in may]) % EACH_NTH[role in may] == 0:
				type(self).tried += 1
				with self.subTest(**more, role=role, way=way.__name__), self.acting(PEOPLE[role]):
					check(role, way)

	def draft(self, row: str, **more: Any) -> str:
		"""With its window, and a freeze that is not in force."""
		name = self.changes.draft(row, self.changes.ci(f"CI for {row}"), **more)
		self.changes.window("Freeze", window_name=self.named(f"Freeze of {row}"), enabled=False)
		return name

	def asked_for(self, row: str) -> str:
		"""A request that has all its parts and approvals, not yet scheduled."""
		task = {"task": "Tell the shift", "assigned_to": self.changes.requester, "done": True}
		name = self.draft(row, tasks=[task])
		self.changes.prepare(name)
		self.changes.ask(name)
		self.commit()
		return name

	def situation(self, row: str, name: str) -> Situation:
		windows = (self.named(KINDS[row]), self.named(f"Freeze of {row}"))
		return Situation(row, self.changes.get(name), *windows, self.records.get("OT Change Type", row))

	def try_gate(self, gate: Gate) -> None:
		for part in self.situation(gate.row, gate.name).parts(gate.after):
			with part.missing():
				self._try_without(part, gate)
		self._try_with_everything(gate)

	def _try_without(self, part: Part, gate: Gate) -> None:
		before = rows_of(gate.name)

		def check(role: str, way: Way) -> None:
			says = part.says if role in gate.may else f"{part.says}|{gate.denial}"
			self.assertRegex(tried(way, before[0], gate.after), f"(?s){says}")

		self.try_each(check, gate.may, WAYS, row=gate.row, gate=gate.after, without=part.name)
		self.assertEqual([doc.as_dict() for doc in rows_of(gate.name)], [doc.as_dict() for doc in before])

	def _try_with_everything(self, gate: Gate) -> None:
		def check(role: str, way: Way) -> None:
			may = role in gate.may
			with put_back(gate.name) as request:
				self.assertRegex(tried(way, request, gate.after), PASSED if may else gate.denial)
				after = frappe.db.get_value(REQUEST, gate.name, "status")
				self.assertEqual(after, gate.after if may else request.status)

		self.try_each(check, gate.may, WAYS, row=gate.row, gate=gate.after)


class TestEachRowOfTheTable(GateCase):
	def test_it_is_passed_with_all_its_parts_by_who_may_and_by_nobody_else(self):
		for row in KINDS:
			name = self.asked_for(row)
			for after, may in MAY.items():
				self._make_ready(name, after)
				self.try_gate(Gate(row, name, after, may))
				if after != ROLL_BACK:
					self._pass(name, after)

	def _make_ready(self, name: str, after: str) -> None:
		if after == ROLL_BACK:
			self.changes.save(name, reason="It did not work.", restored_note="The backup of this morning.")
		elif after == VERIFY:
			self.changes.tick(name, "Before Verified")
		elif after == CLOSE:
			self.changes.save(name, outcome="Successful")
		frappe.db.commit()

	def _pass(self, name: str, after: str) -> None:
		with self.acting(PEOPLE["Plant Admin"]):
			by_script(frappe.get_doc(REQUEST, name), after)
		frappe.db.commit()

	def test_an_emergency_starts_at_once_by_the_roles_of_its_type_only(self):
		for row in KINDS:
			name = self.draft(row, category="Emergency", planned_start=None, reason="It does not stop.")
			self.changes.tick(name, "Before Start")
			self.commit()
			roles = {line["role"] for line in self.records.get("OT Change Type", row)["emergency_roles"]}
			self.try_gate(Gate(row, name, START, roles, f"may not start an emergency|{NOT_YOURS}"))


class TestSigning(GateCase):
	"""A signature opens the gate where it is of the role that is asked for, by whatever way it is given."""

	def test_an_approval_counts_of_the_role_that_is_asked_for(self):
		for row in KINDS:
			name = self.asked_for(row)
			for role, approval in self.situation(row, name).each_approval():
				with approval.missing():
					self._try_to_sign(row, name, role.rstrip(" 2"), approval)

	def _try_to_sign(self, row: str, name: str, wanted: str, approval: Part) -> None:
		signature = {"decision": "Approved", "comment": "Fine."}
		others = f"{approval.says}|cannot approve it|{NOT_YOURS}"

		def check(role: str, way: Way) -> None:
			with put_back(name) as request:
				said = tried(signing_before(APPROVE, way), request, signature)
				self.assertRegex(said, PASSED if role == wanted else others)

		self.try_each(check, (wanted,), WAYS_TO_SIGN, row=row, wanted=wanted)
