"""OT changes on this site: the contract, the calls of the forms, reports and the sheet."""

from datetime import timedelta
from decimal import Decimal
from functools import cached_property

import frappe
import vobject
from frappe.desk.query_report import run

from plant_itsm.api import changes as api
from plant_itsm.frappe_site import change_workflow
from plant_itsm.tests.change_case import ChangeCase, make_people, remove_people
from plant_itsm.tests.contract_change_evasions import ChangeEvasionsContract
from plant_itsm.tests.contract_change_findings import ChangeFindingsContract
from plant_itsm.tests.contract_changes import ChangesContract

setUpModule, tearDownModule = make_people, remove_people


class TestChangesOnSite(ChangeCase, ChangesContract):
	test_each_row_of_the_table_goes_its_way_and_only_whole = None
	"""test_change_gates does that here, by every way and for every role."""


class TestChangeFindingsOnSite(ChangeCase, ChangeFindingsContract):
	pass


class TestChangeEvasionsOnSite(ChangeCase, ChangeEvasionsContract):
	pass


class TestPeopleOnSite(ChangeCase):
	"""Whoever carries a change out is needed elsewhere."""

	@cached_property
	def ci(self) -> str:
		return self.changes.ci()

	def _event(self, **values) -> str:
		start = frappe.utils.now_datetime() + timedelta(minutes=10)
		event = frappe.get_doc({"doctype": "Event", "subject": "Fire drill", "starts_on": start, **values})
		return event.insert(ignore_permissions=True).name

	def _busy(self, **values) -> set[str]:
		name = self.changes.draft("MES configuration", self.ci, implementer=self.people["Plant IT"], **values)
		return {row["what"] for row in self.changes.get(name)["collisions"]}

	def test_own_appointments_and_invitations_count_while_they_are_open(self):
		user = self.people["Plant IT"]
		with self.acting(user):
			own = self._event()
			self._event(status="Cancelled")
		with self.acting("Administrator"):
			self._event(subject="Of somebody else")
			invited = self._event(
				event_participants=[{"reference_doctype": "User", "reference_docname": user}]
			)
		self.assertEqual(self._busy(), {own, invited})
		later = self.changes.now + timedelta(hours=5)
		self.assertEqual(self._busy(planned_start=later, title=self.named("Later")), set())

	def test_an_appointment_that_repeats_counts_each_time_until_it_ends(self):
		today = frappe.utils.getdate()
		weekday = today.strftime("%A").lower()
		weekly = {"repeat_this_event": 1, "repeat_on": "Weekly", weekday: 1}
		with self.acting(self.people["Plant IT"]):
			start = frappe.utils.now_datetime() + timedelta(minutes=10, days=-21)
			going = self._event(starts_on=start, **weekly)
			self._event(starts_on=start, **weekly, repeat_till=today - timedelta(days=1))
		self.assertEqual(self._busy(), {going})


class TestWaysIn(ChangeCase):
	def test_what_has_been_started_stays_on_record(self):
		name = self.changes.draft("MES configuration", self.changes.ci())
		self.changes.schedule(name)
		self.changes.prepare(name)
		self.changes.start(name)
		with (
			self.acting(self.people["Plant Admin"]),
			self.assertRaisesRegex(frappe.ValidationError, "stays on record"),
		):
			frappe.delete_doc("OT Change Request", name)

	def test_a_plant_that_has_its_own_workflow_keeps_it(self):
		workflow = frappe.get_doc("Workflow", change_workflow.WORKFLOW)
		workflow.transitions = workflow.transitions[:1]
		workflow.save()
		change_workflow.install()
		self.assertEqual(len(frappe.get_doc("Workflow", change_workflow.WORKFLOW).transitions), 1)


class TestChangesApi(ChangeCase):
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


class TestChangeReports(ChangeCase):
	"""The reports and the sheet of one change that was rolled back, with a stop that it has caused."""

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
		self.assertRegex(sheet, "Tune &(amp;)?lt;b&gt;it")  # Frappe 16 keeps the text already without its tag
		self.assertNotIn("Tune <b>", sheet)
		self.assertIn("data:image/svg+xml;base64,", sheet)
		for step in self.changes.get(name)["checklist"]:
			self.assertIn(frappe.utils.escape_html(step["step"]), sheet)
