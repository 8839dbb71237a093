"""How fast a process's memory grows, with the doubt that the samples leave."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

T_95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23)
"""Student's t for 95 % and 1 to 10 degrees of freedom; beyond them 2.23 is on the safe side."""
NEVER_SURE = math.inf


@dataclass(frozen=True)
class Slope:
	"""In the unit of the values per second; between low and high with 95 % confidence."""

	value: float
	low: float
	high: float

	def per_hour(self) -> tuple[float, float, float]:
		return self.value * 3600, self.low * 3600, self.high * 3600


def slope_of(seconds: Sequence[float], values: Sequence[float]) -> Slope:
	"""Least squares through samples at even distances. Memory moves in steps that last, so neighbouring residuals are
	alike; the confidence is that of as many independent samples as their correlation leaves (AR(1)). Fewer than two
	degrees of freedom are no confidence at all."""
	line = statistics.linear_regression(seconds, values)
	residuals = [v - line.slope * s - line.intercept for s, v in zip(seconds, values, strict=True)]
	free = _independent(residuals) - 2
	if free < 1:
		return Slope(line.slope, -NEVER_SURE, NEVER_SURE)
	spread = sum((s - statistics.fmean(seconds)) ** 2 for s in seconds) * (free + 2) / len(seconds)
	variance = sum(r * r for r in residuals) / len(residuals) * (free + 2) / free
	doubt = T_95[min(int(free), len(T_95)) - 1] * math.sqrt(variance / spread)
	return Slope(line.slope, line.slope - doubt, line.slope + doubt)


def _independent(residuals: Sequence[float]) -> float:
	"""How many independent values say as much as these, each of which is like the one before."""
	total = sum(r * r for r in residuals)
	if total == 0:
		return float(len(residuals))
	alike = sum(a * b for a, b in itertools.pairwise(residuals)) / total
	alike = min(max(alike, 0.0), 0.99)
	return len(residuals) * (1 - alike) / (1 + alike)
