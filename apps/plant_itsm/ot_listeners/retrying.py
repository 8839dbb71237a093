"""Work that a worker does on the database, tried again where the database gives up: two who wait for each other's locks
are a deadlock, of which it undoes one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from plant_itsm.domain.errors import StoreUnavailableError

PAUSES_SECONDS = (0.1, 1.0, 5.0)

log = logging.getLogger(__name__)
Result = TypeVar("Result")


def until_stored(work: Callable[[], Result]) -> Result:
	"""Do work that runs in transactions of its own. Raises StoreUnavailableError when the database stays away."""
	for pause in PAUSES_SECONDS:
		try:
			return work()
		except StoreUnavailableError as error:
			log.warning("tried again in %g s: %s", pause, error)
			time.sleep(pause)
	return work()
