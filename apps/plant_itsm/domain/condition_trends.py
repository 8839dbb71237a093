"""The condition of a CI over time: zones of its indicator, values rolled up, and the trend towards a limit.

The trend is the least-squares line through the values of equal periods; the probability that the next value lies above
a limit follows Student's t about that line (Montgomery, Peck and Vining, Introduction to Linear Regression Analysis,
section 2.5). It takes the line and independent errors as given, so it is a warning and no law.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from plant_itsm.domain.errors import InvalidRecordError, NotEnoughDataError
from plant_itsm.domain.maintenance_words import RollupPeriod, Severity

FEWEST_POINTS = 5
_STEPS = 2001
_HALVINGS = 40


class Zone(NamedTuple):
	"""above: where it begins, exclusive; the lowest begins at 0 and takes that in."""

	name: str
	above: float
	severity: Severity


def check_zones(what: str, zones: Sequence[Zone]) -> None:
	"""Refuse limits in the wrong order, and a severity that falls while the value rises."""
	if not zones or zones[0].above != 0:
		raise InvalidRecordError(
			f"{what}: its lowest zone has to begin above 0. Add that zone.", fieldname="zones"
		)
	ranks = list(Severity)
	for below, zone in pairwise(zones):
		if zone.above <= below.above:
			raise InvalidRecordError(
				f"{what}: zone {zone.name} begins above {zone.above:g}, which is not higher than {below.above:g} of"
				f" zone {below.name}. Enter the limits in ascending order.",
				fieldname="zones",
				value=zone.above,
			)
		if ranks.index(zone.severity) < ranks.index(below.severity):
			raise InvalidRecordError(
				f"{what}: zone {zone.name} ({zone.severity}) is milder than zone {below.name} ({below.severity}) below"
				" it. Correct one of them.",
				fieldname="zones",
			)


def zone_of(zones: Iterable[Zone], value: float) -> Zone | None:
	"""The zone that a value lies in; a limit itself still belongs to the zone below it."""
	found = None
	for zone in zones:
		if found is None or value > zone.above:
			found = zone
	return found


def limit_of(zones: Sequence[Zone]) -> Zone | None:
	"""The zone that a trend must not reach: the mildest that means alarm, else the mildest that means warning."""
	for severity in (Severity.ALARM, Severity.WARNING):
		for zone in zones:
			if zone.severity == severity:
				return zone
	return None


@dataclass(frozen=True)
class Rollup:
	"""The values of one period, as much as is kept of them."""

	readings: int
	total: float
	lowest: float
	highest: float

	@classmethod
	def of(cls, value: float) -> Rollup:
		return cls(1, value, value, value)

	@property
	def mean(self) -> float:
		return self.total / self.readings

	def __add__(self, other: Rollup) -> Rollup:
		return Rollup(
			self.readings + other.readings,
			self.total + other.total,
			min(self.lowest, other.lowest),
			max(self.highest, other.highest),
		)


def start_of(period: RollupPeriod, at: datetime) -> datetime:
	"""The start of the hour or day (UTC) that a moment lies in."""
	hour = at.replace(minute=0, second=0, microsecond=0)
	return hour if period == RollupPeriod.HOUR else hour.replace(hour=0)


@dataclass(frozen=True)
class Trend:
	"""slope_per_day: in units of the indicator. probability: that a value lies above the limit when the horizon ends.
	interval: where a value lies then with the confidence asked for. days_to_limit: until the line itself reaches it,
	None where it does not rise."""

	slope_per_day: float
	probability: float
	interval: tuple[float, float]
	days_to_limit: float | None
	explanation: str


def trend_to_limit(
	points: Sequence[tuple[datetime, float]],
	limit: float,
	now: datetime,
	horizon_days: float,
	confidence: float = 0.9,
) -> Trend:
	"""points: (time, mean of its period). confidence: of the interval, from 0 to 1.

	Raises NotEnoughDataError for fewer than five, or all of one time."""
	times = np.array([(at - now) / timedelta(days=1) for at, _ in points])
	values = np.array([value for _, value in points])
	spread = float(((times - times.mean()) ** 2).sum()) if len(points) else 0.0
	if len(points) < FEWEST_POINTS or spread == 0:
		raise NotEnoughDataError(
			f"{len(points)} values at different times are too few for a trend, {FEWEST_POINTS} are needed"
		)
	slope = float(((times - times.mean()) * values).sum() / spread)
	level = float(values.mean() - slope * times.mean())
	expected = level + slope * horizon_days
	freedom = len(points) - 2
	noise = float(((values - level - slope * times) ** 2).sum()) / freedom
	error = math.sqrt(noise * (1 + 1 / len(points) + (horizon_days - times.mean()) ** 2 / spread))
	probability = _above(limit, expected, error, freedom)
	to_limit = max((limit - level) / slope, 0.0) if slope > 0 else None
	margin = error * student_t_quantile((1 + confidence) / 2, freedom)
	interval = expected - margin, expected + margin
	return Trend(
		slope,
		probability,
		interval,
		to_limit,
		f"line through {len(points)} values: {level:.4g} now, {slope:+.4g} a day, {expected:.4g} in {horizon_days:g}"
		f" days with a standard error of {error:.3g}, {confidence:.0%} interval {interval[0]:.4g} to {interval[1]:.4g};"
		f" P(above {limit:g}) = {probability:.1%}",
	)


def _above(limit: float, expected: float, error: float, freedom: int) -> float:
	if error == 0:
		return float(expected > limit)
	return 1 - student_t((limit - expected) / error, freedom)


def student_t(value: float, freedom: int) -> float:
	"""The distribution function of Student's t, by Simpson's rule over its density after t = sqrt(n) tan(a)."""
	angle = math.atan(value / math.sqrt(freedom))
	angles = np.linspace(0, angle, _STEPS)
	heights = np.cos(angles) ** (freedom - 1)
	weights = np.ones(_STEPS)
	weights[1:-1:2], weights[2:-1:2] = 4, 2
	scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(math.pi)
	return 0.5 + scale * float((weights * heights).sum()) * angle / (_STEPS - 1) / 3


def student_t_quantile(probability: float, freedom: int) -> float:
	"""Where the distribution function reaches a probability from 0.5 to below 1, by halving."""
	high = 1.0
	while student_t(high, freedom) < probability:
		high *= 2
	low = 0.0
	for _ in range(_HALVINGS):
		middle = (low + high) / 2
		low, high = (middle, high) if student_t(middle, freedom) < probability else (low, middle)
	return (low + high) / 2
