"""Sparkplug B payloads: values by their data types, and no bytes that end in anything but a PayloadError."""

import math
import struct
from contextlib import suppress
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.sparkplug_payload import read_payload, rebirth_request
from plant_itsm.domain.sparkplug_values import metric_value, unread_type
from tests import sparkplug_wire as wire

NOON = datetime(2026, 6, 1, 12, 0, 0, 250_000, tzinfo=timezone.utc)
BIRTH = wire.payload(
	wire.bd_seq(3),
	wire.metric("State", 6, wire.INT32, alias=1, more=wire.quality(192)),
	wire.metric("Torque", 0.1, wire.FLOAT, alias=2, time=NOON),
	wire.metric("Program", "weld-7", wire.STRING),
	wire.metric("Recipe", None, wire.TEMPLATE, more=wire.block(18, b"\x0a\x01x")),
	seq=0,
	time=NOON,
)


def only(payload):
	(metric,) = read_payload(payload).metrics
	return metric


def value_of(held, datatype, more=b""):
	metric = only(wire.payload(wire.metric("M", held, datatype, more=more)))
	return metric_value(metric, metric.datatype)


def test_a_birth_is_read():
	birth = read_payload(BIRTH)
	assert (birth.time, birth.seq, birth.bd_seq) == (NOON, 0, 3)
	assert [(m.name, m.alias, m.datatype) for m in birth.metrics[1:4]] == [
		("State", 1, wire.INT32),
		("Torque", 2, wire.FLOAT),
		("Program", None, wire.STRING),
	]
	assert birth.metrics[2].time == NOON
	assert unread_type(birth.metrics[4], birth.metrics[4].datatype) == "Template"


@pytest.mark.parametrize(
	("held", "datatype", "value"),
	[
		(-1, wire.INT8, -1),
		(-128, wire.INT8, -128),
		(-300, wire.INT16, -300),
		(-(2**31), wire.INT32, -(2**31)),
		(-(2**63), wire.INT64, -(2**63)),
		(255, wire.UINT8, 255),
		(2**32 - 1, wire.UINT32, 2**32 - 1),
		(2**64 - 1, wire.UINT64, 2**64 - 1),
		(1_780_000_000_000, wire.DATETIME, 1_780_000_000_000),
		(0.1, wire.FLOAT, 0.1),
		(0.1, wire.DOUBLE, 0.1),
		(True, wire.BOOLEAN, True),
		("störung", wire.STRING, "störung"),
		(b"\x00\xff", wire.BYTES, "AP8="),
		(struct.pack("<3h", -1, 0, 7), 23, [-1, 0, 7]),
		(struct.pack("<2f", 1.5, math.nan), 30, [1.5, None]),
		(
			struct.pack("<I", 9) + b"\xa0\x80",
			32,
			[True, False, True, False, False, False, False, False, True],
		),
		(b"a\0bc\0", 33, ["a", "bc"]),
	],
)
def test_a_value_is_read_by_its_data_type(held, datatype, value):
	assert value_of(held, datatype) == (value, "good")


def test_a_small_negative_number_may_be_sent_in_its_own_width():
	metric = only(wire.payload(wire.whole(4, wire.INT8) + wire.block(1, b"M") + wire.whole(10, 0xFE)))
	assert metric_value(metric, metric.datatype) == (-2, "good")


@pytest.mark.parametrize(
	("number", "quality"),
	[(192, "good"), (0, "bad"), (500, "stale"), (64, "uncertain"), (216, "good"), (24, "bad"), (700, "bad")],
)
def test_the_quality_property_is_read(number, quality):
	assert value_of(7, wire.INT32, wire.quality(number)) == (7, quality)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_a_bad_value(number):
	assert value_of(number, wire.FLOAT) == (None, "bad")


def test_a_metric_without_a_value_is_uncertain():
	assert value_of(None, wire.INT32) == (None, "uncertain")
	assert value_of(None, wire.INT32, wire.quality(500)) == (None, "stale")


@pytest.mark.parametrize(
	("field", "datatype", "text"),
	[
		(wire.whole(10, 300), wire.INT8, "more than 8 bits"),
		(wire.whole(10, 256), wire.UINT8, "more than 8 bits"),
		(wire.block(15, b"6"), wire.INT32, "not a whole number"),
		(wire.whole(10, 6), wire.STRING, "string_value is needed"),
		(wire.block(15, b"\xff"), wire.STRING, "utf-8"),
		(wire.value(wire.DOUBLE, 1e300), wire.FLOAT, "data type 9"),
		(wire.block(16, b"abc"), 24, "data type 24"),
		(wire.block(16, b"\xff\xff\xff\xff\x01"), 32, "booleans"),
		(wire.whole(10, 6), 99, "no data type"),
	],
)
def test_a_value_that_does_not_fit_its_type_is_refused(field, datatype, text):
	metric = only(wire.payload(wire.block(1, b"M") + wire.whole(4, datatype) + field))
	with pytest.raises(PayloadError, match=text):
		metric_value(metric, datatype)


@pytest.mark.parametrize(
	("payload", "text"),
	[
		(BIRTH[:-3], "no Sparkplug B message"),
		(b"\xff" * 40, "no Sparkplug B message"),
		(b'{"state": "OFFLINE"}', "no Sparkplug B message"),
		(wire.whole(3, 256), "above 255"),
		(wire.whole(1, 2**64 - 1), "year 9999"),
		(wire.block(4, b"SPBV1.0_COMPRESSED") + wire.block(5, b"x"), "compressed"),
	],
)
def test_what_is_no_payload_is_refused_with_the_reason(payload, text):
	with pytest.raises(PayloadError, match=text):
		read_payload(payload)


def test_a_metric_with_a_bad_name_or_time_does_not_spoil_the_others():
	bad_name = wire.block(1, b"\xff\xfe")
	bad_time = wire.block(1, b"M") + wire.whole(3, 2**63)
	first, second, third = read_payload(wire.payload(bad_name, bad_time, wire.metric("N", True))).metrics
	assert "not UTF-8" in first.problem
	assert "year 9999" in second.problem
	assert (third.name, third.problem) == ("N", "")


def test_a_field_of_the_wrong_wire_type_is_as_good_as_missing():
	assert only(wire.payload(wire.whole(1, 7) + wire.whole(2, 1))).name is None


def test_a_rebirth_request_sets_the_control_metric():
	request = read_payload(rebirth_request(NOON))
	(metric,) = request.metrics
	assert request.time == metric.time == NOON
	assert (metric.name, metric_value(metric, metric.datatype)) == ("Node Control/Rebirth", (True, "good"))


def read_all(payload):
	"""Everything that is read of a payload; a PayloadError is the one way in which that may end."""
	with suppress(PayloadError):
		message = read_payload(payload)
		assert message.bd_seq is None or message.bd_seq >= 0
		for metric in message.metrics:
			with suppress(PayloadError):
				metric_value(metric, metric.datatype)


@given(st.binary(max_size=200))
def test_any_bytes_end_in_values_or_a_payload_error(payload):
	read_all(payload)


@settings(max_examples=500)
@given(st.data())
def test_a_mutated_birth_ends_in_values_or_a_payload_error(data):
	birth = bytearray(BIRTH)
	for _ in range(data.draw(st.integers(1, 8))):
		place = data.draw(st.integers(0, len(birth) - 1))
		birth[place] = data.draw(st.integers(0, 255))
	cut = data.draw(st.integers(0, len(birth)))
	read_all(bytes(birth))
	read_all(bytes(birth[:cut]))
	read_all(bytes(birth[cut:]))


@given(st.integers(1, 40), st.integers(9, 20), st.integers(0, 2**64 - 1), st.binary(max_size=40))
def test_any_value_field_under_any_data_type_ends_in_a_value_or_a_payload_error(
	datatype, field, number, text
):
	head = wire.block(1, b"M") + wire.whole(4, datatype)
	for content in (wire.whole(field, number), wire.block(field, text), varied(field, number)):
		read_all(wire.payload(head + content))


def varied(field, number):
	return wire.varint(field << 3 | (5 if field == 12 else 1)) + struct.pack("<Q", number)


def test_a_huge_payload_is_read_in_the_end():
	many = wire.payload(*(wire.metric(f"M{n}", n, wire.INT64, alias=n) for n in range(20_000)), seq=0)
	assert len(read_payload(many).metrics) == 20_000
	deep = b""
	for _ in range(5_000):
		deep = wire.block(18, deep[:60_000])
	read_all(wire.payload(wire.block(1, b"M") + deep))
