"""Alarms that are no failure: chattering, fleeting, suppressed, silent, starved, planned, flooded, late."""

from datetime import timedelta

import pytest

from plant_itsm.domain.errors import InvalidRecordError, RuleError
from tests.services.conftest import START

RULE = "AR-042 offline"


def rule(plant, name, **values):
	record = {
		"rule_name": name,
		"connection": "Cell Broker",
		"address": f"plant/{name}",
		"ci": "AR-042",
		"event_kind": "Line Stop",
		"condition": "=",
		"condition_value": "1",
	}
	plant.records.insert("Signal Rule", record | values)
	return record["address"]


def shelve(plant, seconds=3600, **values):
	now = plant.clock.now()
	record = {"starts_at": now, "ends_at": now + timedelta(seconds=seconds), "reason": "sensor is replaced"}
	return record | values


def stops(plant, **filters):
	return plant.records.find("Line Stop", filters, order_by="creation")


def test_a_stop_that_comes_back_at_once_goes_on_as_the_same_incident_and_its_gap_costs_nothing(plant):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE", ts=START)])
	plant.clock.move(1000)
	for value, after in (("RUNNING", 100), ("OFFLINE", 130), ("RUNNING", 190)):
		drain.process([plant.state(value, ts=START + timedelta(seconds=after))])
	(stop,) = stops(plant)
	assert (stop["reopened"], stop["interrupted_seconds"]) == (1, 30.0)
	assert (stop["duration_seconds"], str(stop["cost"])) == (160.0, "168.89")
	assert plant.deliver([stop["name"]]) == 6  # ticket, notification, end, return, end, diagnosis
	comments = [row["content"] for row in plant.records.find("HD Ticket Comment", order_by="creation")]
	assert ["It is back" in text for text in comments] == [False, True, False]
	assert plant.records.count("HD Ticket") == 1


def test_flapping_at_ten_hertz_for_ten_minutes_is_one_incident(plant):
	drain = plant.drain()
	for _ in range(60):  # 60 batches of 10 s, 50 raises each
		batch = []
		for _ in range(50):
			batch.append(plant.state("OFFLINE"))
			plant.clock.move(0.1)
			batch.append(plant.state("RUNNING"))
			plant.clock.move(0.1)
		drain.process(batch)
	(stop,) = stops(plant)
	assert stop["status"] == "Open"
	(state,) = plant.records.find("Signal State")
	assert state["chattering"] is True
	plant.clock.move(61)
	assert drain.pass_time() == [stop["name"]]
	(state,) = plant.records.find("Signal State")
	assert (state["phase"], state["chattering"]) == ("Clear", False)
	counts = plant.counts()
	assert counts["received"] == 6000 == counts["events"] + counts["suppressed"]


def test_an_alarm_that_clears_within_seconds_is_marked_as_fleeting(plant):
	plant.drain().process(
		[plant.state("OFFLINE", ts=START), plant.state("RUNNING", ts=START + timedelta(seconds=2))]
	)
	plant.clock.move(10)
	assert [row["remark"] for row in plant.records.find("OT Signal Event", {"transition": "Cleared"})] == [
		"fleeting"
	]


def test_a_shelved_rule_records_but_opens_nothing_until_the_shelving_ends(plant):
	plant.records.insert("Signal Shelving", shelve(plant, signal_rule=RULE))
	drain = plant.drain()
	assert drain.process([plant.state("OFFLINE", ts=START)]) == []
	(event,) = plant.records.find("OT Signal Event")
	assert event["remark"].endswith("sensor is replaced")
	assert event["line_stop"] is None
	plant.clock.move(3601)
	(name,) = plant.drain().pass_time()
	assert plant.records.get("Line Stop", name)["onset"] == START
	assert plant.records.find("OT Signal Event")[0]["line_stop"] == name


def test_what_clears_while_it_is_shelved_never_opens_and_what_was_open_still_ends(plant):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE")])
	plant.records.insert("Signal Shelving", shelve(plant, signal_rule=RULE))
	assert len(drain.process([plant.state("RUNNING")])) == 1
	plant.clock.move(100)
	drain.process([plant.state("OFFLINE"), plant.state("RUNNING")])
	plant.clock.move(3601)
	assert drain.pass_time() == []
	assert [stop["status"] for stop in stops(plant)] == ["Ended"]


@pytest.mark.parametrize(("scope", "target"), [("OT CI", "AR-042"), ("Production Line", "Assembly Line 3")])
def test_maintenance_mode_of_a_ci_or_its_line_opens_nothing(plant, scope, target):
	plant.records.insert("Maintenance Mode", shelve(plant, scope=scope, target=target))
	assert plant.drain().process([plant.state("OFFLINE")]) == []
	assert "maintenance mode of" in plant.records.find("OT Signal Event")[0]["remark"]


def test_maintenance_mode_of_another_line_does_not_matter(plant):
	plant.records.insert("Maintenance Mode", shelve(plant, scope="Production Line", target="Assembly Line 4"))
	assert len(plant.drain().process([plant.state("OFFLINE")])) == 1


def test_a_machine_in_manual_mode_raises_no_p1(plant):
	mode = rule(plant, "AR-042 not in production", event_kind="Information", condition="!=")
	plant.records.update("Signal Rule", RULE, {"suppress_while": "AR-042 not in production"})
	drain = plant.drain()
	assert drain.process([plant.streamed(mode, "3"), plant.state("OFFLINE")]) == []
	assert "suppressed by design" in plant.records.find("OT Signal Event", {"signal_rule": RULE})[0]["remark"]
	drain.process([plant.streamed(mode, "1")])
	assert len(drain.pass_time()) == 1


def packml(plant):
	states = [
		{"number": 5, "meaning": "Suspended"},
		{"number": 6, "meaning": "Execute"},
		{"number": 9, "meaning": "Aborted"},
	]
	plant.records.insert("State Map", {"map_name": "PackML", "states": states})
	failed = {"address": "packml", "state_map": "PackML", "condition_value": "Aborted"}
	starved = {
		"address": "packml",
		"state_map": "PackML",
		"condition_value": "Suspended",
		"event_kind": "Starved or Blocked",
	}
	rule(plant, "failed", **failed)
	rule(plant, "starved", **starved)


def test_suspended_is_starved_or_blocked_and_no_failure(plant):
	packml(plant)
	drain = plant.drain()
	assert drain.process([plant.streamed("packml", "6"), plant.streamed("packml", "5")]) == []
	(stop,) = stops(plant)
	assert (stop["kind"], stop["currency"], stop["units_per_shift"]) == ("Starved or Blocked", None, 0)
	assert stop["not_priced"] == "starved or blocked: the stop that causes it is priced"
	assert len(drain.process([plant.streamed("packml", "9")])) == 1
	assert [row["kind"] for row in stops(plant, status="Open")] == ["Line Stop"]


def test_a_state_that_the_map_does_not_know_is_a_dead_letter(plant):
	packml(plant)
	plant.drain().process([plant.streamed("packml", "99")])
	assert "has no word for '99'" in plant.records.find("Signal Dead Letter")[0]["reason"]


def test_a_planned_stop_is_recorded_as_planned_without_ticket(plant):
	changeover = rule(plant, "changeover", event_kind="Planned Stop")
	drain = plant.drain()
	assert drain.process([plant.streamed(changeover, "1")]) == []
	assert drain.process([plant.streamed(changeover, "0")]) == []
	(stop,) = stops(plant)
	assert (stop["kind"], stop["status"], stop["cost_explanation"][:10]) == (
		"Planned Stop",
		"Ended",
		"not priced",
	)
	assert plant.records.count("Outbox Entry") == 0


def test_silence_is_a_loss_of_view_and_never_a_proven_stop(plant):
	plant.records.update("Signal Rule", RULE, {"no_signal_seconds": 30.0})
	drain = plant.drain()
	drain.process([plant.state("RUNNING")])
	plant.clock.move(29)
	assert drain.pass_time() == []
	plant.clock.move(2)
	(name,) = drain.pass_time()
	assert drain.pass_time() == []
	stop = plant.records.get("Line Stop", name)
	assert (stop["kind"], stop["title"]) == ("Loss of View", "LOSS OF VIEW — Assembly Line 3")
	assert stop["not_priced"] == "loss of view: no proven stop; if it is one it costs 3,800.00 EUR per hour"
	plant.deliver([name])
	assert plant.records.find("HD Ticket")[0]["priority"] == "P2"
	assert drain.process([plant.state("RUNNING")]) == [name]
	assert plant.records.get("Line Stop", name)["status"] == "Ended"
	counts = plant.counts()
	assert counts["received"] == 2 == counts["events"] + counts["suppressed"]


def test_a_rule_that_was_never_heard_of_loses_view_too(plant):
	plant.records.update("Signal Rule", RULE, {"no_signal_seconds": 30.0})
	drain = plant.drain()
	plant.clock.move(31)
	assert len(drain.pass_time()) == 1


def test_a_flood_begins_above_ten_alarms_in_ten_minutes_and_ends_below_five(plant):
	addresses = [rule(plant, f"rule {n}", event_kind="Starved or Blocked") for n in range(12)]
	drain = plant.drain()
	drain.process([plant.streamed(address, "1") for address in addresses[:10]])
	assert plant.records.count("Alarm Flood") == 0
	drain.process([plant.streamed(address, "1") for address in addresses[10:]])
	(flood,) = plant.records.find("Alarm Flood")
	assert (flood["peak"], flood["ended_at"]) == (12, None)
	plant.clock.move(601)
	drain.pass_time()
	assert plant.records.find("Alarm Flood")[0]["ended_at"] is not None


def test_a_rule_that_opens_too_many_incidents_is_limited(plant):
	plant.records.update("Plant ITSM Settings", "Plant ITSM Settings", {"incidents_per_rule_and_hour": 2})
	drain = plant.drain()
	for _ in range(4):
		drain.process([plant.state("OFFLINE"), plant.state("RUNNING")])
		plant.clock.move(100)
	assert len(stops(plant)) == 2
	remarks = [
		row["remark"] or ""
		for row in plant.records.find("OT Signal Event", {"transition": "Raised"}, order_by="creation")
	]
	assert [remark.startswith("limited") for remark in remarks] == [False, False, True, True]


def test_a_late_signal_is_history_and_moves_nothing(plant):
	drain = plant.drain()
	drain.process([plant.state("RUNNING", ts=START)])
	assert drain.process([plant.state("OFFLINE", ts=START - timedelta(hours=25))]) == []
	(event,) = plant.records.find("OT Signal Event")
	assert event["transition"] == "Late"
	assert stops(plant) == []


def test_a_source_that_sets_its_clock_back_is_believed_again_soon(plant):
	drain = plant.drain()
	drain.process([plant.state("RUNNING", ts=plant.clock.now())])
	plant.clock.move(60)
	hour = timedelta(hours=1)
	for _ in range(3):
		plant.clock.move(10)
		drain.process([plant.state("RUNNING", ts=plant.clock.now() - hour)])
	assert len(drain.process([plant.state("OFFLINE", ts=plant.clock.now() - hour)])) == 1


def test_hysteresis_keeps_a_limit_from_chattering(plant):
	hot = rule(plant, "hot", condition=">", condition_value="80", hysteresis=5.0)
	drain = plant.drain()
	drain.process([plant.streamed(hot, value) for value in ("81", "79", "81", "76")])
	assert [row["status"] for row in stops(plant)] == ["Open"]
	drain.process([plant.streamed(hot, "74.9")])
	assert [row["status"] for row in stops(plant)] == ["Ended"]


def test_a_deadband_keeps_small_moves_from_being_changes(plant):
	level = rule(
		plant, "level", condition="changed", condition_value="", deadband=2.0, event_kind="Information"
	)
	plant.drain().process([plant.streamed(level, value) for value in ("10", "11", "12", "12.5", "13")])
	assert [row["value"] for row in plant.records.find("OT Signal Event")] == ["12.5"]


def test_bad_entries_are_refused(plant):
	with pytest.raises(InvalidRecordError, match="later end"):
		plant.records.insert("Signal Shelving", shelve(plant, seconds=0, signal_rule=RULE))
	with pytest.raises(InvalidRecordError, match="reason"):
		plant.records.insert("Signal Shelving", shelve(plant, signal_rule=RULE, reason=""))
	with pytest.raises(RuleError, match="means both"):
		plant.records.insert(
			"State Map",
			{"map_name": "twice", "states": [{"number": 5, "meaning": "a"}, {"number": 5, "meaning": "b"}]},
		)
	with pytest.raises(RuleError, match="suppress itself"):
		plant.records.update("Signal Rule", RULE, {"suppress_while": RULE})
