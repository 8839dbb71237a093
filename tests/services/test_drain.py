"""The drain: a signal takes effect exactly once, and what cannot be judged becomes a dead letter with its reason."""

from datetime import timedelta

import pytest

from plant_itsm.domain.errors import LeaseLostError
from tests.services.conftest import AR_042, START, SW


def test_a_robot_that_goes_offline_opens_one_priced_line_stop(plant):
	drain = plant.drain()
	(name,) = drain.process([plant.state("RUNNING"), plant.state("OFFLINE", ts=START - timedelta(seconds=3))])
	stop = plant.records.get("Line Stop", name)
	assert stop["title"] == "LINE STOP — Assembly Line 3"
	assert (stop["root_ci"], stop["units_per_shift"]) == ("AR-042", 240)
	assert (str(stop["cost_per_hour"]), stop["currency"]) == ("3800.00", "EUR")
	assert stop["onset"] == START - timedelta(seconds=3)
	assert [(row["production_line"], row["state"], row["path"]) for row in stop["lines"]] == [
		("Assembly Line 3", "Stopped", "AR-042 → Assembly Line 3")
	]
	(event,) = plant.records.find("OT Signal Event")
	assert (event["transition"], event["line_stop"], event["value"]) == ("Raised", name, "OFFLINE")


def test_a_lost_switch_takes_three_lines_along(plant):
	drain = plant.drain("Line Controller")
	(name,) = drain.process([plant.streamed(SW, "false", source_time=START)])
	stop = plant.records.get("Line Stop", name)
	assert [row["production_line"] for row in stop["lines"]] == [f"Assembly Line {n}" for n in (3, 4, 5)]
	assert (stop["units_per_shift"], str(stop["cost_per_hour"])) == (720, "11400.00")


def test_repeated_signals_open_nothing_more_and_are_counted(plant):
	drain = plant.drain()
	assert len(drain.process([plant.state("OFFLINE")])) == 1
	assert drain.process([plant.state("OFFLINE"), plant.state("OFFLINE")]) == []
	assert plant.records.count("Line Stop") == 1
	assert plant.counts() == {"received": 3, "events": 1, "suppressed": 2, "dead_lettered": 0}


def test_a_batch_that_comes_again_has_no_second_effect(plant):
	batch = [plant.state("OFFLINE"), plant.state("RUNNING"), plant.state("OFFLINE")]
	plant.drain().process(batch)
	before = plant.counts(), plant.records.count("Line Stop"), plant.records.count("OT Signal Event")
	restarted = plant.drain()
	assert restarted.cursor == batch[-1].stream_id
	assert restarted.process(batch) == []
	assert (
		plant.counts(),
		plant.records.count("Line Stop"),
		plant.records.count("OT Signal Event"),
	) == before


def test_an_old_batch_does_not_set_the_cursor_back(plant):
	drain = plant.drain()
	old, new = plant.state("OFFLINE"), plant.state("RUNNING")
	drain.process([old, new])
	drain.process([old])
	assert plant.drain().cursor == new.stream_id


def test_a_message_that_the_broker_delivers_again_does_not_reopen_a_stop_that_has_ended(plant):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE", ts=START - timedelta(seconds=9))])
	drain.process([plant.state("RUNNING", ts=START - timedelta(seconds=5))])
	assert drain.process([plant.state("OFFLINE", ts=START - timedelta(seconds=9))]) == []
	assert plant.records.count("Line Stop", {"status": "Open"}) == 0
	assert plant.counts() == {"received": 3, "events": 2, "suppressed": 1, "dead_lettered": 0}


def test_the_end_of_a_stop_has_duration_and_cost(plant):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE", ts=START)])
	plant.clock.move(1800)
	(name,) = drain.process([plant.state("RUNNING", ts=START + timedelta(minutes=15))])
	stop = plant.records.get("Line Stop", name)
	assert (stop["status"], stop["duration_seconds"], str(stop["cost"])) == ("Ended", 900.0, "950.00")
	assert stop["open_key"] is None
	assert "Assembly Line 3 from 2026-01-01" in stop["cost_explanation"]


def test_a_second_stop_of_the_same_robot_is_a_new_one(plant):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE"), plant.state("RUNNING")])
	plant.clock.move(61)
	drain.process([plant.state("OFFLINE")])
	assert sorted(row["status"] for row in plant.records.find("Line Stop")) == ["Ended", "Open"]


def test_a_stop_that_two_rules_see_ends_with_the_last_of_them(plant):
	plant.records.insert(
		"Signal Rule",
		{
			"rule_name": "AR-042 silent",
			"connection": "Cell Broker",
			"address": "watch/AR-042",
			"ci": "AR-042",
			"event_kind": "Line Stop",
			"condition": "=",
			"condition_value": "SILENT",
			"value_path": "state",
		},
	)
	drain = plant.drain()
	drain.process([plant.state("OFFLINE"), plant.state("SILENT", "watch/AR-042")])
	assert plant.records.count("Line Stop") == 1
	assert drain.process([plant.state("RUNNING")]) == []
	assert plant.records.count("Line Stop", {"status": "Open"}) == 1
	assert len(drain.process([plant.state("ALIVE", "watch/AR-042")])) == 1
	assert plant.records.count("Line Stop", {"status": "Open"}) == 0


@pytest.mark.parametrize(
	("address", "payload", "reason"),
	[
		("nobody/looks/here", b"{}", "no enabled Signal Rule"),
		(AR_042, b"{", "no JSON"),
		(AR_042, b"\xff", "not UTF-8"),
		(AR_042, b'{"state": NaN}', "NaN"),
		(AR_042, b'{"status": "OFFLINE"}', "leads nowhere"),
		(AR_042, b'{"state": {"name": "OFFLINE"}}', "set a value path"),
		(AR_042, b'{"state": "OFFLINE", "ts": "yesterday"}', "source time"),
	],
)
def test_what_cannot_be_judged_becomes_a_dead_letter_and_those_behind_it_count(
	plant, address, payload, reason
):
	drain = plant.drain()
	assert len(drain.process([plant.streamed(address, payload), plant.state("OFFLINE")])) == 1
	(letter,) = plant.records.find("Signal Dead Letter")
	assert reason in letter["reason"]
	assert letter["address"] == address
	assert plant.counts() == {"received": 2, "events": 1, "suppressed": 0, "dead_lettered": 1}


def test_a_problem_that_the_listener_saw_is_the_reason(plant):
	plant.drain().process([plant.streamed(AR_042, b"x" * 10, problem="too large", payload_bytes=1_000_000)])
	(letter,) = plant.records.find("Signal Dead Letter")
	assert (letter["reason"], letter["payload_bytes"]) == ("too large", 1_000_000)


def test_a_rule_whose_ci_has_retired_says_so(plant):
	plant.records.update("OT CI", "AR-042", {"status": "Retired"})
	assert plant.drain().process([plant.state("OFFLINE")]) == []
	(letter,) = plant.records.find("Signal Dead Letter")
	assert "'AR-042', which is gone or retired" in letter["reason"]


def test_a_value_of_bad_quality_changes_nothing(plant):
	drain = plant.drain("Line Controller")
	assert drain.process([plant.streamed(SW, "false", quality="bad")]) == []
	assert plant.counts("Line Controller")["suppressed"] == 1


def test_a_missing_cost_model_still_opens_the_stop(plant):
	plant.records.update(
		"Line Stop Cost Model", "Assembly Line 3 from 2026-01-01", {"valid_to": START.date().replace(month=5)}
	)
	(name,) = plant.drain().process([plant.state("OFFLINE")])
	stop = plant.records.get("Line Stop", name)
	assert stop["currency"] is None
	assert stop["not_priced"] == "Assembly Line 3: not priced: no cost model valid on 2026-06-01"


def test_rules_that_change_are_used_for_the_next_batch(plant):
	drain = plant.drain()
	plant.records.update("Signal Rule", "AR-042 offline", {"condition_value": "DOWN"})
	assert drain.process([plant.state("OFFLINE")]) == []
	assert len(drain.process([plant.state("DOWN")])) == 1


def test_delays_survive_a_restart_and_end_without_a_further_signal(plant):
	plant.records.update(
		"Signal Rule", "AR-042 offline", {"on_delay_seconds": 10.0, "off_delay_seconds": 20.0}
	)
	drain = plant.drain()
	assert drain.process([plant.state("OFFLINE")]) == []
	plant.clock.move(9)
	assert drain.pass_time() == []
	plant.clock.move(2)
	restarted = plant.drain()
	assert restarted.next_due() is not None
	(name,) = restarted.pass_time()
	assert restarted.process([plant.state("RUNNING")]) == []
	plant.clock.move(21)
	assert plant.drain().pass_time() == [name]
	assert plant.records.get("Line Stop", name)["status"] == "Ended"
	assert plant.counts() == {"received": 2, "events": 2, "suppressed": 0, "dead_lettered": 0}


def test_a_drain_that_was_replaced_writes_nothing(plant):
	old = plant.drain()
	new = plant.drain()
	with pytest.raises(LeaseLostError, match="another drain"):
		old.process([plant.state("OFFLINE")])
	assert plant.records.count("Line Stop") == 0
	assert len(new.process([plant.state("OFFLINE")])) == 1
