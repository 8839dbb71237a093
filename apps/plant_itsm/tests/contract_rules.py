"""Contract of Records: the rules of the domain hold for every record, whichever way it comes in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.tests.contract_plant import ContractCase


class RulesContract(ContractCase):
	def test_a_ci_cannot_be_related_to_itself(self):
		robot, kind = self.plant.ci("AR"), self.plant.relation_type("runs on", "Target to Source")
		with self.assertRaisesRegex(PlantItsmError, f"{robot}.*itself"):
			self.plant.relation(robot, kind, robot)
		self.assertEqual(self.records.count("CI Relation", {"source_ci": robot}), 0)

	def test_nothing_is_part_of_itself_however_far_up(self):
		part_of = self.plant.relation_type("part of", "Source to Target", is_hierarchy=True)
		valve, gripper, robot = map(self.plant.ci, ("Valve", "Gripper", "Robot"))
		first = self.plant.relation(valve, part_of, gripper)
		self.plant.relation(gripper, part_of, robot)
		with self.assertRaisesRegex(PlantItsmError, f"cycle: {robot} → {valve} → {gripper} → {robot}"):
			self.plant.relation(robot, part_of, valve)
		self.assertEqual(self.records.count("CI Relation", {"source_ci": robot}), 0)
		with self.assertRaisesRegex(PlantItsmError, "Remove one"):
			self.records.update("CI Relation", first, {"source_ci": robot, "target_ci": gripper})
		other = self.plant.relation_type("controls", "Source to Target")
		self.plant.relation(robot, other, valve)

	def test_a_redundancy_group_can_be_met_and_protects_something(self):
		first, second, robot = map(self.plant.ci, ("SW 1", "SW 2", "Robot"))
		depends = [{"ci": robot}]
		for refused, members, dependents, more in (
			("min up 3 is above its 2 members", [first, second], depends, {"min_up": 3}),
			("min up 0 is below 1", [first, second], depends, {"min_up": 0}),
			("101 %.*1 to 100", [first], depends, {"min_up": 101, "min_up_unit": "Percent"}),
			("listed twice as member", [first, first], depends, {}),
			("no members", [], depends, {}),
			("nothing depends on it", [first], [], {}),
			("cannot depend on its own group", [first, robot], depends, {}),
			("row 1 names nothing", [first], [{}], {}),
			("listed twice as dependent CI", [first], [*depends, *depends], {}),
		):
			with self.subTest(refused), self.assertRaisesRegex(PlantItsmError, refused):
				self.plant.group("Switches", members, dependents, **more)
		self.assertIsNone(self.records.get("Redundancy Group", self.named("Switches")))

	def test_a_line_feeds_others_through_a_buffer_that_is_a_length_of_time(self):
		first, second = self.plant.line("A"), self.plant.line("B")
		with self.assertRaisesRegex(PlantItsmError, f"{first} feeds itself"):
			self.plant.feed(first, first, 10)
		with self.assertRaisesRegex(PlantItsmError, "-5 minutes cannot be"):
			self.plant.feed(first, second, -5)
		self.assertEqual(self.records.count("Line Feed", {"from_line": first}), 0)

	def test_cost_models_of_a_line_cannot_overlap(self):
		line = self.plant.line("L")
		first = self.plant.cost_model(line, valid_to=date(2026, 6, 30))
		with self.assertRaisesRegex(PlantItsmError, f"overlaps {first}"):
			self.plant.cost_model(line, valid_from=date(2026, 6, 30))
		self.plant.cost_model(line, valid_from=date(2026, 7, 1))
		with self.assertRaisesRegex(PlantItsmError, "overlaps"):
			self.records.update("Line Stop Cost Model", first, {"valid_to": None})
		self.assertEqual(self.records.get("Line Stop Cost Model", first)["valid_to"], date(2026, 6, 30))

	def test_a_cost_model_can_be_changed_within_its_own_period(self):
		name = self.plant.cost_model(self.plant.line("L"))
		changed = self.records.update("Line Stop Cost Model", name, {"cost_per_hour": Decimal("4100.50")})
		self.assertEqual(changed["cost_per_hour"], Decimal("4100.50"))

	def test_a_cost_model_cannot_be_in_a_foreign_currency(self):
		line = self.plant.line("L")
		with self.assertRaisesRegex(PlantItsmError, "currency USD differs from EUR"):
			self.plant.cost_model(line, currency=self.plant.currency("USD"))

	def test_a_cost_model_cannot_end_before_it_starts(self):
		line = self.plant.line("L")
		with self.assertRaisesRegex(PlantItsmError, "2025-12-31"):
			self.plant.cost_model(line, valid_to=date(2025, 12, 31))

	def test_a_time_zone_must_exist(self):
		with self.assertRaisesRegex(PlantItsmError, "Mars/Base"):
			self.records.update("Plant Site", self.plant.site, {"time_zone": "Mars/Base"})
		self.assertEqual(self.records.get("Plant Site", self.plant.site)["time_zone"], "Europe/Berlin")

	def test_a_ci_stands_once_in_a_segment(self):
		robot = self.plant.ci("AR")
		with self.assertRaisesRegex(PlantItsmError, "twice"):
			self.plant.segment("VLAN", [{"ci": robot}, {"ci": robot, "role": "Switch"}])
		self.assertIsNone(self.records.get("Network Segment", self.named("VLAN")))

	def test_a_signal_rule_needs_a_topic_filter_that_can_match(self):
		robot = self.plant.ci("AR")
		with self.assertRaisesRegex(PlantItsmError, "#"):
			self.plant.rule("R", robot, address="plant/#/state")
		with self.assertRaisesRegex(PlantItsmError, "needs a number"):
			self.plant.rule("R", robot, condition=">", condition_value="hot")
		self.assertIsNone(self.records.get("Signal Rule", self.named("R")))
