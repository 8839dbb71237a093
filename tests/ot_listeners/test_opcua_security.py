"""Who is who between listener and OPC UA server: certificates, trust lists, and servers that refuse."""

from datetime import timedelta

import pytest
from asyncua import ua

from plant_itsm.ot_listeners.certificates import load_certificate, thumbprint
from plant_itsm.ot_listeners.opcua_identity import own_certificate_path
from tests.certificates import Authority
from tests.ot_listeners.conftest import take
from tests.ot_listeners.opcua_servers import LimitedServer
from tests.ot_listeners.test_opcua import record, values
from tests.servers import OpcUaServer

SIGN_AND_ENCRYPT = ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt
ROBOT = "ns=2;s=Robot"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
	return Authority(tmp_path_factory.mktemp("pki"))


def secured_server(certificate):
	server = OpcUaServer(certificate=certificate, policies=(SIGN_AND_ENCRYPT,))
	server.start()
	server.add("Robot", 1)
	return server


@pytest.fixture(scope="module")
def secured(authority):
	server = secured_server(authority.issue("server", ends_in=timedelta(days=60)))
	yield server
	server.close()


def secure(server, **fields):
	wanted = {"security_policy": "Basic256Sha256", "security_mode": "SignAndEncrypt"}
	return record(server, **{**wanted, **fields})


def details(running, wanted):
	return [detail for state, detail in running.reports.seen if state == wanted]


def test_without_a_certificate_of_its_own_a_connection_uses_that_of_the_site(
	secured, listen, client, tmp_path
):
	running = listen(secure(secured), {ROBOT}, secrets_folder=tmp_path)
	take(client, lambda found: values(found) == [1])
	running.wait_for("warning", "connected")
	own = load_certificate(own_certificate_path(tmp_path))
	assert "plant_itsm plant" in own.subject.rfc4514_string()
	(warning,) = details(running, "warning")
	shown = thumbprint(load_certificate(secured.certificate_path))
	assert "the server is not verified" in warning
	assert shown in warning


def test_a_trusted_server_is_no_matter_of_warning(secured, authority, listen, client, tmp_path):
	for trusted in (secured.certificate_path, authority.certificate):
		client.flushall()
		running = listen(secure(secured, ca_certificate_path=str(trusted)), {ROBOT}, secrets_folder=tmp_path)
		take(client, lambda found: values(found) == [1])
		running.wait_for("connected")
		assert details(running, "warning") == []
		running.stop()


def test_an_untrusted_server_is_refused_with_what_to_compare_and_what_to_do(
	secured, listen, client, tmp_path
):
	trusted, secrets = tmp_path / "trusted", tmp_path / "secrets"
	trusted.mkdir()
	running = listen(secure(secured, ca_certificate_path=str(trusted)), {ROBOT}, secrets_folder=secrets)
	running.wait_for("refused")
	certificate = load_certificate(secured.certificate_path)
	kept = secrets / "opcua" / "rejected" / f"{thumbprint(certificate)}.der"
	(refusal,) = details(running, "refused")
	for told in ("CN=server", thumbprint(certificate), f"copy {kept} into this folder", str(trusted)):
		assert told in refusal
	assert client.keys("*signals*") == []
	running.stop()
	running.lease.release()
	(trusted / kept.name).write_bytes(kept.read_bytes())
	listen(secure(secured, ca_certificate_path=str(trusted)), {ROBOT}, secrets_folder=secrets)
	take(client, lambda found: values(found) == [1])


@pytest.mark.parametrize(
	("ends_in", "state", "told"),
	[
		(timedelta(days=-1), "refused", "has expired on"),
		(timedelta(days=10, minutes=5), "warning", "in 10 days"),
	],
)
def test_a_server_whose_certificate_ends(authority, listen, client, tmp_path, ends_in, state, told):
	pair = authority.issue(f"ending {state}", ends_in=ends_in)
	server = secured_server(pair)
	try:
		running = listen(secure(server, ca_certificate_path=str(pair[0])), {ROBOT}, secrets_folder=tmp_path)
		running.wait_for(state)
		(detail,) = details(running, state)
		assert told in detail
		assert "It is the server's: renew it there" in detail
		running.stop()
	finally:
		server.close()


@pytest.mark.parametrize(
	("ends_in", "state", "told"),
	[
		(timedelta(days=-1), "refused", "has expired on"),
		(timedelta(days=10, minutes=5), "warning", "in 10 days"),
	],
)
def test_our_own_certificate_that_ends(secured, authority, listen, ends_in, state, told):
	certificate, key = authority.issue(f"own {state}", "urn:plant-itsm:listener", ends_in=ends_in)
	ours = {"client_certificate_path": str(certificate), "private_key_path": str(key)}
	running = listen(secure(secured, ca_certificate_path=str(secured.certificate_path), **ours), {ROBOT})
	running.wait_for(state)
	(detail,) = details(running, state)
	assert told in detail
	assert f"It is ours, {certificate}" in detail


def test_a_secrets_folder_that_cannot_be_made_is_a_refusal_with_the_reason(secured, listen, tmp_path):
	(tmp_path / "file").write_text("in the way")
	running = listen(secure(secured), {ROBOT}, secrets_folder=tmp_path / "file")
	running.wait_for("refused")
	assert "our certificate cannot be read or made" in details(running, "refused")[0]


@pytest.mark.parametrize("mode", ["Sign", "None"])
def test_a_security_mode_that_the_server_does_not_offer_is_refused(secured, listen, tmp_path, mode):
	policy = "None" if mode == "None" else "Basic256Sha256"
	running = listen(
		secure(secured, security_policy=policy, security_mode=mode), {ROBOT}, secrets_folder=tmp_path
	)
	running.wait_for("refused")
	told = f"the server does not offer {policy}/{mode}, but Basic256Sha256/SignAndEncrypt"
	assert told in details(running, "refused")[0]


@pytest.fixture(scope="module")
def limited():
	server = LimitedServer()
	server.start()
	yield server
	server.close()


def test_a_thousand_nodes_go_into_a_subscription_and_the_rest_into_the_next(limited, listen, client):
	limited.limit()
	addresses = set(limited.add_many("Many", 1005))
	running = listen(record(limited), addresses)
	found = take(client, lambda found: len({one.address for one in found}) == 1005)
	assert limited.spread() == [1000, 5]
	assert len(found) == 1005
	limited.write("Many.999", 7)  # the last by name, and so in the second subscription
	take(client, lambda found: values(found, "ns=2;s=Many.999") == [0, 7])
	running.stop()


def test_a_server_with_lower_limits_is_taken_at_its_word(limited, listen, client):
	limited.limit(items=30, items_per_call=20)
	running = listen(record(limited), set(limited.add_many("Few", 100)))
	found = take(client, lambda found: len({one.address for one in found}) == 100)
	assert sorted(limited.spread()) == [10, 30, 30, 30]
	assert len(found) == 100
	assert details(running, "address refused") == []
	running.stop()


def test_nodes_for_which_the_server_has_no_subscription_left_are_named_and_the_others_go_on(
	limited, listen, client
):
	limited.limit(items=5, subscriptions=1)
	running = listen(record(limited), set(limited.add_many("Fewer", 8)))
	found = take(client, lambda found: len(found) == 5)
	running.wait_for("address refused", "address refused", "address refused")
	for detail in details(running, "address refused"):
		assert "finds no room: the server refuses subscription 2 (" in detail
		assert "BadTooManySubscriptions" in detail
	limited.write(found[0].address.removeprefix("ns=2;s="), 7)
	take(client, lambda found: 7 in values(found))
	running.wait_for("connected")
	running.stop()


def test_a_server_that_refuses_every_subscription_is_a_refusal_with_the_reason(limited, listen):
	limited.limit(subscriptions=0)
	running = listen(record(limited), {ROBOT})
	running.wait_for("refused")
	assert "refuses subscription 1 (" in details(running, "refused")[0]
	assert "raise its limit" in details(running, "refused")[0]
