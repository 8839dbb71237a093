"""The site of the week as it is run: what takes the batches and what judges them are processes of their own."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import redis

from plant_itsm.domain.signals import StreamedSignal, stream_position
from plant_itsm.ot_listeners.intake import SignalStreams
from tests.gateway.http_site import USER, HttpSite
from tests.gateway.week_traffic import BEGAN, WEEK_SECONDS, WeekTraffic
from tests.services.conftest import Plant

BROKER = "Cell Broker"
BATCH, IDLE_SECONDS = 500, 0.05
MAX_ENTRIES = 20_000
"""What the stream holds: little, so that the gateway has to wait for the drain, and Redis has little to lose."""
FAULTS = {0: "deaf", 400: "away", 800: 503}
"""Of a thousand requests, those that go wrong: the answer is lost, nobody answers, the site says that it is away."""
_SPAWN = multiprocessing.get_context("spawn")


def make_site(folder: Path) -> None:
	"""The seed's plant, whose broker comes by a gateway. Does nothing where it is there already."""
	path = folder / "site.sqlite"
	if path.exists():
		return
	records, settings = Plant(path).records, "Plant ITSM Settings"
	records.insert("User", {"email": USER, "first_name": "Gateway", "enabled": True})
	records.insert("Plant Gateway", {"gateway_name": "DMZ 1", "user": USER})
	records.update("OT Connection", BROKER, {"gateway": "DMZ 1"})
	records.update(settings, settings, {"incidents_per_rule_and_hour": 0})
	records.close()


def plant_of(folder: Path, redis_url: str) -> Plant:
	"""The site as it is at the end of the week."""
	plant = Plant(folder / "site.sqlite", is_loaded=True)
	plant.clock.moment = BEGAN + timedelta(seconds=WEEK_SECONDS)
	plant.ports = replace(plant.ports, redis_url=redis_url)
	return plant


class SiteProcess:
	"""One process of the site. It says when it is ready, and what it has to say then."""

	def __init__(self, target: Callable[..., None], *arguments: Any):
		self._target, self._arguments = target, arguments
		self.start()

	def start(self) -> None:
		ours, theirs = _SPAWN.Pipe()
		self._process = _SPAWN.Process(target=self._target, args=(*self._arguments, theirs), daemon=True)
		self._process.start()
		if not ours.poll(120):
			raise AssertionError("a process of the site did not become ready within 120 s")
		self.told = ours.recv()

	@property
	def pid(self) -> int:
		assert self._process.pid is not None
		return self._process.pid

	def kill(self) -> None:
		self._process.kill()
		self._process.join()

	def has_failed(self) -> bool:
		return not self._process.is_alive()


def serve(folder: Path, redis_url: str, ready: Any) -> None:
	"""Answer the gateway over HTTP; tells its address."""
	ports = plant_of(folder, redis_url).ports
	site = HttpSite(ports, lambda number: FAULTS.get(number % 1000), max_entries=MAX_ENTRIES)
	site.start()
	ready.send(site.url)
	signal.pause()


def judge_all(folder: Path, redis_url: str, rate: float, ready: Any) -> None:
	"""Judge what comes, as the drain's loop does, and make sure of each signal that it is the one that is due."""
	plant, traffic = plant_of(folder, redis_url), WeekTraffic(rate)
	drain, streams = plant.drain(), SignalStreams(redis.Redis.from_url(redis_url), plant.ports.namespace)
	ready.send(None)
	while True:
		batch = streams.read({BROKER: drain.cursor}, BATCH, 0).get(BROKER)
		if not batch:
			time.sleep(IDLE_SECONDS)
			continue
		_check(batch, drain.cursor, traffic)
		drain.process(batch)
		streams.trim(BROKER, drain.cursor)


def _check(batch: list[StreamedSignal], cursor: str, traffic: WeekTraffic) -> None:
	"""Each number once, in order, and under each number the signal that was sent as that one."""
	before = stream_position(cursor)[1]
	for number, one in enumerate(batch, start=before + 1):
		assert stream_position(one.stream_id)[1] == number, f"{one.stream_id} instead of number {number}"
		assert traffic.is_number(number, one.signal), f"{one.stream_id} is another signal: {one.signal}"
