"""All that a running site of the embedded edition consists of: Redis, workers, and the tick that keeps jobs going."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from plant_itsm.embedded.child_process import ChildProcess
from plant_itsm.embedded.redis_server import RedisServer, forget_namespace, redis_server
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.embedded.ticker import Ticker
from plant_itsm.ports import Ports

WORKER_END_SECONDS = 8.0
"""A listener looks once a second whether its worker has to end, and then closes its connection."""


@dataclass(frozen=True)
class Runtime:
	site: EmbeddedSite
	ports: Ports
	redis: RedisServer
	logs: Path
	processes: tuple[ChildProcess, ...]

	def check(self) -> None:
		"""Raise ServerStartError when one of the processes has ended."""
		for process in self.processes:
			process.check()


@contextmanager
def run_site(site: EmbeddedSite, *, keep_keys: bool = True) -> Iterator[Runtime]:
	"""Run a site for a block: every connection listened to, the drain and the deliveries at work.

	keep_keys: whether a Redis of somebody else keeps the site's keys afterwards.
	"""
	logs = site.folder / "logs"
	with ExitStack() as stack:
		server = stack.enter_context(redis_server(site.folder / "redis", logs))
		site.note_redis(server.url)
		ports = site.ports(server.url)
		if server.process is None and not keep_keys:
			stack.callback(forget_namespace, redis.Redis.from_url(server.url), site.namespace)
		workers = stack.enter_context(_workers(site, logs))
		stack.enter_context(Ticker(ports))
		processes = (*([server.process] if server.process else []), *workers)
		yield Runtime(site, ports, server, logs, processes)


@contextmanager
def _workers(site: EmbeddedSite, logs: Path) -> Iterator[Sequence[ChildProcess]]:
	"""One worker for each listener, one for the drain, one for deliveries. They are told to end all at once."""
	listeners = site.records.count("OT Connection", {"enabled": True})
	wanted = [("ot", number + 1) for number in range(listeners + 1)] + [("short", 1)]
	workers: list[ChildProcess] = []
	try:
		for queue, number in wanted:
			workers.append(_worker(site.folder, logs, queue, number))
		yield workers
	finally:
		for worker in workers:
			worker.ask_to_end()
		for worker in workers:
			worker.stop(WORKER_END_SECONDS)


def _worker(folder: Path, logs: Path, queue: str, number: int) -> ChildProcess:
	options = ["--site", str(folder), "--queue", queue, "--number", str(number)]
	return ChildProcess(
		f"worker {queue} {number}",
		[sys.executable, "-m", "plant_itsm.embedded.worker", *options],
		logs / f"worker-{queue}-{number}.log",
		last_signal=signal.SIGKILL,  # a job bears being killed anywhere; waiting for its end would take seconds
	)
