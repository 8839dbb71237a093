import json
import math
import uuid
from datetime import datetime, timezone

import pytest
from asyncua import ua

from plant_itsm.ot_listeners.opcua_values import is_as_new, quality, signal_from, stamp

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def signal(value, **parts):
	return signal_from("ns=2;s=X", ua.DataValue(ua.Variant(value), **parts), NOW, 1000)


@pytest.mark.parametrize(
	("value", "payload"),
	[
		(True, True),
		(-5, -5),
		(4.5, 4.5),
		("Störung", "Störung"),
		([1, 2, 3], [1, 2, 3]),
		(b"\x00\xff", "AP8="),
		(NOW, "2026-11-23T12:00:00+00:00"),
		(datetime(2026, 11, 23, 12), "2026-11-23T12:00:00+00:00"),
		(ua.LocalizedText("Not-Halt"), "Not-Halt"),
		(ua.QualifiedName("State", 2), "State"),
		(ua.NodeId("Robot", 2), "ns=2;s=Robot"),
		(uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
		(ua.ServerState.Failed, 1),
		([ua.LocalizedText("a"), ua.LocalizedText("b")], ["a", "b"]),
		("St\udcf6rung", "St\\udcf6rung"),
		(ua.LocalizedText("St\udcf6rung"), "St\\udcf6rung"),
	],
)
def test_values_become_json(value, payload):
	made = signal(value)
	assert json.loads(made.payload) == payload
	assert made.problem is None
	assert made.payload_bytes == len(made.payload)


def test_no_value_is_null():
	assert signal(None).payload == b"null"
	assert signal_from("ns=2;s=X", ua.DataValue(), NOW, 1000).payload == b"null"


def test_a_structure_is_kept_as_text():
	made = signal(ua.Argument(Name="speed"))
	assert "speed" in json.loads(made.payload)


@pytest.mark.parametrize("value", [math.nan, math.inf, [1.0, -math.inf]])
def test_a_number_that_json_does_not_know_is_a_problem(value):
	made = signal(value)
	assert made.payload == repr(value).encode()
	assert "finite" in made.problem


def test_a_value_that_is_too_long_is_a_problem_with_a_sample():
	made = signal("x" * 5000)
	assert made.payload == b'"' + b"x" * 1999
	assert made.payload_bytes == 5002
	assert "5002 bytes is longer than the 1000 bytes" in made.problem


@pytest.mark.parametrize(
	("status", "word"),
	[
		(ua.StatusCodes.Good, "good"),
		(ua.StatusCodes.GoodLocalOverride, "good"),
		(ua.StatusCodes.UncertainSensorNotAccurate, "uncertain"),
		(ua.StatusCodes.BadSensorFailure, "bad"),
		(0xC0000000, "bad"),
	],
)
def test_the_status_code_is_the_quality(status, word):
	assert quality(ua.DataValue(ua.Variant(1), StatusCode=ua.StatusCode(status))) == word


def test_the_source_time_comes_before_the_server_time():
	later = NOW.replace(hour=13)
	assert stamp(ua.DataValue(ua.Variant(1), SourceTimestamp=NOW, ServerTimestamp=later)) == NOW
	assert stamp(ua.DataValue(ua.Variant(1), ServerTimestamp=later)) == later
	assert stamp(ua.DataValue(ua.Variant(1))) is None


def test_of_two_values_the_later_time_is_the_newer_and_without_times_equality_counts():
	def value(number, hour=None):
		return ua.DataValue(ua.Variant(number), SourceTimestamp=NOW.replace(hour=hour) if hour else None)

	assert is_as_new(value(1, 13), value(2, 12))
	assert is_as_new(value(1, 12), value(1, 12))
	assert not is_as_new(value(1, 11), value(1, 12))
	assert is_as_new(value(1), value(1))
	assert not is_as_new(value(1), value(2, 12))
