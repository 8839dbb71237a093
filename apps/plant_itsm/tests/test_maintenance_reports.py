"""The reports of maintenance on a site, as each role runs them, against figures worked out by hand."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from decimal import Decimal

import frappe
from frappe.desk.query_report import run

from plant_itsm.domain.maintenance_words import Finding
from plant_itsm.services import oee
from plant_itsm.services.order_schedule import complete
from plant_itsm.tests.site_case import PlantCase

MONDAY = datetime(2026, 6, 1, tzinfo=timezone.utc)
EARLY = MONDAY + timedelta(hours=4)  # 06:00 in Berlin
SHIFT = {"shift_name": "Early", "start_time": time(6), "end_time": time(14)}
ROLES = ("Plant Admin", "Plant IT", "Production Manager", "Robot Maintenance")
READERS = ("Safety Engineer", "Shift Leader", "IT Change Manager", "Plant Viewer", "Finance Controller")


class TestMaintenanceReports(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line", shifts=[SHIFT])
		self.robot = self.plant.ci("Robot", production_line=self.line)
		self.addCleanup(frappe.set_user, "Administrator")

	def shown(self, report, **filters):
		return run(report, {"production_line": self.line, **filters}, ignore_prepared_report=True)

	def order(self, **more):
		values = {"title": self.named("Work"), "ci": self.robot, "duration_minutes": 90}
		return self.records.insert("Maintenance Order", {**values, **more})["name"]

	def test_cost_per_asset_of_a_year_with_its_corrective_share(self):
		for hours, kind in ((3.0, "Preventive"), (1.0, "Corrective")):
			labour = [{"hours": hours, "rate": Decimal(100), "currency": "EUR"}]
			order = self.order(labour=labour, kind=kind, done_at=EARLY)
			complete(self.ports, order, Finding.NO_FAULT_FOUND, "", "Administrator")
		for role in (*ROLES, "Finance Controller"):
			self.as_user(role)
			found = self.shown("Maintenance Cost per Asset", year=2026)
			(row,) = [row for row in found["result"] if row["ci"] == self.robot]
			told = [row[name] for name in ("orders", "hours", "total", "unplanned", "share", "currency")]
			self.assertEqual(told, [2, 4.0, 400.0, 100.0, 25.0, "EUR"])
			self.assertEqual([one["number"] for one in found["report_summary"]], [400.0, 100.0, 400.0, 2])
			self.assertEqual(self.shown("Maintenance Cost per Asset", year=2025)["result"], [])

	def test_utilisation_comes_from_the_shifts_and_the_stops_that_an_asset_has_caused(self):
		line = {"production_line": self.line, "state": "Stopped"}
		at = [EARLY + timedelta(hours=hour) for hour in (1, 3)]
		times = {"onset": at[0], "detected_at": at[0], "ended_at": at[1], "status": "Ended"}
		self.plant.stop("Stop", root_ci=self.robot, lines=[line], **times)
		other = self.plant.ci("Other", production_line=self.line)
		with self.records.transaction():
			oee.mark_changed(self.records, self.line, EARLY)
			oee.refresh_line(self.records, self.line, EARLY + timedelta(hours=10))
		for role in ROLES:
			self.as_user(role)
			found = self.shown("Asset Utilisation", from_date="2026-06-01", to_date="2026-06-01")
			rows = {row["ci"]: row for row in found["result"]}
			names = (
				"utilisation",
				"use_of_planned_time",
				"availability",
				"own_stop_hours",
				"production_hours",
			)
			self.assertEqual([rows[self.robot][name] for name in names], [25.0, 75.0, 75.0, 2.0, 6.0])
			self.assertEqual([rows[other][name] for name in names], [25.0, 75.0, 100.0, 0.0, 6.0])
			self.assertEqual([one["number"] for one in found["report_summary"]], [25.0, 75.0, 6.0])

	def test_the_calendar_holds_orders_and_the_days_on_which_plans_will_be_due(self):
		today = frappe.utils.getdate()
		values = {"plan_name": self.named("Grease"), "ci": self.robot, "every": 30.0, "duration_minutes": 30}
		self.records.insert("Maintenance Plan", {**values, "counts_from": today})
		late = self.order(do_by=today - timedelta(days=2))
		free = self.order(title=self.named("Free"))
		self.records.update(
			"Maintenance Order", self.order(title=self.named("Gone")), {"status": "Cancelled"}
		)
		period = {"from_date": today - timedelta(days=5), "to_date": today + timedelta(days=90)}
		for role in (*ROLES, *READERS):
			self.as_user(role)
			found = self.shown("Maintenance Calendar", **period)
			told = [(row["name"], row["day"], row["status"]) for row in found["result"]]
			plan = values["plan_name"]
			due = [(plan, today + timedelta(days=days), "Due") for days in (30, 60, 90)]
			self.assertEqual(
				told, [(free, None, "Open"), (late, today - timedelta(days=2), "Overdue"), *due], role
			)
			self.assertEqual([one["number"] for one in found["report_summary"]], [4.5, 1, 2])
			series = {one["name"]: sum(one["values"]) for one in found["chart"]["data"]["datasets"]}
			self.assertEqual(series, {"Due (h)": 1.5, "Orders (h)": 1.5})
