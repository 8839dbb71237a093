"""What a person enters on a form that cannot be: refused by the form itself, with the way out."""

from datetime import timedelta

import frappe
from frappe.utils import add_days, getdate, now_datetime

from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.services import outbox
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.tests.site_case import PlantCase

DAY = "2026-12-24"
EARLY = {"shift_name": "Early", "start_time": "06:00:00", "end_time": "14:00:00"}


class TestBadInput(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line")

	def _refused(self, text, doctype, **values):
		"""A new record that a user saves is refused with a text that says what to do."""
		before = frappe.db.count(doctype)
		with self.subTest(text), self.assertRaisesRegex(frappe.ValidationError, text):
			frappe.get_doc({"doctype": doctype, **values}).save()
		self.assertEqual(frappe.db.count(doctype), before)

	def test_a_stop_ends_after_it_began_and_has_been(self):
		now = now_datetime()
		stop = {"title": self.named("Stop"), "kind": "Line Stop", "detected_at": now, "status": "Ended"}
		hour = timedelta(hours=1)
		self._refused(
			"lies before its onset .* Enter a later end", "Line Stop", **stop, onset=now, ended_at=now - hour
		)
		self._refused(
			"onset .* lies in the future. Enter a moment up to", "Line Stop", **stop, onset=now + hour
		)
		late = {**stop, "onset": now - hour, "ended_at": now + hour}
		self._refused("ended_at .* lies in the future. Enter a moment up to", "Line Stop", **late)

	def test_a_stop_whose_signal_came_from_a_clock_that_runs_ahead_can_be_changed_by_a_person(self):
		ahead = self.ports.clock.now() + timedelta(minutes=5)
		doc = frappe.get_doc("Line Stop", self.plant.stop("Stop", onset=ahead, detected_at=ahead))
		doc.root_cause = "worn"
		doc.save()
		self.assertEqual(doc.reload().root_cause, "worn")

	def test_cost_models_have_no_gap_and_one_currency(self):
		model = {"production_line": self.line, "cost_per_hour": 100, "currency": "EUR"}
		first = {**model, "valid_from": "2026-01-01", "valid_to": "2026-06-30"}
		frappe.get_doc({"doctype": "Line Stop Cost Model", **first}).save()
		for text, values in (
			(
				"no version would be valid from 2026-07-01 to 2026-07-04. Let this version begin",
				{"valid_from": "2026-07-05"},
			),
			(
				"differs from EUR, .* Enter the cost in EUR",
				{"valid_from": "2026-07-01", "currency": self.plant.currency("USD")},
			),
			(
				"lies before valid from 2026-07-01. Swap",
				{"valid_from": "2026-07-01", "valid_to": "2026-06-01"},
			),
			("overlaps .* End the earlier model", {"valid_from": "2026-06-30"}),
		):
			self._refused(text, "Line Stop Cost Model", **{**model, **values})

	def test_a_shift_does_not_overlap_itself_or_another(self):
		for text, other in (
			("shift Early .* overlaps shift Early .* Change a time or a weekday", EARLY),
			(
				"overlaps shift Early",
				{**EARLY, "shift_name": "Night", "start_time": "22:00:00", "end_time": "06:30:00"},
			),
		):
			line = frappe.get_doc("Production Line", self.line)
			line.extend("shifts", [EARLY, other])
			with self.subTest(text), self.assertRaisesRegex(frappe.ValidationError, text):
				line.save()

	def test_a_day_is_an_exception_once_for_the_site_and_once_for_a_line(self):
		closed = {"plant_site": self.plant.site, "day": DAY, "closed": 1}
		frappe.get_doc({"doctype": "Calendar Exception", **closed}).save()
		of_line = frappe.get_doc(
			{"doctype": "Calendar Exception", **closed, "production_line": self.line}
		).save()
		for more in ({}, {"production_line": self.line}):
			text = f"has one for this day, {DAY}.* Change that one, or choose another day"
			self._refused(text, "Calendar Exception", **closed, **more)
		of_line.production_line = None
		with self.assertRaisesRegex(frappe.ValidationError, "every line of .* has one for this day"):
			of_line.save()

	def test_a_step_of_an_escalation_policy_tells_somebody(self):
		step = {"without": "Dispatch", "after_minutes": 15, "channel": "Notification"}
		policy = {
			"policy_name": self.named("Policy"),
			"clock": "Around the Clock",
			"production_line": self.line,
		}
		for text, target in (
			("it names no user. Choose one", {"target": "User"}),
			("names nobody as responsible. Add people to the line", {"target": "Line Responsibles"}),
		):
			self._refused(text, "Escalation Policy", **policy, steps=[{**step, **target}])

	def test_without_a_cost_model_the_incident_opens_and_says_why_it_has_no_price(self):
		ci = self.plant.ci("AR", production_line=self.line)
		self.plant.rule("Rule", ci, value_path="state")
		self.plant.cost_model(self.line, valid_from=getdate(add_days(now_datetime(), 10)))
		frappe.db.commit()
		drain = ConnectionDrain(self.ports, self.plant.connection, ImpactModel(self.records))
		signal = RawSignal(f"plant/{self.prefix}/state", b'{"state": "offline"}', self.ports.clock.now())
		(name,) = drain.process([StreamedSignal("1-0", signal)])
		outbox.deliver(self.ports, name)
		stop = frappe.get_doc("Line Stop", name)
		self.assertRegex(stop.not_priced, r"not priced: no cost model valid on \d{4}-\d{2}-\d{2}")
		self.assertFalse(stop.currency)
		self.assertIn(
			"not priced: no cost model valid on",
			frappe.db.get_value("HD Ticket", stop.hd_ticket, "description"),
		)
