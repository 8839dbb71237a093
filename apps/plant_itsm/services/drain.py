"""From streamed signals to records: read, judge, and commit a batch with the place in the stream that it reached.

The cursor of a stream is a row of the same database, changed in the same transaction as the effects of the signals
before it. So a signal takes effect exactly once, whatever is killed when; and a drain that has been replaced finds a
newer fence token in that row and stops writing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from plant_itsm.domain.errors import LeaseLostError, StoreUnavailableError
from plant_itsm.domain.signals import StreamedSignal, stream_position
from plant_itsm.ports import Ports, Record
from plant_itsm.services.dead_letters import DEAD_LETTER
from plant_itsm.services.decisions import Explain
from plant_itsm.services.floods import watch_flood
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.incidents import next_due
from plant_itsm.services.judgement import ConnectionRules, Judgement, connection_rules
from plant_itsm.services.letter_replays import judge_again
from plant_itsm.services.plant_locks import DOCTYPE as PLANT_LOCK
from plant_itsm.services.plant_locks import GROUPING, hold
from plant_itsm.services.rehearsal import Rehearsal
from plant_itsm.services.signal_events import EVENT

STATE = "OT Connection State"
START = "0-0"
SOURCES = ("Signal Rule", "OT Connection", "State Map", "Plant ITSM Settings", "Priority Rule")
"""The DocTypes that a judgement is made with, beside the plant itself."""

log = logging.getLogger(__name__)


class ConnectionDrain:
	"""Drains the stream of one connection. One at a time may write: the newest that took over."""

	def __init__(self, ports: Ports, connection: str, model: ImpactModel, explain: Explain | None = None):
		self.connection = connection
		self._explain = explain
		self._ports = ports
		self._records = ports.records
		self._model = model
		self._token = self._take_over()
		self._stamp = ""
		self._flooded = False
		self._last_rules: ConnectionRules | None = None
		self._refresh()

	def _take_over(self) -> int:
		with self._records.transaction():
			row = self._records.get(STATE, self.connection, for_update=True)
			if row is None:
				row = self._records.insert(STATE, {"connection": self.connection, "stream_cursor": START})
			self.cursor: str = row["stream_cursor"]
			token: int = row["fence_token"] + 1
			self._records.update(STATE, self.connection, {"fence_token": token})
		return token

	def _refresh(self) -> None:
		"""Read rules, connection settings, states and the plant's graph anew where they have changed."""
		self._model.refresh()
		stamp = self._records.stamp(SOURCES)
		if stamp == self._stamp:
			return
		now = self._ports.clock.now()
		self._rules = self._last_rules = connection_rules(
			self._records, self.connection, now, self._last_rules
		)
		self._incidents_due = next_due(self._records, now)
		self._stamp = stamp

	def restart_from(self, stream_id: str) -> None:
		"""Set the cursor back, because the stream itself began anew (its Redis lost it)."""
		with self._records.transaction():
			self._hold()
			self._records.update(STATE, self.connection, {"stream_cursor": stream_id})
		self.cursor = stream_id

	def process(self, batch: Sequence[StreamedSignal]) -> list[str]:
		"""Take a batch, ascending, and commit it. Returns the line stops that have something in the outbox.

		A signal that nothing can be done with becomes a dead letter, the others count. Raises LeaseLostError when
		another drain has taken over, StoreUnavailableError when the database is away; then nothing has happened.
		"""
		try:
			return self._commit(batch)
		except (LeaseLostError, StoreUnavailableError):
			self._stamp = ""
			raise
		except Exception as error:  # one signal must not hold up those behind it
			self._stamp = ""
			if len(batch) > 1:
				half = len(batch) // 2
				return self.process(batch[:half]) + self.process(batch[half:])
			log.exception("signal %s of %s cannot be processed", batch[0].stream_id, self.connection)
			return self._commit(batch, refused=f"{type(error).__name__}: {error}")

	def _commit(self, batch: Sequence[StreamedSignal], refused: str | None = None) -> list[str]:
		with self._writing() as row:
			self._refresh()
			judgement, rehearsal = self._judgement(), self._rehearsal()
			behind = stream_position(row["stream_cursor"])
			for streamed in batch:
				if stream_position(streamed.stream_id) <= behind:
					continue
				if streamed.signal.drill:
					rehearsal.take(streamed, refused)
				else:
					self._take(judgement, streamed, refused)
			judgement.incidents.settle(self._ports.clock.now())
			cursor = max(row["stream_cursor"], batch[-1].stream_id, key=stream_position)
			self._write(row, judgement, cursor)
		self.cursor = cursor
		return [*judgement.incidents.posted, *rehearsal.posted]

	def _take(self, judgement: Judgement, streamed: StreamedSignal, refused: str | None) -> None:
		if streamed.signal.replay_of:
			judge_again(self._records, judgement, streamed, refused)
		else:
			judgement.take(streamed, refused)

	def _judgement(self) -> Judgement:
		return Judgement(self._records, self._ports.clock, self._model, self._rules, self._explain)

	def _rehearsal(self) -> Rehearsal:
		return Rehearsal(self._records, self._ports.clock, self._model, self._rules)

	@contextmanager
	def _writing(self) -> Iterator[Record]:
		"""A transaction that holds our place in the stream, which it yields, and then the incidents of the plant.

		Both are locked before anything is read; a DocType that is not at hand would be read as well, so it comes first.
		"""
		for doctype in (STATE, PLANT_LOCK):
			self._records.meta(doctype)
		with self._records.transaction():
			row = self._hold()
			hold(self._records, GROUPING)
			yield row

	def _hold(self) -> Record:
		row = self._records.get(STATE, self.connection, for_update=True)
		if row is None or row["fence_token"] != self._token:
			raise LeaseLostError(f"drain of {self.connection}: another drain has taken over; this one ends")
		return row

	def _write(self, row: Record, judgement: Judgement, cursor: str) -> None:
		self._rules.decoder.save()
		if judgement.incidents.has_settled:
			self._incidents_due = next_due(self._records, self._ports.clock.now())
		judgement.save()
		self._records.insert_many(EVENT, judgement.events)
		self._records.insert_many(DEAD_LETTER, judgement.dead_letters)
		values = {
			"stream_cursor": cursor,
			"received": row["received"] + judgement.received,
			"events": row["events"] + judgement.counted_events,
			"suppressed": row["suppressed"] + judgement.suppressed,
			"dead_lettered": row["dead_lettered"] + len(judgement.dead_letters),
		}
		if judgement.received:
			values["last_signal_at"] = self._ports.clock.now()
		self._records.update(STATE, self.connection, values)
		if judgement.events or self._flooded:
			settings, now = self._rules.settings, self._ports.clock.now()
			self._flooded = watch_flood(self._records, settings, now)

	def next_due(self) -> datetime | None:
		"""When time alone will bring something: the end of a delay, a watchdog, or a wait of the decoder."""
		rules = self._rules
		dues = (
			rules.states.next_due(),
			rules.decoder.next_due(),
			rules.watchdogs.next_due(rules.states.is_view_lost),
			self._incidents_due,
		)
		return min((due for due in dues if due), default=None)

	def is_due(self) -> bool:
		"""Whether a moment has come that next_due has told."""
		due = self.next_due()
		return due is not None and due <= self._ports.clock.now()

	def needs_looking_after(self) -> bool:
		"""Whether something may end that no clock announces: a suppression, or a flood."""
		return bool(self._rules.states.held_back()) or self._flooded

	def pass_time(self) -> list[str]:
		"""Let take effect what time alone brings. Returns the line stops that have something in the outbox.

		What a suppression holds back is looked at each time: its end is in the hands of people.
		"""
		if not (self.is_due() or self.needs_looking_after()):
			return []
		now = self._ports.clock.now()
		try:
			with self._writing() as row:
				self._refresh()
				judgement = self._judgement()
				judgement.pass_time(now)
				judgement.incidents.pass_time(now)
				self._write(row, judgement, row["stream_cursor"])
		except Exception:
			self._stamp = ""
			raise
		return list(judgement.incidents.posted)
