"""A customer at the portal of Helpdesk sees the tickets that are theirs, and nothing of the plant."""

import frappe

from plant_itsm.custom_fields import ticket_fields, ticket_template_fieldnames
from plant_itsm.services import tickets
from plant_itsm.tests.method_rights import METHODS
from plant_itsm.tests.site_case import PlantCase
from plant_itsm.tests.web_client import WebClient
from plant_itsm.uninstall import our_modules

TICKET = "HD Ticket"
OURS = [field["fieldname"] for field in ticket_fields() if not field["fieldtype"].endswith("Break")]


class TestCustomerPortal(PlantCase):
	def setUp(self):
		super().setUp()
		self.stop = self.plant.stop("stop", cost_per_hour=3800, currency=self.plant.currency("EUR"))
		tickets.open_ticket(self.ports, self.records.get("Line Stop", self.stop))
		self.line_stop_ticket = str(self.records.get("Line Stop", self.stop)["hd_ticket"])
		self.customer = self._customer()
		frappe.db.commit()
		self.web = WebClient(self.customer)

	def _customer(self):
		email = f"{self.prefix.lower()}.customer@customer.example"
		user = {"doctype": "User", "email": email, "first_name": "Customer", "user_type": "Website User"}
		doc = frappe.get_doc({**user, "send_welcome_email": 0})
		doc.append_roles(
			*frappe.get_all("Role", {"name": "HD Customer"}, pluck="name")
		)  # since Helpdesk 1.28
		doc.insert(ignore_permissions=True)
		self.addCleanup(self._remove, email)
		return email

	def _remove(self, email):
		frappe.set_user("Administrator")
		for name in frappe.get_all(TICKET, {"raised_by": email}, pluck="name"):
			frappe.delete_doc(TICKET, name, force=True)
		for name in frappe.get_all("Contact", {"user": email}, pluck="name"):
			frappe.delete_doc("Contact", name, force=True)
		frappe.delete_doc("User", email, force=True)
		frappe.db.commit()

	def _raise(self, **fields):
		"""A ticket that the customer raises, with what else they put into the request."""
		doc = {"subject": f"{self.prefix} my machine", "description": "It hums.", **fields}
		answer = self.web.post(f"/api/resource/{TICKET}", data=doc)
		self.assertEqual(answer.status_code, 200, answer.text)
		return str(answer.json["data"]["name"])

	def test_the_ticket_of_a_line_stop_is_not_theirs(self):
		own = self._raise()
		rows = self.web.get(f"/api/resource/{TICKET}", limit_page_length="0").json["data"]
		self.assertEqual([str(row["name"]) for row in rows], [own])
		self.assertEqual(self.web.get(f"/api/resource/{TICKET}/{self.line_stop_ticket}").status_code, 403)
		one = "/api/method/helpdesk.helpdesk.doctype.hd_ticket.api.get_one"
		answer = self.web.get(one, name=self.line_stop_ticket, is_customer_portal="1")
		self.assertIn(answer.status_code, (403, 404))

	def test_what_they_put_into_our_fields_is_emptied(self):
		claimed = {
			"plant_line_stop": self.plant.stop("other"),
			"plant_root_ci": self.plant.ci("AR"),
			"plant_production_line": self.plant.line("L"),
		}
		frappe.db.commit()
		own = self._raise(**claimed, plant_cost_per_hour=5)
		kept = frappe.db.get_value(TICKET, own, OURS, as_dict=True)
		self.assertEqual([value for value in kept.values() if value], [])

	def test_their_form_shows_no_field_of_ours(self):
		rows = frappe.get_all(
			"HD Ticket Template Field",
			{"parent": "Default", "fieldname": ["in", ticket_template_fieldnames()]},
			["fieldname", "hide_from_customer"],
		)
		self.assertEqual(
			{row.fieldname: row.hide_from_customer for row in rows},
			dict.fromkeys(ticket_template_fieldnames(), 1),
		)

	def test_no_record_and_no_method_of_the_plant_is_theirs(self):
		doctypes = frappe.get_all("DocType", {"module": ["in", our_modules()], "istable": 0}, pluck="name")
		self.assertGreater(len(doctypes), 50)
		readable = [name for name in doctypes if frappe.has_permission(name, "read", user=self.customer)]
		self.assertEqual(readable, [])
		for path in ("/api/resource/Line Stop", f"/api/resource/Line Stop/{self.stop}"):
			self.assertEqual(self.web.get(path).status_code, 403, path)
		for method in ("plant_now.lines", "incidents.summary", "graph.view"):
			self.assertIn(method, METHODS)
			answer = self.web.get(f"/api/method/plant_itsm.api.{method}", line_stop=self.stop)
			self.assertNotEqual(answer.status_code, 200, method)
