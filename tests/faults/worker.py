"""An RQ worker of the embedded edition that dies at chosen points, or lives by a clock that a test sets.

`python -m tests.faults.worker --site DIR --queue ot|short --number N`, with `fault-plan.json` in the site's folder.
Only the outside is ours: the Records and Clock ports and the queue; jobs, services and store are the product's.
"""

from __future__ import annotations

import json
import logging
import os
import random
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import redis
from rq import Queue

from plant_itsm.embedded.database import Database
from plant_itsm.embedded.job_queue import RqJobQueue, queue_name
from plant_itsm.embedded.notifier import NotificationLog
from plant_itsm.embedded.schema import doctype_metas
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.embedded.store import SqliteRecords
from plant_itsm.embedded.worker import work
from plant_itsm.ot_listeners.jobs import JOBS
from plant_itsm.ports import Ports, Record

POINTS = BEFORE_COMMIT, AFTER_COMMIT = "before commit", "after commit"
DRAIN, TICKET = "OT Connection State", "HD Ticket"
"""The records whose writing marks the transaction of a drained batch, and that of a delivered ticket."""


@dataclass(frozen=True)
class FaultPlan:
	"""doctype: in which transactions to die, by turns before and after their commit; kills: how often in all; every:
	after so many such transactions at most. clock_seconds: how far the clock is off."""

	seed: int = 0
	doctype: str = ""
	kills: int = 0
	every: int = 5
	clock_seconds: float = 0.0

	def write(self, site: Path) -> None:
		scratch = site / f"fault-plan.{secrets.token_hex(4)}"
		scratch.write_text(json.dumps(asdict(self)))
		scratch.replace(site / "fault-plan.json")

	@classmethod
	def read(cls, site: Path) -> FaultPlan:
		try:
			return cls(**json.loads((site / "fault-plan.json").read_text()))
		except FileNotFoundError:
			return cls()


def kills_done(site: Path) -> int:
	return len(list(site.glob("killed-*")))


class PlannedClock:
	def __init__(self, site: Path):
		self._site = site

	def now(self) -> datetime:
		return datetime.now(timezone.utc) + timedelta(seconds=FaultPlan.read(self._site).clock_seconds)


class DyingRecords(SqliteRecords):
	"""Records whose process kills itself around a commit, as the power supply would."""

	def __init__(self, site: Path):
		super().__init__(Database(site / "plant.sqlite"), doctype_metas(), PlannedClock(site))
		self._site = site
		self._plan = FaultPlan.read(site)
		done = kills_done(site)
		self._steps = random.Random(f"{self._plan.seed} {done}").randint(1, self._plan.every)
		self._open = self._marked = False

	def insert(self, doctype: str, values: Record) -> Record:
		self._marked |= doctype == self._plan.doctype
		return super().insert(doctype, values)

	def update(self, doctype: str, name: str, values: Record) -> Record:
		self._marked |= doctype == self._plan.doctype and "received" in values
		return super().update(doctype, name, values)

	@contextmanager
	def transaction(self) -> Iterator[None]:
		if self._open:
			with super().transaction():
				yield
			return
		self._open, self._marked = True, False
		try:
			with super().transaction():
				yield
				self._pass(BEFORE_COMMIT)
			self._pass(AFTER_COMMIT)
		finally:
			self._open = False

	def _pass(self, point: str) -> None:
		done = kills_done(self._site)
		if not self._marked or point != POINTS[done % 2]:
			return
		self._steps -= 1
		if self._steps <= 0 and done < self._plan.kills:
			(self._site / f"killed-{done}").touch()
			os.kill(os.getpid(), signal.SIGKILL)


class FaultJobQueue(RqJobQueue):
	"""Its jobs build the ports of this module."""

	def __init__(self, client: redis.Redis, site: Path, redis_url: str, namespace: str):
		super().__init__(client, site, redis_url, namespace)
		self._queue_of = lambda queue: Queue(queue_name(namespace, queue), connection=client)
		self._head = (str(site), redis_url)

	def enqueue(self, job: str, *, queue: str, timeout_seconds: int, **arguments: Any) -> None:
		self._queue_of(queue).enqueue_call(
			"tests.faults.worker.run",
			args=(*self._head, job, arguments),
			timeout=timeout_seconds,
			result_ttl=60,
		)


def run(site_folder: str, redis_url: str, job: str, arguments: dict[str, Any]) -> None:
	JOBS[job](_ports(site_folder, redis_url), **arguments)


@lru_cache(maxsize=1)
def _ports(site_folder: str, redis_url: str) -> Ports:
	return fault_ports(Path(site_folder), redis_url, DyingRecords(Path(site_folder)))


def fault_ports(site: Path, redis_url: str, records: SqliteRecords) -> Ports:
	namespace = EmbeddedSite.open(site).namespace
	client = redis.Redis.from_url(redis_url)
	return Ports(
		records=records,
		clock=PlannedClock(site),
		jobs=FaultJobQueue(client, site, redis_url, namespace),
		notifier=NotificationLog(records),
		redis_url=redis_url,
		namespace=namespace,
	)


@click.command()
@click.option("--site", required=True, type=click.Path(path_type=Path))
@click.option("--queue", required=True)
@click.option("--number", required=True, type=int)
def main(site: Path, queue: str, number: int) -> None:
	logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(levelname)s %(message)s")
	place = EmbeddedSite.open(site)
	work(queue, place.namespace, number, redis.Redis.from_url(place.noted_redis()))


if __name__ == "__main__":
	main()
