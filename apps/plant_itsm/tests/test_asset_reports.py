"""What the Desk shows of ageing assets, of their MTBF and of their spares, and an order in ERPNext."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from unittest import SkipTest

import frappe
from frappe.utils import add_days, getdate

from plant_itsm.api import spares
from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.frappe_site.erpnext_reorders import refresh_stock
from plant_itsm.plant_maintenance.report.asset_utilisation import asset_utilisation
from plant_itsm.plant_maintenance.report.eol_risk_register import eol_risk_register
from plant_itsm.plant_maintenance.report.mtbf_trend import mtbf_trend
from plant_itsm.plant_maintenance.report.refresh_or_maintain import refresh_or_maintain
from plant_itsm.plant_maintenance.report.spare_coverage import spare_coverage
from plant_itsm.tests.site_case import PlantCase

DAYS_AGO = (350, 300, 250, 100)
CHANGED_DAYS_AGO = 200


class AgeingCase(PlantCase):
	"""A robot at its end of life that has failed four times, three of them before preventive work began."""

	def setUp(self):
		super().setUp()
		self.now = datetime.now(timezone.utc).replace(microsecond=0)
		self.line = self.plant.line("Line")
		self.plant.cost_model(self.line)
		self.robot = self.plant.ci(
			"AR",
			production_line=self.line,
			commissioned_on=add_days(getdate(), -400),
			end_of_life_on=add_days(getdate(), -10),
		)
		for days in DAYS_AGO:
			onset = self.now - timedelta(days=days)
			over = {"status": "Ended", "detected_at": onset, "ended_at": onset + timedelta(hours=5)}
			self.plant.stop(f"Stop {days}", root_ci=self.robot, onset=onset, **over)
		self.records.insert(
			"Maintenance Order",
			{
				"title": self.named("Bearing"),
				"ci": self.robot,
				"status": "Done",
				"finding": "Failure Found",
				"done_at": self.now - timedelta(days=CHANGED_DAYS_AGO),
			},
		)
		frappe.db.commit()

	def row_of(self, rows, **wanted):
		(row,) = [row for row in rows if wanted.items() <= row.items()]
		return row


class TestAssetReports(AgeingCase):
	def test_the_mtbf_of_a_ci_before_and_after_preventive_work(self):
		period = {"from_date": add_days(getdate(), -90), "to_date": getdate(), "production_line": self.line}
		_, rows, _, chart, summary = mtbf_trend.execute(period)
		row = self.row_of(rows, ci=self.robot)
		self.assertEqual((row["failures"], row["mtbf_days"]), (0, None))
		self.assertAlmostEqual(row["before_days"], 66, delta=1)  # 200 days and three failures
		self.assertAlmostEqual(row["after_days"], 200, delta=1)
		self.assertIn("preventive work since", row["explanation"])
		(series,) = chart["data"]["datasets"]
		self.assertEqual((series["name"], len(series["values"])), (self.robot, len(chart["data"]["labels"])))
		figures = {one["label"]: one["number"] for one in summary}
		self.assertEqual(figures["of them improved"], 1)

	def test_a_plant_of_which_no_shift_is_computed_is_told_so(self):
		self.plant.ci("Switch of no line")
		asked = {"plant_site": self.plant.site, "from_date": "2026-01-01", "to_date": "2026-01-31"}
		columns, rows, message, *_rest = asset_utilisation.execute(asked)
		self.assertEqual((rows, message[:8]), ([], "No shift"))
		self.assertTrue(columns)

	def test_refresh_or_maintain_answers_for_a_line_with_its_inputs(self):
		sheet = {"ci": self.robot, "from_records": True, "purchase_cost": Decimal("20000.00")}
		self.records.insert("Refresh Assessment", sheet)
		asked = {"production_line": self.line, "ends_by": getdate()}
		_, rows, answer, chart, summary = refresh_or_maintain.execute(asked)
		row = self.row_of(rows, ci=self.robot)
		self.assertEqual(
			(row["is_refresh"], row["purchase_cost"], row["failures_per_year"]), (True, 20000.0, 4.0)
		)
		self.assertGreater(row["keep_cost"], row["replace_cost"])
		self.assertIn("Failures: mean of 4 in the last 1 years", row["evidence"])
		self.assertIn("Of 1 ageing assets 1 are cheaper to refresh: CapEx", answer)
		self.assertEqual([one["name"] for one in chart["data"]["datasets"]], ["Keep", "Replace"])
		self.assertEqual(summary[0]["number"], 1)
		self.as_user("Robot Maintenance")
		self.assertRaises(frappe.PermissionError, refresh_or_maintain.execute, asked)

	def test_the_register_shows_what_is_at_risk_and_hides_it_from_whoever_may_not_see_money(self):
		_, rows, _, chart, _ = eol_risk_register.execute({})
		row = self.row_of(rows, ci=self.robot)
		self.assertEqual((row["days_past"], row["ready_spares"]), (10, 0))
		self.assertIn("3,800.00 EUR per hour × ", row["explanation"])
		self.assertGreater(row["risk"], 0)
		self.assertTrue(chart["data"]["labels"])
		self.as_user("Robot Maintenance")
		columns, rows, _, chart, _ = eol_risk_register.execute({})
		self.assertNotIn("risk", self.row_of(rows, ci=self.robot))
		self.assertEqual((chart, "risk" in {column["fieldname"] for column in columns}), (None, False))


class TestSpareOrders(AgeingCase):
	def setUp(self):
		super().setUp()
		fits = [{"ci": self.robot}]
		values = {"part_name": self.named("Bearing"), "fits": fits, "mtbf_days": 30.0, "lead_time_days": 45.0}
		self.part = self.records.insert("Spare Part", {**values, "used_last_year": 2})["name"]
		frappe.db.commit()

	def test_what_is_to_be_ordered_is_proposed_with_its_reason(self):
		_, rows, *_ = spare_coverage.execute({})
		row = self.row_of(rows, spare_part=self.part)
		self.assertEqual((row["days"], row["enough"], row["quantity"]), (0.0, 4, 4))
		found = spares.proposal(self.part)
		self.assertEqual(found["quantity"], 4)
		self.assertIn("1 units × 45 days ÷ 30 days = 1.5 expected in a lead time", found["explanation"])
		gap = self.row_of(rows, ci=self.robot)
		self.assertEqual((gap["lines"], gap["explanation"]), (self.line, "no unit stands ready"))

	def test_an_order_is_one_draft_of_a_material_request_of_erpnext(self):
		item = self._item()
		with self.assertRaisesRegex(
			frappe.ValidationError, "ERPNext item .* does not exist. Enter its item code"
		):
			spares.order(self.part)
		self.records.update("Spare Part", self.part, {"erpnext_item_code": item})
		name = spares.order(self.part)
		self.addCleanup(frappe.delete_doc, "Material Request", name, force=True)
		request = frappe.get_doc("Material Request", name)
		self.assertEqual((request.docstatus, request.material_request_type), (0, "Purchase"))
		self.assertEqual([(row.item_code, row.qty) for row in request.items], [(item, 4)])
		self.assertEqual(spares.order(self.part), name)
		self.assertEqual(self.records.get("Spare Part", self.part)["material_request"], name)

	def test_the_stock_of_erpnext_is_taken_over(self):
		item = self._item()
		self.records.update("Spare Part", self.part, {"erpnext_item_code": item, "on_hand": 9})
		warehouse = frappe.get_all("Warehouse", {"is_group": 0}, pluck="name")[0]
		stock = frappe.get_doc({"doctype": "Bin", "item_code": item, "warehouse": warehouse}).insert()
		self.addCleanup(frappe.db.delete, "Bin", {"name": stock.name})
		stock.db_set({"actual_qty": 3, "ordered_qty": 2})
		refresh_stock()
		part = self.records.get("Spare Part", self.part)
		self.assertEqual((part["on_hand"], part["on_order"]), (3, 2))
		with self.assertRaisesRegex(
			frappe.ValidationError, "3 on hand, 2 on order: order 0. Nothing is to be ordered"
		):
			spares.order(self.part)

	def _item(self):
		if ERPNEXT not in frappe.get_installed_apps() or not frappe.get_all("Company"):
			raise SkipTest("this site has no ERPNext with a company")
		group = frappe.get_all("Item Group", {"is_group": 0}, pluck="name")[0]
		values = {"doctype": "Item", "item_code": self.named("Item"), "item_group": group, "stock_uom": "Nos"}
		item = frappe.get_doc(values).insert()
		self.addCleanup(frappe.delete_doc, "Item", item.name, force=True)
		return item.name

	def test_a_step_of_a_life_links_to_what_was_bought_in_erpnext(self):
		if ERPNEXT not in frappe.get_installed_apps():
			self.skipTest("this site has no ERPNext")
		meta = frappe.get_meta("CI Lifecycle Event")
		links = ("erpnext_material_request", "erpnext_purchase_receipt", "erpnext_asset")
		options = [meta.get_field(name).options for name in links]
		self.assertEqual(options, ["Material Request", "Purchase Receipt", "Asset"])
