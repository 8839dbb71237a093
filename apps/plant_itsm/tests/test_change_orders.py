"""Work Orders of ERPNext as planned production, on a site that has ERPNext with a company."""

from __future__ import annotations

from datetime import datetime
from unittest import SkipTest

import frappe

from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.values import system_zone
from plant_itsm.services.change_finder import find_windows
from plant_itsm.services.order_schedule import find_order_slots
from plant_itsm.tests.change_case import ChangeCase, make_people, remove_people
from plant_itsm.tests.change_plant import HOUR, MINUTE

setUpModule, tearDownModule = make_people, remove_people


class TestPlannedOrders(ChangeCase):
	"""An order of 100 minutes from the third hour of the window on; the line itself has no shift today."""

	@classmethod
	def setUpClass(cls):
		if ERPNEXT not in frappe.get_installed_apps() or not frappe.get_all("Company"):
			raise SkipTest("this site has no ERPNext with a company")
		super().setUpClass()

	def setUp(self):
		super().setUp()
		self.begins = self.changes.now + 3 * HOUR
		self.line = self.changes.line
		self.robot = self.changes.ci("AR", line_effect="Stops Line")
		self.company = frappe.get_all("Company", pluck="name")[0]
		self.workstation = self._made("Workstation", workstation_name=self.named("Cell"), working_hours=[])

	def _made(self, doctype, **values):
		return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True).name

	def _item(self, text):
		group = frappe.get_all("Item Group", {"is_group": 0}, pluck="name")[0]
		values = {"item_code": self.named(text), "item_group": group, "stock_uom": "Nos", "is_stock_item": 1}
		return self._made("Item", **values)

	def _bom(self, product):
		operation = self._made("Operation", name=self.named("Assemble"), workstation=self.workstation)
		row = {"operation": operation, "workstation": self.workstation, "time_in_mins": 100}
		part = {"item_code": self._item("Part"), "qty": 1, "uom": "Nos", "rate": 1}
		values = {"item": product, "company": self.company, "quantity": 1, "with_operations": 1}
		bom = frappe.get_doc({"doctype": "BOM", **values, "operations": [row], "items": [part]})
		bom.insert(ignore_permissions=True).submit()
		return bom.name

	def _order(self):
		product = self._item("SUV")
		warehouses = frappe.get_all("Warehouse", {"company": self.company, "is_group": 0}, pluck="name")
		order = frappe.new_doc("Work Order")
		order.update(
			{"production_item": product, "bom_no": self._bom(product), "qty": 1, "company": self.company}
		)
		order.update({"wip_warehouse": warehouses[0], "fg_warehouse": warehouses[-1]})
		order.planned_start_date = self.begins.astimezone(system_zone()).replace(tzinfo=None)
		order.get_items_and_operations_from_bom()
		order.insert(ignore_permissions=True).submit()
		return order

	def _request(self, start: datetime):
		name = self.changes.draft("Robot program change", self.robot, planned_start=start)
		return self.changes.get(name)

	def test_an_order_on_a_workstation_of_the_line_is_in_the_way_while_it_lasts(self):
		order = self._order()
		during, after = self.begins + 30 * MINUTE, self.begins + 101 * MINUTE
		self.assertEqual(self._request(during)["collisions"], [])
		frappe.db.set_value("Production Line", self.line, "erpnext_workstation", self.workstation)
		request = self._request(during)
		(collision,) = request["collisions"]
		self.assertEqual((collision["kind"], collision["what"]), ("Planned Production", order.name))
		self.assertIn(f"({1:g} × {order.production_item}) is planned on {self.line}", collision["text"])
		self.assertGreater(request["money_at_risk"], 0)
		self.assertEqual(self._request(after)["collisions"], [])
		with self.assertRaisesRegex(PlantItsmError, f"Work Order {order.name} .* Choose another time"):
			self.changes.save(request["name"], status="Assessed")
			self.changes.save(request["name"], status="In Approval")
		long = self.changes.draft("Robot program change", self.robot, duration_minutes=119)
		found = find_windows(self.ports, long, 1).slots[0].slot
		self.assertLessEqual(found.span.end, self.begins)

	def test_maintenance_is_proposed_beside_an_order_or_costs_what_it_makes_late(self):
		self._order()
		frappe.db.set_value("Production Line", self.line, "erpnext_workstation", self.workstation)
		during = {"starts_at": self.begins, "ends_at": self.begins + 90 * MINUTE}
		for kind in ("Off-Shift", "Maintenance Window"):
			self.changes.window(kind, **during)
		work = {"title": self.named("Work"), "ci": self.robot, "duration_minutes": 60}
		blocked = self.records.insert("Maintenance Order", {**work, "change_type": "Robot program change"})
		self.assertEqual(find_order_slots(self.ports, blocked["name"]), [])
		priced = self.records.insert("Maintenance Order", {**work, "change_type": "MES configuration"})
		(slot,) = find_order_slots(self.ports, priced["name"])
		self.assertEqual(slot.span.start, self.begins)
		self.assertGreater(slot.expected_cost.amount, 0)

	def test_what_is_stopped_or_closed_is_in_nobody_s_way(self):
		order = self._order()
		self.assertEqual(self._request(self.begins)["collisions"], [])
		order.db_set("plant_production_line", self.line)
		self.assertEqual(len(self._request(self.begins)["collisions"]), 1)
		for status in ("Stopped", "Closed", "Completed"):
			order.db_set("status", status)
			self.assertEqual(self._request(self.begins)["collisions"], [], status)
