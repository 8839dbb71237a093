"""Contract of the impact on any edition's records: the seed's figures, and what the graph must bear."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal

from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.impact import Impact
from plant_itsm.domain.money import Money
from plant_itsm.services.impact import ImpactModel, impact_of_cis
from plant_itsm.tests.contract_plant import NOON, ContractCase


class ClockAt:
	"""The clock of a plant that stands at one moment."""

	def __init__(self, moment: datetime):
		self._moment = moment

	def now(self) -> datetime:
		return self._moment


class ImpactContract(ContractCase):
	def _impact(self, *failed: str, at: datetime = NOON) -> Impact:
		return impact_of_cis(self.records, ClockAt(at), failed)

	def _priced_line(self, text: str) -> str:
		line = self.plant.line(text, product="SUV Model X")
		self.plant.cost_model(line)
		return line

	def test_a_robot_stops_its_line(self):
		line = self._priced_line("Assembly Line 3")
		robot = self.plant.ci("AR-042", production_line=line)
		impact = self._impact(robot)
		self.assertEqual([(i.line.name, i.state) for i in impact.lines], [(line, "Stopped")])
		self.assertEqual(
			(impact.units_per_shift, impact.cost_per_hour), (240, Money(Decimal("3800.00"), "EUR"))
		)
		self.assertEqual(impact.lines[0].cost_model, f"{line} from 2026-01-01")
		self.assertEqual(impact.not_priced, ())

	def test_a_switch_takes_every_line_of_its_segment_along(self):
		lines = [self._priced_line(f"Line {number}") for number in (1, 2, 3)]
		robots = [self.plant.ci(f"R{n}", production_line=line) for n, line in enumerate(lines)]
		switch = self.plant.ci("SW-L3-043")
		members = [{"ci": switch, "role": "Switch"}, *({"ci": robot} for robot in robots)]
		self.plant.segment("VLAN 143", members)
		impact = self._impact(switch)
		self.assertEqual([i.line.name for i in impact.lines], lines)
		self.assertEqual(list(impact.affected_cis), robots)
		self.assertEqual(
			(impact.units_per_shift, impact.cost_per_hour), (720, Money(Decimal("11400.00"), "EUR"))
		)

	def test_a_failure_travels_along_relations_and_round_a_cycle(self):
		line = self._priced_line("Line")
		plc, robot = self.plant.ci("PLC"), self.plant.ci("Robot", production_line=line)
		server = self.plant.ci("Server")
		controls = self.plant.relation_type("controls", "Source to Target")
		runs_on = self.plant.relation_type("runs on", "Target to Source")
		self.plant.relation(plc, controls, robot)
		self.plant.relation(plc, runs_on, server)
		self.plant.relation(robot, controls, server)  # closes a cycle
		impact = self._impact(server)
		self.assertEqual(list(impact.affected_cis), [plc, robot])
		self.assertEqual([i.line.name for i in impact.lines], [line])
		self.assertTrue(impact.lines[0].path.startswith(server), impact.lines[0].path)

	def test_a_degraded_line_blocks_no_units_and_has_no_cost(self):
		line = self._priced_line("Line")
		sensor = self.plant.ci("Sensor", production_line=line, line_effect="Degrades Line")
		impact = self._impact(sensor)
		self.assertEqual([(i.line.name, i.state) for i in impact.lines], [(line, "Degraded")])
		self.assertEqual((impact.units_per_shift, impact.cost_per_hour), (0, None))

	def test_a_line_without_a_cost_model_says_so(self):
		line = self.plant.line("Line")
		impact = self._impact(self.plant.ci("Robot", production_line=line))
		self.assertEqual((impact.units_per_shift, impact.cost_per_hour), (240, None))
		self.assertEqual(len(impact.not_priced), 1)
		self.assertIn(line, impact.not_priced[0])

	def test_a_stop_is_priced_with_the_model_of_the_day_at_its_site(self):
		line = self.plant.line("Line")
		self.plant.cost_model(line, valid_to=date(2026, 6, 30), cost_per_hour=Decimal("100.00"))
		self.plant.cost_model(line, valid_from=date(2026, 7, 1), cost_per_hour=Decimal("200.00"))
		robot = self.plant.ci("Robot", production_line=line)
		before = self._impact(robot, at=datetime(2026, 6, 30, 21, 59, tzinfo=timezone.utc))
		after = self._impact(
			robot, at=datetime(2026, 6, 30, 22, 0, tzinfo=timezone.utc)
		)  # midnight in Berlin
		self.assertEqual(before.cost_per_hour, Money(Decimal("100.00"), "EUR"))
		self.assertEqual(after.cost_per_hour, Money(Decimal("200.00"), "EUR"))

	def test_a_retired_ci_and_an_unknown_one_are_missing(self):
		retired = self.plant.ci("Old", status="Retired")
		for name in (retired, self.named("nobody")):
			with self.subTest(name), self.assertRaisesRegex(MissingRecordError, name):
				self._impact(name)

	def test_one_of_two_switches_is_enough_for_a_segment_and_both_lost_are_not(self):
		line = self._priced_line("Line")
		robot = self.plant.ci("Robot", production_line=line)
		first, second = self.plant.ci("SW 1"), self.plant.ci("SW 2")
		members = [{"ci": first, "role": "Switch"}, {"ci": second, "role": "Switch"}, {"ci": robot}]
		ring = self.plant.segment("Ring", members)
		self.assertEqual([i.line.name for i in self._impact(first).lines], [line])
		group = self.plant.group("Switches", [first, second], [{"network_segment": ring}])
		self.assertEqual(self._impact(first).lines, ())
		(found,) = self._impact(first, second).lines
		self.assertEqual(found.line.name, line)
		self.assertIn(f"{group} (0 of 2 up, 1 needed) → {ring} → {robot}", found.path)

	def test_a_percentage_of_a_group_is_rounded_up(self):
		line = self._priced_line("Line")
		hosts = [self.plant.ci(f"Host {n}") for n in range(3)]
		self.plant.group("Hosts", hosts, [{"production_line": line}], min_up=50, min_up_unit="Percent")
		self.assertEqual(self._impact(hosts[0]).lines, ())
		self.assertEqual([i.line.name for i in self._impact(*hosts[:2]).lines], [line])

	def test_a_line_behind_buffers_is_reached_when_they_are_empty(self):
		lines = [self._priced_line(f"Line {number}") for number in (1, 2, 3)]
		self.plant.feed(lines[0], lines[1], 20)
		self.plant.feed(lines[1], lines[2], 7.5)
		impact = self._impact(self.plant.ci("Robot", production_line=lines[0]))
		self.assertEqual(
			[(i.line.name, i.reached_after_seconds) for i in impact.lines],
			[(lines[0], 0), (lines[1], 1200), (lines[2], 1650)],
		)
		self.assertEqual(impact.cost_per_hour, Money(Decimal("11400.00"), "EUR"))
		self.assertEqual(impact.cost_per_hour_now, Money(Decimal("3800.00"), "EUR"))
		self.assertTrue(impact.lines[2].path.endswith(" → ".join(lines)), impact.lines[2].path)

	def test_a_model_that_is_kept_follows_every_edit(self):
		line = self._priced_line("Line")
		robot, server, spare = self.plant.ci("Robot", production_line=line), *map(self.plant.ci, "AB")
		needs = self.plant.relation_type("depends on", "Target to Source")
		model = ImpactModel(self.records)

		def lines_of(*failed: str) -> list[str]:
			model.refresh()
			return [found.line.name for found in model.impact(failed, NOON).lines]

		self.assertEqual(lines_of(server), [])
		self.plant.relation(robot, needs, server)
		self.assertEqual(lines_of(server), [line])
		late = self.plant.ci("Late")
		self.plant.relation(server, needs, late)
		self.assertEqual((lines_of(late), list(model.lines_of_ci(late).stops)), ([line], [line]))
		self.plant.group("Servers", [server, spare], [{"ci": robot}])
		self.assertEqual((lines_of(server), lines_of(server, spare)), ([], [line]))
		self.records.update("OT CI", robot, {"line_effect": "No Direct Effect"})
		self.assertEqual(lines_of(server, spare), [])
		self.records.update("OT CI", robot, {"line_effect": "Stops Line", "status": "Retired"})
		self.assertEqual(lines_of(server, spare), [])

	def test_a_model_that_is_kept_notices_a_change(self):
		line = self._priced_line("Line")
		robot = self.plant.ci("Robot")
		model = ImpactModel(self.records)
		self.assertEqual(model.impact([robot], NOON).lines, ())
		self.records.update("OT CI", robot, {"production_line": line})
		model.refresh()
		self.assertEqual([i.line.name for i in model.impact([robot], NOON).lines], [line])
