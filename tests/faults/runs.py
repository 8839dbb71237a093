"""What the tests of faults at the broker's side have in common: one site, one publisher, traffic, and the books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

from tests.faults.ledger import Tally, count_events, count_stops, settled, take_counts
from tests.faults.plants import BROKER, SENTINEL
from tests.faults.publisher import Publisher
from tests.faults.site import FaultSite
from tests.faults.traffic import Expected, Message, expected

SIGNALS_PER_MACHINE = 50


def machines_for(signals: int) -> int:
	return max(10, signals // SIGNALS_PER_MACHINE)


class BrokerRun:
	"""Publishes in parts, so that a fault can strike between or within them, and closes the books at the end."""

	def __init__(self, site: FaultSite, tally: Tally, port: int):
		self.site, self.tally = site, tally
		self.publisher = Publisher(port)
		self.sent: list[Message] = []

	def send(self, messages: Sequence[Message], *, retain: bool = False) -> None:
		self.sent += messages
		self.publisher.send(messages, retain=retain)

	def begin(self) -> None:
		"""Wait until the listener has all its subscriptions: it asks for the sentinel last, and finds it there."""
		self.send([_sentinel("start")], retain=True)
		self.site.wait_for_received(BROKER, 1)

	def finish(self) -> Message:
		"""Send the last message of all, and wait until everything is judged and delivered."""
		last = _sentinel("end")
		self.send([last])
		self.publisher.settle()
		settled(self.site, BROKER, last.identity)
		return last

	def close_books(self, wanted: Expected | None = None, *, beyond_reach: int = 0) -> None:
		"""Count what is lost and doubled, fail when anything is. beyond_reach: signals that the broker itself lost."""
		wanted = wanted or expected(self.sent)
		count_events(self.tally, self.site.records, BROKER, wanted)
		count_stops(self.tally, self.site.records, wanted)
		take_counts(self.tally, self.site, BROKER)
		if self.tally.received + beyond_reach < len(self.sent):
			self.tally.add("lost", [f"received {self.tally.received} of {len(self.sent)} signals"])
		self.tally.check()


@contextmanager
def broker_run(site: FaultSite, tally: Tally, *, port: int | None = None) -> Iterator[BrokerRun]:
	"""A site that listens to its broker, by way of `port` where that is a relay, and has heard a first message."""
	site.run(mqtt_port=port or site.broker.port)
	run = BrokerRun(site, tally, site.broker.port)
	try:
		run.begin()
		yield run
	finally:
		run.publisher.close()


def _sentinel(value: str) -> Message:
	return Message(SENTINEL, value, datetime.now(timezone.utc) - timedelta(milliseconds=1))
