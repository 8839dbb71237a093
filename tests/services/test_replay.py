"""A recording through the rules of a plant, with the recording's time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.recordings import Recording, RecordingError, RecordingHeader, end_line, signal_line
from plant_itsm.domain.signals import RawSignal
from plant_itsm.domain.vocabulary import PayloadFormat, Protocol
from plant_itsm.services.decisions import Outcome
from plant_itsm.services.dry_run import WRITTEN
from plant_itsm.services.replay import replay
from tests import sparkplug_wire as wire
from tests.services.conftest import AR_042, START

HEADER = RecordingHeader("Cell Broker", Protocol.MQTT, PayloadFormat.JSON, "Europe/Berlin", START)
RULE = "AR-042 offline"


def state(seconds, value, address=AR_042, **other):
	"""A signal of the robot, so many seconds after the start."""
	return RawSignal(address, f'{{"state": "{value}"}}'.encode(), START + timedelta(seconds=seconds), **other)


def recording(*signals, ends=None, header=HEADER):
	lines = [header.line(), *map(signal_line, signals)]
	if ends is not None:
		lines.append(end_line(START + timedelta(seconds=ends)))
	return Recording("test", lines)


def outcomes(result, rule=RULE):
	return [str(one.outcome) for one in result.decisions if one.rule == rule]


def set_rule(plant, **values):
	plant.records.update("Signal Rule", RULE, values)


def test_a_stop_and_its_end_are_priced_with_the_recordings_time(plant):
	result = replay(plant.ports, recording(state(0, "RUNNING"), state(60, "OFFLINE"), state(3660, "RUNNING")))
	assert outcomes(result) == ["unchanged", "raised", "cleared"]
	(stop,) = result.stops
	assert (stop.title, stop.priority, stop.status) == ("LINE STOP — Assembly Line 3", "P1", "Ended")
	assert (stop.units_per_shift, str(stop.cost_per_hour), str(stop.cost)) == (
		240,
		"3,800.00 EUR",
		"3,800.00 EUR",
	)
	assert stop.duration_seconds == 3600
	assert stop.onset == START + timedelta(seconds=60)


def test_nothing_is_written_queued_or_sent(plant):
	before = {doctype: plant.records.find(doctype) for doctype in WRITTEN}
	replay(plant.ports, recording(state(0, "OFFLINE"), state(1, "{", address="nowhere"), state(9, "RUNNING")))
	assert {doctype: plant.records.find(doctype) for doctype in WRITTEN} == before
	assert plant.ports.jobs.jobs == []
	assert plant.notifier.notices == []


def test_what_is_open_on_the_site_now_does_not_join_in(plant):
	drain = plant.drain()
	offline = plant.state("OFFLINE", ts=START)
	drain.process([offline])
	again = replay(plant.ports, recording(replace(offline.signal, received_time=START)))
	assert outcomes(again) == ["raised"]
	assert [stop.name for stop in again.stops] == ["Line Stop 1"]


def test_delays_end_between_signals(plant):
	set_rule(plant, on_delay_seconds=30)
	result = replay(
		plant.ports, recording(state(0, "OFFLINE"), state(100, "RUNNING"), state(110, "OFFLINE"), ends=120)
	)
	assert outcomes(result) == ["waiting", "raised", "cleared", "waiting"]
	waiting, raised = result.decisions[:2]
	assert raised.reason == "= OFFLINE holds, and has done so for 30 s"
	assert "on-delay of 30 s" in waiting.reason
	assert raised.at == START + timedelta(seconds=30)
	(left,) = result.waiting
	assert (left.rule, left.phase, left.due_at) == (RULE, "Raising", START + timedelta(seconds=140))


def test_the_watchdog_runs_on_until_the_recording_ends(plant):
	set_rule(plant, no_signal_seconds=60)
	result = replay(plant.ports, recording(state(0, "RUNNING"), ends=300))
	lost = result.decisions[-1]
	assert (lost.outcome, lost.event_kind, lost.at) == (
		"raised",
		"Loss of View",
		START + timedelta(seconds=60),
	)
	assert result.stops[0].kind == "Loss of View"
	assert "if it is one it costs 3,800.00 EUR per hour" in result.stops[0].not_priced
	assert replay(plant.ports, recording(state(0, "RUNNING"))).stops == ()


def test_a_disabled_rule_is_tried_when_it_is_named(plant):
	set_rule(plant, enabled=False)
	signals = (state(0, "OFFLINE"),)
	assert replay(plant.ports, recording(*signals)).stops == ()
	tried = replay(plant.ports, recording(*signals), rules=[RULE])
	assert (outcomes(tried), len(tried.stops)) == (["raised"], 1)
	assert plant.records.get("Signal Rule", RULE)["enabled"] is False


def test_every_dead_letter_has_its_reason(plant):
	result = replay(
		plant.ports,
		recording(
			RawSignal(AR_042, b'{"state": ', START),
			RawSignal(AR_042, b"\xff\xfe", START),
			RawSignal(AR_042, b'{"status": 1}', START),
			RawSignal("somewhere/else", b"{}", START),
			state(0, "RUNNING", problem="payload of 9 bytes is too long"),
		),
	)
	assert [one.outcome for one in result.decisions] == [Outcome.DEAD_LETTER] * 5
	for one, reason in zip(
		result.decisions, ("no JSON", "not UTF-8", "leads nowhere", "no enabled", "too long"), strict=True
	):
		assert reason in one.reason
	assert result.counts.dead_letters == 5


def test_a_suppressed_raise_says_why_and_opens_when_the_suppression_ends(plant):
	plant.records.insert(
		"Maintenance Mode",
		{
			"scope": "OT CI",
			"target": "AR-042",
			"starts_at": START - timedelta(hours=1),
			"ends_at": START + timedelta(minutes=5),
			"reason": "gripper change",
		},
	)
	result = replay(plant.ports, recording(state(0, "OFFLINE"), ends=600))
	assert outcomes(result) == ["suppressed", "opened later"]
	assert "maintenance mode of AR-042" in result.decisions[0].reason
	assert "gripper change" in result.decisions[0].reason
	late = result.decisions[1].at - START
	assert timedelta(minutes=5) <= late <= timedelta(minutes=5, seconds=10)


def test_bad_quality_is_ignored_with_its_reason(plant):
	result = replay(plant.ports, recording(state(0, "OFFLINE", quality="bad")))
	assert outcomes(result) == ["ignored"]
	assert "quality is bad" in result.decisions[0].reason


def test_flapping_is_one_incident_and_every_signal_is_accounted_for(plant):
	signals = [state(n / 10, "OFFLINE" if n % 2 else "RUNNING") for n in range(600)]
	result = replay(plant.ports, recording(*signals, ends=300))
	assert len(result.stops) == 1
	counts = result.counts
	assert counts.signals == counts.judged == 600
	assert counts.judged == counts.events + counts.suppressed + counts.dead_letters + counts.waiting
	assert any("chatters" in one.reason for one in result.decisions)


def test_a_flood_is_told(plant):
	topics = [f"demo-plant/cell/{n}" for n in range(15)]
	for n, topic in enumerate(topics):
		plant.records.insert(
			"Signal Rule",
			{
				"rule_name": f"rule {n}",
				"connection": "Cell Broker",
				"address": topic,
				"value_path": "state",
				"ci": "AR-042",
				"event_kind": "Degraded",
				"condition": "=",
				"condition_value": "OFFLINE",
			},
		)
	result = replay(plant.ports, recording(*(state(n, "OFFLINE", topic) for n, topic in enumerate(topics))))
	assert len(result.floods) == 1


def test_a_clock_that_was_set_back_ends_the_replay_all_the_same(plant):
	set_rule(plant, on_delay_seconds=30, no_signal_seconds=60)
	result = replay(
		plant.ports, recording(state(0, "OFFLINE"), state(-3600, "OFFLINE"), state(100, "RUNNING"), ends=900)
	)
	assert result.counts.signals == 3


def test_a_recording_of_another_connection_can_be_lent(plant):
	foreign = replace(HEADER, connection="Broker of Another Plant")
	with pytest.raises(MissingRecordError, match="Name one of its own: Cell Broker, Line Controller"):
		replay(plant.ports, recording(header=foreign))
	lent = replay(plant.ports, recording(state(0, "OFFLINE"), header=foreign), connection="Cell Broker")
	assert len(lent.stops) == 1
	with pytest.raises(RecordingError, match="Line Controller speaks OPC UA"):
		replay(plant.ports, recording(), connection="Line Controller")


def test_a_rule_of_another_connection_is_refused(plant):
	with pytest.raises(MissingRecordError, match="has no Signal Rule 'SW-L3-043 lost'"):
		replay(plant.ports, recording(), rules=["SW-L3-043 lost"])


def test_the_number_of_signals_can_be_bounded(plant):
	signals = [state(n, "RUNNING") for n in range(3)]
	assert replay(plant.ports, recording(*signals), most_signals=3).counts.signals == 3
	with pytest.raises(RecordingError, match="more than 2 signals"):
		replay(plant.ports, recording(*signals), most_signals=2)


def test_the_text_names_zone_incident_lines_and_money(plant):
	result = replay(plant.ports, recording(state(60, "OFFLINE"), state(3660, "RUNNING")))
	text = "\n".join(result.lines())
	for part in (
		"(Europe/Berlin)",
		"10:01:00.000  raised",
		"1 incident would have been opened",
		"LINE STOP — Assembly Line 3 (P1 ticket), root AR-042",
		"Assembly Line 3: Stopped, 240 units per shift, 3,800.00 EUR per hour",
		"lasted 1 h 00 min 00 s, 3,800.00 EUR",
		"2 judged = 2 events + 0 suppressed + 0 dead letters + 0 waiting",
	):
		assert part in text


def test_a_sparkplug_session_is_replayed_from_its_birth(plant):
	connection = "Cell Sparkplug"
	plant.records.insert(
		"OT Connection",
		{
			"connection_name": connection,
			"protocol": "MQTT",
			"host": "127.0.0.1",
			"payload_format": "Sparkplug B",
		},
	)
	plant.records.insert(
		"Signal Rule",
		{
			"rule_name": "by metric",
			"connection": connection,
			"address": "Final Assembly/Edge 3/CPU load",
			"ci": "AR-042",
			"event_kind": "Degraded",
			"condition": ">",
			"condition_value": "90",
		},
	)

	def message(kind, seconds, *metrics, seq):
		at = START + timedelta(seconds=seconds)
		payload = wire.payload(*metrics, seq=seq, time=at)
		return RawSignal(f"spBv1.0/Final Assembly/{kind}/Edge 3", payload, at)

	born = message("NBIRTH", 0, wire.bd_seq(0), wire.metric("CPU load", 12, wire.INT32, alias=1), seq=0)
	busy = message("NDATA", 5, wire.metric(None, 95, wire.INT32, alias=1, typed=False), seq=1)
	lost = message("NDATA", 60, wire.metric(None, 5, wire.INT32, alias=1, typed=False), seq=3)
	header = replace(HEADER, connection=connection, payload_format=PayloadFormat.SPARKPLUG_B)
	result = replay(plant.ports, recording(born, busy, lost, ends=120, header=header))
	assert outcomes(result, "by metric")[:2] == ["unchanged", "raised"]
	assert len(result.stops) == 1
	assert plant.records.count("Sparkplug Node") == 0
	counts = result.counts
	assert counts.judged == counts.events + counts.suppressed + counts.dead_letters + counts.waiting
