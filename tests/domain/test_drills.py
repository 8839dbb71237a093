"""What a drill sends: a value for which the rule holds, where the rule looks for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.drills import (
	DrillStatus,
	check_can_rehearse,
	raising_value,
	rehearsed_address,
	rehearsed_payload,
)
from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.payloads import decode, document_at, value_at
from plant_itsm.domain.rules import SignalRule, StateMap
from plant_itsm.domain.vocabulary import Condition, EventKind, PayloadFormat
from plant_itsm.embedded.schema import doctype_metas

NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, places=3).map(str)
TEXTS = st.text(st.characters(codec="ascii", exclude_characters=","), min_size=1).filter(str.strip)
PACKML = StateMap("PackML", {2: "Stopped", 6: "Execute", 9: "Aborted"})


def rule(condition, value, **more):
	return SignalRule("rule", "Broker", "a/b", condition, value, "AR-042", EventKind.LINE_STOP, **more)


def test_the_words_are_the_options_of_the_field():
	choices = doctype_metas()["Line Stop Drill"].field("status").choices
	assert list(choices) == [str(word) for word in DrillStatus]


@given(st.sampled_from([Condition.BELOW, Condition.ABOVE, Condition.EQUALS, Condition.DIFFERS]), NUMBERS)
def test_a_number_raises_the_rule(condition, limit):
	tested = rule(condition, limit)
	assert tested.is_met(raising_value(tested), None)


@given(st.sampled_from([Condition.EQUALS, Condition.DIFFERS, Condition.ONE_OF]), TEXTS)
def test_a_text_raises_the_rule(condition, text):
	tested = rule(condition, text.strip())
	assert tested.is_met(raising_value(tested), None)


@pytest.mark.parametrize(
	("condition", "value", "expected"),
	[
		(Condition.EQUALS, "true", True),
		(Condition.DIFFERS, "true", False),
		(Condition.BELOW, "4.5", 3.5),
		(Condition.ABOVE, "1000", 1010),
		(Condition.ONE_OF, "offline, fault", "offline"),
	],
)
def test_it_is_the_kind_of_value_that_the_source_sends(condition, value, expected):
	found = raising_value(rule(condition, value))
	assert (found, type(found)) == (expected, type(expected))


def test_a_state_map_is_read_backwards():
	assert raising_value(rule(Condition.EQUALS, "Aborted", state_map=PACKML)) == 9
	assert raising_value(rule(Condition.DIFFERS, "Stopped", state_map=PACKML)) == 6
	with pytest.raises(RuleError, match="no value is known"):
		raising_value(rule(Condition.EQUALS, "Holding", state_map=PACKML))


PATHS = st.lists(
	st.one_of(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers(0, 20).map(lambda n: f"[{n}]")),
	max_size=5,
).map(lambda steps: "".join(step if step.startswith("[") else f".{step}" for step in steps).lstrip("."))


@given(st.one_of(st.integers(), st.text(), st.booleans()), PATHS)
def test_a_document_holds_its_value_where_its_path_leads(value, path):
	assert value_at(document_at(value, path), path) == value


@pytest.mark.parametrize(
	("payload_format", "payload"),
	[(PayloadFormat.JSON, {"state": "offline"}), (PayloadFormat.TEXT, "offline")],
)
def test_the_payload_is_what_the_connection_reads(payload_format, payload):
	path = "state" if payload_format == PayloadFormat.JSON else None
	found = rehearsed_payload(rule(Condition.EQUALS, "offline", value_path=path), payload_format)
	assert decode(found, payload_format) == payload


def test_an_open_level_of_a_filter_is_filled():
	assert rehearsed_address(
		SignalRule("r", "B", "a/+/c/#", Condition.EQUALS, "1", "X", EventKind.LINE_STOP)
	) == ("a/drill/c/drill")


def test_what_opens_no_stop_is_refused():
	counting = SignalRule("r", "B", "a", Condition.COUNTS, "", "X", EventKind.PRODUCTION_COUNT)
	with pytest.raises(RuleError, match="opens no Line Stop"):
		check_can_rehearse(counting)
