"""Somebody who has left is forgotten by Frappe's Personal Data Deletion Request: by our records and tickets, too."""

import frappe

from plant_itsm.frappe_site.meta import APP
from plant_itsm.services import tickets
from plant_itsm.tests.site_case import PlantCase
from plant_itsm.uninstall import our_modules

REQUEST = "Personal Data Deletion Request"
PERSONAL = ("_by", "person", "notified_users")
TEXT_TYPES = ("Data", "Small Text")


class TestPersonalData(PlantCase):
	def setUp(self):
		super().setUp()
		self.email, self.full_name = (
			f"{self.prefix.lower()}.leaver@plant.example",
			f"Berta {self.prefix}leaver",
		)
		first, last = self.full_name.split()
		user = {"doctype": "User", "email": self.email, "first_name": first, "last_name": last}
		frappe.get_doc({**user, "send_welcome_email": 0}).insert(ignore_permissions=True)
		self.addCleanup(self._remove_users)

	def _remove_users(self):
		frappe.set_user("Administrator")
		for name in frappe.get_all("User", {"name": ["like", f"%{self.prefix.lower()}%"]}, pluck="name"):
			frappe.delete_doc("User", name, force=True)
		frappe.db.delete(REQUEST, {"email": self.email})
		frappe.db.commit()

	def _leave_traces(self):
		stop = self.plant.stop("stop")
		tickets.open_ticket(self.ports, self.records.get("Line Stop", stop))
		ticket = self.records.get("Line Stop", stop)["hd_ticket"]
		told = f"Done by {self.full_name} <{self.email}>"
		frappe.db.set_value("Line Stop", stop, {"acknowledged_by": self.email, "notified_users": told})
		frappe.db.set_value("HD Ticket", ticket, {"description": told, "raised_by": self.email})
		comment = {"doctype": "HD Ticket Comment", "reference_ticket": ticket, "content": told}
		frappe.get_doc({**comment, "commented_by": self.email}).insert(ignore_permissions=True)
		return stop, ticket

	def test_a_leaver_s_name_and_address_are_replaced_everywhere(self):
		stop, ticket = self._leave_traces()
		request = frappe.get_doc({"doctype": REQUEST, "email": self.email, "status": "Pending Approval"})
		request.name = f"deleted-{self.prefix.lower()}@plant.example"
		request.db_insert()
		frappe.get_doc(REQUEST, request.name)._anonymize_data(self.email, request.name)
		self.assertEqual(frappe.db.get_value("Line Stop", stop, "acknowledged_by"), request.name)
		texts = [
			*frappe.db.get_value("Line Stop", stop, ["notified_users", "acknowledged_by"]),
			*frappe.db.get_value("HD Ticket", ticket, ["description", "raised_by"]),
			*frappe.get_all(
				"HD Ticket Comment", {"reference_ticket": ticket}, ["content", "commented_by"], as_list=True
			)[0],
		]
		for text in texts:
			self.assertNotIn(self.email, text)
			self.assertNotIn(self.full_name, text)
		self.assertEqual(texts[0], f"Done by REDACTED <{request.name}>")

	def test_each_doctype_that_names_persons_as_text_is_looked_through(self):
		looked_through = {row["doctype"] for row in frappe.get_hooks("user_data_fields", app_name=APP)}
		ours = frappe.get_all("DocType", {"module": ["in", our_modules()], "issingle": 0}, pluck="name")
		naming = {
			doctype
			for doctype in ours
			for field in frappe.get_meta(doctype).fields
			if field.fieldtype in TEXT_TYPES and field.fieldname.endswith(PERSONAL)
		}
		self.assertGreater(len(naming), 5)
		self.assertEqual(naming - looked_through, set())
