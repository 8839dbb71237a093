"""Maintenance on this site's MariaDB."""

from contextlib import contextmanager
from datetime import date

import frappe

from plant_itsm.plant_maintenance.report.eol_risk_register import eol_risk_register
from plant_itsm.plant_maintenance.report.prediction_quality import prediction_quality
from plant_itsm.plant_maintenance.report.spare_coverage import spare_coverage
from plant_itsm.tests.contract_life_cycle import LifeCycleContract
from plant_itsm.tests.contract_maintenance import MaintenanceContract
from plant_itsm.tests.contract_maintenance_refusals import MaintenanceRefusalsContract
from plant_itsm.tests.site_case import SiteCase


class TestMaintenanceOnSite(MaintenanceContract, LifeCycleContract, MaintenanceRefusalsContract, SiteCase):
	@contextmanager
	def acting(self, role):
		try:
			yield self.as_user(role)
		finally:
			frappe.set_user("Administrator")

	def certificate(self):
		"""Attached by a person, as the form does it."""
		values = {
			"doctype": "File",
			"file_name": f"{self.prefix}.txt",
			"content": "disposed of",
			"is_private": 1,
		}
		file = frappe.get_doc(values).insert()
		self.addCleanup(frappe.delete_doc, "File", file.name, force=True)
		return file.file_url

	def test_the_reports_tell_what_is_past_its_end_uncovered_and_unproven(self):
		robot = self.robot
		self.records.update("OT CI", robot, {"end_of_life_on": date(2020, 1, 1)})
		values = {"ci": robot, "probability": 0.2, "horizon_days": 14.0, "model": self.named("m")}
		self.records.insert("Failure Prediction", values)
		_, rows, *_ = eol_risk_register.execute({})
		(row,) = [row for row in rows if row["ci"] == robot]
		self.assertEqual((row["cost_per_hour"], row["ready_spares"]), (3800.0, 0))
		self.assertGreater(row["days_past"], 365)
		_, rows, *_ = spare_coverage.execute({})
		(row,) = [row for row in rows if row.get("ci") == robot]
		self.assertEqual(row["explanation"], "no spare part fits it")
		_, rows, *_ = prediction_quality.execute({})
		(row,) = [row for row in rows if row["model"] == self.named("m")]
		self.assertIn("not enough data: 0 predictions have an outcome", row["explanation"])
		self.as_user("Robot Maintenance")
		columns, *_ = eol_risk_register.execute({})
		self.assertNotIn("cost_per_hour", {column["fieldname"] for column in columns})
