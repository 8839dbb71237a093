"""The scheduler of the embedded edition: the supervisor's tick, once a second, in a thread."""

from __future__ import annotations

import logging
import threading
from types import TracebackType

import redis

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.ot_listeners import supervisor
from plant_itsm.ports import Ports

TICK_SECONDS = 1.0

log = logging.getLogger(__name__)


class Ticker:
	"""Ticks while its block runs. A tick that fails is logged once; the next one comes all the same."""

	def __init__(self, ports: Ports):
		self._ports = ports
		self._ended = threading.Event()
		self._thread = threading.Thread(target=self._run, name="supervisor tick", daemon=True)
		self._failing = False

	def __enter__(self) -> Ticker:
		self._thread.start()
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		self._ended.set()
		self._thread.join()

	def _run(self) -> None:
		while True:
			self._tick()
			if self._ended.wait(TICK_SECONDS):
				return

	def _tick(self) -> None:
		try:
			supervisor.tick(self._ports)
			self._failing = False
		except (PlantItsmError, redis.RedisError) as error:
			if not self._failing:
				log.warning("the supervisor's tick fails: %s", error)
			self._failing = True
