"""The Clock port on the machine's own clock."""

from __future__ import annotations

from datetime import datetime, timezone


class SystemClock:
	def now(self) -> datetime:
		return datetime.now(timezone.utc)
