"""What plans and work orders keep to in both editions: visits, checklists, stock, costs, changes and outcomes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.maintenance_words import Finding
from plant_itsm.ports import Record
from plant_itsm.services.condition_charts import conditions_of_ci
from plant_itsm.services.condition_indicators import record_measurement
from plant_itsm.services.maintenance_cost_feed import costs_of_assets
from plant_itsm.services.maintenance_plans import look_at, watch_plans
from plant_itsm.services.maintenance_usage import local_day
from plant_itsm.services.order_schedule import complete, find_order_slots, make_change, schedule, start
from plant_itsm.tests.contract_maintenance import HOUR, MaintenanceCase

DAY = timedelta(days=1)
LIMIT = {"limit_kind": "At Most", "highest": 4.5, "unit": "mm/s"}


class WorkOrderContract(MaintenanceCase):
	@property
	def today(self) -> date:
		return local_day(self.records, self.robot, self.ports.clock.now())

	def plan(self, text: str, **more: Any) -> str:
		"""Every 30 days, due in ten."""
		values = {
			"plan_name": self.named(text),
			"ci": self.robot,
			"every": 30.0,
			"counts_from": self.today - 20 * DAY,
			"duration_minutes": 30,
		}
		return str(self.records.insert("Maintenance Plan", {**values, **more})["name"])

	def order(self, **more: Any) -> str:
		values = {"title": self.named("Work"), "ci": self.robot, "duration_minutes": 60}
		return str(self.records.insert("Maintenance Order", {**values, **more})["name"])

	def get(self, doctype: str, name: str) -> Record:
		return self.only(doctype, name=name)

	def test_plans_that_lie_close_share_one_order_made_once_ahead_of_time(self):
		self.window()
		near = self.plan("Grease", tolerance_days=3, steps=[{"step": "Grease axis 1"}])
		later = self.plan(
			"Vibration",
			counts_from=self.today - 15 * DAY,
			tolerance_days=4,
			steps=[{"step": "Vibration of axis 1", **LIMIT}],
		)
		far = self.plan("Belt", counts_from=self.today, lead_days=5)
		self.assertEqual(self.get("Maintenance Plan", near)["next_due_on"], self.today + 10 * DAY)
		watch_plans(self.ports)
		order = self.only("Maintenance Order", ci=self.robot)
		self.assertEqual([row["maintenance_plan"] for row in order["plans"]], [near, later])
		self.assertEqual(
			(order["earliest_on"], order["do_by"]), (self.today + 11 * DAY, self.today + 13 * DAY)
		)
		self.assertEqual([row["step"] for row in order["steps"]], ["Grease axis 1", "Vibration of axis 1"])
		self.assertEqual(order["duration_minutes"], 60)
		self.assertEqual(order["slot_explanation"][:24], "No change window of the ")
		self.assertEqual(
			self.only("HD Ticket", plant_root_ci=self.robot)["ticket_type"], "Preventive Maintenance"
		)
		self.assertIsNone(look_at(self.ports, later))
		self.assertIsNone(look_at(self.ports, far))
		watch_plans(self.ports)
		self.only("Maintenance Order", ci=self.robot)

	def test_a_visit_is_planned_in_a_window_within_its_tolerance(self):
		window = self.window()
		plan = self.plan("Now", counts_from=self.today - 29 * DAY, tolerance_days=5)
		order = self.get("Maintenance Order", look_at(self.ports, plan) or "")
		self.assertEqual((order["change_window"], order["planned_start"]), (window, self.now + 48 * HOUR))

	def test_the_next_time_counts_from_the_work_or_from_the_day_on_which_it_was_due(self):
		free = self.plan("Free", counts_from=self.today - 40 * DAY)
		fixed = self.plan(
			"Fixed", counts_from=self.today - 70 * DAY, rhythm="Fixed", visit_group=self.named("G")
		)
		for plan in (free, fixed):
			order = look_at(self.ports, plan) or ""
			complete(self.ports, order, Finding.NO_FAULT_FOUND, "", "Administrator")
		self.assertEqual(self.get("Maintenance Plan", free)["next_due_on"], self.today + 30 * DAY)
		self.assertEqual(self.get("Maintenance Plan", fixed)["next_due_on"], self.today + 20 * DAY)
		self.assertIsNone(self.get("Maintenance Plan", free)["maintenance_order"])

	def test_a_cancelled_visit_is_left_out(self):
		plan = self.plan("Left out")
		order = look_at(self.ports, plan) or ""
		self.records.update("Maintenance Order", order, {"status": "Cancelled"})
		self.assertEqual(self.get("Maintenance Plan", plan)["next_due_on"], self.today + 40 * DAY)

	def meter(self, unit: str, *values: float) -> str:
		indicator = self.named(f"meter {unit}")
		self.records.insert(
			"Condition Indicator", {"indicator_name": indicator, "ci": self.robot, "unit": unit}
		)
		for days, value in zip(range(len(values) - 1, -1, -1), values, strict=True):
			at = self.ports.clock.now() - days * DAY - timedelta(seconds=1)
			record_measurement(self.ports, indicator, value, at)
		return indicator

	def test_a_plan_by_running_hours_is_due_when_its_meter_will_have_counted_them(self):
		meter = self.meter("h", 960.0, 980.0, 1000.0)
		values = {"basis": "Running Hours", "usage_source": "Condition Indicator", "meter": meter}
		plan = self.plan("Oil", **values, every=200.0, counter_from=900.0, lead_days=0)
		found = self.get("Maintenance Plan", plan)
		self.assertEqual(found["used"], 100.0)
		self.assertIn(found["next_due_on"] - self.today, (4 * DAY, 5 * DAY, 6 * DAY, 7 * DAY))
		self.assertIsNone(look_at(self.ports, plan))
		record_measurement(self.ports, meter, 1105.0)
		order = look_at(self.ports, plan) or ""
		complete(self.ports, order, Finding.NO_FAULT_FOUND, "", "Administrator")
		self.assertEqual(self.get("Maintenance Plan", plan)["counter_from"], 1105.0)
		with self.assertRaisesRegex(PlantItsmError, "values of .* are in h"):
			self.records.update("Maintenance Plan", plan, {"basis": "Cycles"})

	def test_a_counter_that_went_back_makes_no_date(self):
		values = {
			"basis": "Cycles",
			"usage_source": "Condition Indicator",
			"meter": self.meter("cycles", 5.0),
		}
		found = self.get("Maintenance Plan", self.plan("Back", **values, counter_from=900.0))
		self.assertIsNone(found["next_due_on"])
		self.assertIn("went back from 900 to 5", found["explanation"])

	def test_work_that_sets_a_counter_back_is_completed_and_counts_from_there(self):
		meter = self.meter("cycles", 900.0)
		values = {"basis": "Cycles", "usage_source": "Condition Indicator", "meter": meter, "rhythm": "Fixed"}
		plan = self.plan("Belt", **values, every=500.0, counter_from=400.0)
		order = look_at(self.ports, plan) or ""
		record_measurement(self.ports, meter, 3.0)
		complete(self.ports, order, Finding.FAILURE_FOUND, "Belt and counter replaced", "Administrator")
		found = self.get("Maintenance Plan", plan)
		self.assertEqual((found["counter_from"], found["carried_over"], found["used"]), (3.0, 0.0, 0.0))

	def test_plans_of_several_cis_share_a_visit_by_their_group(self):
		other = self.plant.ci("PLC", production_line=self.get("OT CI", self.robot)["production_line"])
		group = {"visit_group": self.named("Cell")}
		first, second = self.plan("A", **group), self.plan("B", ci=other, steps=[{"step": "Fan"}], **group)
		made = look_at(self.ports, second) or ""
		order = self.get("Maintenance Order", made)
		self.assertEqual([row["maintenance_plan"] for row in order["plans"]], [first, second])
		self.assertEqual([(row["step"], row["ci"]) for row in order["steps"]], [("Fan", other)])
		self.records.update("Maintenance Order", made, {"change_type": "MES configuration"})
		with self.acting("Robot Maintenance") as user:
			planned = schedule(self.ports, made, self.now + 3 * HOUR, user)
		change = self.get("OT Change Request", planned["change_request"])
		self.assertEqual([row["ci"] for row in change["cis"]], [self.robot, other])

	def test_a_plan_by_units_counts_what_its_line_has_produced(self):
		robot = self.robot
		line = self.get("OT CI", robot)["production_line"]
		period = {"period_from": self.now - 2 * HOUR, "period_to": self.now - HOUR}
		values = {"production_line": line, "source": "Signal Rule", "produced": 700, "scrap": 0, **period}
		self.records.insert("Production Count", values)
		by_units = {"basis": "Units", "usage_source": "Production of the Line"}
		found = self.get("Maintenance Plan", self.plan("Units", **by_units, every=600.0))
		self.assertEqual((found["used"], found["next_due_on"]), (700.0, self.today))

	def test_a_measured_value_outside_its_limit_is_a_finding(self):
		steps = [{"step": "Vibration", **LIMIT}, {"step": "Grease"}]
		order = self.order(steps=steps)
		with self.assertRaisesRegex(PlantItsmError, "Vibration; Grease are not done yet"):
			complete(self.ports, order, Finding.NO_FAULT_FOUND, "", "Administrator")
		with self.assertRaisesRegex(PlantItsmError, "'much' is no number"):
			self.records.update("Maintenance Order", order, {"steps": [{**steps[0], "result": "much"}]})
		done = [{**steps[0], "result": "4.8"}, {**steps[1], "done": True}]
		measured = self.records.update("Maintenance Order", order, {"steps": done})
		row = self.get("Maintenance Order", str(measured["name"]))["steps"][0]
		self.assertEqual((row["finding"], row["done"]), ("4.8 mm/s is above 4.5 mm/s", True))
		with self.assertRaisesRegex(PlantItsmError, "That is a finding: choose Failure Found"):
			complete(self.ports, order, Finding.NO_FAULT_FOUND, "", "Administrator")
		complete(self.ports, order, Finding.FAILURE_FOUND, "Bearing worn", "Administrator")

	def part(self, **more: Any) -> str:
		values = {"part_name": self.named("Bearing"), "fits": [{"ci": self.robot}], "on_hand": 3}
		money = {"unit_cost": Decimal("120.50"), "currency": "EUR"}
		return str(self.records.insert("Spare Part", {**values, **money, **more})["name"])

	def test_a_completed_order_takes_its_parts_from_stock_and_posts_its_cost_once(self):
		part = self.part()
		labour = {"hours": 1.5, "rate": Decimal("80.00"), "currency": "EUR"}
		order = self.order(labour=[labour], parts=[{"spare_part": part, "quantity": 2}], kind="Corrective")
		found = self.get("Maintenance Order", order)
		self.assertEqual(
			[found[name] for name in ("labour_minutes", "labour_cost", "parts_cost", "total_cost")],
			[90, Decimal("120.00"), Decimal("241.00"), Decimal("361.00")],
		)
		complete(self.ports, order, Finding.FAILURE_FOUND, "", "Administrator")
		self.records.update("Maintenance Order", order, {"findings_note": "Bearing worn"})
		self.assertEqual(self.get("Spare Part", part)["on_hand"], 1)
		movement = self.only("Spare Movement", maintenance_order=order)
		self.assertEqual((movement["quantity"], movement["on_hand_after"]), (-2, 1))
		entry = self.only("Plant Cost Entry", source_document=order)
		self.assertEqual((entry["amount"], entry["spend_type"]), (Decimal("361.00"), "OpEx"))
		self.assertEqual((entry["ot_ci"], entry["docstatus"]), (self.robot, 1))
		(cost,) = [one for one in costs_of_assets(self.records) if one.ci == self.robot]
		self.assertEqual((cost.total.amount, cost.unplanned.amount), (Decimal("361.00"), Decimal("361.00")))
		with self.assertRaisesRegex(PlantItsmError, "is done and stays so"):
			self.records.update("Maintenance Order", order, {"status": "Open"})
		with self.assertRaisesRegex(PlantItsmError, "its parts has been counted"):
			self.records.update("Maintenance Order", order, {"parts": []})

	def test_parts_that_are_not_on_hand_cannot_have_been_used(self):
		part = self.part(on_hand=1)
		order = self.order(parts=[{"spare_part": part, "quantity": 2}])
		with self.assertRaisesRegex(PlantItsmError, "2 of .* were used, but only 1 are on hand"):
			complete(self.ports, order, Finding.NO_FAULT_FOUND, "", "Administrator")
		self.assertEqual(self.get("Maintenance Order", order)["status"], "Open")
		self.assertEqual(self.get("Spare Part", part)["on_hand"], 1)

	def test_a_cost_that_cannot_be_posted_holds_up_no_work(self):
		robot = self.plant.ci("Loose")
		labour = {"hours": 1.0, "rate": Decimal("80.00"), "currency": "EUR"}
		order = self.order(ci=robot, labour=[labour])
		complete(self.ports, order, Finding.NO_FAULT_FOUND, "", "Administrator")
		note = self.get("Maintenance Order", order)["cost_note"]
		self.assertRegex(note, "Not posted: .* names no cost object")

	def test_scheduling_makes_a_change_request_that_links_back_and_has_to_run_first(self):
		window = self.window()
		with self.acting("Robot Maintenance") as user:
			order = self.order(
				change_type="MES configuration", fails_by=self.now + 96 * HOUR, probability=0.8
			)
			(slot,) = find_order_slots(self.ports, order)
			self.assertEqual((slot.window, slot.span.start), (window, self.now + 48 * HOUR))
			assert slot.expected_cost is not None
			self.assertGreater(slot.expected_cost.amount, 0)
			with self.assertRaisesRegex(PlantItsmError, "after the failure that is"):
				schedule(self.ports, order, self.now + 96 * HOUR, user)
			planned = schedule(self.ports, order, slot.span.start, user)
			change = self.get("OT Change Request", planned["change_request"])
			self.assertEqual((change["maintenance_order"], change["requested_by"]), (order, user))
			self.assertEqual((change["change_window"], change["duration_minutes"]), (window, 60))
			# a moment later the failure is nearer
			self.assertLess(abs(slot.expected_cost.amount - planned["expected_cost"]), 1)
			self.assertEqual(make_change(self.ports, order, user), change["name"])
			with self.assertRaisesRegex(PlantItsmError, "is draft. Start that first"):
				start(self.ports, order, user)
			with self.assertRaisesRegex(PlantItsmError, "is draft. Start that first"):
				complete(self.ports, order, Finding.NO_FAULT_FOUND, "", user)
			schedule(self.ports, order, self.now + 50 * HOUR, user)
			moved = self.get("OT Change Request", change["name"])
			self.assertEqual(moved["planned_start"], self.now + 50 * HOUR)
			given_up = {"status": "Cancelled", "reason": "Not now", "changed_by": user}
			self.records.update("OT Change Request", change["name"], given_up)
			anew = schedule(self.ports, order, self.now + 49 * HOUR, user)
			self.assertNotEqual(anew["change_request"], change["name"])

	def test_without_a_change_type_an_order_is_scheduled_and_started_by_itself(self):
		with self.acting("Robot Maintenance") as user:
			order = self.order()
			planned = schedule(self.ports, order, self.now + 3 * HOUR, user)
			self.assertIsNone(planned["change_request"])
			self.assertIn("no Maintenance Window window is open then", planned["slot_explanation"])
			self.assertEqual(start(self.ports, order, user)["assigned_to"], user)
			done = complete(self.ports, order, Finding.NO_FAULT_FOUND, "Nothing", user)
		self.assertEqual((done["status"], done["findings_note"]), ("Done", "Nothing"))

	def test_a_chart_tells_the_zone_and_the_limits_in_words(self):
		indicator = self.named("vibration")
		values = {"indicator_name": indicator, "ci": self.robot, "unit": "mm/s"}
		self.records.insert("Condition Indicator", {**values, "zone_set": "ISO 20816-3 group 2, rigid"})
		(empty,) = conditions_of_ci(self.records, self.robot)
		self.assertEqual(empty.text, "nothing has been measured yet")
		kept = record_measurement(self.ports, indicator, 3.1, self.now - HOUR)
		self.assertEqual((kept["zone"], kept["severity"]), ("C", "Warning"))
		(chart,) = conditions_of_ci(self.records, self.robot)
		self.assertEqual(chart.text, "3.1 mm/s: zone C, warning, 1.4 below zone D")
		told = chart.as_json()
		self.assertEqual([limit["value"] for limit in told["limits"]], [1.4, 2.8, 4.5])
		self.assertEqual(told["means"], [3.1])
		with self.assertRaisesRegex(PlantItsmError, "cannot have been measured"):
			record_measurement(self.ports, indicator, 1.0, self.now + HOUR)
