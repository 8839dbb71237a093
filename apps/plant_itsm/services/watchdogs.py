"""When each watched address was last heard of. Kept in memory: after a restart every watchdog begins anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from plant_itsm.domain.rules import SignalRule
from plant_itsm.services.rules import RuleBook


class Watchdogs:
	"""The watchdogs of one connection's rules.

	A rule for one address is watched from the start, a topic filter once an address has been heard of. Seen times are
	those of our clock; a clock that was set back begins the waiting anew.
	"""

	def __init__(self, book: RuleBook, now: datetime):
		self._seconds = {
			rule.name: rule.no_signal_seconds for rule in book.rules.values() if rule.no_signal_seconds
		}
		self._seen: dict[tuple[str, str], datetime] = {
			(rule.name, rule.address): now
			for rule in book.rules.values()
			if rule.name in self._seconds and not rule.is_filter
		}

	def saw(self, rule: SignalRule, address: str, at: datetime) -> None:
		if rule.name in self._seconds:
			self._seen[rule.name, address] = at

	def next_due(self, is_lost: Callable[[str, str], bool]) -> datetime | None:
		"""When the next watchdog ends, of those whose view is not lost already."""
		ends = [
			seen + timedelta(seconds=self._seconds[rule])
			for (rule, address), seen in self._seen.items()
			if not is_lost(rule, address)
		]
		return min(ends, default=None)

	def silent(self, now: datetime) -> Iterator[tuple[str, str, datetime]]:
		"""(rule, address, last seen) of every watchdog that has ended by `now`."""
		for (rule, address), seen in self._seen.items():
			if seen > now:
				self._seen[rule, address] = now
			elif now - seen >= timedelta(seconds=self._seconds[rule]):
				yield rule, address, seen
