"""Mean time between failures of one CI over months, and before and after something was changed.

MTBF = operating time / failures (ISO 22400-2). A CI operates all the time but while it is down; a failure counts in the
period in which it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from plant_itsm.domain.time_spans import Span, exact_seconds, minus

DAY_SECONDS = 86_400


class Outage(NamedTuple):
	"""A failure with the time until it was restored; end is None while it lasts."""

	start: datetime
	end: datetime | None


@dataclass(frozen=True)
class Mtbf:
	"""days: None without a failure, then there is no mean."""

	operating_days: float
	failures: int

	@property
	def days(self) -> float | None:
		return self.operating_days / self.failures if self.failures else None

	def __str__(self) -> str:
		if self.days is None:
			return f"no failure in {self.operating_days:.1f} days"
		return f"{self.operating_days:.1f} days ÷ {self.failures} = {self.days:.1f} days"


def mtbf(outages: Sequence[Outage], period: Span) -> Mtbf:
	"""Over a period, which may be empty."""
	if period.end <= period.start:
		return Mtbf(0.0, 0)
	down = [Span(outage.start, outage.end or period.end) for outage in outages]
	seconds = sum(exact_seconds(span.end - span.start) for span in minus([period], down))
	return Mtbf(float(seconds) / DAY_SECONDS, sum(period.holds(outage.start) for outage in outages))


@dataclass(frozen=True)
class BeforeAfter:
	"""changed_at: None where nothing was changed; then there is no after."""

	changed_at: datetime | None
	before: Mtbf
	after: Mtbf | None

	@property
	def factor(self) -> float | None:
		"""By how much the mean has grown; None where one of the two is unknown."""
		if self.after is None or self.before.days is None or self.after.days is None:
			return None
		return self.after.days / self.before.days

	@property
	def explanation(self) -> str:
		if self.changed_at is None or self.after is None:
			return f"no preventive work so far; {self.before}"
		return f"preventive work since {self.changed_at:%Y-%m-%d}: before {self.before}; after {self.after}"


def before_and_after(
	outages: Sequence[Outage],
	changed_at: datetime | None,
	*,
	runs_since: datetime,
	now: datetime,
	most: timedelta = timedelta(days=365),
) -> BeforeAfter:
	"""The time before a change against the newest after it: each at most `most` long, none before the CI has run."""
	end = changed_at or now
	before = mtbf(outages, Span(max(runs_since, end - most), end))
	if changed_at is None:
		return BeforeAfter(None, before, None)
	return BeforeAfter(changed_at, before, mtbf(outages, Span(max(changed_at, now - most), now)))
