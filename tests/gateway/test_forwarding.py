"""What a gateway hands on has its effect at the site exactly once, whatever fails on the way."""

import json
import random
import threading
from contextlib import suppress

import pytest

from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.gateway import GatewayError
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.gateway import Forwarder, forward
from plant_itsm.embedded.site_client import SiteAddressError, SiteAwayError, SiteClient, read_key
from plant_itsm.embedded.spool import WANTED, Spool, SpoolError
from plant_itsm.ot_listeners.drilling import rehearse
from plant_itsm.ot_listeners.intake import stream_key
from plant_itsm.ot_listeners.status import status
from tests.gateway.conftest import BROKER
from tests.gateway.http_site import KEY, judge
from tests.services.conftest import AR_042


def _toggles(plant, count):
	"""Signals that each change something: every second one ends what the one before began."""
	for number in range(count):
		plant.clock.move(600)
		yield plant.state("RUNNING" if number % 2 else "OFFLINE", ts=plant.clock.moment).signal


def _effects(plant):
	stops = plant.records.count("Line Stop")
	return stops, plant.records.count("OT Signal Event"), plant.counts()["received"]


def _until_empty(forwarder, plant, client, steps=200):
	drain = plant.drain()
	for _ in range(steps):
		try:
			forwarder.step()
		except SiteAwayError:
			continue
		judge(plant.ports, drain, client)
		if not forwarder._spool.waiting(BROKER):
			return
	raise AssertionError("the spool does not empty")


def test_signals_become_incidents_at_the_site_and_leave_the_spool(plant, spool, forwarder, client):
	spool.put(BROKER, list(_toggles(plant, 6)))
	_until_empty(forwarder, plant, client)
	assert _effects(plant) == (3, 6, 6)
	assert spool.addresses(WANTED, BROKER) == {AR_042}


def test_nothing_is_forgotten_before_its_effects_are_committed(plant, spool, forwarder, client):
	spool.put(BROKER, list(_toggles(plant, 4)))
	forwarder.step()
	forwarder.step()
	assert spool.waiting(BROKER) == 4
	judge(plant.ports, plant.drain(), client)
	forwarder.step()
	assert spool.waiting(BROKER) == 0


class Trouble:
	"""A gateway and a site to which things happen by chance."""

	def __init__(self, plant, site, spool, client, seed):
		self.rng = random.Random(seed)
		self.plant, self.site, self.spool, self.client = plant, site, spool, client
		site.before = lambda _: self.rng.choice(["away", "deaf", 503, None, None])
		self.drain = plant.drain()
		self.start_gateway()

	def start_gateway(self):
		self.sender = Forwarder(self.spool, SiteClient(self.site.url, KEY), BROKER, SystemClock())

	def kill_gateway(self):
		"""What it kept in memory is gone."""
		self.spool.close()
		self.spool = Spool(self.spool.path, SystemClock(), self.spool.budget_bytes)
		self.start_gateway()

	def strike(self):
		fate = self.rng.random()
		if fate < 0.1:
			self.kill_gateway()
		elif fate < 0.15:  # Redis loses what it held
			self.client.delete(stream_key("test", BROKER))
		elif fate < 0.2:  # another drain takes over
			self.drain = self.plant.drain()

	def go_on(self):
		with suppress(SiteAwayError):
			self.sender.step()
		if self.rng.random() < 0.4:
			judge(self.plant.ports, self.drain, self.client, count=self.rng.randint(1, 20))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_outages_lost_answers_kills_and_a_redis_that_forgets_double_and_lose_nothing(
	plant, site, spool, client, seed, monkeypatch
):
	monkeypatch.setattr("plant_itsm.embedded.gateway.MOST_SIGNALS", 7)
	monkeypatch.setattr("plant_itsm.embedded.spool.MOST_SIGNALS", 7)
	trouble, signals = Trouble(plant, site, spool, client, seed), list(_toggles(plant, 80))
	for _ in range(1000):
		more = [signals.pop(0) for _ in range(min(len(signals), trouble.rng.randint(1, 9)))]
		if more:
			trouble.spool.put(BROKER, more)
		trouble.strike()
		trouble.go_on()
		if not signals and not trouble.spool.waiting(BROKER):
			break
	assert _effects(plant) == (40, 80, 80)
	trouble.spool.close()


def test_a_batch_that_comes_twice_is_taken_once(plant, site, spool, client):
	spool.put(BROKER, list(_toggles(plant, 4)))
	senders = [Forwarder(spool, SiteClient(site.url, KEY), BROKER, SystemClock()) for _ in range(3)]
	for sender in senders:
		sender.step()
	assert judge(plant.ports, plant.drain(), client) == 4


def test_a_wrong_key_and_a_connection_of_another_gateway_are_refused(plant, site, spool):
	with pytest.raises(GatewayError, match="401"):
		Forwarder(spool, SiteClient(site.url, "a:b"), BROKER, SystemClock()).step()
	with pytest.raises(GatewayError, match="does not come by the gateway DMZ 1"):
		Forwarder(spool, SiteClient(site.url, KEY), "Line Controller", SystemClock()).step()
	plant.records.update("Plant Gateway", "DMZ 1", {"enabled": False})
	with pytest.raises(GatewayError, match="no enabled Plant Gateway"):
		Forwarder(spool, SiteClient(site.url, KEY), BROKER, SystemClock()).step()


def test_another_protocol_is_refused_on_either_side(site, spool, forwarder, monkeypatch):
	monkeypatch.setattr("plant_itsm.domain.gateway.PROTOCOL", 2)
	original = json.loads

	def older(text, *rest, **more):
		told = original(text, *rest, **more)
		if isinstance(told, dict) and "batch" in told:
			told["batch"]["protocol"] = 1
		return told

	monkeypatch.setattr("tests.gateway.http_site.json.loads", older)
	with pytest.raises(GatewayError, match="protocol"):
		forwarder.step()


def test_a_site_restored_from_an_old_backup_is_told_and_not_fed(plant, spool, forwarder, client):
	spool.put(BROKER, list(_toggles(plant, 4)))
	_until_empty(forwarder, plant, client)
	client.flushall()
	plant.records.update("OT Connection State", BROKER, {"stream_cursor": "0-0"})
	spool.put(BROKER, list(_toggles(plant, 2)))
	forwarder._taken = None
	with pytest.raises(SpoolError, match="restored from a backup"):
		forwarder.step()


def test_a_gateway_that_is_heard_counts_as_listening(plant, spool, site, client):
	states = {BROKER: ("connected", "broker:1883")}
	Forwarder(spool, SiteClient(site.url, KEY), BROKER, plant.clock, states).step()
	one = next(one for one in status(plant.ports).connections if one.connection == BROKER)
	assert (one.gateway, one.listens, one.state) == ("DMZ 1", True, "connected")
	plant.clock.move(200)
	found = status(plant.ports)
	one = next(one for one in found.connections if one.connection == BROKER)
	assert one.listens is False
	assert any("The gateway DMZ 1 has not been heard of" in trouble.detail for trouble in found.troubles)


def test_a_clock_that_is_off_is_a_trouble(plant, spool, site, client):
	Forwarder(
		spool, SiteClient(site.url, KEY), BROKER, SystemClock()
	).step()  # months ahead of the plant's clock
	assert "clock gateway DMZ 1" in {trouble.key for trouble in status(plant.ports).troubles}


def test_the_loop_tells_a_loss_once_and_goes_on_by_itself(plant, site, spool, client, caplog):
	site.before = lambda number: "away" if number < 4 else None
	spool.put(BROKER, list(_toggles(plant, 2)))
	stop, drain = threading.Event(), plant.drain()
	sender = Forwarder(spool, SiteClient(site.url, KEY), BROKER, SystemClock())
	caplog.set_level("INFO", "plant_itsm.embedded.gateway")
	loop = threading.Thread(target=forward, args=(sender, lambda: not stop.is_set(), 0.01))
	loop.start()
	for _ in range(3000):
		judge(plant.ports, drain, client)
		if not spool.waiting(BROKER):
			break
		stop.wait(0.01)
	stop.set()
	loop.join()
	assert spool.waiting(BROKER) == 0
	told = [record.message for record in caplog.records if record.name == "plant_itsm.embedded.gateway"]
	assert [text.partition(" is ")[2].partition(":")[0] for text in told] == ["kept here", "handed on again"]


@pytest.mark.parametrize(
	("url", "key"),
	[
		("http://itsm.example", KEY),
		("ftp://itsm.example", KEY),
		("https://a:b@itsm.example", KEY),
		("https://x", "k"),
	],
)
def test_an_address_or_a_key_that_cannot_be_is_refused(url, key):
	with pytest.raises(SiteAddressError):
		SiteClient(url, key)


def test_a_key_that_others_may_read_is_refused(tmp_path):
	path = tmp_path / "key"
	path.write_text("a:b\n")
	path.chmod(0o644)
	with pytest.raises(SiteAddressError, match="chmod 600"):
		read_key(path)
	path.chmod(0o600)
	assert read_key(path) == "a:b"
	assert "a:b" not in repr(SiteClient("https://x", "a:b"))


def test_a_rehearsal_does_not_get_between_the_numbers_of_a_gateway(plant, forwarder, client):
	forwarder.step()
	with pytest.raises(RuleError, match="gateway DMZ 1"):
		rehearse(plant.ports, "AR-042 offline", "it@plant.example")
	assert client.exists(stream_key("test", BROKER)) == 0
	assert plant.records.find("Line Stop Drill") == []
