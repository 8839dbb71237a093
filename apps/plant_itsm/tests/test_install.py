"""What an installed site has, and that setting up again adds nothing."""

import frappe
from frappe.utils import add_to_date, now_datetime

from plant_itsm import install
from plant_itsm.custom_fields import TICKET, ticket_fields, ticket_template_fieldnames
from plant_itsm.tests.site_case import SiteCase

COUNTED = (
	"Role",
	"Custom Field",
	"HD Ticket Priority",
	"HD Ticket Type",
	"HD Service Level Priority",
	"HD Ticket Template Field",
	"CI Class",
	"CI Relation Type",
	"Property Setter",
)


class TestInstall(SiteCase):
	def test_the_roles_exist_and_may_use_the_desk(self):
		for role in install.ROLES:
			self.assertEqual(frappe.db.get_value("Role", role, "desk_access"), 1, role)

	def test_the_ticket_has_our_fields_and_a_unique_line_stop(self):
		meta = frappe.get_meta(TICKET)
		for field in ticket_fields():
			self.assertEqual(meta.get_field(field["fieldname"]).fieldtype, field["fieldtype"])
		unique = [
			row.Column_name
			for row in frappe.db.sql(f"show index from `tab{TICKET}` where Non_unique = 0", as_dict=True)
		]
		self.assertIn("plant_line_stop", unique)

	def test_every_priority_stands_once_in_the_default_agreement(self):
		agreement = frappe.get_doc(install.SLA, frappe.db.get_value(install.SLA, {"default_sla": 1}))
		names = [row.priority for row in agreement.priorities]
		for priority in install.PRIORITIES:
			self.assertEqual(names.count(priority.name), 1, priority.name)
		self.assertEqual(sum(row.default_priority for row in agreement.priorities), 1)

	def test_our_priorities_are_ordered_and_p1_is_more_urgent_than_urgent(self):
		rank = {row.name: row.integer_value for row in frappe.get_all(install.PRIORITY, fields=["*"])}
		self.assertLess(rank["P1"], rank["P2"])
		self.assertLess(rank["P1"], rank["Urgent"])

	def test_an_agent_sees_our_fields(self):
		shown = frappe.get_all("HD Ticket Template Field", filters={"parent": "Default"}, pluck="fieldname")
		self.assertLessEqual(set(ticket_template_fieldnames()), set(shown))

	def test_the_settings_have_their_defaults(self):
		stored = frappe.db.get_singles_dict(install.SETTINGS)
		for df in frappe.get_meta(install.SETTINGS).fields:
			if df.default is not None:
				self.assertIn(df.fieldname, stored)
		self.assertEqual((stored["suspected_root_from"], stored["ticket_type"]), ("3", "Line Stop"))

	def test_setting_up_again_adds_and_changes_nothing(self):
		before = self._state()
		install.after_migrate()
		self.assertEqual(self._state(), before)

	def _state(self):
		return {
			doctype: self.records.stamp([doctype]) for doctype in (*COUNTED, install.SLA, install.SETTINGS)
		}

	def test_a_priority_that_the_plant_changed_stays_changed(self):
		row = frappe.db.get_value("HD Service Level Priority", {"priority": "P4"}, ["name", "response_time"])
		frappe.db.set_value("HD Service Level Priority", row[0], "response_time", 1234)
		install.set_up()
		self.assertEqual(frappe.db.get_value("HD Service Level Priority", row[0], "response_time"), 1234)
		frappe.db.set_value("HD Service Level Priority", row[0], "response_time", row[1])
		frappe.db.commit()

	def test_the_tick_is_scheduled_each_minute(self):
		(job,) = frappe.get_all(
			"Scheduled Job Type",
			filters={"method": "plant_itsm.frappe_site.jobs.tick"},
			fields=["cron_format", "stopped"],
		)
		self.assertEqual((job.cron_format, job.stopped), ("* * * * *", 0))

	def test_a_tick_that_was_noted_in_another_time_zone_is_due_now(self):
		tick = frappe.get_doc("Scheduled Job Type", {"method": "plant_itsm.frappe_site.jobs.tick"})
		moments = {name: tick.get(name) for name in ("creation", "last_execution")}
		self.addCleanup(frappe.db.set_value, tick.doctype, tick.name, moments, update_modified=False)
		ahead = {"creation": add_to_date(now_datetime(), hours=4), "last_execution": None}
		frappe.db.set_value(tick.doctype, tick.name, ahead, update_modified=False)
		self.assertGreater(tick.reload().get_next_execution(), add_to_date(now_datetime(), hours=3))
		(hook,) = frappe.get_hooks("setup_wizard_complete", app_name="plant_itsm")
		frappe.get_attr(hook)({"language": "English"})
		self.assertLess(tick.reload().get_next_execution(), add_to_date(now_datetime(), minutes=2))
