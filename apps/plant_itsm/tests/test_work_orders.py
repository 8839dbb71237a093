"""Plans and work orders on this site's MariaDB, and what each role may do with them."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import frappe

from plant_itsm.api import maintenance as api
from plant_itsm.frappe_site.reporting import site_moment
from plant_itsm.tests.contract_work_orders import WorkOrderContract
from plant_itsm.tests.site_case import SiteCase

WRITERS = ("Plant Admin", "Plant IT", "Robot Maintenance", "Production Manager")
READERS = ("Finance Controller", "Plant Viewer", "Safety Engineer", "Shift Leader", "IT Change Manager")


class TestWorkOrdersOnSite(WorkOrderContract, SiteCase):
	@contextmanager
	def acting(self, role):
		try:
			yield self.as_user(role)
		finally:
			frappe.set_user("Administrator")

	def test_each_role_that_does_the_work_may_schedule_start_and_complete_it(self):
		for role in WRITERS:
			order = self.order(title=self.named(role))
			with self.acting(role):
				at = site_moment(self.now + timedelta(hours=2))
				self.assertEqual(api.schedule(order, str(at))["status"], "Scheduled", role)
				self.assertEqual(api.start(order), "In Progress", role)
				self.assertEqual(api.complete(order, "No Fault Found"), "Done", role)

	def test_who_only_reads_changes_nothing(self):
		order, plan, unit, indicator = self.order(), self.plan("P"), self.unit(), self.meter("h", 5.0)
		calls = (
			lambda: api.schedule(order, "2030-01-01 06:00:00"),
			lambda: api.make_change(order),
			lambda: api.start(order),
			lambda: api.complete(order, "No Fault Found"),
			lambda: api.make_stock_entry(order),
			lambda: api.order_now(plan),
			lambda: api.look_again(plan),
			lambda: api.reserve_spare(unit, "LS"),
			lambda: api.release_spare(unit),
			lambda: api.activate_spare(unit),
			lambda: api.record_measurement(indicator, 1.0),
		)
		for role in (*READERS, None):
			with self.acting(role):
				for call in calls:
					with self.assertRaises(frappe.PermissionError):
						call()
		self.assertEqual(self.get("Maintenance Order", order)["status"], "Open")

	def unit(self):
		values = {"unit_name": self.named("U"), "spare_part": self.part()}
		return self.records.insert("Spare Unit", values)["name"]

	def test_readers_see_times_and_conditions_and_money_only_where_they_may(self):
		self.window()
		self.meter("h", 5.0)
		order = self.order()
		for role in (*READERS, "Production Manager"):
			with self.acting(role):
				(slot,) = api.find_slots(order)
				(chart,) = api.ci_conditions(self.robot)
				self.assertEqual(chart["text"], "5 h, without zones")
				self.assertEqual(api.condition_history(chart["indicator"], "Hour")["period"], "Hour")
				sees_money = frappe.has_permission("Line Stop Cost Model", "read")
				self.assertEqual(slot["explanation"] is not None, bool(sees_money), role)
		with self.acting(None), self.assertRaises(frappe.PermissionError):
			api.find_slots(order)

	def test_a_spare_unit_is_reserved_activated_and_released_from_its_form(self):
		unit = self.unit()
		stop = self.plant.stop("Stop", root_ci=self.robot)
		with self.acting("Robot Maintenance"):
			api.reserve_spare(unit, stop)
			api.release_spare(unit)
			with self.assertRaisesRegex(frappe.ValidationError, "is not reserved"):
				api.release_spare(unit)
			api.reserve_spare(unit, stop)
			api.activate_spare(unit)
		self.assertEqual(self.get("Spare Unit", unit)["state"], "In Use")

	def test_a_plan_is_ordered_at_once_and_not_twice(self):
		plan = self.plan("P")
		with self.acting("Robot Maintenance"):
			order = api.order_now(plan)
			with self.assertRaisesRegex(frappe.ValidationError, f"{order} is open for it"):
				api.order_now(plan)

	def test_a_prediction_is_followed_at_once(self):
		values = {"ci": self.robot, "probability": 0.2, "horizon_days": 14.0, "model": self.named("m")}
		prediction = self.records.insert("Failure Prediction", values)["name"]
		with self.acting("Plant IT"):
			self.assertIsNone(api.follow_prediction(prediction))
		self.assertEqual(self.get("Failure Prediction", prediction)["status"], "Below Threshold")

	def test_parts_that_erpnext_counts_become_a_draft_of_a_stock_entry(self):
		if "erpnext" not in frappe.get_installed_apps():
			self.skipTest("this site has no ERPNext")
		warehouse = frappe.db.get_value("Warehouse", {"is_group": 0, "disabled": 0})
		if not warehouse:
			self.skipTest("this site has no warehouse")
		item = frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": self.named("Item"),
				"item_group": frappe.db.get_value("Item Group", {"is_group": 0}),
				"stock_uom": frappe.db.get_value("UOM", {}),
				"valuation_rate": 120.5,
			}
		).insert()
		self.addCleanup(lambda: frappe.db.commit())
		self.addCleanup(lambda: frappe.delete_doc("Item", item.name, force=True))
		part = self.part(erpnext_item_code=item.name)
		order = self.order(parts=[{"spare_part": part, "quantity": 2}])
		self.assertEqual(api.complete(order, "No Fault Found"), "Done")
		self.assertEqual(self.get("Spare Part", part)["on_hand"], 3)
		settings = frappe.get_single("Plant Maintenance Settings")
		before = settings.erpnext_warehouse
		self.addCleanup(lambda: settings.reload().update({"erpnext_warehouse": before}).save())
		settings.update({"erpnext_warehouse": warehouse}).save()
		entry = frappe.get_doc("Stock Entry", api.make_stock_entry(order))
		self.addCleanup(lambda: frappe.delete_doc("Stock Entry", entry.name, force=True))
		self.assertEqual((entry.docstatus, entry.items[0].qty), (0, Decimal(2)))
		self.assertEqual(api.make_stock_entry(order), entry.name)
