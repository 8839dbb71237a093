"""Waiting for what other processes do: woken by Redis, judged by looking at the records."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TypeVar

import redis

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.embedded.jobs import ended_channel
from plant_itsm.ports import Ports

LOOK_SECONDS = 0.25
"""The longest time between two looks; a Redis that sends no keyspace events wakes nobody."""

T = TypeVar("T")


class WaitedInVainError(PlantItsmError):
	"""Something did not come about in its time."""


class Watch:
	"""Waits for conditions. The checks are called at every look; one raises when waiting has become pointless."""

	def __init__(self, ports: Ports, checks: Sequence[Callable[[], None]], overall_seconds: float):
		self._checks = checks
		self._give_up_at = time.monotonic() + overall_seconds
		self._pubsub = redis.Redis.from_url(ports.redis_url).pubsub()
		self._pubsub.subscribe(ended_channel(ports.namespace))
		for keys in ("health", "signals"):
			self._pubsub.psubscribe(f"__keyspace@*__:plant_itsm:{ports.namespace}:{keys}:*")

	def until(
		self, what: str, condition: Callable[[], T | None], seconds: float, state: Callable[[], str] = str
	) -> T:
		"""The first answer of `condition` that is not None.

		Raises WaitedInVainError, which names `what` and tells the `state` at the end, after `seconds` or when the
		overall time is over.
		"""
		give_up_at = min(time.monotonic() + seconds, self._give_up_at)
		while True:
			answer = condition()
			if answer is not None:
				return answer
			self.check()
			if time.monotonic() >= give_up_at:
				raise WaitedInVainError(f"waited in vain for: {what}. {state()}".strip())
			self.wait()

	def check(self) -> None:
		for check in self._checks:
			check()

	def wait(self) -> None:
		"""Until something has happened in Redis, at most LOOK_SECONDS."""
		self._pubsub.get_message(timeout=LOOK_SECONDS)

	def __enter__(self) -> Watch:
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		self._pubsub.close()
