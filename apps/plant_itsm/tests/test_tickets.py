"""From a judged signal to one HD Ticket with its people told, on Helpdesk itself."""

import frappe

from plant_itsm.domain.errors import LeaseLostError
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.services import outbox
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.tests.site_case import PlantCase


class TestTickets(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line(
			"Line", product="SUV Model X", responsibles=[{"role": "Production Manager", "user": self._user()}]
		)
		self.plant.cost_model(self.line)
		self.ci = self.plant.ci("AR-042", production_line=self.line)
		self.plant.rule("Rule", self.ci, value_path="state")
		frappe.db.commit()
		self.drain = self._take_over()
		self.sequence = 0

	def _take_over(self):
		return ConnectionDrain(self.ports, self.plant.connection, ImpactModel(self.records))

	def _user(self):
		"""Frappe sends no e-mail to a user without an address of their own, so there is one."""
		self.email = f"{self.prefix.lower()}@plant.example"
		values = {"email": self.email, "first_name": self.prefix, "send_welcome_email": False}
		self.records.insert("User", values)
		self.addCleanup(self._remove_user)
		return self.email

	def _remove_user(self):
		for mail in self._mails():
			self._remove("Email Queue", mail)
		self._remove("Contact", frappe.db.get_value("Contact", {"user": self.email}))
		self._remove("User", self.email)

	def _signal(self, state):
		self.sequence += 1
		payload = f'{{"state": "{state}"}}'.encode()
		signal = RawSignal(f"plant/{self.prefix}/state", payload, self.ports.clock.now())
		batch = [StreamedSignal(f"{self.sequence}-0", signal)]
		try:
			return self.drain.process(batch)
		except LeaseLostError:  # the site's own drain runs and has found the new connection; now it ends
			self.drain = self._take_over()
			return self.drain.process(batch)

	def _tickets(self):
		stops = self.records.find("Line Stop", {"root_ci": self.ci})
		return [
			ticket
			for stop in stops
			for ticket in self.records.find("HD Ticket", {"plant_line_stop": stop["name"]})
		]

	def test_a_line_stop_becomes_one_priced_p1_ticket(self):
		(stop,) = self._signal("offline")
		outbox.deliver(self.ports, stop)
		(ticket,) = self._tickets()
		self.assertEqual(ticket["subject"], f"LINE STOP — {self.line}")
		self.assertEqual((ticket["priority"], ticket["ticket_type"]), ("P1", "Line Stop"))
		self.assertEqual((ticket["plant_root_ci"], ticket["plant_production_line"]), (self.ci, self.line))
		self.assertEqual((ticket["plant_units_per_shift"], ticket["plant_currency"]), (240, "EUR"))
		self.assertEqual(str(ticket["plant_cost_per_hour"]), "3800.00")
		self.assertEqual(self.records.get("Line Stop", stop)["hd_ticket"], ticket["name"])
		self.assertIn("3,800.00 EUR per hour", ticket["description"])

	def test_the_agreement_gives_the_ticket_its_times(self):
		(stop,) = self._signal("offline")
		outbox.deliver(self.ports, stop)
		(ticket,) = self._tickets()
		self.assertIsNotNone(ticket["sla"])
		self.assertIsNotNone(ticket["response_by"])

	def test_the_same_signal_again_and_a_delivery_again_open_no_second_ticket(self):
		(stop,) = self._signal("offline")
		self.assertEqual(self._signal("offline"), [])
		outbox.deliver(self.ports, stop)
		for entry in self.records.find("Outbox Entry", {"line_stop": stop, "action": "Open Ticket"}):
			self.records.update("Outbox Entry", entry["name"], {"status": "Pending"})
		outbox.deliver(self.ports, stop)
		self.assertEqual(len(self._tickets()), 1)

	def test_the_person_of_the_line_gets_one_notification_and_one_mail(self):
		self._add_email_account()
		(stop,) = self._signal("offline")
		outbox.deliver(self.ports, stop)
		outbox.deliver(self.ports, stop)
		(ticket,) = self._tickets()
		logs = self.records.find(
			"Notification Log", {"for_user": self.email, "document_name": ticket["name"]}
		)
		self.assertEqual([(log["type"], log["subject"]) for log in logs], [("Alert", ticket["subject"])])
		self.assertEqual(len(self._mails()), 1)
		self.assertEqual(self.records.get("Line Stop", stop)["notified_users"], self.email)

	def test_without_an_email_account_the_ticket_and_the_notification_are_there(self):
		(stop,) = self._signal("offline")
		outbox.deliver(self.ports, stop)
		self.assertEqual((len(self._tickets()), self._mails()), (1, []))
		self.assertEqual(self.records.count("Notification Log", {"for_user": self.email}), 1)

	def _mails(self):
		"""The e-mails to the person of the line that wait to be sent, or were."""
		return frappe.get_all("Email Queue Recipient", filters={"recipient": self.email}, pluck="parent")

	def _add_email_account(self):
		account = frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_account_name": self.prefix,
				"email_id": f"sender-{self.email}",
				"enable_outgoing": 1,
				"default_outgoing": 1,
				"smtp_server": "127.0.0.1",
				"smtp_port": 9,
				"no_smtp_authentication": 1,
			}
		)
		account.insert(ignore_permissions=True)
		self.addCleanup(
			setattr, frappe.local, "outgoing_email_account", {}
		)  # Frappe's memory of the one it found
		self.addCleanup(self._remove, "Email Account", account.name)

	def _remove(self, doctype, name):
		frappe.delete_doc(doctype, name, force=True)
		frappe.db.commit()

	def test_the_end_of_a_stop_is_commented_and_the_ticket_stays_open(self):
		(stop,) = self._signal("offline")
		outbox.deliver(self.ports, stop)
		self._signal("running")
		outbox.deliver(self.ports, stop)
		(ticket,) = self._tickets()
		(comment,) = self.records.find("HD Ticket Comment", {"reference_ticket": ticket["name"]})
		self.assertIn("ended after", comment["content"])
		self.assertEqual(ticket["status"], "Open")
		self.assertEqual(self.records.get("Line Stop", stop)["status"], "Ended")
