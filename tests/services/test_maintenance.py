"""The vibration story of the seed: a prediction over MQTT makes one preventive ticket in the next fitting window."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from plant_itsm.domain.errors import InvalidRecordError, PlantItsmError
from plant_itsm.domain.maintenance_words import RollupPeriod
from plant_itsm.services.condition_indicators import history_of
from plant_itsm.services.maintenance_orders import follow_predictions
from plant_itsm.services.maintenance_watch import watch
from plant_itsm.services.order_schedule import schedule
from plant_itsm.services.prediction_outcomes import model_qualities
from plant_itsm.services.weibull_fits import predict_from_history

TOPIC = "demo-plant/final-assembly/assembly-line-3/AR-042"
INDICATOR = "AR-042 axis 1 vibration"
WINDOW = "Saturday maintenance"
DAY = timedelta(days=1)


def add_rules(records):
	records.insert(
		"Condition Indicator",
		{
			"indicator_name": INDICATOR,
			"ci": "AR-042",
			"unit": "mm/s",
			"zone_set": "ISO 20816-3 group 2, rigid",
		},
	)
	common = {"connection": "Cell Broker", "ci": "AR-042", "condition": "any"}
	vibration = {"event_kind": "Condition Value", "condition_indicator": INDICATOR, "value_path": "rms"}
	records.insert(
		"Signal Rule", {"rule_name": "vibration", "address": f"{TOPIC}/vibration", **vibration, **common}
	)
	records.insert(
		"Signal Rule",
		{
			"rule_name": "prediction",
			"address": f"{TOPIC}/prediction",
			"event_kind": "Failure Prediction",
			"horizon_days": 14.0,
			**common,
		},
	)


def add_window(plant, starts_at=datetime(2026, 6, 6, 6, tzinfo=timezone.utc), hours=6, name=WINDOW):
	plant.records.insert(
		"Change Window",
		{
			"window_name": name,
			"kind": "Maintenance Window",
			"plant_site": "Demo Plant",
			"starts_at": starts_at,
			"ends_at": starts_at + timedelta(hours=hours),
		},
	)
	for line in ("Assembly Line 3", "Assembly Line 4", "Assembly Line 5"):
		plant.records.insert(
			"Calendar Exception",
			{"plant_site": "Demo Plant", "production_line": line, "day": date(2026, 6, 6), "closed": True},
		)


class Story:
	def __init__(self, plant):
		self.plant, self.records = plant, plant.records
		add_rules(self.records)
		self.drain = plant.drain()

	def predict(
		self, payload='{"probability": 0.78, "horizon_days": 14, "model": "bearing", "version": "3"}'
	):
		self.drain.process([self.plant.streamed(f"{TOPIC}/prediction", payload)])
		return follow_predictions(self.plant.ports)

	def vibrate(self, *values):
		self.drain.process([self.plant.streamed(f"{TOPIC}/vibration", f'{{"rms": {v}}}') for v in values])

	def only(self, doctype):
		(row,) = self.records.find(doctype)
		return self.records.get(doctype, row["name"])

	def comments(self):
		return [row["content"] for row in self.records.find("HD Ticket Comment", order_by="creation")]

	def letters(self):
		return [row["reason"] for row in self.records.find("Signal Dead Letter")]


@pytest.fixture
def story(plant):
	return Story(plant)


def test_78_percent_within_14_days_is_one_ticket_in_the_next_window_without_production(story):
	add_window(story.plant)
	story.vibrate(1.2, 1.6, 3.1)
	story.predict()
	order, ticket = story.only("Maintenance Order"), story.only("HD Ticket")
	assert order["planned_start"] == datetime(2026, 6, 6, 6, tzinfo=timezone.utc)
	assert order["planned_end"] - order["planned_start"] == timedelta(hours=2)
	assert order["change_window"] == WINDOW
	assert order["slot_explanation"].startswith(
		"P(failure before it begins) 41.2 % × unplanned stop 15,200.00 EUR"
	)
	assert "+ planned stop 0.00 EUR" in order["slot_explanation"]
	assert ticket["ticket_type"] == "Preventive Maintenance"
	assert ticket["subject"] == "Preventive maintenance of AR-042: 78 % within 14 days"
	assert "Planned from 2026-06-06 08:00 to 10:00 CEST in Saturday maintenance" in ticket["description"]
	assert order["hd_ticket"] == ticket["name"]
	assert story.records.find("Line Stop") == []
	assert story.letters() == []
	prediction = story.only("Failure Prediction")
	assert (prediction["status"], prediction["model"], prediction["model_version"]) == (
		"Ordered",
		"bearing",
		"3",
	)


def test_a_second_message_adds_to_the_open_ticket(story):
	add_window(story.plant)
	story.predict()
	story.plant.clock.move(3600)
	story.predict('{"probability": 0.81, "horizon_days": 13}')
	order = story.only("Maintenance Order")
	assert (order["predictions"], order["probability"]) == (2, 0.81)
	assert len(story.records.find("HD Ticket")) == 1
	(said,) = story.comments()
	assert "A further prediction: 81 % within 13 days by prediction (Message)" in said
	assert {row["maintenance_order"] for row in story.records.find("Failure Prediction")} == {order["name"]}


def test_a_sooner_failure_brings_the_work_forward(story):
	add_window(story.plant)
	tomorrow = story.plant.clock.moment + DAY
	add_window_later = tomorrow.replace(hour=21, minute=0)
	story.plant.records.insert(
		"Change Window",
		{
			"window_name": "Tonight",
			"kind": "Maintenance Window",
			"plant_site": "Demo Plant",
			"starts_at": add_window_later,
			"ends_at": add_window_later + timedelta(hours=3),
		},
	)
	story.predict('{"probability": 0.9, "horizon_days": 3}')
	assert story.only("Maintenance Order")["change_window"] == "Tonight"


def test_delivered_again_it_counts_once(story):
	add_window(story.plant)
	message = story.plant.streamed(
		f"{TOPIC}/prediction", '{"probability": 0.78}', source_time=story.plant.clock.moment
	)
	again = type(message)("99-0", message.signal)
	story.drain.process([message])
	story.drain.process([again])
	assert len(story.records.find("Failure Prediction")) == 1


def test_without_a_window_in_time_it_escalates_as_a_degraded_ci(story):
	story.predict()
	order, ticket = story.only("Maintenance Order"), story.only("HD Ticket")
	assert order["planned_start"] is None
	assert order["slot_explanation"] == "No change window of the kind lies before the predicted failure."
	assert (ticket["ticket_type"], ticket["priority"]) == ("Line Stop", "P2")
	assert story.only("Failure Prediction")["status"] == "Escalated"
	(notice,) = story.plant.notifier.notices
	assert "petra.production@demo-plant.example" in notice.users


def test_a_failure_that_comes_before_the_scheduled_work_ends_escalates(story):
	add_window(story.plant)
	story.predict()
	order = story.only("Maintenance Order")
	schedule(story.plant.ports, order["name"], order["planned_start"], "petra.production@demo-plant.example")
	story.predict('{"probability": 0.9, "horizon_days": 3}')
	late = story.only("Maintenance Order")
	assert (late["status"], late["planned_start"]) == ("Scheduled", order["planned_start"])
	assert late["slot_explanation"].endswith("schedule it earlier.")
	assert story.only("HD Ticket")["priority"] == "P2"
	assert len(story.plant.notifier.notices) == 1


def test_below_the_threshold_and_too_late_nothing_is_ordered(story):
	story.predict('{"probability": 0.3}')
	old = story.plant.clock.moment - 20 * DAY
	story.records.insert(
		"Failure Prediction",
		{"ci": "AR-042", "probability": 0.9, "horizon_days": 14.0, "model": "m", "predicted_at": old},
	)
	follow_predictions(story.plant.ports)
	states = sorted(row["status"] for row in story.records.find("Failure Prediction"))
	assert states == ["Below Threshold", "Too Late"]
	assert story.records.find("Maintenance Order") == []


@pytest.mark.parametrize(
	("payload", "reason"),
	[
		('{"probability": 1.2}', "probability 1.2 is not between 0 and 1. Send 78 % as 0.78."),
		('{"probability": -0.1}', "probability -0.1 is not between"),
		('{"probability": 0.5, "horizon_days": 0}', "a horizon of 0 days says nothing"),
		('{"probability": "soon"}', "probability 'soon' is no number"),
		('{"horizon_days": 3}', "probability 'null' is no number"),
		("[1, 2]", "probability '[1, 2]' is no number"),
	],
)
def test_what_is_no_prediction_becomes_a_dead_letter(story, payload, reason):
	story.predict(payload)
	(said,) = story.letters()
	assert reason in said
	assert story.records.find("Failure Prediction") == []


def test_nothing_is_predicted_for_a_retired_ci(story):
	story.records.update("OT CI", "AR-042-PLC", {"status": "Retired"})
	with pytest.raises(InvalidRecordError, match="OT CI AR-042-PLC is retired and cannot fail"):
		story.records.insert(
			"Failure Prediction",
			{"ci": "AR-042-PLC", "probability": 0.9, "horizon_days": 14.0, "model": "m"},
		)


def test_vibration_is_rolled_up_by_hour_and_day_and_has_a_zone(story):
	story.vibrate(1.0, 2.0)
	story.plant.clock.move(3600)
	story.vibrate(4.0)
	hours = history_of(story.records, INDICATOR, RollupPeriod.HOUR)
	assert [(r.readings, r.mean, r.highest) for _, r in hours] == [(2, 1.5, 2.0), (1, 4.0, 4.0)]
	((_, day),) = history_of(story.records, INDICATOR, RollupPeriod.DAY)
	assert (day.readings, day.lowest, day.highest) == (3, 1.0, 4.0)
	indicator = story.only("Condition Indicator")
	assert (indicator["last_value"], indicator["zone"]) == (4.0, "C")


def test_the_history_of_an_indicator_is_bounded(story):
	story.records.update("Plant Maintenance Settings", "Plant Maintenance Settings", {"hourly_days": 1})
	for _ in range(30):
		story.vibrate(1.0)
		story.plant.clock.move(3600)
	hours = history_of(story.records, INDICATOR, RollupPeriod.HOUR)
	assert len(hours) == 24
	assert hours[-1][0] - hours[0][0] == timedelta(hours=23)
	assert sum(r.readings for _, r in history_of(story.records, INDICATOR, RollupPeriod.DAY)) == 30


def test_units_that_do_not_match_and_limits_in_the_wrong_order_are_refused(story):
	with pytest.raises(InvalidRecordError, match=r"values are in in/s, the limits of .* in mm/s"):
		story.records.update("Condition Indicator", INDICATOR, {"unit": "in/s"})
	zones = [{"zone": z, "above": a, "severity": "Good"} for z, a in (("A", 0.0), ("B", 5.0), ("C", 2.0))]
	with pytest.raises(InvalidRecordError, match="zone C begins above 2, which is not higher than 5"):
		story.records.insert("Condition Zone Set", {"set_name": "Wrong", "unit": "A", "zones": zones})


def test_what_the_work_finds_is_fed_back_to_the_model(story):
	add_window(story.plant)
	story.predict()
	order = story.only("Maintenance Order")
	with pytest.raises(PlantItsmError, match="what did the work find"):
		story.records.update("Maintenance Order", order["name"], {"status": "Done"})
	story.records.update("Maintenance Order", order["name"], {"status": "Done", "finding": "Failure Found"})
	assert story.only("Failure Prediction")["outcome"] == "Prevented"
	assert story.only("Maintenance Order")["open_key"] is None
	(model,) = model_qualities(story.records)
	assert model.text == "not enough data: 1 predictions have an outcome, 10 are needed to judge a model"
	story.plant.clock.move(60)
	story.predict()
	assert len(story.records.find("Maintenance Order")) == 2


def test_a_prediction_whose_horizon_has_passed_is_judged(story):
	add_window(story.plant)
	story.predict()
	story.plant.clock.move(15 * 86400)
	watch(story.plant.ports)
	assert story.only("Failure Prediction")["outcome"] == "Did Not Fail"


def test_our_own_prediction_comes_from_the_breakdowns_of_the_class(story):
	with pytest.raises(PlantItsmError, match="not enough data: none of"):
		predict_from_history(story.plant.ports, "AR-042")
	end = story.plant.clock.moment
	for days in (95, 50, 45):
		at = end - days * DAY
		story.records.insert(
			"Line Stop",
			{
				"title": "S",
				"kind": "Line Stop",
				"root_ci": "AR-042",
				"onset": at,
				"detected_at": at,
				"status": "Ended",
				"ended_at": at + timedelta(hours=4),
			},
		)
	name = predict_from_history(story.plant.ports, "AR-042")
	made = story.records.get("Failure Prediction", name)
	assert 0 < made["probability"] < 1
	assert made["inputs"].startswith("Weibayes, beta 2 assumed as 2 failures and 1 suspensions")
	assert made["source"] == "Weibull"


def test_orders_add_up_their_parts(story):
	add_window(story.plant)
	story.predict()
	story.records.insert("Spare Part", {"part_name": "Bearing", "fits": [{"ci": "AR-042"}]})
	part = {"spare_part": "Bearing", "quantity": 2, "unit_cost": Decimal("120.50"), "currency": "EUR"}
	name = story.only("Maintenance Order")["name"]
	assert story.records.update("Maintenance Order", name, {"parts": [part]})["parts_cost"] == Decimal(
		"241.00"
	)
