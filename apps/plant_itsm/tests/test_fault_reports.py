"""A fault that somebody reports from the page of a CI: the ticket, and who may report."""

import json
from urllib.parse import quote

import frappe
from frappe.utils import set_request
from frappe.website.doctype.web_form.web_form import accept
from frappe.website.serve import get_response

from plant_itsm.api.fault_reports import report
from plant_itsm.tests.site_case import PlantCase

ROLES = ("Plant Admin", "Plant IT", "Production Manager", "Robot Maintenance")


class TestFaultReports(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line")
		self.plant.cost_model(self.line)
		self.ci = self.plant.ci("AR 042", production_line=self.line, location="Hall 3", title="Robot <42>")
		frappe.db.commit()

	def _ticket(self, *asked):
		name = report(*asked)["ticket"]
		frappe.set_user("Administrator")
		return frappe.get_doc("HD Ticket", name)

	def test_a_report_becomes_a_ticket_with_ci_place_impact_and_the_words(self):
		user = self.as_user("Robot Maintenance")
		ticket = self._ticket(self.ci, "Smells <b>burnt</b>\nand smokes", "The line runs")
		self.assertEqual(ticket.subject, f"{self.ci}: Smells &lt;b>burnt&lt;/b>")
		self.assertEqual((ticket.plant_root_ci, ticket.plant_production_line), (self.ci, self.line))
		self.assertEqual(ticket.raised_by, user)
		for part in ("Robot &lt;42&gt;", "Smells &lt;b&gt;burnt&lt;/b&gt;", "Hall 3", "The line runs"):
			self.assertIn(part, ticket.description)
		self.assertIn(f"{self.ci} → {self.line}", ticket.description)
		self.assertFalse(ticket.plant_line_stop)
		self.assertNotIn("3,800", ticket.description)

	def test_who_may_read_cost_models_has_the_money_in_the_ticket(self):
		self.as_user("Production Manager")
		self.assertIn("3,800.00 EUR per hour", self._ticket(self.ci, "Stands").description)

	def test_a_line_that_stands_has_the_priority_of_the_plant_s_rules(self):
		self.assertEqual(self._ticket(self.ci, "Stands", "The line stands").priority, "P1")

	def test_a_retired_ci_can_have_a_fault_too(self):
		self.records.update("OT CI", self.ci, {"status": "Retired"})
		self.assertEqual(self._ticket(self.ci, "Still here", "The line stands").plant_root_ci, self.ci)

	def test_each_role_of_the_plant_may_report_and_nobody_else(self):
		for role in ROLES:
			self.as_user(role)
			self.assertTrue(report(self.ci, role)["ticket"], role)
		before = frappe.db.count("HD Ticket")
		for role in ("Agent", None, "Guest"):
			self.as_user(role)
			with self.assertRaises(frappe.PermissionError):
				report(self.ci, "Not allowed")
		self.assertEqual(frappe.db.count("HD Ticket"), before)

	def test_a_report_without_words_is_refused(self):
		for text in ("", "  \n", "x" * 4001):
			with self.assertRaises(frappe.ValidationError):
				report(self.ci, text)
		with self.assertRaisesRegex(frappe.ValidationError, "no effect"):
			report(self.ci, "Text", "The line explodes")

	def _page(self):
		set_request(method="GET", path=f"/ci/{quote(self.ci)}")
		self.addCleanup(delattr, frappe.local, "request")
		return get_response()

	def test_the_page_of_a_ci_shows_what_it_is_and_the_form(self):
		self.as_user("Robot Maintenance")
		page = self._page().get_data(as_text=True)
		for part in ("Robot &lt;42&gt;", "Hall 3", 'id="fault"', "The line stands"):
			self.assertIn(part, page[page.index("<main") :])

	def test_a_guest_is_sent_to_the_login_and_back(self):
		self.as_user("Guest")
		reply = self._page()
		self.assertEqual(reply.status_code, 301)
		self.assertIn(f"/login?redirect-to=/ci/{self.prefix}%2520AR%2520042", reply.headers["Location"])

	def test_who_may_not_read_the_ci_does_not_see_its_page(self):
		self.as_user(None)
		reply = self._page()
		self.assertEqual(reply.status_code, 403)
		self.assertNotIn("Hall 3", reply.get_data(as_text=True))

	def test_one_address_reports_only_so_often_in_an_hour(self):
		settings = "Plant ITSM Settings"
		before = self.records.get(settings, settings)["fault_reports_per_hour"]
		self.addCleanup(self.records.update, settings, settings, {"fault_reports_per_hour": before})
		self.records.update(settings, settings, {"fault_reports_per_hour": 2})
		set_request(method="POST", path="/api/method/plant_itsm.api.fault_reports.report")
		self.addCleanup(delattr, frappe.local, "request")
		frappe.local.request_ip = f"198.51.100.{self.prefix}"
		frappe.form_dict.cmd = "plant_itsm.api.fault_reports.report"
		reports = [report(self.ci, f"Fault {number}") for number in range(2)]
		self.assertEqual(len({one["ticket"] for one in reports}), 2)
		with self.assertRaises(frappe.RateLimitExceededError):
			report(self.ci, "One too many")


class TestWebForm(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line")
		self.ci = self.plant.ci("AR 042", production_line=self.line)
		frappe.db.commit()

	def send(self, **more):
		"""What the web form sends; it saves with the rights of nobody."""
		told = {"ci": self.ci, "effect": "The line stands", "text": "Smokes", **more}
		self.addCleanup(frappe.flags.update, {"in_web_form": False})
		return accept("report-a-fault", json.dumps(told))

	def test_a_report_is_kept_and_becomes_a_ticket_of_whoever_reports(self):
		user = self.as_user("Robot Maintenance")
		report = self.send(reported_by="Administrator", hd_ticket="0001")
		frappe.set_user("Administrator")
		kept = frappe.get_doc("Fault Report", report.name)
		self.assertEqual((kept.reported_by, kept.owner), (user, user))
		ticket = frappe.get_doc("HD Ticket", kept.hd_ticket)
		self.assertEqual((ticket.plant_root_ci, ticket.plant_production_line), (self.ci, self.line))
		self.assertEqual((ticket.priority, ticket.raised_by), ("P1", user))
		frappe.delete_doc("HD Ticket", ticket.name)
		self.assertIsNone(frappe.db.get_value("Fault Report", report.name, "hd_ticket"))

	def test_who_may_not_read_the_ci_or_is_not_logged_in_reports_nothing(self):
		for role in (None, "Agent"):
			self.as_user(role)
			self.assertRaises(frappe.PermissionError, self.send)
		self.as_user("Guest")
		self.assertRaisesRegex(frappe.ValidationError, "must login", self.send)
		frappe.set_user("Administrator")
		self.assertEqual(frappe.db.count("Fault Report", {"ci": self.ci}), 0)

	def test_a_report_of_nothing_is_refused_whole(self):
		self.as_user("Robot Maintenance")
		for wrong in ({"text": " "}, {"effect": "It explodes"}, {"ci": "Nothing"}):
			frappe.db.savepoint("nothing_sent")
			with self.assertRaises((frappe.ValidationError, frappe.DoesNotExistError), msg=wrong):
				self.send(**wrong)
			frappe.db.rollback(save_point="nothing_sent")
		self.assertEqual(frappe.db.count("HD Ticket", {"plant_root_ci": self.ci}), 0)

	def test_one_person_reports_only_so_often_in_an_hour(self):
		settings = "Plant ITSM Settings"
		before = self.records.get(settings, settings)["fault_reports_per_hour"]
		self.addCleanup(self.records.update, settings, settings, {"fault_reports_per_hour": before})
		self.as_user("Plant IT")
		mine = frappe.db.count("Fault Report", {"reported_by": frappe.session.user})
		self.records.update(settings, settings, {"fault_reports_per_hour": mine + 1})
		self.send()
		with self.assertRaisesRegex(frappe.RateLimitExceededError, "within an hour"):
			self.send()

	def test_the_form_speaks_german_to_who_reads_german(self):
		self.as_user("Robot Maintenance")
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "de"
		set_request(method="GET", path="/report-a-fault/new")
		self.addCleanup(delattr, frappe.local, "request")
		page = get_response().get_data(as_text=True)
		for text in ("Fehler melden", "Was stimmt nicht?", "Und die Linie?", "Die Linie steht"):
			self.assertTrue(text in page, text)
