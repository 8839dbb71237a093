from datetime import datetime, timezone

import pytest

from plant_itsm.domain.judging import RuleState
from plant_itsm.domain.payloads import decode, source_time_at, value_at
from plant_itsm.domain.rules import SignalRule, topic_matches
from plant_itsm.domain.vocabulary import Condition, EventKind, PayloadFormat, Protocol
from plant_itsm.embedded.scenario import ScenarioError, line_stop_play, play_of

AT = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
CONDITIONS = [
	(Condition.EQUALS, "OFFLINE"),
	(Condition.EQUALS, "RUNNING"),
	(Condition.EQUALS, "false"),
	(Condition.EQUALS, "3"),
	(Condition.DIFFERS, "RUNNING"),
	(Condition.DIFFERS, "7"),
	(Condition.BELOW, "4.5"),
	(Condition.ABOVE, "-2"),
	(Condition.ONE_OF, "ABORTED, STOPPED"),
	(Condition.ONE_OF, "3,4,5"),
]


def rule(condition, value, *, path="state", address="plant/robot", kind=EventKind.LINE_STOP):
	return SignalRule("r", "Broker", address, condition, value, "AR-1", kind, path)


def connection(payload_format=PayloadFormat.JSON, timestamp_path="ts"):
	return {"name": "Broker", "payload_format": payload_format, "timestamp_path": timestamp_path}


@pytest.mark.parametrize(("condition", "value"), CONDITIONS)
def test_one_value_meets_the_condition_and_the_other_does_not(condition, value):
	played = rule(condition, value)
	play = play_of(played, connection())
	assert played.is_met(play.raising, RuleState().value)
	assert not played.is_met(play.clearing, RuleState().value)


@pytest.mark.parametrize("path", ["state", "robot.state", "axes[2].state", None])
@pytest.mark.parametrize("timestamp_path", ["ts", "robot.ts", "meta.time.utc", None])
def test_a_json_message_carries_value_and_time_at_their_paths(path, timestamp_path):
	play = play_of(rule(Condition.EQUALS, "OFFLINE", path=path), connection(timestamp_path=timestamp_path))
	document = decode(play.payload("OFFLINE", AT), PayloadFormat.JSON)
	assert value_at(document, path) == "OFFLINE"
	if path and timestamp_path:
		assert source_time_at(document, timestamp_path) == AT


@pytest.mark.parametrize(
	("payload_format", "value"), [(PayloadFormat.TEXT, "OFFLINE"), (PayloadFormat.NUMBER, "3")]
)
def test_other_formats_carry_the_bare_value(payload_format, value):
	play = play_of(rule(Condition.EQUALS, value, path=None), connection(payload_format))
	assert play.rule.is_met(decode(play.payload(play.raising, AT), payload_format), None)


@pytest.mark.parametrize("topic_filter", ["plant/+/state", "plant/#", "#", "plant/robot"])
def test_a_topic_is_made_that_falls_under_the_filter(topic_filter):
	address = play_of(rule(Condition.EQUALS, "x", address=topic_filter), connection()).address
	assert topic_matches(topic_filter, address)
	assert "+" not in address
	assert "#" not in address


def test_a_plant_without_a_line_stop_rule_is_refused_with_a_way_out():
	plays = [play_of(rule(Condition.EQUALS, "x", kind=EventKind.INFORMATION), connection())]
	with pytest.raises(
		ScenarioError, match=r"no enabled Signal Rule of kind Line Stop on an enabled MQTT.*--plant seed"
	):
		line_stop_play(plays, Protocol.MQTT)
