"""A site with Helpdesk alone: what needs ERPNext says so, and nothing else misses it."""

from unittest import skipIf

import frappe
from frappe.desk.query_report import run

from plant_itsm.api import costs, maintenance, spares
from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.frappe_site.meta import APP
from plant_itsm.tests.site_case import PlantCase
from plant_itsm.uninstall import our_doctypes, our_modules

SAYS_SO = "of ERPNext, which this site does not have"


@skipIf(ERPNEXT in frappe.get_installed_apps(), f"this site has {ERPNEXT} beside {APP}")
class TestWithoutErpnext(PlantCase):
	def test_what_needs_it_says_so(self):
		ci = self.plant.ci("Robot")
		fits = [{"ci_class": self.plant.ci_class}]
		part = self.records.insert("Spare Part", {"part_name": self.named("drive"), "fits": fits})["name"]
		order = self.records.insert("Maintenance Order", {"title": self.prefix, "ci": ci})["name"]
		values = {"doctype": "Showback Statement", "name": self.prefix, "plant_site": self.plant.site}
		statement = frappe.get_doc(values)
		statement.db_insert()
		for call in (
			lambda: spares.order(part),
			lambda: maintenance.make_stock_entry(order),
			lambda: costs.charge_statement(statement.name),
		):
			with self.assertRaisesRegex(frappe.ValidationError, SAYS_SO):
				call()

	def test_no_field_links_to_what_is_not_there(self):
		for doctype in our_doctypes():
			for df in frappe.get_meta(doctype).fields:
				if df.fieldtype in ("Link", "Table", "Table MultiSelect"):
					self.assertTrue(frappe.db.exists("DocType", df.options), f"{doctype}.{df.fieldname}")

	def test_every_report_runs(self):
		site = self.plant.site
		frappe.db.commit()
		filters = {"plant_site": site, "from_date": "2026-01-01", "to_date": "2026-11-30", "period": "2026"}
		reports = frappe.get_all("Report", filters={"module": ["in", our_modules()]}, pluck="name")
		self.assertGreater(len(reports), 20)
		for report in reports:
			with self.subTest(report):
				self.assertIn("columns", run(report, {**filters, "year": 2026}))
