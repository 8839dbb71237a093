"""The status of a site, and what of it becomes an alarm, on a real Redis."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from plant_itsm.ot_listeners.health import ListenerHealth, RateSamples
from plant_itsm.ot_listeners.intake import Intake, SignalStreams
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.ot_listeners.listening import ListenerState
from plant_itsm.ot_listeners.site_redis import DRAIN, is_turn, last_tick, listener_job, note_tick
from plant_itsm.ot_listeners.status import Queues, status, watch_ourselves
from plant_itsm.ot_listeners.status_text import status_lines
from tests.services.conftest import AR_042, Plant

BROKER, CONTROLLER = "Cell Broker", "Line Controller"


@pytest.fixture(scope="module")
def loaded_file(tmp_path_factory):
	path = tmp_path_factory.mktemp("loaded") / "plant.sqlite"
	Plant(path).records.close()
	return path


@pytest.fixture
def plant(tmp_path, loaded_file, shared_redis, client):
	plant = Plant(Path(shutil.copy(loaded_file, tmp_path)), is_loaded=True)
	plant.ports = replace(plant.ports, redis_url=shared_redis.url)
	yield plant
	plant.records.close()


def _listen(client, connection, state=ListenerState.CONNECTED, detail=""):
	lease = Lease.acquire(client, "test", listener_job(connection), 60)
	ListenerHealth(client, "test", connection).report(state, detail)
	return lease


def _all_work(plant, client):
	leases = {name: _listen(client, name) for name in (BROKER, CONTROLLER)}
	Lease.acquire(client, "test", DRAIN, 60)
	plant.clock.moment = plant.clock.moment.fromtimestamp(
		SignalStreams(client, "test").now_ms() / 1000, plant.clock.moment.tzinfo
	)
	note_tick(plant.ports, client)
	return leases


def _of(found, connection):
	return next(one for one in found.connections if one.connection == connection)


def test_where_all_works_nothing_is_wrong(plant, client):
	leases = _all_work(plant, client)
	found = status(plant.ports, Queues("rq-ot", "rq-short"))
	assert found.troubles == ()
	assert (found.drains, found.workers, found.outbox_oldest_seconds) == (True, {"ot": 0, "short": 0}, None)
	assert _of(found, BROKER).lease == leases[BROKER].token
	assert found.tick_age_seconds < 5


def test_what_waits_has_a_lag_and_what_was_judged_a_rate_and_a_last_value(plant, client):
	leases = _all_work(plant, client)
	signals = [plant.state("OFFLINE").signal, plant.state("RUNNING").signal]
	Intake(client, "test", BROKER, leases[BROKER]).put(signals)
	waiting = _of(status(plant.ports), BROKER)
	assert (waiting.waiting, waiting.rate_per_minute, waiting.last_value) == (2, None, "")
	assert waiting.lag_seconds < 5

	watch_ourselves(plant.ports)  # notes how many were judged so far
	read = SignalStreams(client, "test").read({BROKER: "0-0"}, 10, 0)[BROKER]
	drain = plant.drain()
	drain.process(read)
	SignalStreams(client, "test").trim(BROKER, drain.cursor)
	plant.clock.move(30)
	judged = _of(status(plant.ports), BROKER)
	assert (judged.waiting, judged.lag_seconds, judged.received) == (0, 0.0, 2)
	assert judged.rate_per_minute == pytest.approx(4, abs=0.1)
	assert (judged.last_address, judged.last_value) == (AR_042, "RUNNING")
	assert judged.last_signal_at


def test_a_rate_lies_between_samples_and_a_counter_that_falls_has_none(plant, client):
	samples, now = RateSamples(client, "test", BROKER), plant.clock.now()
	samples.note(100, now)
	samples.note(160, now + timedelta(seconds=5))  # too soon for another sample
	assert samples.per_minute(130, now + timedelta(seconds=30)) == 60
	assert samples.per_minute(90, now + timedelta(seconds=30)) is None
	samples.note(220, now + timedelta(seconds=60))
	assert samples.per_minute(230, now + timedelta(seconds=65)) == pytest.approx(130 * 60 / 65, abs=0.1)


def test_a_lost_listener_becomes_an_incident_and_its_return_ends_it(plant, client):
	_all_work(plant, client)
	ListenerHealth(client, "test", BROKER).report(ListenerState.LOST, "connection refused")
	for _ in range(3):
		watch_ourselves(plant.ports)
		plant.clock.move(100)
		note_tick(plant.ports, client)
		plant.records.update("Plant ITSM Settings", "Plant ITSM Settings", {"clock_off_seconds": 0})
	(stop,) = plant.records.find("Line Stop")
	assert (stop["title"], stop["status"]) == (f"PLANT ITSM — {BROKER} is not heard", "Open")
	found = status(plant.ports)
	assert [alarm.line_stop for alarm in found.alarms] == [stop["name"]]
	assert any("connection refused" in line for line in status_lines(found))
	ListenerHealth(client, "test", BROKER).report(ListenerState.CONNECTED, "")
	assert watch_ourselves(plant.ports) == [stop["name"]]
	assert plant.records.find("Line Stop")[0]["status"] == "Ended"


def test_a_redis_that_is_away_is_a_trouble_like_any_other(plant):
	plant.ports = replace(plant.ports, redis_url="unix:///nowhere")
	watch_ourselves(plant.ports)
	assert [row["alarm_key"] for row in plant.records.find("Self Alarm")] == ["redis"]


def test_a_turn_is_taken_by_one(plant, client):
	assert [is_turn(plant.ports, client, "tidy", 60) for _ in range(3)] == [True, False, False]
	assert last_tick(plant.ports, client) is None
