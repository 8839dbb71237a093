"""Replaying dead letters: a signal takes the effect that it would have had, once, and as history where it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from plant_itsm.domain.dead_letters import ReplayOutcome
from plant_itsm.services.letter_replays import ReplayRefusedError, note_queued, signal_to_replay
from tests.services.conftest import AR_042, START

NEW_TOPIC = "demo-plant/new-topic"
STOP_RULE = {
	"rule_name": "AR-042 anew",
	"connection": "Cell Broker",
	"address": NEW_TOPIC,
	"ci": "AR-042",
	"event_kind": "Line Stop",
	"condition": "=",
	"condition_value": "OFFLINE",
	"value_path": "state",
}


class Hand:
	"""Puts dead letters into the stream again, as replay_dead_letters does."""

	def __init__(self, plant):
		self.plant = plant

	def letters(self, **filters):
		return self.plant.records.find("Signal Dead Letter", filters, order_by="creation")

	def queue(self, letter):
		signal = signal_to_replay(self.plant.records, letter)
		again = self.plant.streamed(signal.address, signal.payload)
		again = replace(again, signal=replace(signal, replay_of=letter["name"]))
		note_queued(
			self.plant.records, letter["name"], "petra@plant.example", self.plant.clock.now(), again.stream_id
		)
		return again

	def replay(self, drain, letter):
		stops = drain.process([self.queue(letter)])
		after = self.plant.records.get("Signal Dead Letter", letter["name"])
		return stops, after["replay_outcome"], after["replay_remark"]


@pytest.fixture
def hand(plant):
	return Hand(plant)


def test_after_the_missing_rule_was_added_the_stop_opens_with_its_true_onset(plant, hand):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE", NEW_TOPIC)])
	received = plant.clock.now()
	plant.clock.move(300)
	plant.records.insert("Signal Rule", STOP_RULE)
	(letter,) = hand.letters()
	(stop,), outcome, remark = hand.replay(drain, letter)
	assert (outcome, remark) == (ReplayOutcome.TOOK_EFFECT, f"Raised {stop}")
	onset = plant.records.get("Line Stop", stop)["onset"]
	assert abs(onset - received) < timedelta(seconds=1)
	assert plant.counts() == {"received": 2, "events": 1, "suppressed": 0, "dead_lettered": 1}


def test_letters_replayed_in_their_order_open_and_end_the_stop(plant, hand):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE", NEW_TOPIC, ts=START - timedelta(seconds=60))])
	drain.process([plant.state("RUNNING", NEW_TOPIC, ts=START - timedelta(seconds=30))])
	plant.records.insert("Signal Rule", STOP_RULE)
	assert [hand.replay(drain, letter)[1] for letter in hand.letters()] == ["Took Effect", "Took Effect"]
	(stop,) = plant.records.find("Line Stop")
	assert (stop["status"], stop["duration_seconds"]) == ("Ended", 30.0)


@pytest.mark.parametrize("stamped", [True, False])
@pytest.mark.parametrize("restarted", [True, False])
def test_what_newer_signals_have_overtaken_is_history(plant, hand, stamped, restarted):
	"""The robot runs again since: whether its source tells the time or not, the old OFFLINE opens nothing."""
	stamp = (lambda: plant.clock.now()) if stamped else (lambda: None)
	plant.records.update("Signal Rule", "AR-042 offline", {"value_path": "status"})
	drain = plant.drain()
	drain.process([plant.state("OFFLINE", ts=stamp())])
	plant.records.update("Signal Rule", "AR-042 offline", {"value_path": "state"})
	plant.clock.move(5)
	drain.process([plant.state("RUNNING", ts=stamp())])
	if restarted:
		drain = plant.drain()
	(letter,) = hand.letters()
	stops, outcome, remark = hand.replay(drain, letter)
	assert (stops, outcome) == ([], ReplayOutcome.HISTORY)
	assert "newer signals have overtaken it" in remark
	assert plant.records.count("Line Stop") == 0
	(event,) = plant.records.find("OT Signal Event")
	assert event["transition"] == "Late"


def test_a_frequent_source_is_no_hindrance(plant, hand):
	"""The last good reading came a second before the refused one; rules are read anew when the rule is put right."""
	drain = plant.drain()
	drain.process([plant.state("RUNNING")])
	for _ in range(10):
		plant.clock.move(10)
		drain.process([plant.state("RUNNING")])
	plant.clock.move(1)
	drain.process([plant.streamed(AR_042, b'{"status": "OFFLINE"}')])
	plant.records.update("Signal Rule", "AR-042 offline", {"value_path": "status"})
	(letter,) = hand.letters()
	(_stop,), outcome, _ = hand.replay(drain, letter)
	assert outcome == ReplayOutcome.TOOK_EFFECT


def test_a_signal_is_replayed_once_however_often_it_comes(plant, hand):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE", NEW_TOPIC)])
	plant.records.insert("Signal Rule", STOP_RULE)
	(letter,) = hand.letters()
	first, second = hand.queue(letter), hand.queue(letter)
	assert len(drain.process([first])) == 1
	assert drain.process([second]) == []
	assert plant.counts() == {"received": 3, "events": 1, "suppressed": 1, "dead_lettered": 1}
	done = plant.records.get("Signal Dead Letter", letter["name"])
	with pytest.raises(ReplayRefusedError, match=r"was replayed by petra@plant\.example .*Took Effect"):
		signal_to_replay(plant.records, done)


def test_two_letters_of_one_signal_have_its_effect_once(plant, hand):
	"""Two rules could not read it, so there are two letters; each replay asks both rules."""
	second = STOP_RULE | {"address": AR_042, "ci": "AR-051", "value_path": "status"}
	plant.records.insert("Signal Rule", second)
	plant.records.update("Signal Rule", "AR-042 offline", {"value_path": "status"})
	drain = plant.drain()
	drain.process([plant.state("OFFLINE")])
	plant.records.update("Signal Rule", "AR-042 offline", {"value_path": "state"})
	plant.records.update("Signal Rule", "AR-042 anew", {"value_path": "state"})
	one, other = hand.letters()
	assert len(hand.replay(drain, one)[0]) == 2
	assert hand.replay(drain, other)[:2] == ([], ReplayOutcome.CHANGED_NOTHING)
	assert plant.records.count("OT Signal Event") == 2


def test_what_is_refused_again_becomes_a_new_letter_that_can_be_replayed(plant, hand):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE", NEW_TOPIC)])
	(letter,) = hand.letters()
	_, outcome, remark = hand.replay(drain, letter)
	assert outcome == ReplayOutcome.REFUSED_AGAIN
	assert "no enabled Signal Rule" in remark
	with pytest.raises(ReplayRefusedError, match="Replay the newer dead letter"):
		signal_to_replay(plant.records, plant.records.get("Signal Dead Letter", letter["name"]))
	plant.records.insert("Signal Rule", STOP_RULE)
	(newer,) = hand.letters(replay_outcome=("is", "not set"))
	assert hand.replay(drain, newer)[1] == ReplayOutcome.TOOK_EFFECT


def test_a_replay_ends_no_delay_and_wakes_no_watchdog(plant, hand):
	plant.records.update("Signal Rule", "AR-042 offline", {"on_delay_seconds": 60.0, "value_path": "status"})
	drain = plant.drain()
	drain.process([plant.state("OFFLINE")])
	plant.records.update("Signal Rule", "AR-042 offline", {"value_path": "state"})
	plant.clock.move(300)
	assert drain.process([plant.state("OFFLINE")]) == []
	(letter,) = hand.letters()
	assert hand.replay(drain, letter)[:2] == ([], ReplayOutcome.HISTORY)
	assert plant.records.count("Line Stop") == 0
	assert drain.pass_time() == []
	plant.clock.move(61)
	assert len(drain.pass_time()) == 1


def test_a_delay_that_a_replay_begins_has_ended_already(plant, hand):
	plant.records.update("Signal Rule", "AR-042 offline", {"on_delay_seconds": 60.0, "value_path": "status"})
	drain = plant.drain()
	drain.process([plant.state("OFFLINE")])
	plant.records.update("Signal Rule", "AR-042 offline", {"value_path": "state"})
	plant.clock.move(300)
	(letter,) = hand.letters()
	assert hand.replay(drain, letter)[1] == ReplayOutcome.DELAY_RUNS
	(stop,) = drain.pass_time()
	assert plant.records.get("Line Stop", stop)["onset"] == letter["received_time"]


PULSES = {**STOP_RULE, "rule_name": "pulses", "event_kind": "Production Count", "condition_value": "1"}


def pulse(plant, seconds):
	at = START + timedelta(seconds=seconds)
	return plant.streamed(NEW_TOPIC, f'{{"state": 1, "ts": "{at.isoformat()}"}}')


def test_a_replayed_pulse_counts_once_in_the_shift_of_its_source_time(plant, hand):
	plant.records.insert("Signal Rule", {**PULSES, "value_path": "wrong"})
	drain = plant.drain()
	drain.process([pulse(plant, 0)])
	(letter,) = hand.letters()
	plant.records.update("Signal Rule", "pulses", {"value_path": "state"})
	plant.clock.move(6 * 3600)
	drain.process([pulse(plant, 6 * 3600)])
	before = plant.records.find("Signal State", {"signal_rule": "pulses"})[0]
	assert hand.replay(drain, letter)[1] == ReplayOutcome.CHANGED_NOTHING
	rows = plant.records.find("Production Count", order_by="period_from")
	assert [(row["produced"], row["period_from"] < START) for row in rows] == [(1, True), (1, False)]
	after = plant.records.find("Signal State", {"signal_rule": "pulses"})[0]
	assert after["last_received_time"] == before["last_received_time"], "the past is not the newest"


def test_what_another_rule_refused_is_not_counted_again(plant, hand):
	plant.records.insert("Signal Rule", PULSES)
	plant.records.insert("Signal Rule", {**PULSES, "rule_name": "refuses", "value_path": "wrong"})
	drain = plant.drain()
	drain.process([pulse(plant, 0)])
	(letter,) = hand.letters()
	assert letter["refused_by"] == "refuses"
	drain.process(
		[pulse(plant, second) for second in range(1, 60)]
	)  # more than the pulses that are remembered
	plant.records.update("Signal Rule", "refuses", {"value_path": "state"})
	hand.replay(drain, letter)
	rows = plant.records.find("Production Count")
	assert {row["signal_rule"]: row["produced"] for row in rows} == {"pulses": 60, "refuses": 1}


def test_bytes_come_back_as_they_were(plant, hand):
	payload = b'\x00\xff {"state": "OFFLINE"}'
	plant.drain().process([plant.streamed(AR_042, payload)])
	(letter,) = hand.letters()
	assert signal_to_replay(plant.records, letter).payload == payload


@pytest.mark.parametrize(
	("signal", "reason"),
	[
		({"payload": b"x" * 20_000}, "too large to be kept"),
		({"payload": b"x", "problem": "payload of 9 MB"}, "the listener could not take the signal"),
	],
)
def test_what_was_not_kept_whole_or_not_taken_is_refused(plant, hand, signal, reason):
	plant.drain().process([plant.streamed(AR_042, **signal)])
	(letter,) = hand.letters()
	with pytest.raises(ReplayRefusedError, match=reason):
		signal_to_replay(plant.records, letter)


def test_sparkplug_letters_are_refused_because_of_their_sequence(plant, hand):
	plant.drain().process([plant.streamed(NEW_TOPIC, b"{}")])
	plant.records.update("OT Connection", "Cell Broker", {"payload_format": "Sparkplug B"})
	(letter,) = hand.letters()
	with pytest.raises(ReplayRefusedError, match="Ask the edge node for a rebirth"):
		signal_to_replay(plant.records, letter)


def test_the_outcomes_are_the_options_of_their_field(plant):
	field = plant.records.meta("Signal Dead Letter").field("replay_outcome")
	assert field.options.split("\n") == ["", *ReplayOutcome]
