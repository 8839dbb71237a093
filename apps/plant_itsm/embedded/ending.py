"""Being told to end, by Ctrl-C, SIGTERM or a closed terminal: always in order, with all that was started."""

from __future__ import annotations

import signal
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ending:
	"""Turns these signals into exceptions, so that every block that is open ends what it has started.

	An exception out of a signal handler gets lost when it strikes in a finalizer; `check` raises it again.
	"""

	def __init__(self) -> None:
		self._number: int | None = None
		for number in _SIGNALS:
			signal.signal(number, self._told)

	def check(self) -> None:
		"""Raise KeyboardInterrupt after Ctrl-C, SystemExit (128 + signal) after the others."""
		if self._number == signal.SIGINT:
			raise KeyboardInterrupt
		if self._number is not None:
			raise SystemExit(128 + self._number)

	def _told(self, number: int, frame: FrameType | None) -> None:
		self._number = number
		self.check()
