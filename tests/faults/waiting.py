"""Waiting for what other processes do. Nobody tells us of it, so we look, often and with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LOOK_SECONDS = 0.05


def wait_until(what: str, condition: Callable[[], T | None], seconds: float) -> T:
	"""The first answer that is neither None nor False. Raises AssertionError with `what` after `seconds`."""
	give_up_at = time.monotonic() + seconds
	while True:
		answer = condition()
		if answer is not None and answer is not False:
			return answer
		assert time.monotonic() < give_up_at, f"waited {seconds:g} s in vain for {what}"
		time.sleep(LOOK_SECONDS)
