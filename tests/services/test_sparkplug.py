"""Sparkplug B through the drain: a session lives in the database, in the transaction of the signals that moved it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plant_itsm.domain.errors import RuleError
from plant_itsm.services.sparkplug import DOCTYPE, SparkplugDecoder, rebirths_wanted, subscriptions_of
from tests import sparkplug_wire as wire
from tests.services.conftest import START

CONNECTION = "Cell Sparkplug"
NODE = "Final Assembly/Edge 3"
STATE = f"{NODE}/AR-042/State"
ONLINE = f"{NODE}/$online"


def topic(kind, device=None):
	return f"spBv1.0/Final Assembly/{kind}/Edge 3" + (f"/{device}" if device else "")


class Edge:
	"""The edge node of line 3 with the robot AR-042 as its device."""

	def __init__(self, plant):
		self.plant = plant
		self.drain = plant.drain(CONNECTION)

	def restart(self):
		self.drain = self.plant.drain(CONNECTION)

	def message(self, kind, *metrics, seq=None, device=None, sent=None):
		payload = wire.payload(*metrics, seq=seq, time=sent or self.plant.clock.now())
		return self.plant.streamed(topic(kind, device), payload)

	def send(self, kind, *metrics, **fields):
		return self.drain.process([self.message(kind, *metrics, **fields)])

	def born(self, number=0):
		return [
			self.message(
				"NBIRTH", wire.bd_seq(number), wire.metric("CPU load", 12, wire.INT32, alias=1), seq=0
			),
			self.message(
				"DBIRTH",
				wire.metric("State", "RUNNING", wire.STRING, alias=2),
				wire.metric("Torque", 7.5, wire.FLOAT, alias=3),
				seq=1,
				device="AR-042",
			),
		]

	def robot(self, state, seq, **fields):
		state = wire.metric(None, state, wire.STRING, alias=2, typed=False, **fields)
		return self.message("DDATA", state, seq=seq, device="AR-042")

	@property
	def node(self):
		(row,) = self.plant.records.find(DOCTYPE)
		return row

	def counts(self):
		return self.plant.counts(CONNECTION)


def add_rule(plant, name, address, condition, value, kind="Line Stop", **fields):
	rule = {"rule_name": name, "connection": CONNECTION, "address": address, "ci": "AR-042"}
	compare = {"condition": condition, "condition_value": value, "event_kind": kind}
	plant.records.insert("Signal Rule", {**rule, **compare, **fields})


@pytest.fixture
def edge(plant):
	plant.records.insert(
		"OT Connection",
		{
			"connection_name": CONNECTION,
			"protocol": "MQTT",
			"host": "127.0.0.1",
			"payload_format": "Sparkplug B",
			"enabled": True,
		},
	)
	add_rule(plant, "AR-042 offline (Sparkplug)", STATE, "=", "OFFLINE")
	return Edge(plant)


def test_a_robot_that_goes_offline_opens_a_line_stop(edge):
	edge.drain.process(edge.born())
	(name,) = edge.drain.process([edge.robot("OFFLINE", 2, time=START)])
	stop = edge.plant.records.get("Line Stop", name)
	assert (stop["root_ci"], stop["onset"]) == ("AR-042", START)
	(event,) = edge.plant.records.find("OT Signal Event")
	assert (event["address"], event["value"]) == (STATE, "OFFLINE")


def test_metrics_that_no_rule_looks_at_are_counted_and_no_dead_letters(edge):
	edge.drain.process([*edge.born(), edge.robot("OFFLINE", 2)])
	values, online = 4, 2
	assert edge.counts() == {
		"received": values + online,
		"events": 1,
		"suppressed": values + online - 1,
		"dead_lettered": 0,
	}


def test_a_session_goes_on_after_a_restart_between_any_two_messages(edge):
	for message in [*edge.born(), edge.robot("OFFLINE", 2), edge.robot("RUNNING", 3)]:
		edge.drain.process([message])
		edge.restart()
	assert [row["status"] for row in edge.plant.records.find("Line Stop")] == ["Ended"]
	assert (edge.node["online"], edge.node["last_seq"], edge.node["stale_since"]) == (True, 3, None)


def test_messages_behind_a_gap_wait_through_a_restart(edge):
	edge.drain.process(edge.born())
	early, late = edge.robot("OFFLINE", 3), edge.robot("RUNNING", 2)
	assert edge.drain.process([early]) == []
	edge.restart()
	assert edge.drain.next_due() == early.signal.received_time + timedelta(seconds=2)
	assert len(edge.drain.process([late])) == 1
	assert edge.drain.next_due() is None
	(event,) = edge.plant.records.find("OT Signal Event")
	assert event["received_time"] == late.signal.received_time


def test_a_gap_that_lasts_ends_without_a_further_signal(edge):
	edge.drain.process(edge.born())
	edge.drain.process([edge.robot("OFFLINE", 3), edge.robot("RUNNING", 4)])
	edge.restart()
	edge.plant.clock.move(3)
	assert edge.drain.pass_time() == []
	assert edge.node["rebirth_wanted"]
	assert "sequence number 2" in edge.node["stale_reason"]
	assert edge.node["unread_messages"] == 2
	(letter,) = edge.plant.records.find("Signal Dead Letter")
	assert letter["address"] == topic("DDATA", "AR-042")
	assert "sequence number 2" in letter["reason"]
	edge.drain.process(edge.born(1))
	assert not edge.node["rebirth_wanted"]
	assert edge.drain.process([edge.robot("OFFLINE", 2)])


def test_a_death_is_no_line_stop_and_no_end_of_one(edge):
	edge.drain.process([*edge.born(), edge.robot("OFFLINE", 2)])
	assert edge.send("NDEATH", wire.bd_seq(0)) == []
	assert [row["status"] for row in edge.plant.records.find("Line Stop")] == ["Open"]
	assert not edge.node["online"]


def test_loss_of_view_is_held_off_by_an_on_delay(edge):
	add_rule(edge.plant, "Edge 3 lost", ONLINE, "=", "false", "Degraded", on_delay_seconds=30.0)
	edge.drain.process(edge.born())
	edge.send("NDEATH", wire.bd_seq(0))
	edge.plant.clock.move(29)
	assert edge.drain.process(edge.born(1)) == []
	assert edge.plant.records.count("OT Signal Event") == 0
	edge.send("NDEATH", wire.bd_seq(1))
	edge.plant.clock.move(31)
	edge.restart()
	edge.drain.pass_time()
	(event,) = edge.plant.records.find("OT Signal Event")
	assert (event["address"], event["transition"], event["value"]) == (ONLINE, "Raised", "false")


def test_a_rule_may_not_take_loss_of_view_for_a_line_stop(edge):
	with pytest.raises(RuleError, match="cannot raise a Line Stop"):
		add_rule(edge.plant, "Edge 3 stops", ONLINE, "=", "false")


def test_a_value_of_the_past_opens_nothing(edge):
	edge.drain.process(edge.born())
	assert edge.drain.process([edge.robot("OFFLINE", 2, historical=True)]) == []
	assert edge.plant.records.count("Line Stop") == 0


def test_a_stale_value_is_no_stop(edge):
	edge.drain.process(edge.born())
	assert edge.drain.process([edge.robot("OFFLINE", 2, more=wire.quality(500))]) == []
	assert edge.plant.records.count("Line Stop") == 0


def test_a_batch_that_comes_again_moves_no_session(edge):
	batch = [*edge.born(), edge.robot("OFFLINE", 2)]
	edge.drain.process(batch)
	before = edge.node, edge.counts()
	edge.restart()
	assert edge.drain.process(batch) == []
	assert edge.node["last_seq"] == before[0]["last_seq"]
	assert edge.counts() == before[1]


def test_a_batch_that_was_rolled_back_leaves_the_session_as_it_was(edge, monkeypatch):
	edge.drain.process(edge.born())
	message = edge.robot("OFFLINE", 2)
	with monkeypatch.context() as broken:
		broken.setattr(SparkplugDecoder, "save", _fail)
		with pytest.raises(OSError, match="disk"):
			edge.drain.process([message])
	assert edge.node["last_seq"] == 1
	assert len(edge.drain.process([message])) == 1
	assert edge.node["last_seq"] == 2


def _fail(decoder):
	raise OSError("the disk is full")


def test_every_signal_is_an_event_suppressed_or_a_dead_letter(edge):
	edge.drain.process(
		[
			edge.robot("OFFLINE", 9),
			*edge.born(),
			edge.message("NCMD", wire.metric("Node Control/Rebirth", True), seq=None),
			edge.plant.streamed("spBv1.0/STATE/plant", b"{}"),
			edge.plant.streamed("spBv1.0/Final Assembly/NOISE/Edge 3", b""),
			edge.plant.streamed(topic("NDATA"), b"\xff"),
			edge.robot("OFFLINE", 2),
		]
	)
	counts = edge.counts()
	assert counts["dead_lettered"] == 3
	assert counts["received"] == counts["events"] + counts["suppressed"] + counts["dead_lettered"]


def test_a_birth_that_was_too_large_makes_its_node_stale(edge):
	edge.drain.process(edge.born())
	edge.drain.process([edge.plant.streamed(topic("NBIRTH"), b"\x08", problem="too large")])
	assert edge.node["stale_reason"] == "too large"


def test_the_listener_subscribes_to_the_edge_nodes_of_the_rules(edge):
	assert subscriptions_of(edge.plant.records, CONNECTION) == {"spBv1.0/Final Assembly/+/Edge 3/#"}


def test_a_node_that_was_never_seen_or_cannot_be_read_wants_a_rebirth(edge):
	def wanted():
		return [str(node) for node in rebirths_wanted(edge.plant.records, CONNECTION)]

	assert wanted() == [NODE]
	edge.drain.process(edge.born())
	assert wanted() == []
	edge.drain.process([edge.message("DDATA", seq=2, device="unknown")])
	assert wanted() == [NODE]
	edge.send("NDEATH", wire.bd_seq(0))
	assert wanted() == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_mutated_births_never_stop_the_drain(edge, data):
	messages = []
	for born in (*edge.born(), edge.robot("OFFLINE", 2)):
		payload = bytearray(born.signal.payload)
		for _ in range(data.draw(st.integers(0, 4))):
			payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
		messages.append(edge.plant.streamed(born.signal.address, bytes(payload)))
	edge.drain.process(messages)
	letters = edge.plant.records.find("Signal Dead Letter")
	assert not [row for row in letters if "Error:" in row["reason"]]
	edge.plant.clock.move(1)
	edge.drain.process([*edge.born(1), edge.robot("RUNNING", 2)])
	assert edge.node["stale_since"] is None
