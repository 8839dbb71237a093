"""The loop of the drain: read the streams of all connections, commit, hand on, trim."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import redis

from plant_itsm.domain.errors import LeaseLostError, StoreUnavailableError
from plant_itsm.domain.signals import StreamedSignal, stream_position
from plant_itsm.ot_listeners.intake import SignalStreams
from plant_itsm.ot_listeners.listening import Every
from plant_itsm.ot_listeners.status import watch_ourselves
from plant_itsm.ports import Ports
from plant_itsm.services import outbox
from plant_itsm.services.drain import START, ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.settings import settings_of

DELIVERY_QUEUE = "short"
DELIVERY_TIMEOUT_SECONDS = 300
WATCH_SECONDS = 60.0
"""How often the drain looks after us, as the tick does: a scheduler that stands still cannot tell so itself."""
LOOK_SECONDS = 1.0
"""How often the loop looks for new connections; also the longest wait for signals."""
FIRST_BATCH = 16
"""A flood's first signals are committed and its first ticket is made before more are read; then batches double."""
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 2.0
AWAY = (StoreUnavailableError, redis.ConnectionError, redis.TimeoutError)

log = logging.getLogger(__name__)


class _Loop:
	def __init__(self, ports: Ports, client: redis.Redis):
		self._ports = ports
		self._streams = SignalStreams(client, ports.namespace)
		with ports.records.transaction():
			self._batch_size = settings_of(ports.records).drain_batch_size
			self._model = ImpactModel(ports.records)
		self._next_size = min(FIRST_BATCH, self._batch_size)
		self._is_flooded = False
		self._drains: dict[str, ConnectionDrain] = {}
		self._to_deliver: dict[str, None] = {}
		self._look_at = 0.0
		self._watch = Every(WATCH_SECONDS)
		self._watch.due()  # what starts has not heard anything yet
		self.look_for_deliveries()

	def look_for_deliveries(self) -> None:
		"""Hand on whatever nobody has tried to deliver yet: its job may have been lost with Redis, or with a worker,
		and the sweeper would come half a minute later. A delivery that comes twice finds nothing to do."""
		stops = outbox.untried(self._ports.records, self._ports.clock.now())
		self._to_deliver.update(dict.fromkeys(stops))

	def step(self) -> None:
		"""One round: at most one batch per connection, and the delays that have ended."""
		self._hand_on([])
		if time.monotonic() >= self._look_at:
			self._look_for_connections()
			self._look_at = time.monotonic() + LOOK_SECONDS
			if self._watch.due():
				self._hand_on(watch_ourselves(self._ports))
		cursors = {name: drain.cursor for name, drain in self._drains.items()}
		if not cursors:
			time.sleep(LOOK_SECONDS)  # there is no connection yet: nothing that could be waited for
			return
		size = self._next_size
		batches = self._streams.read(cursors, size, self._wait_ms())
		is_behind = any(len(batch) == size for batch in batches.values())
		self._is_flooded = is_behind and size > FIRST_BATCH
		self._next_size = min(2 * size, self._batch_size) if is_behind else min(FIRST_BATCH, self._batch_size)
		for connection, batch in batches.items():
			self._process(connection, batch)
		for connection, drain in self._drains.items():
			# With more signals waiting, now is not their time: the one that ends a delay may be among them.
			if len(batches.get(connection, ())) < size:
				self._hand_on(drain.pass_time())

	def _look_for_connections(self) -> None:
		with self._ports.records.transaction():
			connections = self._ports.records.find("OT Connection")
		names = [row["name"] for row in connections]
		for gone in self._drains.keys() - set(names):
			del self._drains[gone]
		for row in connections:
			name = row["name"]
			if name not in self._drains:
				self._drains[name] = ConnectionDrain(self._ports, name, self._model)
			if not row["gateway"]:  # its ids are no times, and it sends again what was lost
				self._check_stream(self._drains[name])

	def _check_stream(self, drain: ConnectionDrain) -> None:
		"""Start anew with a stream that was lost while the clock was set back: its next ids lie behind the cursor.

		A stream that was lost while the clock is right needs nothing, its next ids lie ahead.
		"""
		behind = stream_position(drain.cursor)
		newest = self._streams.last_generated_id(drain.connection)
		if stream_position(newest) < behind and self._streams.now_ms() < behind[0]:
			log.error(
				"the stream of %s was lost in Redis and its clock set back (cursor %s, newest %s): signals not yet"
				" judged are gone; run that Redis with appendonly yes, and its machine with NTP",
				drain.connection,
				drain.cursor,
				newest,
			)
			drain.restart_from(START)

	def _wait_ms(self) -> int:
		"""Until the next delay ends, and not longer than a look; Redis takes 0 as for ever."""
		now = self._ports.clock.now()
		dues = [due for drain in self._drains.values() if (due := drain.next_due())]
		seconds = min([LOOK_SECONDS, *((due - now).total_seconds() for due in dues)])
		return max(1, int(seconds * 1000))

	def _process(self, connection: str, batch: list[StreamedSignal]) -> None:
		drain = self._drains[connection]
		self._hand_on(drain.process(batch))
		self._streams.trim(connection, drain.cursor)

	def _hand_on(self, stops: list[str]) -> None:
		"""Deliver one stop at once: this process is warm, a new job would need half a second to start. The others go to
		one job together, so that signals do not wait for tickets, nor each ticket for a job to start; in the middle of
		a flood, whose first ticket is there, all do.

		What cannot be handed on because Redis or the database is away is kept for the next round: the sweeper would
		come half a minute later.
		"""
		self._to_deliver.update(dict.fromkeys(stops))
		if not self._to_deliver:
			return
		own = list(self._to_deliver)[: 0 if self._is_flooded else 1]
		others = list(self._to_deliver)[len(own) :]
		if others:
			self._ports.jobs.enqueue(
				"deliver", queue=DELIVERY_QUEUE, timeout_seconds=DELIVERY_TIMEOUT_SECONDS, line_stops=others
			)
			self._to_deliver = dict.fromkeys(own)
		for stop in own:
			outbox.deliver(self._ports, stop)
			del self._to_deliver[stop]


def run(ports: Ports, client: redis.Redis, goes_on: Callable[[], bool]) -> None:
	"""Drain until `goes_on` says no. What fails is tried again: a signal leaves its stream only by a commit.

	Raises LeaseLostError when another drain has taken over.
	"""
	loop: _Loop | None = None
	pause = 0.0
	while goes_on():
		try:
			loop = loop or _Loop(ports, client)
			loop.step()
			if pause:
				log.warning("the drain works again")
				loop.look_for_deliveries()
			pause = 0.0
		except LeaseLostError:
			raise
		except (
			Exception
		) as error:  # a database or Redis that is away, or a fault of ours: neither may end the drain
			if not pause:
				log.warning("the drain waits: %s", error, exc_info=not isinstance(error, AWAY))
			pause = min(max(2 * pause, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
			time.sleep(pause)
