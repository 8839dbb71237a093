"""Alarms of an OPC UA server on their way through the drain, and values of bad quality."""

import json
from datetime import timedelta

import pytest

from plant_itsm.domain.alarms import digest_of
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.opcua_addresses import alarm_address
from tests.services.conftest import AR_042, START, SW

CONNECTION = "Line Controller"
NOTIFIER = "alarms(i=2253)"
COLLISION = alarm_address(NOTIFIER, "Robot AR-042", "Collision", "ns=2;i=5001")
OVERLOAD = alarm_address(NOTIFIER, "Robot AR-042", "Overload", "ns=2;i=5002")


def alarm(plant, address=COLLISION, *, seconds=0, **fields):
	_, source, condition, condition_id = address.split("/", 3)
	states = {
		"active": True,
		"acked": False,
		"confirmed": None,
		"shelved": False,
		"retain": True,
		"enabled": True,
	}
	names = {"source": source, "condition": condition, "condition_id": condition_id, "branch_id": None}
	document = states | names | {"severity": 700, "message": "Collision at axis 3"} | fields
	at = START + timedelta(seconds=seconds)
	return plant.streamed(address, json.dumps(document), source_time=at)


def retained(plant, *addresses):
	return plant.streamed(NOTIFIER, json.dumps({"retained": [digest_of(address) for address in addresses]}))


def add_rule(plant, address, **values):
	record = {
		"rule_name": address,
		"connection": CONNECTION,
		"address": address,
		"ci": "AR-042",
		"event_kind": "Line Stop",
		"condition": "=",
		"condition_value": "true",
	}
	plant.records.insert("Signal Rule", record | values)


def stops(plant, **filters):
	return plant.records.find("Line Stop", filters)


def events(plant, **filters):
	return plant.records.find("OT Signal Event", filters, order_by="received_time")


@pytest.fixture
def drain(plant):
	add_rule(plant, f"{NOTIFIER}/Robot AR-042/Collision")
	return plant.drain(CONNECTION)


def test_an_alarm_opens_an_incident_at_its_own_time_and_ends_it(plant, drain):
	plant.clock.move(100)
	drain.process([alarm(plant, seconds=10)])
	(stop,) = stops(plant)
	assert (stop["status"], stop["onset"]) == ("Open", START + timedelta(seconds=10))
	drain.process([alarm(plant, seconds=70, active=False, acked=True)])
	(stop,) = stops(plant)
	assert (stop["status"], stop["duration_seconds"]) == ("Ended", 60.0)
	assert [event["remark"] for event in events(plant)] == [None, "acknowledged at the source"]


def test_an_alarm_that_no_rule_looks_at_is_no_dead_letter(plant, drain):
	drain.process([alarm(plant, OVERLOAD)])
	assert plant.counts(CONNECTION) == {"received": 1, "events": 0, "suppressed": 1, "dead_lettered": 0}


def test_two_conditions_of_the_same_names_stay_two(plant, drain):
	twin = alarm_address(NOTIFIER, "Robot AR-042", "Collision", "ns=2;i=5009")
	drain.process([alarm(plant), alarm(plant, twin), alarm(plant, twin, seconds=5, active=False)])
	assert [stop["status"] for stop in stops(plant)] == ["Open"]
	drain.process([alarm(plant, seconds=6, active=False)])
	assert [stop["status"] for stop in stops(plant)] == ["Ended"]


def test_an_acknowledgement_is_noted_on_the_event_of_the_alarm_once(plant, drain):
	drain.process([alarm(plant), alarm(plant, seconds=1, acked=True)])
	drain.process([alarm(plant, seconds=2, acked=True)])
	drain.process([alarm(plant, seconds=3, acked=True, confirmed=True)])
	assert [row["remark"] for row in events(plant)] == ["acknowledged at the source; confirmed at the source"]
	assert [stop["status"] for stop in stops(plant)] == ["Open"]


def test_a_branch_is_history_and_moves_nothing(plant, drain):
	plant.clock.move(60)
	drain.process([alarm(plant, branch_id="ns=2;i=77")])
	assert stops(plant) == []
	(event,) = events(plant)
	assert event["transition"] == "Late"
	drain.process([alarm(plant, seconds=20)])
	drain.process([alarm(plant, seconds=30, branch_id="ns=2;i=77", active=False)])
	assert [stop["status"] for stop in stops(plant)] == ["Open"]


def test_an_alarm_that_is_shelved_at_the_source_opens_its_incident_when_it_is_shelved_no_more(plant, drain):
	drain.process([alarm(plant, shelved=True)])
	assert stops(plant) == []
	assert [event["remark"] for event in events(plant)] == ["shelved at the source"]
	plant.clock.move(60)
	assert drain.pass_time() == []
	drain.process([alarm(plant, seconds=60, shelved=False)])
	(opened,) = drain.pass_time()
	(stop,) = stops(plant)
	assert (stop["name"], stop["onset"]) == (opened, START)
	assert events(plant)[0]["line_stop"] == opened


def test_shelving_at_the_source_does_not_end_an_incident_and_its_end_does(plant, drain):
	drain.process([alarm(plant), alarm(plant, seconds=5, shelved=True)])
	assert [stop["status"] for stop in stops(plant)] == ["Open"]
	drain.process([alarm(plant, seconds=9, shelved=True, active=False)])
	assert [stop["status"] for stop in stops(plant)] == ["Ended"]


def test_shelving_that_begins_and_ends_while_the_on_delay_runs_counts_as_it_is_at_its_end(plant):
	add_rule(plant, NOTIFIER, on_delay_seconds=30.0)
	drain = plant.drain(CONNECTION)
	drain.process([alarm(plant), alarm(plant, OVERLOAD, shelved=True)])
	drain.process([alarm(plant, seconds=1, shelved=True), alarm(plant, OVERLOAD, seconds=1)])
	plant.clock.move(40)
	plant.drain(CONNECTION).pass_time()
	remarks = {event["address"]: event["remark"] for event in events(plant)}
	assert remarks == {COLLISION: "shelved at the source", OVERLOAD: None}


def test_what_the_source_no_longer_tells_of_has_ended_while_we_were_away(plant):
	add_rule(plant, NOTIFIER)
	drain = plant.drain(CONNECTION)
	drain.process([alarm(plant), alarm(plant, OVERLOAD, seconds=1)])
	drain.process([retained(plant, COLLISION)])
	assert [event["address"] for event in events(plant, transition="Cleared")] == [OVERLOAD]
	assert [stop["status"] for stop in stops(plant)] == ["Open"]
	plant.clock.move(30)
	plant.drain(CONNECTION).process([retained(plant)])
	(stop,) = stops(plant)
	assert (stop["status"], stop["duration_seconds"]) == ("Ended", pytest.approx(30, abs=1))
	assert events(plant, address=COLLISION)[-1]["remark"] == "gone from the source's alarms"
	counts = plant.counts(CONNECTION)
	assert counts == {"received": 4, "events": 4, "suppressed": 0, "dead_lettered": 0}


def test_what_the_source_no_longer_tells_of_is_asked_of_its_own_notifier_alone(plant):
	add_rule(plant, NOTIFIER)
	add_rule(plant, "alarms(ns=2;i=1)", ci="SW-L3-043")
	drain = plant.drain(CONNECTION)
	other = alarm_address("alarms(ns=2;i=1)", "Switch", "Lost", "ns=2;i=5003")
	drain.process([alarm(plant, other), retained(plant)])
	assert [stop["status"] for stop in stops(plant)] == ["Open"]


def test_an_active_alarm_that_its_source_does_not_retain_is_not_over_because_the_source_is_silent(
	plant, drain
):
	drain.process(
		[alarm(plant), alarm(plant, seconds=1, acked=True, confirmed=True, retain=False), retained(plant)]
	)
	drain.process([retained(plant)])
	plant.drain(CONNECTION).process([retained(plant)])
	assert [stop["status"] for stop in stops(plant)] == ["Open"]
	assert events(plant)[0]["remark"] == "confirmed at the source; not retained at the source"
	plant.drain(CONNECTION).process([alarm(plant, seconds=9, active=False, retain=False)])
	assert [stop["status"] for stop in stops(plant)] == ["Ended"]


def test_a_rule_can_look_at_the_band_of_what_is_active(plant):
	plant.records.update(
		"OT Connection",
		CONNECTION,
		{
			"severity_bands": [
				{"lowest_severity": 900, "word": "fatal"},
				{"lowest_severity": 1, "word": "minor"},
			]
		},
	)
	add_rule(plant, NOTIFIER, value_path="alarm", condition_value="fatal")
	drain = plant.drain(CONNECTION)
	drain.process([alarm(plant, severity=899), alarm(plant, OVERLOAD, severity=900)])
	assert [event["address"] for event in events(plant)] == [OVERLOAD]
	drain.process([retained(plant, COLLISION)])
	assert [event["transition"] for event in events(plant)] == ["Raised", "Cleared"]


def test_severity_bands_that_cannot_be_are_refused(plant):
	with pytest.raises(InvalidRecordError, match="begins at 0"):
		plant.records.update(
			"OT Connection", CONNECTION, {"severity_bands": [{"lowest_severity": 0, "word": "none"}]}
		)


@pytest.mark.parametrize("document", ["null", "[]", '{"active": true}', '{"severity": "high"}', "{"])
@pytest.mark.parametrize("address", [COLLISION, NOTIFIER])
def test_what_is_no_alarm_becomes_a_dead_letter(plant, drain, address, document):
	drain.process([plant.streamed(address, document), alarm(plant)])
	assert plant.counts(CONNECTION)["dead_lettered"] == 1
	assert len(stops(plant)) == 1


def test_a_source_clock_that_is_an_hour_off_neither_hides_an_alarm_nor_moves_its_onset_into_the_future(
	plant, drain
):
	drain.process([alarm(plant, seconds=3600)])
	(stop,) = stops(plant)
	assert stop["onset"] < START + timedelta(seconds=1)
	drain.process([alarm(plant, seconds=3610, active=False)])
	plant.clock.move(100)
	add_rule(plant, f"{NOTIFIER}/+/Overload", ci="SW-L3-043")
	plant.drain(CONNECTION).process([alarm(plant, OVERLOAD, seconds=-3600)])
	assert [stop["status"] for stop in stops(plant, root_ci="SW-L3-043")] == ["Open"]


QUALITIES = [("bad", "Bad"), ("uncertain", "Uncertain"), ("stale", "Stale"), ("no word of ours", "Bad")]


def quality(plant):
	return [(row["phase"], row["quality"]) for row in plant.records.find("Signal State", {"address": SW})]


@pytest.mark.parametrize(("word", "shown"), QUALITIES)
def test_a_value_of_bad_quality_changes_no_phase_and_its_quality_is_seen_until_a_good_one(plant, word, shown):
	drain = plant.drain(CONNECTION)
	drain.process([plant.streamed(SW, "true", quality=word)])
	assert quality(plant) == [("Clear", shown)]
	drain.process([plant.streamed(SW, "false")])
	assert quality(plant) == [("Active", "Good")]
	drain.process([plant.streamed(SW, "true", quality=word)])
	assert quality(plant) == [("Active", shown)]
	assert [stop["status"] for stop in stops(plant)] == ["Open"]
	plant.drain(CONNECTION).process([plant.streamed(SW, "false")])
	assert quality(plant) == [("Active", "Good")]
	assert plant.counts(CONNECTION) == {"received": 4, "events": 1, "suppressed": 3, "dead_lettered": 0}


def test_a_bad_value_that_newer_ones_have_overtaken_is_no_news(plant):
	drain = plant.drain(CONNECTION)
	drain.process([plant.streamed(SW, "false", source_time=START)])
	drain.process([plant.streamed(SW, "false", quality="bad", source_time=START - timedelta(seconds=1))])
	assert quality(plant) == [("Active", "Good")]


def test_values_of_bad_quality_are_no_view(plant):
	add_rule(plant, "ns=2;s=Watched", no_signal_seconds=30.0)
	drain = plant.drain(CONNECTION)
	for _ in range(4):
		plant.clock.move(10)
		drain.process([plant.streamed("ns=2;s=Watched", "false", quality="bad")])
	drain.pass_time()
	(event,) = events(plant)
	assert (event["event_kind"], event["value"]) == ("Loss of View", "no good value (Bad) for 30 s")
	drain.process([plant.streamed("ns=2;s=Watched", "false")])
	assert [event["transition"] for event in events(plant)] == ["Raised", "Cleared"]


def test_quality_of_mqtt_is_always_good(plant):
	plant.drain().process([plant.state("OFFLINE", ts=START)])
	assert [row["quality"] for row in plant.records.find("Signal State", {"address": AR_042})] == ["Good"]
