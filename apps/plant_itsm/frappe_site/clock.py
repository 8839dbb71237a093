"""The time of the machine."""

from datetime import datetime, timezone


class SystemClock:
	def now(self) -> datetime:
		return datetime.now(timezone.utc)
