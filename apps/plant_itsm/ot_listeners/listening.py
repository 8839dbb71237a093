"""What the listeners of all protocols share: their states, how they wait, and how they ask for their addresses."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable

from plant_itsm.domain.errors import LeaseLostError
from plant_itsm.domain.vocabulary import Word

SHOWN_PAYLOAD_BYTES = 2000
"""How much of a payload that was too large goes on as a sample."""

Report = Callable[[str, str], None]
"""report(state, detail): called in the listener's thread, once per change. Must not raise."""


class ListenerState(Word):
	CONNECTING = "connecting"
	CONNECTED = "connected"
	LOST = "lost"
	REFUSED = "refused"
	ADDRESS_REFUSED = "address refused"
	WARNING = "warning"
	BLOCKED = "intake blocked"
	STOPPED = "stopped"


class Reporter:
	"""Passes each change of state on once: a loss once however often a try fails, its return once."""

	def __init__(self, connection: str, report: Report, log: logging.Logger):
		self._connection = connection
		self._report = report
		self._log = log
		self.state: ListenerState | None = None
		self._detail = ""
		self._warning = ""

	def say(self, state: ListenerState, detail: str) -> None:
		"""A change of the whole link. A loss that goes on, and a refusal for the same reason, are no change."""
		if state == self.state and (state != ListenerState.REFUSED or detail == self._detail):
			return
		self.state, self._detail = state, detail
		self._pass_on(state, detail)

	def warn(self, detail: str) -> None:
		"""What a person should know although the link works; "" when it is over."""
		if detail != self._warning:
			self._warning = detail
			self._pass_on(ListenerState.WARNING, detail)

	def refuse_address(self, detail: str) -> None:
		"""One address does not work; the others go on."""
		self._pass_on(ListenerState.ADDRESS_REFUSED, detail)

	def _pass_on(self, state: ListenerState, detail: str) -> None:
		fine = (
			state in (ListenerState.CONNECTING, ListenerState.CONNECTED, ListenerState.STOPPED) or not detail
		)
		self._log.log(
			logging.INFO if fine else logging.WARNING,
			"OT Connection %s: %s: %s",
			self._connection,
			state,
			detail,
		)
		self._report(str(state), detail)


class Backoff:
	"""Waiting times that double up to a cap, each cut at random by up to half, so that many do not retry as one."""

	def __init__(self, first_seconds: float, cap_seconds: float):
		self._first_seconds = first_seconds
		self._cap_seconds = cap_seconds
		self._tries = 0

	def next_seconds(self) -> float:
		ceiling = min(self._cap_seconds, self._first_seconds * 2.0 ** min(self._tries, 30))
		self._tries += 1
		return ceiling * random.uniform(0.5, 1.0)

	def reset(self) -> None:
		self._tries = 0


class Every:
	"""True at most once in so many seconds, the first time at once."""

	def __init__(self, seconds: float):
		self._seconds = seconds
		self._due_at = 0.0

	def due(self) -> bool:
		now = time.monotonic()
		if now < self._due_at:
			return False
		self._due_at = now + self._seconds
		return True


class KeptAddresses:
	"""The addresses that rules want, asked for about once a second. While the database is away the last set stays."""

	def __init__(self, ask: Callable[[], frozenset[str]], log: logging.Logger):
		self._ask = ask
		self._log = log
		self._every = Every(1.0)
		self._failing = False
		self._current: frozenset[str] = frozenset()

	def current(self) -> frozenset[str]:
		"""The wanted addresses. Raises LeaseLostError alone; any other failure is logged once and asked again."""
		if self._every.due():
			try:
				self._current = self._ask()
				self._failing = False
			except LeaseLostError:
				raise
			except Exception:
				if not self._failing:
					self._log.exception("The addresses to listen to cannot be read; the last known ones stay")
				self._failing = True
		return self._current
