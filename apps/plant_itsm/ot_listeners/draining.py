"""The loop of the drain: read the streams of all connections, commit, hand on, trim."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress

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
HAND_ON_SECONDS, LONGEST_HAND_ON_SECONDS = 2.0, 8.0
"""So long this process, which is warm, delivers by itself what it can; then a job takes of the rest. A job needs half a
second to start, and what a flood has brought by then is grouped better: it is fewer tickets. While the flood goes on
jobs follow ever more rarely: a ticket and a batch both lock the stops that are open, so they wait for each other."""
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
		self._hand_on_at, self._hand_on_pause = 0.0, HAND_ON_SECONDS
		self._look_at = 0.0
		self._looks_after = Every(LOOK_SECONDS)
		self._watch = Every(WATCH_SECONDS)
		self._watch.due()  # what starts has not heard anything yet
		self.look_for_deliveries()

	def look_for_deliveries(self) -> None:
		"""Hand on whatever nobody has tried to deliver yet: its job may have been lost with Redis, or with a worker,
		and the sweeper would come half a minute later. A delivery that comes twice finds nothing to do."""
		self._note(outbox.untried(self._ports.records, self._ports.clock.now()))

	def step(self) -> None:
		"""One round: at most one batch per connection, and the delays that have ended."""
		self._deliver()
		if time.monotonic() >= self._look_at:
			self._look_for_connections()
			self._look_at = time.monotonic() + LOOK_SECONDS
			if self._watch.due():
				self._note(watch_ourselves(self._ports))
		cursors = {name: drain.cursor for name, drain in self._drains.items()}
		if not cursors:  # there is no connection yet: nothing that could be waited for
			time.sleep(0 if self._to_deliver else LOOK_SECONDS)
			return
		size = self._next_size
		batches = self._streams.read(cursors, size, self._wait_ms())
		is_behind = any(len(batch) == size for batch in batches.values())
		self._is_flooded = is_behind and size > FIRST_BATCH
		self._next_size = min(2 * size, self._batch_size) if is_behind else min(FIRST_BATCH, self._batch_size)
		for connection, batch in batches.items():
			self._process(connection, batch)
		looks_after = self._looks_after.due()
		for connection, drain in self._drains.items():
			# With more signals waiting, now is not their time: the one that ends a delay may be among them.
			if len(batches.get(connection, ())) < size and (looks_after or drain.is_due()):
				self._note(drain.pass_time())

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
		if self._to_deliver:
			return 1
		now = self._ports.clock.now()
		dues = [due for drain in self._drains.values() if (due := drain.next_due())]
		seconds = min([LOOK_SECONDS, *((due - now).total_seconds() for due in dues)])
		return max(1, int(seconds * 1000))

	def _process(self, connection: str, batch: list[StreamedSignal]) -> None:
		drain = self._drains[connection]
		self._note(drain.process(batch))
		self._deliver()
		self._streams.trim(connection, drain.cursor)

	def _note(self, stops: Iterable[str]) -> None:
		if not self._to_deliver and not self._is_flooded:
			self._hand_on_at = time.monotonic() + HAND_ON_SECONDS
		self._to_deliver.update(dict.fromkeys(stops))

	def _deliver(self) -> None:
		"""Deliver one stop, so that signals do not wait for many tickets; in the middle of a flood, whose first ticket
		is there, none. What has waited for two seconds goes to a job: a quarter, in a flood all.

		What cannot be handed on because Redis or the database is away is kept for the next round: the sweeper would
		come half a minute later.
		"""
		if self._to_deliver and time.monotonic() >= self._hand_on_at:
			self._share()
		if self._to_deliver and not self._is_flooded:
			stop = next(iter(self._to_deliver))
			outbox.deliver(self._ports, stop)
			del self._to_deliver[stop]

	def _share(self) -> None:
		"""Leave to a job what this process does not get round to: not much, as it is warm and workers are nice."""
		self._to_deliver = dict.fromkeys(outbox.without_parts(self._ports, self._to_deliver))
		if self._is_flooded:
			self._hand_on(keep=0)
			self._hand_on_pause = min(2 * self._hand_on_pause, LONGEST_HAND_ON_SECONDS)
		else:
			self._hand_on(keep=max(1, 3 * len(self._to_deliver) // 4))
			self._hand_on_pause = HAND_ON_SECONDS
		self._hand_on_at = time.monotonic() + self._hand_on_pause

	def _hand_on(self, keep: int) -> None:
		"""Leave to one job what is to be delivered, but for the first few."""
		stops = list(self._to_deliver)
		if stops[keep:]:
			self._ports.jobs.enqueue(
				"deliver",
				queue=DELIVERY_QUEUE,
				timeout_seconds=DELIVERY_TIMEOUT_SECONDS,
				line_stops=stops[keep:],
			)
			self._to_deliver = dict.fromkeys(stops[:keep])

	def leave(self) -> None:
		"""Hand on what nobody would think of before the sweeper comes."""
		with suppress(*AWAY):
			self._hand_on(keep=0)


def run(ports: Ports, client: redis.Redis, goes_on: Callable[[], bool]) -> None:
	"""Drain until `goes_on` says no. What fails is tried again: a signal leaves its stream only by a commit.

	Raises LeaseLostError when another drain has taken over.
	"""
	loop: _Loop | None = None
	pause = 0.0
	with ExitStack() as at_the_end:
		while goes_on():
			try:
				if loop is None:
					loop = _Loop(ports, client)
					at_the_end.callback(loop.leave)
				loop.step()
				if pause:
					log.warning("the drain works again")
					loop.look_for_deliveries()
				pause = 0.0
			except LeaseLostError:
				raise
			except Exception as error:
				# a database or Redis that is away, or a fault of ours: neither may end the drain
				if not pause:
					log.warning("the drain waits: %s", error, exc_info=not isinstance(error, AWAY))
				pause = min(max(2 * pause, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
				time.sleep(pause)
