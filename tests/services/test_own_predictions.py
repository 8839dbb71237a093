"""The predictions that we make ourselves, from the breakdowns of classes and from the trend of conditions."""

from datetime import datetime, timedelta, timezone

import pytest

from plant_itsm.domain.maintenance_words import RollupPeriod
from plant_itsm.services.condition_forecasts import forecast_due
from plant_itsm.services.condition_indicators import history_of
from plant_itsm.services.maintenance_watch import watch
from plant_itsm.services.prediction_outcomes import model_qualities
from plant_itsm.services.weibull_fits import renew_fits

DAY = timedelta(days=1)
INDICATOR = "AR-042 axis 1 vibration"
TOPIC = "demo-plant/final-assembly/assembly-line-3/AR-042/vibration"


def broke_down(records, ci, *days_ago, now, hours=4):
	for days in days_ago:
		at = now - days * DAY
		values = {"title": ci, "kind": "Line Stop", "root_ci": ci, "onset": at, "detected_at": at}
		ended = {"status": "Ended", "ended_at": at + timedelta(hours=hours)}
		records.insert("Line Stop", {**values, **ended})


@pytest.fixture
def robots(plant):
	"""Four robots beside AR-042, all commissioned 400 days ago."""
	since = plant.clock.moment.date() - timedelta(days=400)
	place = {"plant_site": "Demo Plant", "production_line": "Assembly Line 3", "line_effect": "Stops Line"}
	for name in ("R-1", "R-2", "R-3", "R-4"):
		values = {"ci_name": name, "ci_class": "Assembly Robot", **place}
		plant.records.insert("OT CI", {**values, "commissioned_on": since})
	plant.records.update("OT CI", "AR-042", {"commissioned_on": since})
	plant.records.update("Plant Maintenance Settings", "Plant Maintenance Settings", {"history_since": since})
	return plant


def made(records, **filters):
	return records.find("Failure Prediction", filters, order_by="ci")


def test_a_class_is_fitted_once_a_week_and_each_ci_in_use_gets_one_prediction(robots):
	records, now = robots.records, robots.clock.moment
	broke_down(records, "R-1", 300, 200, now=now)
	broke_down(records, "R-2", 150, now=now)
	records.update("OT CI", "R-4", {"status": "Retired", "retired_at": now - 30 * DAY})
	assert renew_fits(robots.ports) == 4
	assert renew_fits(robots.ports) == 0
	fit = records.get("Weibull Fit", "Weibull of Assembly Robot")
	assert (fit["failures"], fit["suspensions"], fit["shape_assumed"], fit["shape"]) == (3, 5, True, 2.0)
	assert fit["explanation"].startswith(
		"Weibayes, beta 2 assumed as 3 failures and 5 suspensions are too few"
	)
	assert [row["ci"] for row in made(records)] == ["AR-042", "R-1", "R-2", "R-3"]
	first = made(records, ci="R-3")[0]
	assert (first["source"], first["model"]) == ("Weibull", "Weibull of Assembly Robot")
	assert "age 400.3 days" in first["inputs"]
	robots.clock.move(7 * 86400)
	assert renew_fits(robots.ports) == 4
	assert len(made(records, ci="R-3")) == 2


def test_a_ci_that_has_failed_often_has_a_model_of_its_own(robots):
	records = robots.records
	broke_down(records, "R-1", 350, 300, 260, 200, 155, now=robots.clock.moment)
	renew_fits(robots.ports)
	own = records.get("Weibull Fit", "Weibull of R-1")
	assert (own["ci"], own["failures"], own["shape_assumed"]) == ("R-1", 5, False)
	assert own["shape_low"] < own["shape"] < own["shape_high"]
	assert own["scale_low"] < own["scale_days"] < own["scale_high"]
	assert {row["ci"]: row["model"] for row in made(records)}["R-1"] == "Weibull of R-1"
	assert {row["ci"]: row["model"] for row in made(records)}["R-2"] == "Weibull of Assembly Robot"


def test_of_a_life_that_began_before_breakdowns_were_recorded_only_the_end_is_known(robots):
	records, now = robots.records, robots.clock.moment
	since = now.date() - timedelta(days=250)
	records.update("Plant Maintenance Settings", "Plant Maintenance Settings", {"history_since": since})
	broke_down(records, "R-1", 200, 120, now=now)
	renew_fits(robots.ports)
	fit = records.get("Weibull Fit", "Weibull of Assembly Robot")
	assert (fit["failures"], fit["suspensions"]) == (1, 5)  # the first life of R-1 is left out
	assert "age 250.3 days" in made(records, ci="R-2")[0]["inputs"]


def test_classes_without_a_failure_say_so_and_predict_nothing(robots):
	assert renew_fits(robots.ports) == 0
	fit = robots.records.get("Weibull Fit", "Weibull of Assembly Robot")
	assert fit["explanation"].startswith("not enough data: none of 5 recorded lives has ended with a failure")
	assert (fit["shape"], fit["scale_days"]) == (0, 0)  # which its form does not show
	assert made(robots.records) == []


def test_while_an_order_is_open_for_a_ci_no_more_is_predicted_of_it(robots):
	records = robots.records
	broke_down(records, "R-1", 300, 200, now=robots.clock.moment)
	order = {"title": "Bearing", "ci": "R-2", "open_key": "R-2"}
	records.insert("Maintenance Order", order)
	renew_fits(robots.ports)
	assert "R-2" not in {row["ci"] for row in made(records)}


class Trending:
	"""An indicator of AR-042 whose daily values come over the broker."""

	def __init__(self, plant):
		self.plant, self.records = plant, plant.records
		indicator = {
			"indicator_name": INDICATOR,
			"ci": "AR-042",
			"unit": "mm/s",
			"quantity": "vibration velocity",
		}
		self.records.insert("Condition Indicator", {**indicator, "zone_set": "ISO 20816-3 group 2, rigid"})
		rule = {"rule_name": "vibration", "connection": "Cell Broker", "ci": "AR-042", "condition": "any"}
		kind = {"event_kind": "Condition Value", "condition_indicator": INDICATOR, "value_path": "rms"}
		self.records.insert("Signal Rule", {**rule, **kind, "address": TOPIC})
		self.drain = plant.drain()

	def measure(self, *values, every_days=1):
		for value in values:
			self.drain.process([self.plant.streamed(TOPIC, f'{{"rms": {value}}}')])
			self.plant.clock.move(every_days * 86400)

	def indicator(self):
		return self.records.get("Condition Indicator", INDICATOR)


@pytest.fixture
def trending(plant):
	return Trending(plant)


def test_a_rising_vibration_is_predicted_to_pass_the_limit_of_alarm(trending):
	trending.measure(2.0, 2.15, 2.25, 2.42, 2.5, 2.68, 2.75, 2.9, 3.05, 3.1)
	assert forecast_due(trending.plant.ports) == 1
	(found,) = made(trending.records)
	assert (found["source"], found["model"]) == ("Trend", "Trend of vibration velocity")
	assert found["probability"] > 0.5
	assert "90% interval" in found["inputs"]
	assert "P(above 4.5)" in found["inputs"]
	indicator = trending.indicator()
	assert 8 < indicator["days_to_limit"] < 14
	assert indicator["trend"] in found["inputs"]
	assert forecast_due(trending.plant.ports) == 0


def test_a_steady_vibration_is_predicted_to_stay(trending):
	trending.measure(2.0, 2.05, 1.98, 2.02, 2.01, 1.97, 2.0)
	forecast_due(trending.plant.ports)
	(found,) = made(trending.records)
	assert found["probability"] < 0.01


def test_few_values_make_no_prediction_and_say_so(trending):
	trending.measure(2.0, 2.5, every_days=0)
	assert forecast_due(trending.plant.ports) == 0
	assert trending.indicator()["trend"].startswith(
		"not enough data: 1 values at different times are too few"
	)
	assert made(trending.records) == []


def test_hourly_values_serve_while_there_are_too_few_days(trending):
	trending.measure(2.0, 2.1, 2.3, 2.4, 2.6, 2.7, every_days=1 / 24)
	assert forecast_due(trending.plant.ports) == 1
	assert len(history_of(trending.records, INDICATOR, RollupPeriod.DAY)) == 1


def test_another_zone_is_looked_at_the_next_day_already(trending):
	trending.measure(1.0, 1.1, 1.0, 1.2, 1.1)
	forecast_due(trending.plant.ports)
	trending.measure(3.5)
	assert forecast_due(trending.plant.ports) == 1
	trending.measure(3.6)
	assert forecast_due(trending.plant.ports) == 0


def test_what_is_predicted_is_followed_in_the_same_watch(trending):
	trending.measure(2.0, 2.3, 2.6, 2.9, 3.2, 3.5, 3.8)
	watch(trending.plant.ports)
	(found,) = made(trending.records)
	assert found["status"] in ("Ordered", "Escalated")
	assert found["maintenance_order"]


def test_a_breakdown_that_no_prediction_foresaw_counts_against_the_recall(robots):
	records, start = robots.records, datetime(2025, 1, 1, tzinfo=timezone.utc)
	for week in range(10):
		values = {"ci": "R-1", "probability": 0.8 if week == 3 else 0.1, "horizon_days": 3.0, "model": "m"}
		records.insert("Failure Prediction", {**values, "predicted_at": start + 7 * week * DAY})
	for row in made(records):
		hit = row["predicted_at"] == start + 21 * DAY
		outcome = "Failed" if hit else "Did Not Fail"
		records.update_many("Failure Prediction", [row["name"]], {"outcome": outcome})
	now = robots.clock.moment
	broke_down(records, "R-1", (now - start) / DAY - 22, (now - start) / DAY - 40, now=now)
	(found,) = model_qualities(records)
	assert (found.quality.precision, found.quality.recall, found.quality.missed) == (1.0, 0.5, 1)
	assert found.quality.verdict.value == "better than the base rate"
