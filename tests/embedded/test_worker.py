"""A worker of the embedded edition outlives its Redis."""

import os
import signal
import subprocess
import sys

import pytest
import redis
from rq import Queue

from plant_itsm.embedded.job_queue import queue_name
from plant_itsm.embedded.site import EmbeddedSite
from tests.faults.servers import AppendingRedis
from tests.faults.waiting import wait_until

SECONDS = 60


@pytest.fixture
def server(tmp_path):
	server = AppendingRedis(tmp_path / "redis")
	server.start()
	yield server
	server.kill()


@pytest.fixture
def worker(tmp_path, server):
	"""(the queue "short" of a site, the process that serves it)"""
	site = EmbeddedSite.create(tmp_path / "site")
	site.note_redis(server.url)
	site.records.close()
	options = ["--site", str(site.folder), "--queue", "short"]
	process = subprocess.Popen([sys.executable, "-m", "plant_itsm.embedded.worker", *options])
	yield Queue(queue_name(site.namespace, "short"), connection=redis.Redis.from_url(server.url)), process
	process.kill()
	process.wait()


def has_succeeded(job):
	return job.get_status(refresh=True) == "finished"


def test_a_redis_that_goes_away_during_a_job_is_waited_for_and_sigterm_ends_all(worker, server):
	queue, process = worker
	first = queue.enqueue(os.getpid)
	wait_until("a first job", lambda: has_succeeded(first), SECONDS)
	queue.enqueue(
		os.kill, server.process.pid, signal.SIGKILL
	)  # RQ cannot note the end of this job, and gives up
	server.process.wait(SECONDS)
	server.start()
	second = queue.enqueue(os.getpid)
	wait_until("a job after the loss", lambda: has_succeeded(second), SECONDS)
	assert second.return_value() == process.pid, "the same process goes on"
	process.terminate()
	assert process.wait(SECONDS) == 0
