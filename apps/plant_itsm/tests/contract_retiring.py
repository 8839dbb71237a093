"""Contract of taking CIs out of use: what keeps them, and what stays of them."""

from __future__ import annotations

import json

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.domain.retiring import Retirement
from plant_itsm.services.graph_changes import DOCTYPE as GRAPH_CHANGE
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.retirements import retire_cis
from plant_itsm.tests.contract_plant import ContractCase


class RetiringContract(ContractCase):
	def _retire(self, *cis: str, force: bool = False) -> None:
		retire_cis(self.records, [Retirement(ci, "Worn out") for ci in cis], force=force)

	def _assert_needed(self, ci: str, text: str, *together: str) -> None:
		with self.assertRaisesRegex(PlantFileError, f"{ci} is still needed: .*{text}"):
			self._retire(ci, *together)
		self.assertEqual(self.records.get("OT CI", ci)["status"], "Active")

	def test_who_when_and_why_stay_on_record(self):
		robot = self.plant.ci("Robot", production_line=self.plant.line("L"))
		self._retire(robot)
		record = self.records.get("OT CI", robot)
		writer = self.records.writer()
		self.assertEqual((record["status"], record["retired_by"]), ("Retired", writer.user))
		self.assertLessEqual(record["retired_at"], writer.at)
		(change,) = self.records.find(GRAPH_CHANGE, {"record_name": robot, "change": "Changed"})
		after = json.loads(change["after"])
		self.assertEqual((after["status"], after["retirement_reason"]), ("Retired", "Worn out"))
		self.assertFalse(ImpactModel(self.records).holds_ci(robot))

	def test_what_others_need_stays_until_it_is_forced(self):
		robot, server = self.plant.ci("Robot"), self.plant.ci("Server")
		kind = self.plant.relation_type("depends on", "Target to Source")
		relation = self.plant.relation(robot, kind, server)
		self._assert_needed(server, f"{robot} fails with it")
		self._retire(server, force=True)
		self.assertIsNotNone(self.records.get("CI Relation", relation))

	def test_what_leaves_together_does_not_need_each_other(self):
		robot, server = self.plant.ci("Robot"), self.plant.ci("Server")
		self.plant.relation(robot, self.plant.relation_type("depends on", "Target to Source"), server)
		self._retire(server, robot)
		self.assertEqual(
			self.records.count("OT CI", {"name": ("in", [robot, server]), "status": "Active"}), 0
		)

	def test_a_part_leaves_its_whole_but_not_the_whole_its_parts(self):
		robot = self.plant.ci("Robot")
		plc = self.plant.ci("PLC", parent_ci=robot)
		hmi = self.plant.ci("HMI")
		self.plant.relation(hmi, self.plant.part_of(), robot)
		self._assert_needed(robot, "is part of it and 1 more")
		self._retire(plc, hmi)
		self._retire(robot)

	def test_the_last_switch_of_a_segment_is_needed(self):
		first, second, plc = (self.plant.ci(text) for text in ("Switch 1", "Switch 2", "PLC"))
		self.plant.segment(
			"VLAN", [{"ci": first, "role": "Switch"}, {"ci": second, "role": "Switch"}, {"ci": plc}]
		)
		self._assert_needed(first, "last switch of .*VLAN", second)
		self._retire(first)
		self._assert_needed(second, "last switch of .*VLAN")

	def test_a_redundancy_group_keeps_as_many_as_must_be_up(self):
		one, two, three = (self.plant.ci(text) for text in ("S1", "S2", "S3"))
		self.plant.group("Servers", [one, two, three], [{"production_line": self.plant.line("L")}], min_up=2)
		self._retire(one)
		self._assert_needed(two, "would have 1 of the 2 members that must be up")

	def test_a_list_is_checked_whole_before_anything_is_done(self):
		robot, gone = self.plant.ci("Robot"), self.plant.ci("Gone", status="Retired")
		leaving = [
			Retirement(robot, "Sold", 2),
			Retirement(robot, "Sold", 3),
			Retirement(gone, "Sold", 4),
			Retirement(self.named("nobody"), "Sold", 5),
			Retirement(self.plant.ci("Other"), " ", 6),
		]
		with self.assertRaises(PlantFileError) as refusal:
			retire_cis(self.records, leaving, source="gone.csv", force=True)
		places = [(problem.place, problem.column) for problem in refusal.exception.problems]
		columns = [("gone.csv:3", "ci"), ("gone.csv:4", "ci"), ("gone.csv:5", "ci"), ("gone.csv:6", "reason")]
		self.assertEqual(places, columns)
		self.assertTrue(all(problem.way_out for problem in refusal.exception.problems))
		self.assertEqual(self.records.get("OT CI", robot)["status"], "Active")
