"""Alarms of a real asyncua server through the OPC UA listener into a real Redis."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from asyncua import ua

from plant_itsm.domain.alarms import digest_of
from tests.ot_listeners.conftest import take
from tests.ot_listeners.opcua_servers import AlarmServer
from tests.ot_listeners.test_opcua import record
from tests.servers import CutLink

NOTIFIER = "alarms(i=2253)"
ROBOT = "Robot AR-042"


@pytest.fixture(scope="module")
def shared_server():
	running = AlarmServer()
	running.start()
	yield running
	running.close()


@pytest.fixture
def server(shared_server):
	shared_server.forget()
	return shared_server


def told(signals, *names):
	"""What the signals of alarms say, by these names."""
	documents = [json.loads(one.payload) for one in signals if one.address != NOTIFIER and not one.problem]
	return [tuple(document[name] for name in names) if names else document for document in documents]


def refreshes(signals):
	return [
		json.loads(one.payload)["retained"] for one in signals if one.address == NOTIFIER and not one.problem
	]


def refused(running):
	return [detail for state, detail in running.reports.seen if state == "address refused"]


def is_refreshed(signals):
	return bool(refreshes(signals))


def test_an_alarm_is_told_with_its_states_under_an_address_of_its_own(server, listen, client):
	listen(record(server), {f"{NOTIFIER}/{ROBOT}/Collision"})
	take(client, is_refreshed)
	at = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(minutes=5)
	address = server.tell(
		ROBOT, "Collision", active=True, message="Axis 3 hit something", severity=820, at=at
	)
	server.tell(ROBOT, "Collision", active=True, acked=True, confirmed=True, shelved=True, severity=820)
	found = take(client, lambda found: len(told(found)) == 2)
	first = next(one for one in found if one.address == address)
	assert (first.source_time, first.quality, first.problem) == (at, "good", None)
	document = json.loads(first.payload)
	expected = {
		"active": True,
		"acked": False,
		"confirmed": None,
		"shelved": False,
		"retain": True,
		"enabled": True,
		"severity": 820,
		"message": "Axis 3 hit something",
		"source": ROBOT,
		"condition": "Collision",
		"condition_id": "ns=2;s=Robot AR-042.Collision",
		"branch_id": None,
	}
	assert expected.items() <= document.items()
	assert told(found, "acked", "confirmed", "shelved")[1] == (True, True, True)


def test_the_server_tells_of_its_alarms_when_the_listener_comes(server, listen, client):
	before = [server.tell(ROBOT, name, active=True) for name in ("Collision", "Overload")]
	server.tell(ROBOT, "Door open", active=True)
	server.tell(ROBOT, "Door open", active=False)
	listen(record(server), {NOTIFIER})
	found = take(client, is_refreshed)
	assert told(found, "condition", "active") == [("Collision", True), ("Overload", True)]
	assert refreshes(found) == [sorted(digest_of(address) for address in before)]
	assert found[-1].address == NOTIFIER


def test_rules_of_one_notifier_share_its_events(server, listen, client):
	running = listen(record(server), {NOTIFIER, f"{NOTIFIER}/{ROBOT}", f"{NOTIFIER}/+/Collision"})
	take(client, is_refreshed)
	server.tell(ROBOT, "Collision", active=True)
	marker = server.add("Marker", 1)
	running.addresses = {NOTIFIER, marker}
	found = take(client, lambda found: any(one.address == marker for one in found))
	assert told([one for one in found if one.address != marker], "condition") == [("Collision",)]
	assert len(refreshes(found)) == 1


def test_alarms_that_are_not_wanted_any_more_are_not_listened_to(server, listen, client):
	robot = server.add("Robot", 0)
	running = listen(record(server), {NOTIFIER, robot})
	take(client, is_refreshed)
	running.addresses = {robot}
	other = server.add("Other", 0)
	running.addresses = {robot, other}
	take(client, lambda found: any(one.address == other for one in found))
	server.tell(ROBOT, "Collision", active=True)
	server.write("Robot", 1)
	found = take(client, lambda found: [one.payload for one in found if one.address == robot] == [b"0", b"1"])
	assert [one for one in found if one.address.startswith(f"{NOTIFIER}/")] == []


def test_a_cut_loses_no_alarm_and_the_server_is_asked_for_all_of_them_again(server, listen, client):
	link = CutLink(server.port)
	try:
		running = listen(
			record(server, endpoint_url=server.url.replace(str(server.port), str(link.port))), {NOTIFIER}
		)
		take(client, is_refreshed)
		running.wait_for("connected")
		link.cut()
		running.wait_for("connected", "lost")
		for number in range(20):
			server.tell(ROBOT, f"Alarm {number}", active=True)
			server.tell(ROBOT, f"Alarm {number}", active=False)
		standing = server.tell(ROBOT, "Collision", active=True)
		link.mend()
		found = take(client, lambda found: len(refreshes(found)) == 2, 30)
		assert refreshes(found)[1] == [digest_of(standing)]
		seen = told(found, "condition", "active")
		for number in range(20):
			assert (f"Alarm {number}", False) in seen
	finally:
		link.stop()


def test_a_refresh_that_the_server_asks_for_is_made(server, listen, client, monkeypatch):
	monkeypatch.setattr("plant_itsm.ot_listeners.opcua_refresh._AGAIN_SECONDS", 0.1)
	listen(record(server), {NOTIFIER})
	take(client, is_refreshed)
	server.ask_for_refresh()
	take(client, lambda found: len(refreshes(found)) == 2)


def test_after_an_overflow_of_its_queue_a_notifier_is_refreshed_and_named(
	server, listen, client, monkeypatch
):
	monkeypatch.setattr("plant_itsm.ot_listeners.opcua_refresh._AGAIN_SECONDS", 0.1)
	running = listen(record(server), {NOTIFIER})
	take(client, is_refreshed)
	server.overflow()
	running.wait_for("address refused")
	take(client, lambda found: len(refreshes(found)) == 2)
	assert "raise queue_size" in refused(running)[0]


def test_a_branch_is_no_news_of_the_alarm_itself(server, listen, client):
	server.tell(ROBOT, "Collision", active=True, branch=ua.NodeId(77, 2))
	listen(record(server), {NOTIFIER})
	found = take(client, is_refreshed)
	assert told(found, "branch_id") == [("ns=2;i=77",)]
	assert refreshes(found) == [[]]


def test_a_disabled_alarm_is_not_active(server, listen, client):
	listen(record(server), {NOTIFIER})
	take(client, is_refreshed)
	server.tell(ROBOT, "Collision", active=True, enabled=False)
	assert told(take(client, told), "active", "enabled") == [(False, False)]


def test_a_huge_message_and_huge_names_do_not_hide_an_alarm(server, listen, client):
	listen(record(server, max_payload_bytes=5000), {NOTIFIER})
	take(client, is_refreshed)
	server.tell("Robot " + "x" * 9000, "Collision/1 +#", active=True, message="m" * 500_000, number=5)
	(one,) = [one for one in take(client, told) if one.address != NOTIFIER]
	assert one.problem is None
	assert one.payload_bytes < 5000
	document = json.loads(one.payload)
	assert (document["active"], len(document["message"])) == (True, 1000)
	_, source, condition, condition_id = one.address.split("/")
	assert (len(source), condition, condition_id) == (120, "Collision%2F1 %2B%23", "ns=2;i=5")


GOOD_FIELDS = [
	ua.Variant(b"\x01"),
	ua.Variant(ua.NodeId(2915)),
	ua.Variant(ROBOT),
	ua.Variant(ua.NodeId(1, 2)),
	ua.Variant(datetime(2026, 11, 23)),
	ua.Variant(datetime(2026, 11, 23)),
	ua.Variant(ua.LocalizedText("hit")),
	ua.Variant(700, ua.VariantType.UInt16),
	ua.Variant(ua.NodeId(5001, 2)),
	ua.Variant("Collision"),
	*[ua.Variant(None)] * 8,
]
BROKEN = {
	"too few fields": GOOD_FIELDS[:5],
	"no field": [],
	"a severity that is a text": [*GOOD_FIELDS[:7], ua.Variant("high"), *GOOD_FIELDS[8:]],
	"no severity": [*GOOD_FIELDS[:7], ua.Variant(None), *GOOD_FIELDS[8:]],
	"a name that is a number": [*GOOD_FIELDS[:2], ua.Variant(3), *GOOD_FIELDS[3:]],
	"a state that is a list": [*GOOD_FIELDS[:15], ua.Variant([True, False]), *GOOD_FIELDS[16:]],
	"a type that is a text": [GOOD_FIELDS[0], ua.Variant("alarm"), *GOOD_FIELDS[2:]],
	"a condition id that is a text": [*GOOD_FIELDS[:8], ua.Variant("x"), *GOOD_FIELDS[9:]],
}


def test_event_fields_that_nobody_asked_for_are_a_problem_and_the_next_alarm_comes(server, listen, client):
	listen(record(server), {NOTIFIER})
	take(client, is_refreshed)
	for fields in BROKEN.values():
		server.send(fields)
	server.send(GOOD_FIELDS)
	found = take(client, told)
	problems = [one for one in found if one.problem]
	assert [one.address for one in problems] == [NOTIFIER] * len(BROKEN)
	assert all("the server" in one.problem and one.payload for one in problems)
	(document,) = told(found)
	assert (document["active"], document["condition_id"]) == (None, "ns=2;i=5001")


def test_events_that_are_no_alarms_are_left_out(server, listen, client):
	listen(record(server), {NOTIFIER})
	take(client, is_refreshed)
	server.send([*GOOD_FIELDS[:8], ua.Variant(ua.NodeId()), *GOOD_FIELDS[9:]])
	server.send([*GOOD_FIELDS[:8], ua.Variant(None), *GOOD_FIELDS[9:]])
	server.tell(ROBOT, "Collision", active=True)
	assert told(take(client, told), "condition") == [("Collision",)]


def test_a_node_that_tells_of_no_events_is_refused_with_the_way_out(server, listen, client):
	robot = server.add("Silent", 0)
	running = listen(record(server), {f"alarms({robot})", "alarms(nsu=urn:plant-itsm:none;i=1)", robot})
	take(client, bool)
	running.wait_for("address refused", "address refused")
	of_uri, of_silent = sorted(refused(running), reverse=True)
	assert "alarms(ns=2;s=Silent) is refused by the server" in of_silent
	assert "event notifier" in of_silent
	assert "knows no namespace 'urn:plant-itsm:none', but http://opcfoundation.org/UA/" in of_uri


def test_a_namespace_may_be_named_by_its_uri(server, listen, client):
	server.add("ByUri", 7)
	listen(record(server), {"nsu=urn:plant-itsm:test;s=ByUri"})
	(one,) = take(client, bool)
	assert (one.address, one.payload) == ("nsu=urn:plant-itsm:test;s=ByUri", b"7")


def test_a_server_without_condition_refresh_is_named_and_its_alarms_come_all_the_same(listen, client):
	server = AlarmServer(refreshes=False)
	server.start()
	try:
		running = listen(record(server), {NOTIFIER})
		running.wait_for("address refused")
		assert "cannot be refreshed (BadNothingToDo" in refused(running)[0]
		server.tell(ROBOT, "Collision", active=True)
		assert told(take(client, told), "active") == [(True,)]
		running.stop()
	finally:
		server.close()
