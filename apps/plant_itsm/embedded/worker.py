"""One RQ worker of a site: `python -m plant_itsm.embedded.worker --site DIR --queue ot|short --number N`."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import click
import redis
from rq import Queue, SimpleWorker

import plant_itsm.embedded.jobs  # noqa: F401 - before the first job comes, so that no job waits for imports
from plant_itsm.embedded.job_queue import queue_name
from plant_itsm.embedded.site import EmbeddedSite


@click.command()
@click.option("--site", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--queue", required=True, type=click.Choice(["ot", "short"]))
@click.option("--number", default=1, help="Sets the workers of one queue apart.")
def main(site: Path, queue: str, number: int) -> None:
	"""Work until SIGTERM.

	A SimpleWorker runs a job in this process: it is faster than one that forks, and nothing runs on when it is killed.
	"""
	logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(levelname)s %(message)s")
	place = EmbeddedSite.open(site)
	client = redis.Redis.from_url(place.noted_redis())
	worker = SimpleWorker(
		[Queue(queue_name(place.namespace, queue), connection=client)],
		name=f"{place.namespace}-{queue}-{number}-{os.getpid()}",
		connection=client,
	)
	worker.work(logging_level="WARNING")


if __name__ == "__main__":
	main()
