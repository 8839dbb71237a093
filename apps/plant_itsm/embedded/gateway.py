"""An edge gateway at work: listeners that put signals into the spool, and one loop that hands them to the site."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from plant_itsm import __version__
from plant_itsm.domain.errors import ConnectionSettingError
from plant_itsm.domain.gateway import MOST_SIGNALS, START, GatewayBatch, GatewayError, Receipt
from plant_itsm.domain.signals import RawSignal
from plant_itsm.embedded.site_client import SiteAwayError, SiteClient
from plant_itsm.embedded.spool import WANTED, Spool, SpoolError, SpoolIntake
from plant_itsm.ot_listeners.listener import listener_for
from plant_itsm.ot_listeners.listening import Backoff, ListenerState
from plant_itsm.ports import Clock, Ports, Record
from plant_itsm.services.rules import addresses_of
from plant_itsm.services.sparkplug import is_sparkplug, subscriptions_of

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 60.0
IDLE_SECONDS = 1.0
"""How often the site is asked how far it has come when there is nothing to send."""
REFUSED_SECONDS = 30.0

log = logging.getLogger(__name__)


class Forwarder:
	"""Hands the signals of one connection to the site, in order, and forgets them when their effects are committed.

	states: what each listener says of itself. What it holds in memory is one batch.
	"""

	def __init__(
		self,
		spool: Spool,
		client: SiteClient,
		connection: str,
		clock: Clock,
		states: dict[str, tuple[str, str]] | None = None,
	):
		self.connection = connection
		self._spool = spool
		self._client = client
		self._clock = clock
		self._states = states if states is not None else {}
		self._taken: str | None = None
		self.clock_ahead_seconds = 0.0

	def step(self) -> bool:
		"""Send one batch, which may be empty. Returns whether there is more to send at once.

		Raises SiteAwayError, GatewayError or SpoolError; then nothing is lost, and the same step may be tried again.
		"""
		if self._taken is None:  # ask first: the site knows where to go on
			self._learn(self._send(self._spool.place(self.connection), ()))
		batch = self._spool.after(self.connection, self._taken or START)
		receipt = self._send(batch.after, batch.signals)
		self._learn(receipt)
		return len(batch.signals) == MOST_SIGNALS and not receipt.is_full

	def _send(self, after: str, signals: tuple[RawSignal, ...]) -> Receipt:
		batch = GatewayBatch(
			connection=self.connection,
			after=after,
			signals=signals,
			sent_at=self._clock.now(),
			version=__version__,
			waiting=self._spool.waiting(self.connection),
			states=dict(self._states),
		)
		return self._client.send(batch)

	def _learn(self, receipt: Receipt) -> None:
		self._taken = receipt.taken
		self.clock_ahead_seconds = (self._clock.now() - receipt.now).total_seconds()
		self._spool.forget(self.connection, receipt.committed)
		known = self._spool.addresses(WANTED, self.connection)
		wanted = frozenset(receipt.addresses)
		if known != wanted:
			self._spool.change_addresses(WANTED, self.connection, wanted - known, known - wanted)


@dataclass
class Gateway:
	"""connections: the OT Connections that this gateway listens to, as they are in its own records."""

	ports: Ports
	spool: Spool
	client: SiteClient
	connections: list[Record]

	def run(self, goes_on: Callable[[], bool]) -> None:
		"""Listen and forward until `goes_on` says no."""
		states: dict[str, tuple[str, str]] = {}
		threads = []
		for record in self.connections:
			name = record["name"]
			forwarder = Forwarder(self.spool, self.client, name, self.ports.clock, states)
			threads.append(
				threading.Thread(target=self._listen, args=(record, states, goes_on), name=f"listen {name}")
			)
			threads.append(
				threading.Thread(target=forward, args=(forwarder, goes_on), name=f"forward {name}")
			)
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()

	def _listen(
		self, record: Record, states: dict[str, tuple[str, str]], goes_on: Callable[[], bool]
	) -> None:
		name = record["name"]

		def report(state: str, detail: str) -> None:
			if state != ListenerState.WARNING:
				states[name] = (str(state), detail)

		backoff = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
		while goes_on():
			try:
				listener = listener_for(record, self.ports, SpoolIntake(self.spool, name), None)
				listener.run(lambda: self._wanted(record), goes_on, report)
			except ConnectionSettingError as error:
				report(ListenerState.REFUSED, str(error))
				_pause(goes_on, REFUSED_SECONDS)
			except Exception:  # a fault of ours must not end the only ears of a plant
				log.exception("the listener of %s begins anew", name)
				_pause(goes_on, backoff.next_seconds())

	def _wanted(self, record: Record) -> frozenset[str]:
		"""What the site's rules look at; what our own records say until the site was first heard."""
		told = self.spool.addresses(WANTED, record["name"])
		if told:
			return told
		with self.ports.records.transaction():
			wanted = subscriptions_of if is_sparkplug(record) else addresses_of
			return wanted(self.ports.records, record["name"])


def forward(forwarder: Forwarder, goes_on: Callable[[], bool], idle_seconds: float = IDLE_SECONDS) -> None:
	"""Hand on until `goes_on` says no. A loss is told once, and its return once."""
	backoff = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
	trouble = ""
	while goes_on():
		try:
			has_more = forwarder.step()
		except (SiteAwayError, GatewayError, SpoolError) as error:
			if type(error).__name__ != trouble:
				log.warning("%s is kept here: %s", forwarder.connection, error)
			trouble = type(error).__name__
			_pause(goes_on, backoff.next_seconds())
			continue
		except Exception:  # whatever it is, nothing is forgotten here
			log.exception("%s is kept here", forwarder.connection)
			trouble = "fault"
			_pause(goes_on, backoff.next_seconds())
			continue
		if trouble:
			log.info("%s is handed on again", forwarder.connection)
			trouble = ""
		backoff.reset()
		if not has_more:
			_pause(goes_on, idle_seconds)


def _pause(goes_on: Callable[[], bool], seconds: float) -> None:
	ends = time.monotonic() + seconds
	while goes_on() and (left := ends - time.monotonic()) > 0:
		time.sleep(min(left, 0.2))
