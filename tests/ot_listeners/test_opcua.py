"""The OPC UA listener against a real asyncua server and a real Redis."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from asyncua import ua

from plant_itsm.domain.errors import LeaseLostError
from plant_itsm.ot_listeners.leases import Lease
from tests.certificates import Authority
from tests.ot_listeners.conftest import CONNECTION, take
from tests.servers import CutLink, OpcUaServer


class Nodes:
	"""A test's own nodes on a server that tests share, because it takes a second to start."""

	def __init__(self, server, test):
		self.url, self.port = server.url, server.port
		self._server, self._test = server, test

	def add(self, name, value):
		return self._server.add(f"{self._test}.{name}", value)

	def write(self, name, value):
		self._server.write(f"{self._test}.{name}", value)


@pytest.fixture(scope="module")
def shared_server():
	running = OpcUaServer()
	running.start()
	yield running
	running.close()


@pytest.fixture
def late_server(request):
	"""A server of the test's own, not yet started."""
	alone = OpcUaServer()

	yield alone
	alone.close()


@pytest.fixture
def server(shared_server, request):
	return Nodes(shared_server, request.node.name)


def record(server, **fields):
	return {
		"endpoint_url": server.url,
		"security_policy": "None",
		"security_mode": "None",
		"publishing_interval_ms": 50,
		**fields,
	}


def values(signals, address=None):
	return [json.loads(signal.payload) for signal in signals if address in (None, signal.address)]


def test_the_current_value_and_every_change_reach_the_stream_once(server, listen, client):
	robot = server.add("Line3.Robot", 0)
	listen(record(server), {robot})
	take(client, lambda found: values(found) == [0])
	for number in range(1, 301):
		server.write("Line3.Robot", number)
	found = take(client, lambda found: 300 in values(found))
	assert values(found) == list(range(301))
	assert {signal.address for signal in found} == {robot}
	assert all(signal.quality == "good" and signal.problem is None for signal in found)
	assert found[-1].source_time <= found[-1].received_time


def test_the_source_time_of_the_server_is_kept(server, listen, client):
	robot = server.add("Line3.Robot", False)
	listen(record(server), {robot})
	take(client, bool)
	an_hour_ago = datetime.now(timezone.utc) - timedelta(hours=1)
	server.write("Line3.Robot", ua.DataValue(ua.Variant(True), SourceTimestamp=an_hour_ago))
	assert take(client, lambda found: len(found) == 2)[-1].source_time == an_hour_ago


@pytest.mark.parametrize(
	("status", "quality"), [("BadDeviceFailure", "bad"), ("UncertainLastUsableValue", "uncertain")]
)
def test_a_status_that_is_not_good_is_quality_and_no_value(server, listen, client, status, quality):
	robot = server.add("Line3.Robot", 7)
	listen(record(server), {robot})
	take(client, bool)
	code = ua.StatusCode(getattr(ua.StatusCodes, status))
	server.write("Line3.Robot", ua.DataValue(ua.Variant(7), StatusCode=code))
	last = take(client, lambda found: len(found) == 2)[-1]
	assert last.quality == quality
	assert last.problem is None
	assert json.loads(last.payload) in (7, None)


def test_a_value_that_json_cannot_hold_has_a_problem(server, listen, client):
	temperature = server.add("Line3.Temperature", 20.5)
	listen(record(server), {temperature})
	take(client, bool)
	server.write("Line3.Temperature", float("nan"))
	last = take(client, lambda found: len(found) == 2)[-1]
	assert last.payload == b"nan"
	assert "cannot be written as JSON" in last.problem


def test_an_unknown_node_is_reported_once_and_the_others_go_on(server, listen, client):
	robot = server.add("Line3.Robot", 1)
	running = listen(record(server), {robot, "ns=2;s=No.Such.Node", "no node id at all"})
	take(client, lambda found: values(found, robot) == [1])
	server.write("Line3.Robot", 2)
	take(client, lambda found: values(found, robot) == [1, 2])
	told = sorted(detail for state, detail in running.reports.seen if state == "address refused")
	assert len(told) == 2
	assert "ns=2;s=No.Such.Node is refused by the server (BadNodeIdUnknown)" in told[1]
	assert "no node id at all is no node id" in told[0]


def test_rules_added_and_removed_at_run_time_are_followed(server, listen, client):
	robot, switch, marker = (server.add(name, 0) for name in ("Robot", "Switch", "Marker"))
	running = listen(record(server), {robot})
	take(client, bool)
	running.addresses = {robot, switch}
	take(client, lambda found: values(found, switch) == [0])
	running.addresses = {switch, marker}
	take(client, lambda found: values(found, marker) == [0])
	server.write("Robot", 1)
	server.write("Switch", 1)
	found = take(client, lambda found: values(found, switch) == [0, 1])
	assert values(found, robot) == [0]


def test_a_cut_loses_no_value_that_the_server_has_queued(server, listen, client):
	robot = server.add("Line3.Robot", 0)
	link = CutLink(server.port)
	try:
		url = server.url.replace(str(server.port), str(link.port))
		running = listen(record(server, endpoint_url=url), {robot})
		take(client, bool)
		running.wait_for("connected")
		link.cut()
		running.wait_for("connected", "lost")
		for number in range(1, 51):
			server.write("Line3.Robot", number)
		link.mend()
		running.wait_for("connected", "lost", "connected", seconds=30)
		server.write("Line3.Robot", 51)
		found = take(client, lambda found: 51 in values(found))
		assert values(found) == list(range(52))
		assert running.states() == ["connecting", "connected", "lost", "connected"]
	finally:
		link.stop()


def test_after_a_restart_of_the_server_the_current_value_is_read(late_server, listen, client):
	late_server.start()
	robot = late_server.add("Line3.Robot", "running")
	link = CutLink(late_server.port)
	try:
		url = late_server.url.replace(str(late_server.port), str(link.port))
		running = listen(record(late_server, endpoint_url=url), {robot})
		take(client, lambda found: values(found) == ["running"])
		running.wait_for("connected")
		link.cut()  # asyncua's server does not end in good time while clients come back to it
		late_server.stop()
		running.wait_for("connected", "lost")
		late_server.add("Line3.Robot", "stopped while away")
		late_server.start()
		link.mend()
		take(client, lambda found: "stopped while away" in values(found), 30)
		running.wait_for("connected", "lost", "connected")
		late_server.write("Line3.Robot", "goes on")
		take(client, lambda found: "goes on" in values(found))
	finally:
		link.stop()


def test_while_redis_is_away_the_server_queues(server, listen, own_redis):
	robot = server.add("Line3.Robot", 0)
	running = listen(record(server), {robot}, own_redis.url)
	take(running.client, bool)
	own_redis.kill()
	for number in range(1, 301):
		server.write("Line3.Robot", number)
	running.wait_for("connected", "intake blocked")
	own_redis.start()
	running.wait_for("connected", "intake blocked", "connected")
	found = take(running.client, lambda found: 300 in values(found))
	assert values(found) == list(range(301))


def test_a_listener_can_be_stopped_while_redis_is_away(server, listen, own_redis):
	robot = server.add("Line3.Robot", 0)
	running = listen(record(server), {robot}, own_redis.url)
	take(running.client, bool)
	own_redis.kill()
	server.write("Line3.Robot", 1)
	running.wait_for("connected", "intake blocked")
	running.stop()
	assert running.error is None


def test_the_loser_of_a_takeover_stops_and_writes_nothing(server, listen, client):
	robot = server.add("Line3.Robot", 0)
	running = listen(record(server), {robot})
	take(client, bool)
	client.delete(running.lease.key)
	assert Lease.acquire(client, "plant", f"listen:{CONNECTION}", 60)
	server.write("Line3.Robot", 1)
	running.join()
	assert isinstance(running.error, LeaseLostError)
	assert values(take(client, bool)) == [0]


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
	authority = Authority(tmp_path_factory.mktemp("pki"))
	return {
		"server": authority.issue("server"),
		"listener": authority.issue("listener", "urn:plant-itsm:listener"),
	}


@pytest.fixture(scope="module")
def shared_secured_server(pki):
	running = OpcUaServer(
		users={"listener": "right"},
		certificate=pki["server"],
		policies=(
			ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
			ua.SecurityPolicyType.Basic256Sha256_Sign,
			ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
		),
	)
	running.start()
	yield running
	running.close()


@pytest.fixture
def secured(shared_secured_server, request):
	return Nodes(shared_secured_server, request.node.name)


def secure_record(server, pki, **fields):
	return record(
		server,
		**{
			"security_policy": "Basic256Sha256",
			"security_mode": "SignAndEncrypt",
			"client_certificate_path": str(pki["listener"][0]),
			"private_key_path": str(pki["listener"][1]),
			"username": "listener",
			"password": "right",
			**fields,
		},
	)


@pytest.mark.parametrize(
	("policy", "mode"),
	[
		("Basic256Sha256", "Sign"),
		("Basic256Sha256", "SignAndEncrypt"),
		("Aes128Sha256RsaOaep", "SignAndEncrypt"),
	],
)
def test_a_secure_channel_with_user_and_password(secured, pki, listen, client, policy, mode):
	robot = secured.add("Line3.Robot", 1)
	listen(secure_record(secured, pki, security_policy=policy, security_mode=mode), {robot})
	take(client, lambda found: values(found) == [1])
	secured.write("Line3.Robot", 2)
	take(client, lambda found: values(found) == [1, 2])


def test_a_server_that_wants_a_certificate_for_the_user_gets_ours(pki, listen, client):
	server = OpcUaServer(
		users={},
		certificate=pki["server"],
		policies=(ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,),
	)
	server.start()
	try:
		robot = server.add("Line3.Robot", 1)
		anonymous = {"security_policy": "Aes256Sha256RsaPss", "username": None, "password": None}
		running = listen(secure_record(server, pki, **anonymous), {robot})
		take(client, lambda found: values(found) == [1])
		running.stop()
	finally:
		server.close()


def test_a_wrong_password_is_reported_as_a_refusal(secured, pki, listen):
	running = listen(secure_record(secured, pki, password="wrong"), {"ns=2;s=Line3.Robot"})
	running.wait_for("refused")
	assert "wrong" not in repr(running.reports.seen)
	running.stop()


def test_a_policy_that_the_server_does_not_offer_is_reported_with_what_it_offers(secured, pki, listen):
	running = listen(
		secure_record(secured, pki, security_policy="Aes256Sha256RsaPss"), {"ns=2;s=Line3.Robot"}
	)
	running.wait_for("refused")
	assert "Basic256Sha256/SignAndEncrypt" in running.reports.seen[-1][1]


def test_a_server_that_shows_another_certificate_than_the_one_on_file_is_not_used(
	secured, pki, listen, client
):
	robot = secured.add("Line3.Robot", 1)
	other = secure_record(secured, pki, ca_certificate_path=str(pki["listener"][0]))
	running = listen(other, {robot})
	running.wait_for("refused")
	assert "does not hold (CN=server" in running.reports.seen[-1][1]
	running.stop()
	running.lease.release()
	assert client.keys("*signals*") == []
	right = secure_record(secured, pki, ca_certificate_path=str(pki["server"][0]))
	listen(right, {robot})
	take(client, lambda found: values(found) == [1])


def test_a_server_that_is_not_there_yet_is_waited_for(late_server, listen, client):
	robot = late_server.add("Line3.Robot", 1)
	running = listen(record(late_server), {robot})
	running.wait_for("connecting", "lost")
	late_server.start()
	take(client, lambda found: values(found) == [1], 30)


def test_a_value_that_the_server_did_not_queue_is_read_after_the_cut_and_only_then(server, listen, client):
	"""queue_size 1 keeps the newest value alone; what was read twice is stored once."""
	robot = server.add("Line3.Robot", 0)
	link = CutLink(server.port)
	try:
		url = server.url.replace(str(server.port), str(link.port))
		running = listen(record(server, endpoint_url=url, queue_size=1), {robot})
		take(client, bool)
		link.cut()
		running.wait_for("connected", "lost")
		for number in range(1, 6):
			server.write("Line3.Robot", number)
		link.mend()
		take(client, lambda found: 5 in values(found))
		settled = server.add("Line3.Settled", 0)
		running.addresses = {robot, settled}
		found = take(client, lambda found: values(found, settled) == [0])
		assert values(found, robot).count(5) == 1
		assert values(found, robot).count(0) == 1
	finally:
		link.stop()
