"""How fast people responded to one line stop: times between named moments, and whether somebody was sent in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from plant_itsm.domain.line_stops import duration_text
from plant_itsm.domain.time_spans import exact_seconds


class Dispatch(Enum):
	"""Whether a technician was sent by the due time.

	Not needed: the stop was over before. Waiting: there is time left.
	"""

	IN_TIME = "In time"
	LATE = "Late"
	NOT_NEEDED = "Not needed"
	WAITING = "Waiting"
	NO_CLOCK = ""


@dataclass(frozen=True)
class Moments:
	detected_at: datetime
	acknowledged_at: datetime | None = None
	notified_at: datetime | None = None
	dispatch_due_at: datetime | None = None
	dispatched_at: datetime | None = None
	ended_at: datetime | None = None

	@property
	def to_acknowledge(self) -> Decimal | None:
		"""Seconds from detection to acknowledgement."""
		return between(self.detected_at, self.acknowledged_at)

	@property
	def to_dispatch(self) -> Decimal | None:
		"""Seconds from notification to dispatch."""
		return between(self.notified_at, self.dispatched_at)

	def dispatch(self, now: datetime) -> Dispatch:
		due = self.dispatch_due_at
		if due is None:
			return Dispatch.NO_CLOCK
		if self.dispatched_at is not None:
			return Dispatch.IN_TIME if self.dispatched_at <= due else Dispatch.LATE
		if (self.ended_at or now) > due:
			return Dispatch.LATE
		return Dispatch.NOT_NEEDED if self.ended_at else Dispatch.WAITING

	def explanation(self, now: datetime) -> str:
		"""Each figure with its formula and its inputs."""
		found = [
			f"to {what} = {formula} = {_s(seconds)} = {duration_text(seconds)}"
			for what, formula, seconds in (
				("acknowledge", "acknowledged − detected", self.to_acknowledge),
				("dispatch", "dispatched − notified", self.to_dispatch),
			)
			if seconds is not None
		]
		allowed = between(self.notified_at, self.dispatch_due_at)
		if allowed is not None:
			found.append(
				f"dispatch due {duration_text(allowed)} after the notification: {self.dispatch(now).value}"
			)
		return "; ".join(found)


def between(start: datetime | None, end: datetime | None) -> Decimal | None:
	"""Seconds; None where a moment is missing. Clocks of two sources may differ: what seems to end before it began took
	no time."""
	return None if start is None or end is None else max(exact_seconds(end - start), Decimal(0))


def _s(seconds: Decimal) -> str:
	return f"{seconds.normalize():f} s"
