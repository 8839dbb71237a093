"""Payloads: every way in which bytes can be wrong ends in a PayloadError that says what to do."""

import json
from contextlib import suppress
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.payloads import decode, source_time_at, value_at
from plant_itsm.domain.vocabulary import PayloadFormat

MOMENT = datetime(2026, 6, 1, 10, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
	("payload", "text"),
	[
		(b"\xff\xfe", "not UTF-8"),
		(b"{", "no JSON"),
		(b"", "no JSON"),
		(b'{"a": NaN}', "NaN"),
		(b"-Infinity", "-Infinity"),
		(b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
	],
)
def test_bad_json_is_refused(payload, text):
	with pytest.raises(PayloadError, match=text):
		decode(payload, PayloadFormat.JSON)


@pytest.mark.parametrize("payload", [b"nan", b"inf", b"on", b""])
def test_a_number_must_be_finite(payload):
	with pytest.raises(PayloadError, match="no finite number"):
		decode(payload, PayloadFormat.NUMBER)


def test_the_three_formats():
	assert decode(b'{"state": "OFFLINE"}', PayloadFormat.JSON) == {"state": "OFFLINE"}
	assert decode("störung".encode(), PayloadFormat.TEXT) == "störung"
	assert decode(b" 4.5 ", PayloadFormat.NUMBER) == 4.5


def test_a_path_leads_through_objects_and_lists():
	document = {"robot": {"axes": [{"torque": 1}, {"torque": 7}]}}
	assert value_at(document, "robot.axes[1].torque") == 7
	assert value_at(document, None) is document


@pytest.mark.parametrize("path", ["robot.speed", "robot.axes[9]", "robot.axes.torque", "state"])
def test_a_path_that_leads_nowhere_names_the_step(path):
	with pytest.raises(PayloadError, match="leads nowhere"):
		value_at({"robot": {"axes": []}}, path)


@pytest.mark.parametrize(
	"raw",
	["2026-06-01T12:00:00+02:00", "2026-06-01T10:00:00Z", MOMENT.timestamp(), MOMENT.timestamp() * 1000],
)
def test_source_times_in_every_form_are_the_same_moment(raw):
	assert source_time_at({"ts": raw}, "ts") == MOMENT


@pytest.mark.parametrize("raw", ["yesterday", "2026-06-01T10:00:00", True, [], 1e300])
def test_an_unreadable_source_time_is_refused(raw):
	with pytest.raises(PayloadError, match="source time"):
		source_time_at({"ts": raw}, "ts")


def test_a_missing_source_time_is_none():
	assert source_time_at({"state": "OFFLINE"}, "ts") is None


@given(st.binary(max_size=200), st.sampled_from(list(PayloadFormat)))
def test_any_bytes_give_a_value_or_a_payload_error(payload, payload_format):
	with suppress(PayloadError):
		document = decode(payload, payload_format)
		assert isinstance(document, (str, float, int, list, dict, type(None)))


@given(
	st.recursive(
		st.none() | st.booleans() | st.integers() | st.text(),
		lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
	)
)
def test_json_that_is_json_comes_back(document):
	assert decode(json.dumps(document).encode(), PayloadFormat.JSON) == document
