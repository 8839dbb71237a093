"""The priority of a line stop's ticket: computed, chosen by a person with a reason, kept until it is cleared."""

import frappe
from frappe.client import set_value

from plant_itsm.services import outbox, tickets
from plant_itsm.tests.site_case import PlantCase

STOP = "Line Stop"
TICKET = "HD Ticket"


class TestTicketPriority(PlantCase):
	def setUp(self):
		super().setUp()
		computed = {"priority": "P1", "priority_reason": "P1 because of rule Line stop: line stop"}
		self.stop = self.plant.stop("stop", root_ci=self.plant.ci("AR-042"), **computed)
		tickets.open_ticket(self.ports, self.records.get(STOP, self.stop))
		self.ticket = self.records.get(STOP, self.stop)["hd_ticket"]
		frappe.db.commit()

	def _save(self, **values):
		doc = frappe.get_doc(STOP, self.stop)
		doc.update(values)
		doc.save()
		frappe.db.commit()
		outbox.deliver(self.ports, self.stop)

	def _priority(self):
		return frappe.db.get_value(TICKET, self.ticket, "priority")

	def _last_comment(self):
		rows = self.records.find("HD Ticket Comment", {"reference_ticket": self.ticket}, order_by="creation")
		return rows[-1]["content"]

	def test_a_person_chooses_with_a_reason_and_takes_it_back(self):
		self._save(priority_override="P3", priority_override_reason="The line is empty today")
		self.assertEqual(self._priority(), "P3")
		self.assertIn("P1 → P3: set by hand, The line is empty today", self._last_comment())
		self._save(priority_override=None, priority_override_reason=None)
		self.assertEqual(self._priority(), "P1")

	def test_a_choice_without_a_reason_is_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "without a reason"):
			self._save(priority_override="P3")

	def test_a_priority_that_is_changed_on_the_ticket_is_a_choice(self):
		set_value(TICKET, self.ticket, "priority", "P2")
		stop = self.records.get(STOP, self.stop)
		self.assertEqual((stop["priority"], stop["priority_override"]), ("P1", "P2"))
		self.assertEqual(stop["priority_override_reason"], f"set on ticket {self.ticket} by Administrator")
		tickets.update_ticket(self.ports, stop)
		self.assertEqual(self._priority(), "P2")
		set_value(TICKET, self.ticket, "priority", "P1")
		self.assertIsNone(self.records.get(STOP, self.stop)["priority_override"])
