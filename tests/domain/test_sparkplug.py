"""The session of an edge node, by reference sequences: what each message says, and what stays unknown."""

from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain import sparkplug
from plant_itsm.domain.errors import PayloadError, RuleError
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.domain.sparkplug_members import SparkplugMessage
from plant_itsm.domain.sparkplug_session import NodeSession
from plant_itsm.domain.sparkplug_topics import NodeId, check_address, parse_topic, topic_filters
from tests import sparkplug_wire as wire

START = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
NODE = NodeId("Press Shop", "Gateway 1")
TIMEOUT = 2.0


def at(seconds):
	return START + timedelta(seconds=seconds)


class EdgeNode:
	"""An edge node and the session that we keep of it. Every message is sent a second after the one before."""

	def __init__(self):
		self.session = NodeSession(NODE)
		self.second = 0.0
		self._sent = 0

	def message(self, kind, *metrics, seq=None, device=None, sent=None):
		self._sent += 1
		topic = f"spBv1.0/{NODE.group}/{kind}/{NODE.edge}" + (f"/{device}" if device else "")
		payload = wire.payload(*metrics, seq=seq, time=sent if sent is not None else at(self.second))
		return topic, payload

	def hear(self, message, second=None):
		"""Take a message; what it says as (address, value, quality), refused ones as their reason."""
		self.second = self.second + 1 if second is None else second
		topic, payload = message
		streamed = StreamedSignal(f"{self._sent}-0", RawSignal(topic, payload, at(self.second)))
		try:
			read = SparkplugMessage.read(parse_topic(topic), streamed)
		except PayloadError as error:
			step = sparkplug.unreadable(self.session, parse_topic(topic), streamed, str(error))
		else:
			step = sparkplug.take(self.session, read, TIMEOUT)
		self.session = step.session
		self.said = step.said
		return shown(step.said)

	def send(self, kind, *metrics, second=None, **fields):
		return self.hear(self.message(kind, *metrics, **fields), second)

	def wait(self, second):
		step = sparkplug.expire(self.session, at(second), TIMEOUT)
		self.session, self.second, self.said = step.session, second, step.said
		return shown(step.said)


def shown(said):
	return [
		one.refused or (one.address.removeprefix("Press Shop/Gateway 1/"), one.document, one.quality)
		for one in said
	]


def birth(number=0):
	return (
		wire.bd_seq(number),
		wire.metric("State", 6, wire.INT32, alias=1),
		wire.metric("Line 3/Speed", 240, wire.INT32, alias=2),
	)


ROBOT = (wire.metric("Mode", "AUTO", wire.STRING, alias=11),)
STATE = ("State", 6, "good")
SPEED = ("Line 3/Speed", 240, "good")


def state(number):
	return wire.metric(None, number, wire.INT32, alias=1, typed=False)


@pytest.fixture
def node():
	edge = EdgeNode()
	edge.send("NBIRTH", *birth(), seq=0)
	return edge


@pytest.fixture
def robot(node):
	node.send("DBIRTH", *ROBOT, seq=1, device="Robot")
	return node


def test_a_birth_says_every_value_and_that_the_node_is_online():
	edge = EdgeNode()
	assert edge.send("NBIRTH", *birth(), seq=0) == [("$online", True, "good"), STATE, SPEED]
	assert edge.session.is_live
	assert edge.said[1].address == "Press Shop/Gateway 1/State"
	assert edge.session.birth_time == START


def test_data_names_a_metric_by_its_alias(node):
	assert node.send("NDATA", state(9), seq=1) == [("State", 9, "good")]
	assert node.said[0].source_time == at(1)


def test_a_device_has_addresses_of_its_own(robot):
	said = robot.send(
		"DDATA", wire.metric(None, "MANUAL", wire.STRING, alias=11, typed=False), seq=2, device="Robot"
	)
	assert said == [("Robot/Mode", "MANUAL", "good")]


def test_the_sequence_goes_from_255_to_0(node):
	for seq in range(1, 256):
		assert node.send("NDATA", state(seq), seq=seq) == [("State", seq, "good")]
	assert node.send("NDATA", state(0), seq=0) == [("State", 0, "good")]


def test_messages_in_another_order_take_effect_in_theirs(node):
	assert node.send("NDATA", state(3), seq=3, second=2) == []
	assert node.send("NDATA", state(2), seq=2, second=2.5) == []
	assert node.session.due_at(TIMEOUT) == at(4)
	said = node.send("NDATA", state(1), seq=1, second=3)
	assert said == [("State", 1, "good"), ("State", 2, "good"), ("State", 3, "good")]
	assert {one.origin.signal.received_time for one in node.said} == {at(3)}
	assert node.session.due_at(TIMEOUT) is None
	assert node.session.is_live


def test_a_second_gap_has_its_own_timeout(node):
	node.send("NDATA", state(2), seq=2, second=2)
	node.send("NDATA", state(4), seq=4, second=3)
	node.send("NDATA", state(1), seq=1, second=3.5)
	assert node.session.due_at(TIMEOUT) == at(5)


def test_a_gap_that_lasts_makes_the_node_stale_and_wants_a_rebirth(robot):
	assert robot.send("NDATA", state(9), seq=3, second=10) == []
	assert robot.wait(11.9) == []
	*lost, refused = robot.wait(12)
	assert lost == [
		("State", None, "stale"),
		("Line 3/Speed", None, "stale"),
		("Robot/Mode", None, "stale"),
	]
	assert "sequence number 2 of edge node Press Shop/Gateway 1 is missing (3 came instead)" in refused
	assert robot.session.stale_since == at(12)
	assert robot.session.rebirth_wanted
	assert robot.session.online


def test_a_gap_ends_by_the_times_of_messages_also_where_nobody_looked_at_the_clock(node):
	node.send("NDATA", state(9), seq=2, second=10)
	said = node.send("NDATA", state(8), seq=1, second=12.1)
	assert ("State", None, "stale") in said
	assert node.session.stale_since == at(12)
	assert node.session.unread == 2


def test_while_a_node_is_stale_its_data_is_counted_and_one_dead_letter_tells_of_it(node):
	node.send("NDATA", state(9), seq=2, second=10)
	node.wait(12)
	for seq in (3, 4, 5):
		(said,) = node.send("NDATA", state(9), seq=seq)
		assert said[0].startswith("spBv1.0/")
	assert node.session.unread == 4


def test_a_rebirth_mends_it(node):
	node.send("NDATA", state(9), seq=2, second=10)
	node.wait(12)
	assert node.send("NBIRTH", *birth(), seq=0) == [("$online", True, "good"), STATE, SPEED]
	assert node.session.is_live
	assert not node.session.rebirth_wanted
	assert node.session.unread == 0
	assert node.send("NDATA", state(9), seq=1) == [("State", 9, "good")]


def test_too_many_messages_behind_a_gap_do_not_wait(node):
	for seq in range(2, 2 + sparkplug.HELD_MESSAGES):
		assert node.send("NDATA", state(seq), seq=seq, second=3) == []
	assert any("missing" in said for said in node.send("NDATA", state(0), seq=203, second=3))
	assert node.session.held == ()


def test_a_message_that_is_delivered_again_says_nothing(node):
	first, second = node.message("NDATA", state(1), seq=1), node.message("NDATA", state(2), seq=2)
	node.hear(first)
	node.hear(second)
	for again in (first, second):
		(said,) = node.hear(again)
		assert said[1] == "delivered again"
	assert node.send("NDATA", state(3), seq=3) == [("State", 3, "good")]


def test_a_birth_that_is_delivered_again_does_not_begin_anew():
	edge = EdgeNode()
	born = edge.message("NBIRTH", *birth(), seq=0)
	edge.hear(born)
	for seq in range(1, 40):
		edge.send("NDATA", state(seq), seq=seq)
	edge.hear(born)
	assert edge.session.last_seq == 39


def test_the_death_of_a_node_is_loss_of_view_at_the_time_of_our_clock(robot):
	said = robot.send("NDEATH", wire.bd_seq(0), second=20, sent=at(-3600))
	assert said == [
		("State", None, "stale"),
		("Line 3/Speed", None, "stale"),
		("Robot/Mode", None, "stale"),
		("$online", False, "good"),
		("Robot/$online", False, "good"),
	]
	assert {one.source_time for one in robot.said} == {at(20)}
	assert not robot.session.online
	assert not robot.session.rebirth_wanted


def test_the_death_of_another_session_does_not_count():
	edge = EdgeNode()
	edge.send("NBIRTH", *birth(7), seq=0)
	(said,) = edge.send("NDEATH", wire.bd_seq(6))
	assert "another session" in said[1]
	assert edge.session.is_live


def test_data_after_a_death_needs_a_birth(node):
	node.send("NDEATH", wire.bd_seq(0))
	(said,) = node.send("NDATA", state(9), seq=1)
	assert "is stale or offline" in said
	assert node.session.rebirth_wanted


def test_the_death_of_a_device_counts_at_its_payload_time(robot):
	said = robot.send("DDEATH", seq=2, device="Robot", second=20, sent=at(15))
	assert said == [("Robot/Mode", None, "stale"), ("Robot/$online", False, "good")]
	assert {one.source_time for one in robot.said} == {at(15)}
	assert robot.send("NDATA", state(9), seq=3) == [("State", 9, "good")]
	assert robot.send("DBIRTH", *ROBOT, seq=4, device="Robot") == [
		("Robot/$online", True, "good"),
		("Robot/Mode", "AUTO", "good"),
	]


def test_births_and_deaths_of_a_node_whose_clock_is_an_hour_off_are_timed_by_ours(robot):
	for hour in (-3600, 3600):
		robot.send("DDEATH", seq=robot.session.next_seq, device="Robot", sent=at(robot.second + hour))
		died = {one.source_time for one in robot.said}
		assert died == {at(robot.second)}
		robot.send("DBIRTH", *ROBOT, seq=robot.session.next_seq, device="Robot", sent=at(robot.second + hour))
		assert robot.said[0].source_time == at(robot.second)


def test_a_birth_of_the_node_takes_its_devices_offline_until_theirs(robot):
	said = robot.send("NBIRTH", *birth(1), seq=0)
	assert said[:2] == [("Robot/Mode", None, "stale"), ("Robot/$online", False, "good")]
	assert not robot.session.members["Robot"].online


def test_a_value_of_the_past_says_so(node):
	old = wire.metric(None, 2, wire.INT32, alias=1, typed=False, historical=True, time=at(-600))
	node.send("NDATA", old, state(9), seq=1)
	assert [(one.document, one.historical, one.source_time) for one in node.said] == [
		(2, True, at(-600)),
		(9, False, at(1)),
	]


def test_data_before_the_birth_is_refused_once_and_wants_one():
	edge = EdgeNode()
	(said,) = edge.send("NDATA", state(9), seq=17)
	assert "was never born here" in said
	assert edge.session.rebirth_wanted
	assert edge.send("NDATA", state(9), seq=18)[0][0].startswith("spBv1.0/")


def test_an_unknown_alias_is_refused_and_what_is_known_counts(node):
	known, refused = node.send("NDATA", state(9), wire.metric(None, 1, wire.INT32, alias=99), seq=1)
	assert known == ("State", 9, "good")
	assert "no metric with alias 99" in refused
	assert node.session.rebirth_wanted
	assert node.session.is_live


def test_a_device_without_a_birth_is_refused(node):
	(said,) = node.send("DDATA", state(9), seq=1, device="Robot")
	assert "device Robot" in said
	assert node.session.rebirth_wanted
	assert node.session.last_seq == 1


@pytest.mark.parametrize(
	("metrics", "seq", "reason"),
	[
		(birth(), 5, "sequence number 5, not 0"),
		(birth(), None, "sequence number None, not 0"),
		(birth()[1:], 0, "no bdSeq"),
		(
			(wire.bd_seq(1), wire.metric("A", 1, 3, alias=1), wire.metric("B", 1, 3, alias=1)),
			0,
			"alias 1 stands",
		),
	],
)
def test_a_birth_against_the_rules_makes_the_node_stale(node, metrics, seq, reason):
	*lost, refused = node.send("NBIRTH", *metrics, seq=seq)
	assert lost == [("State", None, "stale"), ("Line 3/Speed", None, "stale")]
	assert reason in refused
	assert not node.session.is_live
	assert node.session.rebirth_wanted


def test_a_birth_that_cannot_be_read_makes_the_node_stale(node):
	topic, payload = node.message("NBIRTH", *birth(1), seq=0)
	*lost, refused = node.hear((topic, payload[:-4]))
	assert ("State", None, "stale") in lost
	assert "no Sparkplug B message" in refused
	assert node.session.rebirth_wanted


def test_a_message_that_cannot_be_read_leaves_a_gap(node):
	topic, payload = node.message("NDATA", state(9), seq=1)
	node.hear((topic, payload[:-4]))
	assert node.send("NDATA", state(9), seq=2) == []
	assert node.session.held


def test_data_without_a_sequence_number_is_refused(node):
	assert node.send("NDATA", state(9)) == ["NDATA without sequence number"]
	assert node.session.is_live


def test_templates_are_known_and_not_read(node):
	recipe = wire.block(1, b"Recipe") + wire.whole(4, wire.TEMPLATE) + wire.block(18, b"anything")
	said = node.send("NBIRTH", *birth(1), recipe, seq=0)
	assert said[-1] == ("Recipe", None, "bad")
	assert node.session.is_live


def test_one_metric_that_is_unusable_does_not_spoil_the_others(node):
	wrong = wire.metric("State", "text", wire.STRING, typed=False)
	said = node.send("NDATA", wrong, wire.metric("Line 3/Speed", 200, wire.INT32), seq=1)
	assert said[0] == ("Line 3/Speed", 200, "good")
	assert "does not fit data type 3" in said[1]


def test_a_birth_that_was_overtaken_by_its_data_releases_it(node):
	born, data = (
		node.message("NBIRTH", *birth(1), seq=0, sent=at(5)),
		node.message("NDATA", state(9), seq=1, sent=at(6)),
	)
	node.send("NDATA", state(1), seq=1, sent=at(1))
	assert node.hear(data) == []
	assert node.hear(born)[-1] == ("State", 9, "good")
	assert node.session.last_seq == 1


def test_what_waited_before_a_birth_is_of_the_session_before(node):
	node.send("NDATA", state(1), seq=2, sent=at(2))
	said = node.send("NBIRTH", *birth(1), seq=0, sent=at(5))
	assert "before the birth" in said[0][1]
	assert node.session.held == ()


TOPICS = st.sampled_from(["NBIRTH", "NDEATH", "DBIRTH", "DDEATH", "NDATA", "DDATA"])
METRICS = st.sampled_from([*birth(), *birth(1), *ROBOT, state(1), wire.metric(None, 1, 3, alias=99)])
SENT = st.tuples(
	TOPICS,
	st.lists(METRICS, max_size=3),
	st.none() | st.integers(0, 4) | st.integers(0, 255),
	st.sampled_from([0, 0.1, 1, 5]),
	st.binary(max_size=3),
)


@settings(max_examples=200)
@given(st.lists(SENT, max_size=25))
def test_whatever_comes_the_session_stays_sound(sent):
	edge = EdgeNode()
	for kind, metrics, seq, pause, garbage in sent:
		device = "Robot" if kind[0] == "D" else None
		topic, payload = edge.message(kind, *metrics, seq=seq, device=device)
		edge.hear((topic, payload + garbage), edge.second + pause)
		session = edge.session
		assert 0 <= session.last_seq < 256
		assert len(session.held) <= sparkplug.HELD_MESSAGES
		assert not session.held or session.is_live
		assert session.is_live or session.stale_since is not None or session.birth_time is None
		assert not any(member.online for member in session.members.values()) or session.online


@given(
	st.text(max_size=40)
	| st.lists(st.sampled_from(["spBv1.0", "G", "NDATA", "DDATA", "STATE", ""])).map("/".join)
)
def test_any_topic_is_parsed_or_refused(topic):
	with suppress(PayloadError):
		parsed = parse_topic(topic)
		assert parsed is None or (parsed.node.group and parsed.node.edge)


def test_rules_subscribe_to_whole_edge_nodes():
	addresses = ["Press Shop/Gateway 1/Line 3/Speed", "Press Shop/Gateway 1/$online", "nonsense"]
	assert topic_filters(addresses) == {"spBv1.0/Press Shop/+/Gateway 1/#"}


@pytest.mark.parametrize(
	("address", "text"),
	[
		("Press Shop/Gateway 1", "no Sparkplug address"),
		("", "no Sparkplug address"),
		("spBv1.0/Press Shop/NDATA/Gateway 1", "without spBv1.0"),
		("+/Gateway 1/State", "without \\+ and #"),
		("Press Shop/Gateway 1/#", "must name one metric"),
		("Press Shop/Gateway 1/Robot/$online", "cannot raise a Line Stop"),
	],
)
def test_an_address_that_cannot_work_is_refused(address, text):
	with pytest.raises(RuleError, match=text):
		check_address("Signal Rule R", address, stops_line=True)


@pytest.mark.parametrize("address", ["Press Shop/Gateway 1/Tank #3/Level", "G/E/Robot/$online"])
def test_an_address_of_a_metric_is_good(address):
	check_address("Signal Rule R", address, stops_line=False)
