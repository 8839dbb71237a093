"""Whatever bytes or OPC UA values come, the drain takes them: an event, nothing new, or a dead letter with a reason."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from asyncua import ua
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.ot_listeners.opcua_values import signal_from
from tests.services.conftest import AR_042, SW, Plant

PROFILE = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
TIMES = st.one_of(
	st.datetimes().map(str),
	st.floats(),
	st.integers(),
	st.text(),
	st.none(),
	st.booleans(),
	st.lists(st.none()),
)
JSON = st.recursive(
	st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
	lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
	max_leaves=12,
)
DOCUMENTS = st.fixed_dictionaries({}, optional={"state": JSON, "ts": TIMES}).map(json.dumps).map(str.encode)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
	"""A document with some bytes replaced, left out or put in, and perhaps cut off."""
	payload = bytearray(draw(DOCUMENTS))
	for _ in range(draw(st.integers(0, 4))):
		start = draw(st.integers(0, len(payload)))
		payload[start : start + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
	return bytes(payload[: draw(st.integers(0, len(payload)))]) if draw(st.booleans()) else bytes(payload)


PAYLOADS = st.one_of(DOCUMENTS, mutated(), st.binary(max_size=64), st.text().map(lambda text: text.encode()))
SCALARS = st.one_of(
	st.none(),
	st.booleans(),
	st.integers(-(2**63), 2**64 - 1),
	st.floats(),
	st.text(st.characters(exclude_categories=[])),  # lone surrogates too
	st.binary(max_size=40),
	st.datetimes(),
	st.uuids(),
	st.builds(ua.LocalizedText, st.text()),
	st.builds(ua.QualifiedName, st.text(max_size=20), st.integers(0, 9)),
	st.builds(ua.StatusCode, st.sampled_from([0, 0x80000000, 0x40000000])),
	st.builds(ua.NodeId, st.integers(0, 99), st.integers(0, 9)),
)
VALUES = st.one_of(
	SCALARS, st.lists(SCALARS, max_size=4), st.lists(st.lists(SCALARS, max_size=2), max_size=2)
)
QUALITIES = st.sampled_from([0, 0x40000000, 0x80000000, 0x80350000])


@pytest.fixture(scope="module")
def site():
	"""One site for all examples: a drain that one of them stopped would fail the next."""
	with tempfile.TemporaryDirectory() as folder:
		plant = Plant(Path(folder) / "plant.sqlite")
		yield plant
		plant.records.close()


def accounted(plant, connection, signals):
	before = plant.counts(connection) if plant.records.get("OT Connection State", connection) else None
	drain = plant.drain(connection)
	stream_id = int(drain.cursor.partition("-")[0])
	batch = [StreamedSignal(f"{stream_id + n}-0", signal) for n, signal in enumerate(signals, start=1)]
	drain.process(batch)
	assert drain.cursor == batch[-1].stream_id
	counts = plant.counts(connection)
	assert counts["received"] - (before or {"received": 0})["received"] == len(signals)
	assert counts["received"] == counts["events"] + counts["suppressed"] + counts["dead_lettered"]


@pytest.mark.parametrize("payload_format", ["JSON", "Text", "Number"])
@PROFILE
@given(payloads=st.lists(PAYLOADS, min_size=1, max_size=8))
def test_any_payload_is_accounted_for(site, payload_format, payloads):
	site.records.update("OT Connection", "Cell Broker", {"payload_format": payload_format})
	accounted(site, "Cell Broker", [RawSignal(AR_042, payload, site.clock.now()) for payload in payloads])


@PROFILE
@given(
	values=st.lists(
		st.tuples(VALUES, QUALITIES, st.one_of(st.none(), st.datetimes())), min_size=1, max_size=8
	)
)
def test_any_opc_ua_value_is_accounted_for(site, values):
	signals = [
		signal_from(SW, _data_value(value, quality, at), site.clock.now(), 262_144)
		for value, quality, at in values
	]
	accounted(site, "Line Controller", signals)


def _data_value(value: object, quality: int, at: datetime | None) -> ua.DataValue:
	"""The listener looks at the value alone, so any type that the constructor takes will do."""
	variant = ua.Variant() if value is None else ua.Variant(value, ua.VariantType.Variant)
	return ua.DataValue(variant, ua.StatusCode(quality), at)
