"""What maintenance keeps to in both editions: a prediction makes one order and ticket, spares are counted once."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.ports import Ports, Record
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.maintenance_orders import follow
from plant_itsm.services.spare_decision import spares_for
from plant_itsm.services.spares import activate_spare, reserve_spare
from plant_itsm.tests.contract_plant import ContractCase

HOUR = timedelta(hours=1)


class MaintenanceCase(ContractCase):
	"""With a robot on a line that does not produce in the days to come, and a window that opens in two days."""

	ports: Ports

	@cached_property
	def now(self) -> datetime:
		return datetime.now(timezone.utc).replace(microsecond=0)

	@cached_property
	def robot(self) -> str:
		line = self.plant.line("Line")
		self.plant.cost_model(line)
		for days in range(4):
			day = (self.now + timedelta(days=days)).date()
			values = {"plant_site": self.plant.site, "production_line": line, "day": day, "closed": True}
			self.records.insert("Calendar Exception", values)
		return self.plant.ci("AR", production_line=line)

	def window(self) -> str:
		values = {
			"window_name": self.named("Maintenance"),
			"kind": "Maintenance Window",
			"plant_site": self.plant.site,
			"starts_at": self.now + 48 * HOUR,
			"ends_at": self.now + 54 * HOUR,
		}
		return str(self.records.insert("Change Window", values)["name"])

	def only(self, doctype: str, **filters: Any) -> Record:
		(row,) = self.records.find(doctype, filters)
		found = self.records.get(doctype, row["name"])
		assert found is not None
		return found

	def watch_vibration(self) -> str:
		"""An indicator of the robot, with the rules for its values and for what is predicted. Returns its name."""
		indicator, topic = self.named("vibration"), f"plant/{self.prefix}"
		values = {"indicator_name": indicator, "ci": self.robot, "unit": "mm/s"}
		self.records.insert("Condition Indicator", {**values, "zone_set": "ISO 20816-3 group 2, rigid"})
		self.plant.rule(
			"vibration",
			self.robot,
			address=f"{topic}/vibration",
			event_kind="Condition Value",
			condition="any",
			condition_value=None,
			value_path="rms",
			condition_indicator=indicator,
		)
		self.plant.rule(
			"prediction",
			self.robot,
			address=f"{topic}/prediction",
			event_kind="Failure Prediction",
			condition="any",
			condition_value=None,
		)
		return indicator

	def acting(self, role: str) -> AbstractContextManager[str]:
		"""Go on as somebody who has just this role; the block is given the user."""
		raise NotImplementedError


class MaintenanceContract(MaintenanceCase):
	def receive(self, *signals: tuple[str, str]) -> None:
		"""Take (last level of the topic, payload) as the drain of the broker takes them, then follow predictions."""
		with self.records.transaction():
			model = ImpactModel(self.records)
		drain = ConnectionDrain(self.ports, self.plant.connection, model)
		start = int(drain.cursor.split("-")[0])
		batch = [
			StreamedSignal(
				f"{start + place}-0",
				RawSignal(f"plant/{self.prefix}/{topic}", payload.encode(), self.now, source_time=self.now),
			)
			for place, (topic, payload) in enumerate(signals, start=1)
		]
		drain.process(batch)
		for row in self.records.find("Failure Prediction", {"ci": self.robot, "status": "Pending"}):
			follow(self.ports, row["name"])

	def test_vibration_and_a_prediction_make_one_ticket_in_the_next_window_and_a_second_adds_to_it(self):
		window = self.window()
		self.watch_vibration()
		said = '{"probability": 0.78, "horizon_days": 14, "model": "bearing"}'
		self.receive(("vibration", '{"rms": 3.2}'), ("prediction", said))
		order = self.only("Maintenance Order", ci=self.robot)
		self.assertEqual(order["change_window"], window)
		self.assertEqual(order["planned_start"], self.now + 48 * HOUR)
		self.assertIn("+ planned stop 0.00 EUR", order["slot_explanation"])
		ticket = self.only("HD Ticket", plant_root_ci=self.robot)
		self.assertEqual(ticket["ticket_type"], "Preventive Maintenance")
		self.assertEqual(str(order["hd_ticket"]), str(ticket["name"]))
		self.assertEqual(self.records.find("Line Stop", {"root_ci": self.robot}), [])
		self.assertEqual(self.only("Condition Indicator", ci=self.robot)["zone"], "C")

		self.receive(("prediction", said.replace("0.78", "0.81")))
		self.assertEqual(self.only("Maintenance Order", ci=self.robot)["predictions"], 2)
		self.only("HD Ticket", plant_root_ci=self.robot)
		self.only("HD Ticket Comment", reference_ticket=ticket["name"])

	def spare(self, text: str, **more: Any) -> str:
		part = self.named("Robot spare")
		if self.records.get("Spare Part", part) is None:
			fits = [{"ci_class": self.plant.ci_class}]
			self.records.insert("Spare Part", {"part_name": part, "fits": fits, "swap_minutes": 45})
		values = {"unit_name": self.named(text), "spare_part": part, **more}
		return str(self.records.insert("Spare Unit", values)["name"])

	def test_a_ready_unit_of_the_pool_is_offered_reserved_and_put_in_place_of_the_failed_ci(self):
		tested = {"tested_on": self.now.date(), "test_passed": True}
		slow, fast = self.spare("S1", **tested), self.spare("S2", swap_minutes=30, **tested)
		self.spare("S3", state="In Repair", **tested)
		options = spares_for(self.records, self.robot)
		self.assertEqual(sorted((one.label, one.swap_minutes) for one in options), [(slow, 45), (fast, 30)])
		stop = self.plant.stop("Stop", root_ci=self.robot)
		other = self.plant.stop("Other", root_ci=self.robot)
		reserve_spare(self.records, fast, stop)
		with self.assertRaisesRegex(PlantItsmError, f"is reserved for {stop}"):
			reserve_spare(self.records, fast, other)
		self.assertEqual([one.label for one in spares_for(self.records, self.robot)], [slow])
		activate_spare(self.records, fast)
		unit = self.only("Spare Unit", name=fast)
		self.assertEqual((unit["state"], unit["replaces_ci"]), ("In Use", self.robot))
