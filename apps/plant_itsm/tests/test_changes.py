"""OT changes on this site: the contract, and that neither form, REST nor script gets past a gate."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cached_property
from itertools import product
from pathlib import Path

import frappe
import vobject
from frappe.client import save, set_value
from frappe.desk.query_report import run
from frappe.model.workflow import apply_workflow

from plant_itsm.api import changes as api
from plant_itsm.domain.change_words import ChangeStatus
from plant_itsm.frappe_site import change_workflow
from plant_itsm.tests.change_plant import KINDS, ChangePlant
from plant_itsm.tests.contract_change_findings import ChangeFindingsContract
from plant_itsm.tests.contract_changes import ChangesContract
from plant_itsm.tests.contract_plant import ContractCase
from plant_itsm.tests.site_case import SiteCase

ROLES = (
	"Robot Maintenance",
	"Plant IT",
	"Plant IT 2",
	"Plant IT 3",
	"Production Manager",
	"Safety Engineer",
	"IT Change Manager",
	"CAB Member",
	"CAB Member 2",
	"Plant Admin",
)


PEOPLE: dict[str, str] = {}
"""The users of all cases by role."""


def setUpModule() -> None:
	"""Users who write bare rows: of what Frappe does with a new user nothing matters here, and it takes its time."""
	for role in ROLES:
		user = frappe.new_doc("User")
		user.update({"email": f"{secrets.token_hex(6)}@changes.example", "first_name": role, "enabled": 1})
		user.name = PEOPLE[role] = user.email
		user.user_type = "System User"
		user.append("roles", {"role": role.rstrip(" 0123456789")})
		user.db_insert()
		user.roles[0].db_insert()
	frappe.db.commit()


def tearDownModule() -> None:
	frappe.set_user("Administrator")
	users = ["in", list(PEOPLE.values())]
	frappe.db.delete("Has Role", {"parent": users})
	frappe.db.delete("User", {"name": users})
	frappe.db.commit()


class ChangeCase(SiteCase):
	people = PEOPLE

	@contextmanager
	def acting(self, user: str) -> Iterator[None]:
		"""What Frappe knows of DocTypes outlives the change of user, which else forgets it: that takes long."""
		if frappe.session.user != user:
			metas = frappe.cache.make_key("doctype_meta")
			known = frappe.local.cache.get(metas)
			frappe.set_user(user)
			if known is not None:
				frappe.local.cache[metas] = known
		yield

	def attach(self, content: bytes) -> dict[str, str]:
		file = frappe.new_doc("File")
		kept = content or secrets.token_bytes(8)
		file.update({"file_name": f"{secrets.token_hex(6)}.txt", "content": kept, "is_private": 1})
		file.save(ignore_permissions=True)
		if not content:
			Path(file.get_full_path()).write_bytes(b"")
		return {"file": file.file_url}


class TestChangesOnSite(ChangeCase, ChangesContract):
	pass


class TestChangeFindingsOnSite(ChangeCase, ChangeFindingsContract):
	pass


WHO = tuple(role for role in ROLES if not role[-1].isdigit())
WAYS = ("save", "REST save", "REST set value", "workflow")
"""A script, the two calls that forms and other programs use, and the button of the Desk."""


class TestWaysIn(ChangeCase, ContractCase):
	"""A gate that is closed is closed for every role and by every way, and the open one is open by each."""

	@cached_property
	def changes(self) -> ChangePlant:
		return ChangePlant(self.plant, datetime.now(timezone.utc), self.acting, self.attach, self.people)

	def _go(self, way: str, name: str, status: str) -> None:
		doc = frappe.get_doc("OT Change Request", name)
		if way == "save":
			doc.status = status
			doc.save()
		elif way == "REST save":
			save(frappe.as_json({**doc.as_dict(), "status": status}))
		elif way == "REST set value":
			set_value("OT Change Request", name, "status", status)
		else:
			apply_workflow(frappe.as_json(doc.as_dict()), change_workflow.ACTIONS[ChangeStatus(status)])

	def test_no_role_gets_past_the_gate_of_the_start_by_any_way(self):
		names = {row: self.changes.draft(row, self.changes.ci(f"CI for {row}")) for row in KINDS}
		for name in names.values():
			self.changes.schedule(name)
		for (place, role), (row_place, row) in product(enumerate(WHO), enumerate(KINDS)):
			way = WAYS[(place + row_place) % len(WAYS)]  # each pair of role, row and way occurs
			with self.subTest(row=row, role=role, way=way), self.acting(self.people[role]):
				with self.assertRaises((frappe.ValidationError, frappe.PermissionError)) as refused:
					self._go(way, names[row], "In Progress")
				if role in change_workflow.WORKERS:
					self.assertRegex(str(refused.exception), "rollback artefact .* is missing")
		for name in names.values():
			self.assertEqual(self.changes.get(name)["status"], "Scheduled")

	def test_the_open_gate_is_open_by_every_way(self):
		for way in WAYS:
			name = self.changes.draft("MES configuration", self.changes.ci(f"CI for {way}"))
			self.changes.schedule(name)
			self.changes.prepare(name)
			with self.subTest(way), self.acting(self.people["Plant IT"]):
				self._go(way, name, "In Progress")
			self.assertEqual(self.changes.get(name)["status"], "In Progress")

	def test_others_may_not_even_write(self):
		name = self.changes.draft("MES configuration", self.changes.ci())
		with self.acting("Guest"), self.assertRaises(frappe.PermissionError):
			self._go("save", name, "Assessed")

	def test_a_plant_that_has_its_own_workflow_keeps_it(self):
		workflow = frappe.get_doc("Workflow", change_workflow.WORKFLOW)
		workflow.transitions = workflow.transitions[:1]
		workflow.save()
		change_workflow.install()
		self.assertEqual(len(frappe.get_doc("Workflow", change_workflow.WORKFLOW).transitions), 1)


class TestChangesApi(ChangeCase, ContractCase):
	@cached_property
	def changes(self) -> ChangePlant:
		return ChangePlant(self.plant, datetime.now(timezone.utc), self.acting, self.attach, self.people)

	def test_the_finder_answers_without_money_for_who_may_not_see_it(self):
		name = self.changes.draft("MES configuration", self.changes.ci())
		with self.acting(self.people["Robot Maintenance"]):
			found = api.find_windows(name, 1)
		(slot,) = found["slots"]
		self.assertEqual(slot["window"], self.named("Maintenance Window"))
		self.assertIsNone(slot["risk_explanation"])
		with self.acting("Guest"), self.assertRaises(frappe.PermissionError):
			api.find_windows(name)

	def test_a_decision_is_signed_by_who_is_logged_in(self):
		name = self.changes.draft("MES configuration", self.changes.ci())
		with self.acting(self.people["IT Change Manager"]):
			api.decide(name, "Approved", "Fine.")
		(row,) = self.changes.get(name)["approvals"]
		self.assertEqual(row["user"], self.people["IT Change Manager"])

	def test_the_calendar_has_occurrences_and_leaves_as_icalendar(self):
		start = self.changes.now.replace(hour=10, minute=0, second=0)
		until = (start + timedelta(days=6)).date()
		times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
		self.changes.window("Off-Peak Hours", **times, recurrence_rule="FREQ=DAILY", repeat_until=until)
		day = start.date()
		filters = frappe.as_json([["Change Window", "plant_site", "=", self.plant.site]])
		events = api.window_events(str(day), str(day + timedelta(days=30)), filters)
		self.assertEqual({event["name"] for event in events}, {self.named("Off-Peak Hours")})
		self.assertEqual(len(events), 7)
		api.windows_as_icalendar(self.plant.site)
		file = vobject.readOne(frappe.response.pop("filecontent"))
		self.assertIn(len(file.vevent_list), (6, 7))
		self.assertEqual(file.vevent_list[-1].dtstart.value, start + timedelta(days=6))


class TestChangeReports(ChangeCase, ContractCase):
	"""The reports and the sheet of one change that was rolled back, with a stop that it has caused."""

	@cached_property
	def changes(self) -> ChangePlant:
		return ChangePlant(self.plant, datetime.now(timezone.utc), self.acting, self.attach, self.people)

	def _rolled_back(self) -> str:
		changes = self.changes
		ci = changes.ci("AR")
		name = changes.draft("MES configuration", ci, description="Tune <b>it</b>.")
		changes.schedule(name)
		changes.prepare(name)
		changes.start(name)
		changes.save(name, status="Rolled Back", reason="Slow.", restored_note="The snapshot.")
		stop = self.plant.stop("Stop", root_ci=ci, cost=Decimal("1234.50"), currency="EUR")
		caused = {"change_request": name, "line_stop": stop, "status": "Accepted"}
		self.records.insert("Change Caused Stop", caused)
		found = {"ci": ci, "running_sha256": "b" * 64, "found_at": changes.now, "plant_site": self.plant.site}
		self.records.insert("Unauthorised Change", found)
		return name

	def _rows(self, report: str) -> list[frappe._dict]:
		today = frappe.utils.getdate()
		days = {"from_date": str(today - timedelta(days=1)), "to_date": str(today + timedelta(days=1))}
		result = run(report, {**days, "plant_site": self.plant.site}, ignore_prepared_report=True)["result"]
		return [frappe._dict(row) for row in result]

	def test_each_report_says_what_became_of_it(self):
		name = self._rolled_back()
		with self.acting(self.people["IT Change Manager"]):
			(success,) = self._rows("Change Success")
			(window,) = self._rows("Window Compliance")
			(lead,) = self._rows("Approval Lead Time")
			(program,) = self._rows("Unauthorised Changes")
		self.assertEqual((success.changes, success.rolled_back, success.success_rate), (1, 1, 0))
		self.assertEqual((success.stops, success.cost), (1, None))  # this role reads no cost models
		self.assertEqual((window.name, window.compliance), (name, "Within its window"))
		self.assertLess(lead.lead_hours, 0.1)
		self.assertEqual((program.status, program.ci), ("Open", self.named("AR")))
		with self.acting("Administrator"):
			self.assertEqual(self._rows("Change Success")[0].cost, "1,234.50 EUR")

	def test_the_sheet_has_the_steps_the_way_back_and_a_code(self):
		name = self._rolled_back()
		sheet = frappe.get_print("OT Change Request", name, "Change Sheet", no_letterhead=True)
		self.assertIn("Tune &lt;b&gt;it", sheet)
		self.assertNotIn("Tune <b>", sheet)
		self.assertIn("data:image/svg+xml;base64,", sheet)
		for step in self.changes.get(name)["checklist"]:
			self.assertIn(frappe.utils.escape_html(step["step"]), sheet)
