"""The loop of the drain, on a real Redis: what it hands on, and what it does when Redis is away just then."""

from dataclasses import dataclass, replace

import pytest
import redis

from plant_itsm.domain.signals import RawSignal
from plant_itsm.ot_listeners.draining import run
from plant_itsm.ot_listeners.intake import SignalStreams
from tests.services.conftest import Plant

CONNECTION = "Cell Broker"


@dataclass
class LostQueue:
	"""Redis goes away between the commit and the first of the jobs, and comes back."""

	failures: int

	def __post_init__(self):
		self.jobs = []

	def enqueue(self, job, *, queue, timeout_seconds, line_stops=()):
		if job != "deliver":
			return
		if self.failures:
			self.failures -= 1
			raise redis.ConnectionError("Connection refused")
		self.jobs.extend(line_stops)


@pytest.fixture
def plant(tmp_path):
	plant = Plant(tmp_path / "plant.sqlite")
	yield plant
	plant.records.close()


def rule_for(ci):
	return {
		"rule_name": f"{ci} down",
		"connection": CONNECTION,
		"address": f"plant/{ci}",
		"ci": ci,
		"event_kind": "Line Stop",
		"condition": "=",
		"condition_value": "1",
	}


def test_deliveries_that_redis_did_not_take_are_handed_on_with_the_next_round(plant, client, shared_redis):
	robots = ("AR-042", "AR-051", "AR-061")
	streams = SignalStreams(client, "test")
	plant.records.update("Plant ITSM Settings", "Plant ITSM Settings", {"suspected_root_from": 0})
	for robot in robots:
		plant.records.insert("Signal Rule", rule_for(robot))
		streams.append(CONNECTION, RawSignal(f"plant/{robot}", b"1", plant.clock.now()))
	queue = LostQueue(failures=1)
	ports = replace(plant.ports, jobs=queue, redis_url=shared_redis.url)
	rounds = iter(range(50))

	def goes_on():
		is_done = plant.records.count("HD Ticket") == 1 and len(queue.jobs) == len(robots) - 1
		return not is_done and next(rounds, None) is not None

	run(ports, client, goes_on)
	stops = {row["name"] for row in plant.records.find("Line Stop")}
	delivered = {row["plant_line_stop"] for row in plant.records.find("HD Ticket")}
	assert len(stops) == len(robots)
	assert sorted([*queue.jobs, *delivered]) == sorted(stops)


@dataclass
class ForgetfulQueue:
	"""Redis takes jobs, and loses them when it goes away, which the loop notices at its next read."""

	is_lost: bool = True

	def __post_init__(self):
		self.jobs = []

	def enqueue(self, job, *, queue, timeout_seconds, line_stops=()):
		if job == "deliver" and not self.is_lost:
			self.jobs.extend(line_stops)


def test_deliveries_that_redis_lost_are_handed_on_when_it_is_back(plant, client, shared_redis, monkeypatch):
	streams = SignalStreams(client, "test")
	plant.records.update("Plant ITSM Settings", "Plant ITSM Settings", {"suspected_root_from": 0})
	for robot in ("AR-042", "AR-051", "AR-061"):
		plant.records.insert("Signal Rule", rule_for(robot))
		streams.append(CONNECTION, RawSignal(f"plant/{robot}", b"1", plant.clock.now()))
	queue = ForgetfulQueue()
	reads = SignalStreams.read

	def read(*arguments):
		if queue.is_lost and plant.records.count("HD Ticket"):
			queue.is_lost = False
			raise redis.ConnectionError("Connection closed by server")
		return reads(*arguments)

	monkeypatch.setattr(SignalStreams, "read", read)
	rounds = iter(range(50))
	ports = replace(plant.ports, jobs=queue, redis_url=shared_redis.url)

	def goes_on():
		is_done = plant.records.count("HD Ticket") + len(queue.jobs) == 3
		return not is_done and next(rounds, None) is not None

	run(ports, client, goes_on)
	delivered = {row["plant_line_stop"] for row in plant.records.find("HD Ticket")}
	assert delivered | set(queue.jobs) == {row["name"] for row in plant.records.find("Line Stop")}
