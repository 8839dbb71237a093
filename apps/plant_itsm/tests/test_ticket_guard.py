"""What persons may do with the ticket of a line stop: work on it and delete it, but not rewrite what it costs."""

import json

import frappe
from frappe.client import set_value

from plant_itsm.services import outbox, tickets
from plant_itsm.tests.site_case import PlantCase

TICKET = "HD Ticket"


class TestTicketGuard(PlantCase):
	def setUp(self):
		super().setUp()
		self.stop = self.plant.stop("stop", cost_per_hour=3800, currency=self.plant.currency("EUR"))
		tickets.open_ticket(self.ports, self.records.get("Line Stop", self.stop))
		self.ticket = self.records.get("Line Stop", self.stop)["hd_ticket"]
		self.agent = self._user("Agent", "Plant IT")
		frappe.db.commit()

	def _user(self, *roles):
		email = f"{self.prefix.lower()}@plant.example"
		user = frappe.get_doc(
			{"doctype": "User", "email": email, "first_name": self.prefix, "send_welcome_email": 0}
		)
		user.append_roles(*roles)
		user.insert(ignore_permissions=True)
		agent = {"doctype": "HD Agent", "user": email, "agent_name": self.prefix}
		frappe.get_doc(agent).insert(ignore_permissions=True)
		self.addCleanup(self._remove_user, email)
		return email

	def _remove_user(self, email):
		frappe.set_user("Administrator")
		frappe.delete_doc("HD Agent", email, force=True)
		frappe.delete_doc("User", email, force=True)
		frappe.db.commit()

	def test_an_agent_works_on_the_ticket(self):
		frappe.set_user(self.agent)
		set_value(TICKET, self.ticket, "status", "Replied")
		self.assertEqual(frappe.db.get_value(TICKET, self.ticket, "status"), "Replied")

	def test_an_agent_cannot_change_what_a_stop_costs_or_where_it_began(self):
		frappe.set_user(self.agent)
		for fieldname, value in (
			("plant_cost_per_hour", 1),
			("plant_root_ci", None),
			("plant_line_stop", None),
		):
			before = frappe.db.get_value(TICKET, self.ticket, fieldname)
			if before == value:
				continue
			with self.assertRaisesRegex(frappe.PermissionError, "cannot be changed by hand"):
				set_value(TICKET, self.ticket, json.dumps({fieldname: value}))
			self.assertEqual(frappe.db.get_value(TICKET, self.ticket, fieldname), before)

	def test_a_ticket_of_a_person_cannot_claim_a_line_stop(self):
		other = self.plant.stop("other")
		frappe.set_user(self.agent)
		claim = {"doctype": TICKET, "subject": f"{self.prefix} claim", "plant_line_stop": other}
		ticket = frappe.get_doc(claim | {"plant_cost_per_hour": 5}).insert()
		self.assertEqual((ticket.plant_line_stop, ticket.plant_cost_per_hour or 0), (None, 0))

	def test_a_system_manager_may_correct_a_figure(self):
		set_value(TICKET, self.ticket, "plant_cost_per_hour", 4000)
		self.assertEqual(frappe.db.get_value(TICKET, self.ticket, "plant_cost_per_hour"), 4000)

	def test_a_ticket_that_is_deleted_leaves_its_line_stop(self):
		frappe.delete_doc(TICKET, self.ticket)
		stop = self.records.get("Line Stop", self.stop)
		self.assertIsNone(stop["hd_ticket"])
		outbox.post(self.records, stop, "Report End", self.ports.clock.now())
		self.records.update("Line Stop", self.stop, {"status": "Ended", "cost_explanation": "0 s"})
		self.assertEqual(outbox.deliver(self.ports, self.stop), 1)
