"""Listens to an OPC UA server: data changes of nodes and alarms of notifiers, as rules name them.

It reads and subscribes. The one method that it calls is ConditionRefresh, by which a server sends its alarms again;
that changes nothing in the plant (see opcua_refresh).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from redis.exceptions import RedisError

from plant_itsm.domain.errors import LeaseLostError
from plant_itsm.domain.signals import RawSignal
from plant_itsm.ot_listeners.intake import BATCH, SignalIntake, StreamFullError
from plant_itsm.ot_listeners.listening import Backoff, KeptAddresses, ListenerState, Report, Reporter
from plant_itsm.ot_listeners.opcua_events import Told, raw_signal
from plant_itsm.ot_listeners.opcua_link import OpcUaLink
from plant_itsm.ot_listeners.opcua_refusals import is_refusal
from plant_itsm.ot_listeners.settings import OpcUaSettings
from plant_itsm.ports import Clock

_log = logging.getLogger(__name__)

_TICK_SECONDS = 0.2
_STABLE_SECONDS = 5.0  # a session that lived so long was a real one: the next loss starts with a short wait
_REFUSED_SECONDS = 30.0
_END_SECONDS = 5.0  # longer than a link needs to close


class OpcUaListener:
	"""One OT Connection to an OPC UA server.

	It holds one publish response at most (1,000 values); while the stream cannot take signals the server queues.
	"""

	def __init__(self, settings: OpcUaSettings, intake: SignalIntake, clock: Clock):
		self._settings = settings
		self._intake = intake
		self._clock = clock
		self._wanted: frozenset[str] = frozenset()
		self._refused: dict[str, str] = {}
		self._connect_backoff = Backoff(0.5, 30.0)
		self._lease_lost: LeaseLostError | None = None
		self._ending = False

	def run(
		self, addresses: Callable[[], frozenset[str]], keep_going: Callable[[], bool], report: Report
	) -> None:
		"""Listen until keep_going() is False. addresses() gives the node ids wanted now.

		Losses are reported and repaired. Raises LeaseLostError, and whatever keep_going or report raise. Runs an event
		loop of its own; the callables are called in this thread.
		"""
		self._reporter = Reporter(self._settings.connection, report, _log)
		self._addresses = KeptAddresses(addresses, _log)
		self._lease_lost, self._ending = None, False
		_quiet_asyncua()
		self._reporter.say(ListenerState.CONNECTING, self._settings.endpoint_url)
		asyncio.run(self._supervise(keep_going))
		self._reporter.say(ListenerState.STOPPED, self._settings.endpoint_url)

	async def _supervise(self, keep_going: Callable[[], bool]) -> None:
		self._storing = asyncio.Lock()
		self._wanted = self._addresses.current()
		listening = asyncio.create_task(self._listen())
		try:
			while keep_going() and self._lease_lost is None:
				self._wanted = self._addresses.current()
				done, _ = await asyncio.wait({listening}, timeout=_TICK_SECONDS)
				if done:
					listening.result()  # it never ends by itself: this raises what went wrong
		finally:
			await self._end(listening)
		if self._lease_lost is not None:
			raise self._lease_lost

	async def _end(self, listening: asyncio.Task[None]) -> None:
		"""Cancel until it is over: up to Python 3.11 asyncio.wait_for may swallow a cancellation."""
		self._ending = True
		while not listening.done():
			listening.cancel()
			await asyncio.wait({listening}, timeout=_END_SECONDS)
		if not listening.cancelled():
			listening.exception()  # seen: what counts has been raised, or the loop is about to end anyway

	async def _listen(self) -> None:
		"""Session after session, until cancelled."""
		while not self._ending:
			link, wait_seconds = OpcUaLink(self._settings, self._store, self._refuse_address), 0.0
			try:
				await link.open()
				self._reporter.warn("; ".join(link.warnings))
				await self._serve(link)
			except Exception as error:  # asyncua raises many types, and none of them may end the listener
				wait_seconds = self._lose(error)
			finally:
				await link.close()
			await asyncio.sleep(wait_seconds)

	async def _serve(self, link: OpcUaLink) -> None:
		"""Tend one session until it ends. While the link is cut the session stays and is taken up again."""
		opened_at = time.monotonic()
		while not self._ending:
			try:
				is_up = await self._tend(link)
			except (OSError, asyncio.TimeoutError):
				if link.is_up:
					raise
				is_up = False
			if not is_up:
				self._reporter.say(ListenerState.LOST, f"{self._settings.endpoint_url}: the link is cut")
			elif self._reporter.state != ListenerState.BLOCKED:
				self._reporter.say(ListenerState.CONNECTED, self._settings.endpoint_url)
			if time.monotonic() - opened_at > _STABLE_SECONDS:
				self._connect_backoff.reset()
			await asyncio.sleep(_TICK_SECONDS)

	async def _tend(self, link: OpcUaLink) -> bool:
		if not await link.check():
			return False
		await link.follow(self._wanted)
		await link.settle()
		return True

	def _lose(self, error: Exception) -> float:
		"""Report a session that ended or never began. Seconds to wait before the next."""
		state = ListenerState.REFUSED if is_refusal(error) else ListenerState.LOST
		self._reporter.say(state, f"{self._settings.endpoint_url}: {error or type(error).__name__}")
		return _REFUSED_SECONDS if state == ListenerState.REFUSED else self._connect_backoff.next_seconds()

	def _refuse_address(self, address: str, reason: str) -> None:
		if self._refused.get(address) != reason:
			self._refused[address] = reason
			self._reporter.refuse_address(f"{address} {reason}")

	async def _store(self, told: list[Told]) -> None:
		"""Put what the server tells into the stream, however long that takes; returns when it is there."""
		now = self._clock.now()
		signals = [raw_signal(one, now, self._settings.max_payload_bytes) for one in told]
		async with self._storing:
			for start in range(0, len(signals), BATCH):
				await self._put(signals[start : start + BATCH])

	async def _put(self, signals: list[RawSignal]) -> None:
		backoff = Backoff(0.1, 5.0)
		while True:
			try:
				await asyncio.to_thread(self._intake.put, signals)
			except LeaseLostError as error:
				self._lease_lost = error
				await asyncio.Event().wait()  # until cancelled: a return would acknowledge what is not stored
			except (RedisError, StreamFullError) as error:
				self._reporter.say(
					ListenerState.BLOCKED, f"signals wait, the stream cannot take them: {error}"
				)
				await asyncio.sleep(backoff.next_seconds())
			else:
				break
		if self._reporter.state == ListenerState.BLOCKED:
			self._reporter.say(ListenerState.CONNECTED, "the stream takes signals again")


def _quiet_asyncua() -> None:
	"""asyncua logs a traceback for every try while the server is away; we report a loss once, with its reason. A level
	that somebody has set stays."""
	log = logging.getLogger("asyncua")
	if log.level == logging.NOTSET:
		log.setLevel(logging.CRITICAL)
