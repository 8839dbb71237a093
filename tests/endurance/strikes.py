"""What may strike a site by chance, and when: faults that overlap as they like, the same ones for the same seed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.faults.plants import BROKER
from tests.faults.site import FaultSite
from tests.servers import CutLink

LONGEST_SECONDS = 5.0
"""Longer than a lease of the fault suite (2 s), so that what is frozen or away loses it."""


@dataclass(frozen=True)
class Strike:
	"""A fault that begins so many seconds into a round, and ends so many later where it lasts."""

	at: float
	fault: str
	ends_at: float


def schedule(seed: int, faults: Sequence[str], count: int, seconds: float) -> list[Strike]:
	dice = random.Random(seed)
	begins = sorted(dice.uniform(0, seconds) for _ in range(count))
	return [Strike(at, dice.choice(faults), at + dice.uniform(0.2, LONGEST_SECONDS)) for at in begins]


class Faults:
	"""Each begins where it is not on already and its victim is there; ending one that is not on does nothing."""

	def __init__(self, site: FaultSite, link: CutLink):
		self._site, self._link = site, link
		self._on: dict[str, Callable[[], object]] = {}
		self.struck: Counter[str] = Counter()
		self._begin: Mapping[str, Callable[[], Callable[[], object] | None]] = {
			"listener killed": lambda: self._kill(self._listener()),
			"drain killed": lambda: self._kill(site.pid_of("drain")),
			"delivery killed": lambda: self._kill(site.delivery_pid()),
			"drain frozen": lambda: self._freeze(site.pid_of("drain")),
			"listener frozen": lambda: self._freeze(self._listener()),
			"Redis killed": lambda: self._kill_server(site.redis.kill, site.redis.start),
			"broker killed": lambda: self._kill_server(site.broker.kill, site.broker.start),
			"link cut": lambda: self._kill_server(link.cut, link.mend),
			"database locked": self._lock,
		}

	@property
	def names(self) -> list[str]:
		return list(self._begin)

	def begin(self, name: str) -> None:
		if name in self._on:
			return
		end = self._begin[name]()
		if end is not None:
			self.struck[name] += 1
			self._on[name] = end

	def end(self, name: str) -> None:
		self._on.pop(name, _nothing)()

	def end_all(self) -> None:
		for name in list(self._on):
			self.end(name)

	def _listener(self) -> int | None:
		return self._site.pid_of("listen", connection=BROKER)

	def _kill(self, pid: int | None) -> Callable[[], object] | None:
		if pid is None:
			return None
		return _nothing if _signal(pid, signal.SIGKILL) else None

	def _freeze(self, pid: int | None) -> Callable[[], object] | None:
		if pid is None or not _signal(pid, signal.SIGSTOP):
			return None
		return lambda: _signal(pid, signal.SIGCONT)

	def _kill_server(self, kill: Callable[[], object], start: Callable[[], object]) -> Callable[[], object]:
		kill()
		return start

	def _lock(self) -> Callable[[], object] | None:
		locker = sqlite3.connect(self._site.records.path, timeout=1, isolation_level=None)
		try:
			locker.execute("BEGIN EXCLUSIVE")
		except sqlite3.OperationalError:  # a frozen drain may hold it
			locker.close()
			return None
		return lambda: (locker.execute("ROLLBACK"), locker.close())


def _nothing() -> None:
	"""What happens at the end of a fault that does not last."""


def _signal(pid: int, number: signal.Signals) -> bool:
	with suppress(ProcessLookupError):
		os.kill(pid, number)
		return True
	return False
