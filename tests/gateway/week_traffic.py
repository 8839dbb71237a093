"""The signals of a week, each of which can be worked out from its number: so what is missing or doubled shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from plant_itsm.domain.signals import RawSignal
from tests.services.conftest import AR_042

BEGAN = datetime(2026, 6, 1, tzinfo=timezone.utc)
WEEK_SECONDS = 7 * 86_400
STOP_EACH_SECONDS, STOP_SECONDS = 3_600, 300
"""Once an hour the robot stands for five minutes; all other signals repeat its state."""
STOPS = WEEK_SECONDS // STOP_EACH_SECONDS


@dataclass(frozen=True)
class WeekTraffic:
	"""rate: signals per second. Their numbers begin at 1, as those of a spool do."""

	rate: float

	@property
	def total(self) -> int:
		return int(self.rate * WEEK_SECONDS)

	def moment(self, number: int) -> datetime:
		return BEGAN + timedelta(seconds=(number - 1) / self.rate)

	def after(self, number: int) -> Iterator[RawSignal]:
		"""The signals behind this number, to the end of the week."""
		for following in range(number + 1, self.total + 1):
			moment = self.moment(following)
			stands = (following - 1) / self.rate % STOP_EACH_SECONDS >= STOP_EACH_SECONDS - STOP_SECONDS
			state = "OFFLINE" if stands else "RUNNING"
			payload = f'{{"state": "{state}", "ts": "{moment.isoformat()}"}}'.encode()
			yield RawSignal(AR_042, payload, moment, payload_bytes=len(payload))

	def is_number(self, number: int, signal: RawSignal) -> bool:
		"""Whether this is the signal of that number."""
		return signal.received_time == self.moment(number)

	def stop_begins(self) -> list[datetime]:
		"""When each stop begins: with the first signal that tells of it."""
		first = STOP_EACH_SECONDS - STOP_SECONDS
		numbers = (-int(-self.rate * (first + hour * STOP_EACH_SECONDS) // 1) + 1 for hour in range(STOPS))
		return [self.moment(number) for number in numbers]
