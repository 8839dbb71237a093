"""The short way of taking a message apart comes to what paho's way comes to."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt._packet import decode_publish
from paho.mqtt.client import MQTTv5, MQTTv311

from plant_itsm.ot_listeners.mqtt_client import plain_message


@given(
	topic=st.binary(min_size=1, max_size=40),
	payload=st.binary(max_size=40),
	number=st.integers(1, 65_535),
	flags=st.integers(0, 3).map(lambda bits: (bits & 1) | (bits & 2) << 2),
	qos=st.integers(0, 1),
	is_v5=st.booleans(),
)
def test_a_message_without_properties_is_what_paho_makes_of_it(topic, payload, number, flags, qos, is_v5):
	head = 0x30 | flags | qos << 1
	packet = struct.pack(">H", len(topic)) + topic + (struct.pack(">H", number) if qos else b"")
	packet += (b"\0" if is_v5 else b"") + payload
	ours = plain_message(head, packet, is_v5)
	paho = decode_publish(head, packet, MQTTv5 if is_v5 else MQTTv311)
	assert ours is not None
	assert (ours._topic, ours.payload, ours.mid) == (paho.topic, paho.payload, paho.mid)
	assert (ours.qos, ours.dup, ours.retain) == (paho.qos, paho.dup, paho.retain)


def test_other_shapes_are_left_to_paho():
	topic = b"\0\1t"
	assert plain_message(0x32, topic + b"\0\1" + b"\2\1\1" + b"x", True) is None  # with a property
	assert plain_message(0x34, topic + b"\0\1\0x", True) is None  # QoS 2
	assert plain_message(0x30, b"\0\0\0x", True) is None  # a topic alias, or a mistake
	assert plain_message(0x32, topic + b"\0", True) is None  # cut off
	assert plain_message(0x32, b"\0\7t", True) is None
