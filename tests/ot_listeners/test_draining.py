"""The loop of the drain, on a real Redis: what it hands on, and what it does when Redis is away just then."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import redis
from rq import Queue

from plant_itsm.domain.signals import RawSignal
from plant_itsm.embedded.job_queue import RqJobQueue, queue_name
from plant_itsm.ot_listeners import draining
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

	def enqueue(self, job, *, queue, timeout_seconds, line_stops=(), line_stop=None):
		if job != "deliver":
			return
		if self.failures:
			self.failures -= 1
			raise redis.ConnectionError("Connection refused")
		self.jobs.extend(line_stops)


@pytest.fixture(scope="module")
def plant_file(tmp_path_factory):
	"""The plant as it is before anything happens, made once."""
	path = tmp_path_factory.mktemp("plant") / "plant.sqlite"
	Plant(path).records.close()
	return path


@pytest.fixture
def plant(tmp_path, plant_file):
	plant = Plant(Path(shutil.copy(plant_file, tmp_path)), is_loaded=True)
	yield plant
	plant.records.close()


@pytest.fixture
def shares_at_once(monkeypatch):
	"""A drain that does not try for a while by itself before it lets a job take its share."""
	monkeypatch.setattr(draining, "HAND_ON_SECONDS", 0.0)


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


def test_deliveries_that_redis_did_not_take_are_handed_on_with_the_next_round(
	plant, client, shared_redis, shares_at_once
):
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
		is_done = plant.records.count("HD Ticket") + len(set(queue.jobs)) == len(robots)
		return not is_done and next(rounds, None) is not None

	run(ports, client, goes_on)
	stops = {row["name"] for row in plant.records.find("Line Stop")}
	delivered = {row["plant_line_stop"] for row in plant.records.find("HD Ticket")}
	assert len(stops) == len(robots)
	assert len(set(queue.jobs)) == 1, "of three the drain does two itself"
	assert sorted({*queue.jobs, *delivered}) == sorted(stops)


@dataclass
class ForgetfulQueue:
	"""Redis takes jobs, and loses them when it goes away, which the loop notices at its next read."""

	is_lost: bool = True

	def __post_init__(self):
		self.jobs = []

	def enqueue(self, job, *, queue, timeout_seconds, line_stops=(), line_stop=None):
		if job == "deliver" and not self.is_lost:
			self.jobs.extend(line_stops)


def test_deliveries_that_redis_lost_are_handed_on_when_it_is_back(
	plant, client, shared_redis, monkeypatch, shares_at_once
):
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
		is_done = plant.records.count("HD Ticket") + len(set(queue.jobs)) == 3
		return not is_done and next(rounds, None) is not None

	run(ports, client, goes_on)
	delivered = {row["plant_line_stop"] for row in plant.records.find("HD Ticket")}
	assert delivered | set(queue.jobs) == {row["name"] for row in plant.records.find("Line Stop")}


def flood(plant, client, robots):
	"""Signals of so many robots, each an incident of its own, that the drain is behind from its first batch on."""
	settings = {"suspected_root_from": 0, "drain_batch_size": 20}
	plant.records.update("Plant ITSM Settings", "Plant ITSM Settings", settings)
	streams = SignalStreams(client, "test")
	for number in range(robots):
		ci = f"AR-9{number:02}"
		plant.records.insert(
			"OT CI", {"ci_name": ci, "ci_class": "Assembly Robot", "plant_site": "Demo Plant"}
		)
		plant.records.insert("Signal Rule", rule_for(ci))
		streams.append(CONNECTION, RawSignal(f"plant/{ci}", b"1", plant.clock.now()))


@dataclass
class KeptQueue:
	"""What a worker would be given."""

	def __post_init__(self):
		self.jobs = []

	def enqueue(self, job, *, queue, timeout_seconds, line_stops=(), line_stop=None):
		if job == "deliver":
			self.jobs.append(list(line_stops))


def test_a_flood_is_handed_on_in_one_job_while_signals_wait(plant, client, shared_redis, shares_at_once):
	flood(plant, client, 56)
	queue = KeptQueue()
	ports = replace(plant.ports, jobs=queue, redis_url=shared_redis.url)

	def goes_on():
		return plant.records.count("Line Stop") < 56

	run(ports, client, goes_on)
	later = queue.jobs[1:]
	tickets = plant.records.find("HD Ticket")
	assert tickets, "the first ticket is made before the rest of the flood is read"
	handed_on = [stop for job in queue.jobs for stop in job]
	told = {row["plant_line_stop"] for row in tickets}
	assert sorted([*handed_on, *told]) == sorted(row["name"] for row in plant.records.find("Line Stop"))
	assert len(later) <= 3, "not one job for each batch of signals and stop"


def test_a_drain_that_ends_hands_on_what_it_has_not_delivered(plant, client, shared_redis):
	flood(plant, client, 5)
	queue = KeptQueue()
	ports = replace(plant.ports, jobs=queue, redis_url=shared_redis.url)
	run(ports, client, lambda: not plant.records.count("Line Stop"))
	(job,) = queue.jobs
	told = [row["plant_line_stop"] for row in plant.records.find("HD Ticket")]
	assert len(told) == 1
	assert sorted([*job, *told]) == sorted(row["name"] for row in plant.records.find("Line Stop"))


def test_a_drain_without_signals_delivers_everything_itself(plant, client, shared_redis):
	flood(plant, client, 5)
	queue = KeptQueue()
	ports = replace(plant.ports, jobs=queue, redis_url=shared_redis.url)
	rounds = iter(range(50))
	run(ports, client, lambda: plant.records.count("HD Ticket") < 5 and next(rounds, None) is not None)
	assert plant.records.count("HD Ticket") == 5
	assert queue.jobs == []


def test_deliveries_go_before_what_nobody_waits_for(client, tmp_path, shared_redis):
	queue = RqJobQueue(client, tmp_path, shared_redis.url, "test")
	for job in ("diagnose", "diagnose", "deliver"):
		queue.enqueue(job, queue="short", timeout_seconds=60)
	jobs = Queue(queue_name("test", "short"), connection=client).jobs
	assert [job.args[2] for job in jobs] == ["deliver", "diagnose", "diagnose"]
