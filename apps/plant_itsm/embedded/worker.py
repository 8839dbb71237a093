"""One RQ worker of a site: `python -m plant_itsm.embedded.worker --site DIR --queue ot|short --number N`."""

from __future__ import annotations

import itertools
import logging
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import click
import redis
from rq import Queue, SimpleWorker

import plant_itsm.embedded.jobs  # noqa: F401 - before the first job comes, so that no job waits for imports
from plant_itsm.embedded.job_queue import queue_name
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.ot_listeners.json_logs import set_up_logs

LOOK_SECONDS = 0.2
"""How often a worker looks whether Redis is back."""

log = logging.getLogger(__name__)


class _Worker(SimpleWorker):
	"""Runs a job in this process: that is faster than to fork, and nothing runs on when it is killed.

	A Redis that is away has forgotten us, so nothing is to be taken back there. RQ by itself would ask it ever more
	rarely, in the end once a minute.
	"""

	max_connection_wait_time = 1.0
	is_told_to_end = False

	def request_stop(self, signum: int, frame: FrameType | None) -> None:
		self.is_told_to_end = True
		super().request_stop(signum, frame)

	def register_death(self) -> None:
		with suppress(redis.RedisError):
			super().register_death()

	def unsubscribe(self) -> None:
		try:
			super().unsubscribe()
		except redis.RedisError:
			if self.pubsub_thread:
				self.pubsub_thread.stop()


def work(queue: str, namespace: str, number: int, client: redis.Redis) -> None:
	"""Work until SIGTERM. RQ gives up when Redis goes away as a job ends: then wait for it, and begin anew."""
	for turn in itertools.count():
		_wait_for(client)
		worker = _Worker(
			[Queue(queue_name(namespace, queue), connection=client)],
			name=f"{namespace}-{queue}-{number}-{turn}-{os.getpid()}",
			connection=client,
		)
		with _signals_as_they_were(), suppress(redis.RedisError):
			worker.work(logging_level="WARNING")
		if worker.is_told_to_end:
			return
		log.warning("the worker of %s begins anew: Redis went away", queue)


def _wait_for(client: redis.Redis) -> None:
	while True:
		try:
			client.ping()
			return
		except redis.RedisError:
			time.sleep(LOOK_SECONDS)


@contextmanager
def _signals_as_they_were() -> Iterator[None]:
	"""RQ leaves its handlers behind, and SIGTERM would reach a worker that is no more."""
	before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
	try:
		yield
	finally:
		for number, handler in before.items():
			signal.signal(number, handler)


@click.command()
@click.option("--site", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--queue", required=True, type=click.Choice(["ot", "short"]))
@click.option("--number", default=1, help="Sets the workers of one queue apart.")
def main(site: Path, queue: str, number: int) -> None:
	"""Work until SIGTERM."""
	set_up_logs()
	place = EmbeddedSite.open(site)
	work(queue, place.namespace, number, redis.Redis.from_url(place.noted_redis()))


if __name__ == "__main__":
	main()
