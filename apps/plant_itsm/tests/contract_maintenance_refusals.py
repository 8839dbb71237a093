"""The bad input of maintenance, in both editions: refused, or answered "not enough data", each with the way out."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.ports import Ports
from plant_itsm.services.refresh_assessments import DOCTYPE as SHEET
from plant_itsm.services.spares import reorder_of, supply_of
from plant_itsm.services.weibull_fits import DOCTYPE as FIT
from plant_itsm.services.weibull_fits import predict_from_history, renew_class
from plant_itsm.tests.contract_plant import NOON, ContractCase

PREDICTION = "Failure Prediction"


class MaintenanceRefusalsContract(ContractCase):
	ports: Ports

	@cached_property
	def machine(self) -> str:
		return self.plant.ci("Machine", production_line=self.plant.line("Machine line"))

	def assert_refused(self, text: str, doctype: str, values: dict[str, Any]) -> None:
		with self.assertRaisesRegex(PlantItsmError, text):
			self.records.insert(doctype, values)

	def predicted(self, **more: Any) -> dict[str, Any]:
		return {
			"ci": self.machine,
			"probability": 0.5,
			"horizon_days": 14.0,
			"model": self.named("m"),
			**more,
		}

	def test_a_probability_outside_0_to_1(self):
		for probability in (1.5, -0.1, 78.0):
			self.assert_refused(
				f"probability {probability:g} is not between 0 and 1. Send 78 % as 0.78",
				PREDICTION,
				self.predicted(probability=probability),
			)

	def test_a_horizon_of_nothing(self):
		for days in (0.0, -3.0):
			self.assert_refused(
				f"horizon of {days:g} days says nothing. Give the days within which it fails",
				PREDICTION,
				self.predicted(horizon_days=days),
			)

	def test_a_prediction_for_a_retired_ci(self):
		retired = self.plant.ci("Old", status="Retired")
		self.assert_refused(
			"is retired and cannot fail. Stop predicting for it, or take it back into use",
			PREDICTION,
			self.predicted(ci=retired),
		)

	def test_limits_in_the_wrong_order(self):
		zones = [{"zone": z, "above": a, "severity": "Good"} for z, a in (("A", 0.0), ("B", 5.0), ("C", 2.0))]
		self.assert_refused(
			"zone C begins above 2, which is not higher than 5 of zone B. Enter the limits in ascending order",
			"Condition Zone Set",
			{"set_name": self.named("Zones"), "unit": "A", "zones": zones},
		)

	def test_a_unit_that_does_not_match_that_of_the_limits(self):
		self.assert_refused(
			"its values are in in/s, the limits of .* in mm/s. Enter the same unit, or choose other zones",
			"Condition Indicator",
			{
				"indicator_name": self.named("vibration"),
				"ci": self.machine,
				"unit": "in/s",
				"zone_set": "ISO 20816-3 group 2, rigid",
			},
		)

	def part(self, **more: Any) -> dict[str, Any]:
		return {"part_name": self.named("Bearing"), "fits": [{"ci": self.machine}], **more}

	def test_a_negative_stock(self):
		self.assert_refused(
			"-1 on hand is negative. Count the parts and enter 0 or more", "Spare Part", self.part(on_hand=-1)
		)

	def test_a_part_that_fits_nothing(self):
		fits = [{"ci": None}]
		self.assert_refused("names neither a CI nor a class. Enter one", "Spare Part", self.part(fits=fits))

	def test_stock_about_which_nothing_is_known(self):
		name = self.records.insert("Spare Part", self.part(on_hand=2))["name"]
		part = self.records.get("Spare Part", name) or {}
		with self.assertRaisesRegex(
			PlantItsmError, "not enough data: none was used.* Enter the CIs .* its MTBF"
		):
			supply_of(self.records, part)
		with self.assertRaisesRegex(
			PlantItsmError, "not enough data: the lead time of .* is not known. Enter its days"
		):
			reorder_of(self.records, part)

	def test_weibull_without_a_failure(self):
		since = datetime.now(timezone.utc).date() - timedelta(days=400)
		self.records.update("OT CI", self.machine, {"commissioned_on": since})
		with self.assertRaisesRegex(PlantItsmError, "not enough data: none of 1 recorded lives has ended"):
			predict_from_history(self.ports, self.machine)
		renew_class(self.ports, self.plant.ci_class, datetime.now(timezone.utc))
		found = self.records.get(FIT, f"Weibull of {self.plant.ci_class}") or {}
		self.assertIn("not enough data", found["explanation"])
		self.assertFalse(found["shape"] or found["scale_days"])
		self.assertEqual(self.records.count(PREDICTION, {"ci": self.machine}), 0)

	def test_a_ci_that_nobody_knows_the_age_of(self):
		other = self.plant.ci("Other", commissioned_on=date(2020, 1, 1))
		over = {"status": "Ended", "ended_at": NOON + timedelta(hours=1), "root_ci": other}
		self.plant.stop("Failed", **over)
		self.plant.stop("Again", root_ci=other, onset=NOON + timedelta(days=40))
		with self.assertRaisesRegex(
			PlantItsmError, "nobody knows since when .* runs. Enter when it was commissioned"
		):
			predict_from_history(self.ports, self.machine)

	def test_a_sheet_without_a_price_or_a_year_says_what_is_missing(self):
		sheet = self.records.insert(SHEET, {"ci": self.machine, "from_records": True})
		self.assertIn("no Capital Asset in EUR says what", sheet["explanation"])
		self.assertIn("Enter the purchase cost", sheet["explanation"])
		self.assertFalse(sheet["advice"] or sheet["keep_cost"] or sheet["replace_cost"])
		self.records.update("OT CI", self.machine, {"commissioned_on": datetime.now(timezone.utc).date()})
		sheet = self.records.update(SHEET, sheet["name"], {"purchase_cost": 1000})
		self.assertIn("not enough data", sheet["explanation"])
		self.assertIn(
			"has not run for a year. Enter when it was commissioned, or the figures", sheet["explanation"]
		)
