"""Contract of what line stops cost on any edition's records: overlaps, corrections, versions, forecast."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.services.cost_models import cost_models_of
from plant_itsm.services.cost_settlement import (
	edited_values,
	end_values,
	settle,
	settle_edited,
	settle_neighbours,
)
from plant_itsm.services.stop_costs import cost_so_far, explain, forecast
from plant_itsm.tests.contract_plant import NOON, ContractCase


def after(**span: float) -> datetime:
	return NOON + timedelta(**span)


class StopCase(ContractCase):
	"""With a line at 3,800 EUR per hour, and stops that end as the drain ends them."""

	def priced_line(self, text: str = "Line", **more: Any) -> str:
		line = self.plant.line(text, product="SUV")
		self.plant.cost_model(line, **more)
		return line

	def open_stop(self, text: str, onset: datetime, *lines: str, **more: Any) -> str:
		"""more: of the stop; reached_after_seconds: of its last line."""
		buffer_seconds = more.pop("reached_after_seconds", 0.0)
		rows = [{"production_line": line, "state": "Stopped", "product": "SUV"} for line in lines]
		rows[-1]["reached_after_seconds"] = buffer_seconds
		return self.plant.stop(text, onset=onset, detected_at=onset, lines=rows, **more)

	def end(self, name: str, ended_at: datetime) -> None:
		ended = self.records.get("Line Stop", name) | {"status": "Ended", "ended_at": ended_at}
		changed = {"status": "Ended", "ended_at": ended_at, **end_values(self.records, ended)}
		self.records.update("Line Stop", name, changed)
		settle_neighbours(self.records, ended, ended_at)

	def ended_stop(self, text: str, onset: datetime, ended_at: datetime, *lines: str, **more: Any) -> str:
		name = self.open_stop(text, onset, *lines, **more)
		self.end(name, ended_at)
		return name

	def cost(self, name: str) -> Decimal:
		return self.records.get("Line Stop", name)["cost"]


class StopCostsContract(StopCase):
	def test_an_ended_stop_keeps_its_parts_and_they_sum_to_its_cost(self):
		line = self.priced_line(
			cost_per_hour=Decimal(0),
			contribution_per_unit=Decimal("15.833333"),
			units_per_hour=47.7,
			labour_per_hour=Decimal("911.11"),
			restart_cost=Decimal(250),
			penalties=[{"after_minutes": 10, "amount": Decimal("500.00")}],
		)
		stop = self.records.get("Line Stop", self.ended_stop("S", NOON, after(seconds=1001), line))
		self.assertEqual(
			[(part["part"], part["quantity"], part["amount"]) for part in stop["cost_parts"]],
			[
				("contribution margin", 13.26325, Decimal("210.00")),
				("standing labour", 0.278056, Decimal("253.34")),
				("restart", 1.0, Decimal("250.00")),
				("penalty after 10 min", 1.0, Decimal("500.00")),
			],
		)
		self.assertEqual(stop["cost"], sum(part["amount"] for part in stop["cost_parts"]))
		self.assertEqual(
			(stop["lines"][0]["cost"], stop["lines"][0]["planned_seconds"]), (stop["cost"], 1001)
		)
		self.assertEqual({part["cost_model"] for part in stop["cost_parts"]}, {f"{line} from 2026-01-01"})
		self.assertIn("contribution margin 210.00 EUR + standing labour 253.34 EUR", stop["cost_explanation"])
		self.assertNotIn("15.83", stop["cost_explanation"])

	def test_a_moment_is_paid_once_and_an_end_that_comes_late_settles_the_other_stop_again(self):
		line = self.priced_line()
		first = self.open_stop("A", NOON, line)
		second = self.ended_stop("B", after(minutes=30), after(minutes=60), line)
		self.assertEqual(self.cost(second), 0)
		self.assertIn(
			f"1800 s more belong to {first}", self.records.get("Line Stop", second)["cost_explanation"]
		)
		self.end(first, after(minutes=45))
		self.assertEqual((self.cost(first), self.cost(second)), (Decimal("2850.00"), Decimal("950.00")))
		self.assertEqual(self.records.get("Line Stop", second)["lines"][0]["cost"], Decimal("950.00"))

	def test_what_is_part_of_an_incident_costs_with_it(self):
		lines = [self.priced_line(text) for text in ("One", "Two")]
		root = self.open_stop("Root", after(minutes=10), lines[0])
		part = self.open_stop("Part", NOON, *lines)
		self.records.update("Line Stop", part, {"parent_stop": root})
		self.end(root, after(minutes=30))
		self.assertEqual(self.cost(root), Decimal("3800.00"))
		self.end(part, after(minutes=60))
		settle(self.records, part, after(minutes=60))
		self.assertEqual((self.cost(root), self.cost(part)), (Decimal("7600.00"), 0))
		self.assertIn(f"part of {root}", self.records.get("Line Stop", part)["cost_explanation"])

	def test_a_stop_is_priced_by_version_product_and_shift_of_each_moment(self):
		rates = [{"product": "Van", "cost_per_hour": Decimal("600.00")}]
		line = self.priced_line(valid_to=date(2026, 3, 2), cost_per_hour=Decimal("100.00"))
		self.plant.cost_model(line, valid_from=date(2026, 3, 3), cost_per_hour=Decimal("300.00"), rates=rates)
		midnight = after(hours=11)  # in Berlin
		run = {"production_line": line, "starts_at": after(hours=12), "product": "Van"}
		self.records.insert("Production Run", run)
		stop = self.ended_stop("S", midnight - timedelta(hours=1), after(hours=13), line)
		self.assertEqual(self.cost(stop), Decimal("1000.00"))  # 100 + 300 + 600
		parts = self.records.get("Line Stop", stop)["cost_parts"]
		self.assertEqual([part["rate"] for part in parts], [100, 300, 600])

	def test_without_a_version_of_the_day_it_is_not_priced_and_says_so(self):
		line = self.plant.line("Line")
		stop = self.records.get("Line Stop", self.ended_stop("S", NOON, after(hours=1), line))
		self.assertEqual((stop["cost"], stop["currency"], stop["cost_parts"]), (0, None, []))
		self.assertIn("not priced: no cost model valid on 2026-03-02", stop["cost_explanation"])
		self.plant.cost_model(line)
		settle(self.records, stop["name"], after(hours=2))
		self.assertEqual(self.cost(stop["name"]), Decimal("3800.00"))

	def test_an_open_stop_tells_its_cost_so_far_and_what_is_expected(self):
		line = self.priced_line(restart_cost=Decimal(100))
		name = self.open_stop("S", NOON, line)
		so_far = cost_so_far(self.records, name, after(minutes=15))
		self.assertEqual(str(so_far.cost), "1,050.00 EUR")
		self.assertIsNone(forecast(self.records, name))
		self.records.update("Line Stop", name, {"estimated_restoration_at": after(hours=2)})
		self.assertEqual(str(forecast(self.records, name).cost), "7,700.00 EUR")
		told = explain(self.records, name, after(minutes=15))
		self.assertEqual(
			told["cost"]["lines"][0]["parts"][0]["formula"], "3,800.00 EUR per hour × 900 s ÷ 3600 s"
		)
		self.assertEqual(told["forecast"]["cost"], {"amount": "7700.00", "currency": "EUR"})
		self.assertEqual(self.records.get("Line Stop", name)["cost"], 0)

	def test_a_planned_stop_and_a_changeover_cost_nothing_and_say_why(self):
		line = self.priced_line()
		reason = self.records.insert(
			"Stop Reason", {"reason_name": self.named("Tool change"), "loss": "Setup and Changeover"}
		)["name"]
		for number, (more, why) in enumerate(
			(
				({"kind": "Planned Stop"}, "no production was planned"),
				({"stop_reason": reason}, "a changeover is part of the plan"),
				({"kind": "Starved or Blocked"}, "the stop that causes it is priced"),
			)
		):
			start = after(hours=3 * number)
			name = self.ended_stop(f"S{number}", start, start + timedelta(hours=1), line, **more)
			stop = self.records.get("Line Stop", name)
			self.assertEqual((stop["cost"], stop["currency"]), (0, None), why)
			self.assertIn(why, stop["cost_explanation"])
			self.assertEqual(stop["lines"][0]["planned_seconds"], 3600)

	def test_what_a_person_changes_of_a_stop_settles_it_and_its_neighbours(self):
		line = self.priced_line(restart_cost=Decimal(250))
		first = self.ended_stop("A", NOON, after(minutes=60), line)
		second = self.ended_stop("B", after(minutes=30), after(minutes=90), line)
		self.assertEqual((self.cost(first), self.cost(second)), (Decimal("4050.00"), Decimal("1900.00")))
		setup = {"reason_name": self.named("Setup"), "loss": "Setup and Changeover"}
		self._edit(first, stop_reason=self.records.insert("Stop Reason", setup)["name"])
		stop = self.records.get("Line Stop", first)
		self.assertEqual((stop["cost"], stop["cost_per_hour"]), (0, 0))
		self.assertIn("a changeover is part of the plan", stop["cost_explanation"])
		self.assertEqual(self.cost(second), Decimal("2150.00"))  # it restarts the line itself
		self._edit(first, stop_reason=None, ended_at=after(minutes=15))
		stop = self.records.get("Line Stop", first)
		self.assertEqual((stop["duration_seconds"], stop["incident_ended_at"]), (900, after(minutes=15)))
		self.assertEqual((self.cost(first), self.cost(second)), (Decimal("1200.00"), Decimal("4050.00")))

	def test_what_a_person_changes_of_a_part_settles_the_incident(self):
		root = self.open_stop("Root", NOON, self.priced_line("One"))
		part = self.open_stop("Part", NOON, self.priced_line("Two"), parent_stop=root)
		for name in (part, root):
			self.end(name, after(minutes=30))
		self.assertEqual(self.cost(root), Decimal("3800.00"))
		self._edit(part, ended_at=after(minutes=60))
		incident, stop = (self.records.get("Line Stop", name) for name in (root, part))
		self.assertEqual(
			(incident["cost"], incident["incident_ended_at"]), (Decimal("5700.00"), after(minutes=60))
		)
		self.assertEqual((stop["cost"], stop["cost_per_hour"], stop["duration_seconds"]), (0, 0, 3600))

	def test_the_rate_of_an_incident_is_that_of_all_its_lines_after_a_change_by_hand(self):
		lines = [self.priced_line(text) for text in ("One", "Two")]
		rows = [{"production_line": line, "state": "Stopped", "product": "SUV"} for line in lines]
		root = self.open_stop("Root", NOON, lines[0], incident_lines=rows)
		part = self.open_stop("Part", NOON, lines[1], parent_stop=root)
		for name in (part, root):
			self.end(name, after(minutes=30))
		planned = {"reason_name": self.named("Cleaning"), "planned": True}
		reason = self.records.insert("Stop Reason", planned)["name"]
		for chosen, rate, cost in ((reason, 0, 0), (None, 7600, 3800)):
			self._edit(root, stop_reason=chosen)
			stop = self.records.get("Line Stop", root)
			self.assertEqual((stop["cost_per_hour"], stop["cost"]), (rate, cost))
		self.assertEqual([row["cost_per_hour"] for row in stop["incident_lines"]], [3800, 3800])

	def _edit(self, name: str, **changed: Any) -> None:
		"""As a person does on a form."""
		before = self.records.get("Line Stop", name)
		values = edited_values(self.records, before | changed, after(hours=5))
		self.records.update("Line Stop", name, changed | values)
		settle_edited(self.records, before, after(hours=5))

	def test_a_cost_model_is_refused_with_the_way_out(self):
		line = self.priced_line(valid_to=date(2026, 6, 30))
		for refused, more in (
			("from 2026-07-01 to 2026-07-01", {"valid_from": date(2026, 7, 2)}),
			("belong together", {"valid_from": date(2026, 7, 1), "contribution_per_unit": Decimal(5)}),
			("stand twice", {"valid_from": date(2026, 7, 1), "rates": [{"shift": "Night"}] * 2}),
		):
			with self.subTest(refused), self.assertRaisesRegex(PlantItsmError, refused):
				self.plant.cost_model(line, **more)
		self.assertEqual(len(cost_models_of(self.records, line)), 1)
