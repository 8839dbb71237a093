"""The reports of line stops on a site, against figures worked out by hand."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from io import BytesIO

import frappe
from frappe.desk.query_report import build_xlsx_data, run
from frappe.utils.xlsxutils import make_xlsx
from openpyxl import load_workbook

from plant_itsm.services import oee
from plant_itsm.tests.site_case import PlantCase

MONDAY = datetime(2026, 6, 1, tzinfo=timezone.utc)
EARLY = MONDAY + timedelta(hours=4)  # 06:00 in Berlin
SHIFT = {"shift_name": "Early", "start_time": time(6), "end_time": time(14)}


def at(minutes):
	return EARLY + timedelta(minutes=minutes)


class TestReports(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line", shifts=[SHIFT])
		self.robot = self.plant.ci("Robot", production_line=self.line)
		self.reason = self.records.insert(
			"Stop Reason", {"reason_name": self.named("Changeover"), "loss": "Setup and Changeover"}
		)["name"]
		self.prices = self.plant.cost_model(self.line)
		# 30 min breakdown, 20 min more of which 10 overlap, 40 min changeover, 30 min planned; 960 EUR in all
		self.first = self.stop(60, 90, "500.00", acknowledged_at=at(64), dispatched_at=at(70))
		self.stop(80, 100, "60.00", acknowledged_at=at(82), has_parts=False)
		self.stop(200, 240, "400.00", stop_reason=self.reason)
		self.stop(300, 330, None, kind="Planned Stop")
		self.count(150, 6)
		self.refresh(self.line)

	def refresh(self, line):
		"""The tick of that evening."""
		with self.records.transaction():
			oee.mark_changed(self.records, line, EARLY)
			oee.refresh_line(self.records, line, at(600))

	def stop(self, start, end, cost, *, has_parts=True, **more):
		line = {"production_line": self.line, "state": "Stopped", "planned_seconds": (end - start) * 60.0}
		if cost:
			line |= {"cost": Decimal(cost), "currency": "EUR", "cost_per_hour": Decimal(1000)}
			part = {"part": "cost per hour", "amount": Decimal(cost), "currency": "EUR"}
			parts = [{"production_line": self.line, "cost_model": self.prices, **part}]
			more["cost_parts"] = parts if has_parts else []
		notified = {"notified_at": at(start + 2), "dispatch_due_at": at(start + 17)}
		values = {
			"onset": at(start),
			"detected_at": at(start + 1),
			"ended_at": at(end),
			"status": "Ended",
			"root_ci": self.robot,
			"lines": [line],
			**(notified if "kind" not in more else {}),
			**more,
		}
		return self.plant.stop(f"Stop {start}", **values)

	def count(self, produced, scrap):
		values = {"production_line": self.line, "period_from": EARLY, "period_to": at(480)}
		self.records.insert("Production Count", {**values, "produced": produced, "scrap": scrap})

	def report(self, name, **filters):
		asked = {"from_date": "2026-06-01", "to_date": "2026-06-01", "plant_site": self.plant.site, **filters}
		return run(name, filters=asked, ignore_prepared_report=True)

	def rows(self, name, **filters):
		return [row for row in self.report(name, **filters)["result"] if isinstance(row, dict)]

	def summary(self, name, **filters):
		return {one["label"]: one["number"] for one in self.report(name, **filters)["report_summary"]}

	def test_a_shift_that_is_computed_again_keeps_its_run_time_per_unit_to_the_last_digit(self):
		line = self.plant.line("Exact", shifts=[SHIFT], planned_run_seconds_per_unit=65.449)
		for _ in range(2):
			self.refresh(line)
		(shift,) = self.records.find("Line Shift Record", {"production_line": line, "shift": "Early"})
		self.assertEqual(shift["run_seconds_per_unit"], 65.449)

	def test_figures_of_stops_and_counts(self):
		checks = (
			self.check_oee_by_line,
			self.check_downtime_pareto,
			self.check_line_stop_cost,
			self.check_reliability,
			self.check_response,
		)
		for check in checks:
			with self.subTest(check.__name__):
				check()

	def check_oee_by_line(self):
		"""PBT 480 − 30 = 450 min, APT 450 − 40 − 40 = 370 min; PRU 28800 s ÷ 240 = 120 s; 150 made, 144 good."""
		(row,) = self.rows("OEE by Line")
		self.assertEqual(
			(row["production_line"], row["shifts"], row["produced"], row["good"]), (self.line, 1, 150, 144)
		)
		self.assertEqual((row["busy_hours"], row["production_hours"]), (7.5, 6.167))
		self.assertEqual(row["availability"], 82.22)  # 370 / 450
		self.assertEqual(row["performance"], 81.08)  # 150 x 2 / 370
		self.assertEqual(row["quality"], 96.0)
		self.assertEqual(row["oee"], 64.0)  # 144 x 2 / 450
		self.assertEqual(row["teep"], 20.0)  # 144 x 2 / 1440
		self.assertEqual((row["breakdown_hours"], row["setup_hours"]), (0.667, 0.667))
		self.assertEqual((row["reduced_speed_hours"], row["production_reject_hours"]), (1.167, 0.2))
		self.assertIn("OEE = Σ PRU × GQ ÷ Σ PBT = 17280 s ÷ 27000 s = 64.0 %", row["explanation"])
		self.assertEqual(self.summary("OEE by Line")["OEE"], 64.0)
		(by_shift,) = self.rows("OEE by Line", group_by="Line and Shift")
		self.refresh(self.plant.line("Counts nothing", shifts=[SHIFT]))
		self.assertEqual(self.summary("OEE by Line", group_by="Day")["OEE"], 64.0)
		self.assertIn("counted nothing: 1", self.report("OEE by Line", group_by="Day")["message"])
		self.assertEqual((by_shift["shift"], by_shift["oee"]), ("Early", 64.0))

	def check_downtime_pareto(self):
		rows = self.rows("Downtime Pareto")
		self.assertEqual(
			[(row["label"], row["hours"], row["stops"], row["cumulated"]) for row in rows],
			[("Breakdowns", 0.667, 2, 50.0), (self.reason, 0.667, 1, 100.0)],
		)
		self.assertEqual(
			rows[0]["explanation"],
			"2400 s ÷ 2 stops = 20 min 00 s per stop; share = 2400 s ÷ 4800 s; cumulated = 2400 s ÷ 4800 s",
		)
		(by_ci,) = self.rows("Downtime Pareto", group_by="CI")
		self.assertEqual(
			(by_ci["root_ci"], by_ci["hours"], by_ci["minutes_per_stop"]), (self.robot, 1.333, 26.67)
		)

	def check_line_stop_cost(self):
		rows = {row["currency"] or "": row for row in self.rows("Line Stop Cost")}
		self.assertEqual(
			(rows["EUR"]["cost"], rows["EUR"]["stops"], rows["EUR"]["lost_hours"]), (960.0, 3, 1.5)
		)
		self.assertEqual(
			rows["EUR"]["explanation"],
			f"cost per hour 900.00 EUR ({self.prices}) + 60.00 EUR without parts",
		)
		self.assertEqual((rows[""]["cost"], rows[""]["remark"]), (None, "not priced"))
		self.assertEqual(self.summary("Line Stop Cost")["Cost"], 960.0)
		first = self.rows("Line Stop Cost", group_by="Incident")[1]
		self.assertEqual((first["key"], first["cost"]), (self.first, 500.0))

	def test_an_open_incident_of_two_lines_is_one_that_is_not_settled(self):
		lines = (self.line, self.plant.line("Other", shifts=[SHIFT]))
		rows = [{"production_line": line, "state": "Stopped"} for line in lines]
		self.plant.stop("Open", onset=at(400), detected_at=at(400), lines=rows)
		self.assertEqual(self.summary("Line Stop Cost")["Not settled yet"], 1)

	def check_reliability(self):
		"""Two breakdowns in 370 min of production, down for 30 + 20 min; the changeover is no failure."""
		(row,) = self.rows("Reliability", production_line=self.line)
		self.assertEqual((row["failures"], row["operating_hours"], row["mtbf_hours"]), (2, 6.167, 3.083))
		self.assertEqual((row["mttr_minutes"], row["mttd_minutes"], row["mtta_minutes"]), (25.0, 1.0, 2.0))
		self.assertIn("MTTR (restored − failed) = 3000 s ÷ 2 = 25 min 00 s", row["explanation"])
		(by_ci,) = self.rows("Reliability", group_by="CI")
		self.assertEqual((by_ci["name"], by_ci["mttr_minutes"]), (self.robot, 25.0))
		other = self.plant.line("Calm", shifts=[SHIFT])
		(calm,) = self.rows("Reliability", production_line=other)
		self.assertEqual((calm["failures"], calm["mtbf_hours"]), (0, None))
		self.assertTrue(calm["explanation"].startswith("no failures"))

	def check_response(self):
		rows = self.rows("Response")
		self.assertEqual(
			[(row["minutes_to_acknowledge"], row["dispatch"]) for row in rows],
			[(3.0, "In time"), (1.0, "Late"), (None, "Late")],
		)
		self.assertEqual(rows[0]["minutes_to_dispatch"], 8.0)
		self.assertIn(
			"dispatched − notified = 480 s = 8 min 00 s; dispatch due 15 min 00", rows[0]["explanation"]
		)
		message = self.report("Response")["message"]
		self.assertIn("MTTA (acknowledged − detected) = 240 s ÷ 2 = 2 min 00 s", message)
		self.assertIn("÷ (in time + late) = 1 ÷ 3", message)
		summary = self.summary("Response")
		self.assertEqual((summary["MTTA (min)"], summary["Dispatched in time"]), (2.0, 33.3))

	def test_alarm_health(self):
		rule = self.plant.rule("Rule", self.robot)
		other = self.plant.rule("Other", self.robot, address=f"plant/{self.prefix}/other")
		events = [self.event(rule, 60 + 20 * number) for number in range(12)] + [self.event(other, 7200)]
		self.records.insert_many("OT Signal Event", events)
		flood = self.records.insert("Alarm Flood", {"started_at": at(1), "ended_at": at(13), "peak": 12})
		self.addCleanup(frappe.db.delete, "Alarm Flood", {"name": flood["name"]})
		rows = self.rows("Alarm Health")
		self.assertEqual(
			[(row["signal_rule"], row["alarms"], row["share"], row["chattering"]) for row in rows],
			[(rule, 12, 92.31, 10), (other, 1, 7.69, 0)],
		)
		summary = self.summary("Alarm Health", operators=2)
		self.assertEqual(summary["Average alarms per 10 minutes and operator"], round(13 / 144 / 2, 2))
		self.assertEqual(summary["Peak alarms per 10 minutes and operator"], 6.0)
		self.assertEqual(summary["Time in flood"], round(100 * 12 / 1440, 2))
		self.assertEqual(summary["Chattering alarms"], 1.0)

	def event(self, rule, second):
		key = frappe.generate_hash(length=64)
		values = {"event_key": key, "signal_rule": rule, "ci": self.robot, "event_kind": "Line Stop"}
		place = {"transition": "Raised", "connection": self.plant.connection, "address": f"a/{rule}"}
		return {**values, **place, "received_time": EARLY + timedelta(seconds=second)}

	def test_a_count_that_is_deleted_is_taken_back(self):
		(count,) = self.records.find("Production Count", {"production_line": self.line})
		frappe.delete_doc("Production Count", count["name"], force=True)
		with self.records.transaction():
			self.assertEqual(self.records.get("Line OEE State", self.line)["changed_since"], EARLY)
			oee.refresh_line(self.records, self.line, at(600))
		(row,) = self.rows("OEE by Line")
		self.assertEqual((row["produced"], row["oee"], row["why_not"]), (0, None, "no production counted"))

	def test_numbers_are_numbers_in_a_workbook(self):
		for name in ("OEE by Line", "Downtime Pareto", "Line Stop Cost", "Reliability"):
			with self.subTest(name):
				data = frappe._dict(self.report(name))
				table, widths = build_xlsx_data(data, [], include_indentation=False)[:2]
				file = make_xlsx(table, name, column_widths=widths)
				header, first = list(load_workbook(BytesIO(file.getvalue())).active.values)[:2]
				kinds = {column["label"]: column["fieldtype"] for column in data.columns}
				numbers = [cell for label, cell in zip(header, first, strict=True) if kinds[label] in NUMERIC]
				self.assertTrue(any(numbers))
				for cell in numbers:
					self.assertIsInstance(cell, int | float | None)

	def test_a_user_sees_the_permitted_lines_only(self):
		other = self.plant.line("Other", shifts=[SHIFT])
		user = self.user("Production Manager")
		self.allow(user, other)
		frappe.set_user(user)
		for name in ("OEE by Line", "Line Stop Cost", "Response", "Downtime Pareto"):
			self.assertEqual(self.rows(name), [], name)
		self.assertEqual([row["name"] for row in self.rows("Reliability")], [other])

	def user(self, role):
		email = f"{self.prefix.lower()}@plant.example"
		doc = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": "T",
				"send_welcome_email": 0,
				"roles": [{"role": role}],
			}
		)
		doc.insert(ignore_permissions=True)
		self.addCleanup(frappe.delete_doc, "User", email, force=True, ignore_permissions=True)
		return email

	def allow(self, user, line):
		permission = frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": "Production Line", "for_value": line}
		)
		permission.insert(ignore_permissions=True)
		self.addCleanup(frappe.db.delete, "User Permission", {"user": user})


NUMERIC = ("Int", "Float", "Percent", "Currency")
