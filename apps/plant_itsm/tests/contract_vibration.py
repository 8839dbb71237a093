"""The seed's vibration story, the whole way in both editions: a broker, the listener, the drain, and one ticket."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from plant_itsm.domain.maintenance_words import RollupPeriod
from plant_itsm.services.condition_indicators import history_of
from plant_itsm.services.maintenance_orders import follow_predictions
from plant_itsm.tests.contract_maintenance import MaintenanceCase

PREDICTION = {"probability": 0.78, "horizon_days": 14, "model": "bearing", "version": "3"}


class VibrationStory(MaintenanceCase):
	"""set_up_story is called before the listener of the connection starts."""

	def set_up_story(self) -> None:
		self.change_window = self.window()
		self.indicator = self.watch_vibration()

	def send(self, topic: str, payload: str) -> None:
		"""Publish to the broker."""
		raise NotImplementedError

	def take_until(self, received: int) -> None:
		"""Drain the connection until so many signals have been taken."""
		raise NotImplementedError

	def publish(self, level: str, payload: dict[str, Any]) -> None:
		self.send(f"plant/{self.prefix}/{level}", json.dumps(payload))

	def test_78_percent_within_14_days_is_one_preventive_ticket_and_a_second_message_adds_to_it(self) -> None:
		for rms in (1.2, 1.9, 3.1):
			self.publish("vibration", {"rms": rms})
		self.publish("prediction", PREDICTION)
		self.take_until(4)
		follow_predictions(self.ports)
		self._check_condition()
		self._check_ticket()
		self.publish("prediction", {**PREDICTION, "probability": 0.81})
		self.take_until(5)
		follow_predictions(self.ports)
		order = self.only("Maintenance Order", ci=self.robot)
		self.assertEqual((order["predictions"], order["probability"]), (2, 0.81))
		ticket = self.only("HD Ticket", plant_root_ci=self.robot)
		(said,) = self.records.find("HD Ticket Comment", {"reference_ticket": ticket["name"]})
		self.assertIn("A further prediction: 81 % within 14 days by bearing 3", said["content"])

	def _check_condition(self) -> None:
		"""The values that came over the broker are the series of the indicator."""
		days = [rolled for _, rolled in history_of(self.records, self.indicator, RollupPeriod.DAY)]
		whole = sum(days[1:], days[0])  # two where midnight lies between the values
		self.assertEqual((whole.readings, whole.lowest, whole.highest), (3, 1.2, 3.1))
		found = self.only("Condition Indicator", ci=self.robot)
		self.assertEqual((found["last_value"], found["zone"]), (3.1, "C"))

	def _check_ticket(self) -> None:
		"""One order in the next window that fits, at no cost to production, and no stop."""
		prediction = self.only("Failure Prediction", ci=self.robot)
		self.assertEqual((prediction["status"], prediction["model"]), ("Ordered", "bearing"))
		order = self.only("Maintenance Order", ci=self.robot)
		self.assertEqual(
			(order["name"], order["hd_ticket"] is None), (prediction["maintenance_order"], False)
		)
		self.assertEqual(order["change_window"], self.change_window)
		self.assertEqual(order["planned_start"], self.now + timedelta(hours=48))
		self.assertLess(order["planned_end"], prediction["fails_by"])
		self.assertIn("+ planned stop 0.00 EUR", order["slot_explanation"])
		ticket = self.only("HD Ticket", plant_root_ci=self.robot)
		self.assertEqual(ticket["ticket_type"], "Preventive Maintenance")
		self.assertEqual(str(ticket["name"]), str(order["hd_ticket"]))
		self.assertIn("78 % within 14 days", ticket["subject"])
		self.assertEqual(self.records.count("Line Stop", {"root_ci": self.robot}), 0)
