"""Signal rules: which signals they look at, when they are met, and which rules cannot be."""

import pytest

from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.rules import SignalRule, check_rule, topic_matches
from plant_itsm.domain.vocabulary import Condition, EventKind, Protocol


def rule(condition="=", value="OFFLINE", kind="Line Stop", **other):
	values = {"name": "R", "connection": "C", "address": "a/b", "ci": "AR-042"} | other
	return SignalRule(
		condition=Condition(condition), condition_value=value, event_kind=EventKind(kind), **values
	)


@pytest.mark.parametrize(
	("condition", "wanted", "value", "met"),
	[
		("=", "OFFLINE", "OFFLINE", True),
		("=", "OFFLINE", "RUNNING", False),
		("=", "false", False, True),
		("=", "False", False, True),
		("=", "0", False, False),
		("=", "1", 1.0, True),
		("=", "1.0", 1, True),
		("=", "null", None, True),
		("!=", "RUNNING", "OFFLINE", True),
		("!=", "RUNNING", "RUNNING", False),
		("<", "4.5", 4, True),
		(">", "4.5", "4.6", True),
		(">", "4.5", 4.5, False),
		("in", "OFFLINE, ERROR", "ERROR", True),
		("in", "2, 9", 9, True),
		("in", "2, 9", 6, False),
	],
)
def test_conditions(condition, wanted, value, met):
	assert rule(condition, wanted).is_met(value, None) is met


def test_changed_needs_something_to_differ_from():
	changed = rule("changed", "", "Information")
	assert not changed.is_met("v2", None)
	assert changed.is_met("v2", "v1")
	assert not changed.is_met("v2", "v2")


@pytest.mark.parametrize(
	("condition", "value"), [("<", "fast"), (">", True), ("<", None), ("=", {}), ("in", [])]
)
def test_a_value_that_cannot_be_compared_is_refused(condition, value):
	with pytest.raises(RuleError, match="Signal Rule R"):
		rule(condition, "4.5").is_met(value, None)


@pytest.mark.parametrize(
	("bad", "text"),
	[
		(rule("=", " "), "needs a value"),
		(rule("<", "4,5"), "'4,5'"),
		(rule("<", "nan"), "needs a number"),
		(rule("changed", ""), "Information"),
		(rule(on_delay_seconds=-1.0), "negative"),
		(rule(address="a/#/b"), "#"),
		(rule(address="a/b+"), r"\+"),
		(rule(address="a\0b"), "null"),
	],
)
def test_a_rule_that_could_never_work_is_refused(bad, text):
	with pytest.raises(RuleError, match=text):
		check_rule(bad, Protocol.MQTT)


def test_an_opc_ua_rule_needs_a_node_id():
	check_rule(rule(address="ns=2;s=SW.Reachable"), Protocol.OPC_UA)
	check_rule(rule(address="i=2258"), Protocol.OPC_UA)
	with pytest.raises(RuleError, match="node id"):
		check_rule(rule(address="a/b"), Protocol.OPC_UA)


@pytest.mark.parametrize(
	("topic_filter", "topic", "matches"),
	[
		("a/b", "a/b", True),
		("a/+", "a/b", True),
		("a/+", "a/b/c", False),
		("a/+/c", "a/b/c", True),
		("a/#", "a", True),
		("a/#", "a/b/c", True),
		("#", "a/b", True),
		("#", "$SYS/broker", False),
		("+/broker", "$SYS/broker", False),
		("$SYS/#", "$SYS/broker", True),
		("a/b", "a/b/c", False),
		("a/b/c", "a/b", False),
		("+/+", "/b", True),
		("a/+", "a/", True),
	],
)
def test_topic_filters_match_as_in_section_4_7_of_mqtt_5(topic_filter, topic, matches):
	assert topic_matches(topic_filter, topic) is matches
