"""How reliable a CI or a line is: mean times by their formulas, with what they were computed from.

MTBF is operating time over failures; MTTR, the mean time to restoration, the mean of what passed from failure to
restoration (ISO 22400-2 and EN 15341 know both); MTTD and MTTA the means from failure to detection and from detection
to acknowledgement. Labour over work orders is no MTTR.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from plant_itsm.domain.line_stops import duration_text
from plant_itsm.domain.oee import StopClass
from plant_itsm.domain.response_times import between
from plant_itsm.domain.vocabulary import StopLoss

NO_FAILURES = "no failures"


def is_failure(stop_class: StopClass) -> bool:
	"""Only a breakdown is one: planned, starved, short and unproven stops are none."""
	return stop_class.loss == StopLoss.BREAKDOWNS


@dataclass(frozen=True)
class Failure:
	"""down_seconds: from failure to restoration, less the time in between during which it ran; None while it lasts."""

	onset: datetime
	detected_at: datetime
	acknowledged_at: datetime | None = None
	down_seconds: Decimal | None = None


@dataclass(frozen=True)
class Mean:
	"""A mean time in seconds: sum over count; None of nothing."""

	name: str
	sum_seconds: Decimal
	count: int

	@property
	def seconds(self) -> Decimal | None:
		return self.sum_seconds / self.count if self.count else None

	def __str__(self) -> str:
		if self.seconds is None:
			return f"{self.name}: none"
		total = f"{self.sum_seconds.normalize():f} s ÷ {self.count}"
		return f"{self.name} = {total} = {duration_text(self.seconds)}"


@dataclass(frozen=True)
class Reliability:
	"""The figures of one CI or line over a period. Without a failure there is no mean time, and that is said."""

	failures: int
	mtbf: Mean
	mttr: Mean
	mttd: Mean
	mtta: Mean

	@property
	def explanation(self) -> str:
		if not self.failures:
			return f"{NO_FAILURES} in {duration_text(self.mtbf.sum_seconds)} of operating time"
		return "; ".join(str(mean) for mean in (self.mtbf, self.mttr, self.mttd, self.mtta))


def reliability(operating_seconds: Decimal, failures: Sequence[Failure]) -> Reliability:
	"""Those still down count as failures, but not yet in the mean time to restoration."""
	return Reliability(
		failures=len(failures),
		mtbf=Mean("MTBF (operating time ÷ failures)", operating_seconds, len(failures)),
		mttr=mean("MTTR (restored − failed)", (failure.down_seconds for failure in failures)),
		mttd=mean("MTTD (detected − failed)", (between(f.onset, f.detected_at) for f in failures)),
		mtta=mean(
			"MTTA (acknowledged − detected)", (between(f.detected_at, f.acknowledged_at) for f in failures)
		),
	)


def mean(name: str, seconds: Iterable[Decimal | None]) -> Mean:
	"""Of those that are known."""
	known = [one for one in seconds if one is not None]
	return Mean(name, sum(known, Decimal(0)), len(known))
