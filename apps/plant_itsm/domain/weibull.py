"""Weibull life models: fitted to failures and suspensions, asked how probable a failure is from now on.

Lives are in days. The fit is by maximum likelihood with right-censored lives; intervals are likelihood-ratio intervals
(Meeker and Escobar, Statistical Methods for Reliability Data, chapter 8). With few failures the shape cannot be told
from the data, so it is taken as given and only the scale is fitted (Weibayes: Abernethy, The New Weibull Handbook).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plant_itsm.domain.errors import InvalidRecordError, NotEnoughDataError

SMALLEST_SHAPE, LARGEST_SHAPE = 1e-3, 1e3
_LOG_SHAPES = math.log(SMALLEST_SHAPE), math.log(LARGEST_SHAPE)
_MOST_STEPS, _PRECISION = 60, 1e-9
_FARTHEST = 14.0
"""How many factors of e an interval is followed from the likeliest value."""
_LARGEST_EXPONENT = 300.0
"""Of a hazard in a slope; beyond it only the sign matters, and its square must not overflow."""
_TRACED = 41
"""Shapes at which the edge of the likelihood region is looked at for the interval of a probability."""


class Life(NamedTuple):
	"""How long one component has lasted. failed: it ended with a failure; else it is suspended (censored)."""

	days: float
	failed: bool


class Interval(NamedTuple):
	low: float
	high: float


@dataclass(frozen=True)
class Weibull:
	"""shape: beta, above 1 for wear. scale_days: eta, the age by which 63.2 % have failed."""

	shape: float
	scale_days: float

	def failure_probability(self, age_days: float, within_days: float) -> float:
		"""F(t|T) = 1 - exp(-(((T+t)/eta)^beta - (T/eta)^beta)): of a failure within t of one that has reached T."""
		if age_days < 0 or within_days < 0:
			raise InvalidRecordError(
				f"age {age_days:g} days and {within_days:g} days from now cannot be. Enter 0 or more."
			)
		later, now = (age_days + within_days) / self.scale_days, age_days / self.scale_days
		return -math.expm1(now**self.shape - later**self.shape)


@dataclass(frozen=True)
class WeibullFit:
	"""A fitted model. shape_interval: None where the shape was given and not fitted. confidence: of the intervals."""

	model: Weibull
	lives: tuple[Life, ...]
	shape_interval: Interval | None
	scale_interval: Interval
	confidence: float

	@property
	def failures(self) -> int:
		return sum(life.failed for life in self.lives)

	@cached_property
	def explanation(self) -> str:
		"""The figures with what they were computed from."""
		counted = f"{self.failures} failures and {len(self.lives) - self.failures} suspensions"
		percent = f"{self.confidence:.0%}"
		scale = f"eta {self.model.scale_days:.4g} days ({percent} interval {_text(self.scale_interval)})"
		if self.shape_interval is None:
			return f"Weibayes, beta {self.model.shape:g} assumed as {counted} are too few to fit it; {scale}"
		shape = f"beta {self.model.shape:.4g} ({percent} interval {_text(self.shape_interval)})"
		return f"Weibull, fitted by maximum likelihood to {counted}: {shape}, {scale}"

	def probability_interval(self, age_days: float, within_days: float) -> Interval:
		"""The likelihood-ratio interval of failure_probability: its extremes over all models that are likely enough."""
		found = [model.failure_probability(age_days, within_days) for model in self._least_likely]
		return Interval(min(found), max(found))

	@cached_property
	def _least_likely(self) -> tuple[Weibull, ...]:
		"""The models that are just likely enough. They depend on no age, and a class is asked for thousands of CIs."""
		times = _Times(self.lives)
		least = times.log_likelihood(self.model) - _drop(self.confidence)
		shapes = self.shape_interval or Interval(self.model.shape, self.model.shape)
		return tuple(
			Weibull(float(shape), scale)
			for shape in np.linspace(shapes.low, shapes.high, _TRACED if self.shape_interval else 1)
			for scale in _scales_at(times, float(shape), least)
		)


def _text(interval: Interval) -> str:
	return f"{interval.low:.4g} to {interval.high:.4g}"


class _Times:
	"""Lives as logarithms of days."""

	def __init__(self, lives: Sequence[Life]):
		self.all: NDArray[np.float64] = np.log([life.days for life in lives])
		self.failed = self.all[[life.failed for life in lives]]
		self.longest = float(self.all.max())

	def log_likelihood(self, model: Weibull) -> float:
		log_scale = math.log(model.scale_days)
		apart = self.failed - log_scale
		with np.errstate(over="ignore"):
			hazards = float(np.exp(model.shape * (self.all - log_scale)).sum())
		density = len(self.failed) * (math.log(model.shape) - log_scale) + (model.shape - 1) * apart.sum()
		return float(density - hazards)

	def best_scale(self, shape: float) -> float:
		"""The likeliest scale for a shape: (sum of t^beta / failures)^(1/beta)."""
		powers = float(np.exp(shape * (self.all - self.longest)).sum())
		return math.exp(self.longest + math.log(powers / len(self.failed)) / shape)

	def profile(self, shape: float) -> float:
		return self.log_likelihood(Weibull(shape, self.best_scale(shape)))

	def best_shape(self) -> float:
		"""Where the profile's slope is 0; the slope falls with the shape, so there is one such place."""

		def slope(log_shape: float) -> float:
			shape = math.exp(log_shape)
			weights = np.exp(shape * (self.all - self.longest))
			return float(1 / shape + self.failed.mean() - (weights * self.all).sum() / weights.sum())

		return math.exp(_root(slope, *_LOG_SHAPES))

	def best_shape_at(self, scale_days: float) -> float:
		"""The likeliest shape for a scale; the slope falls with the shape."""
		apart, failed = self.all - math.log(scale_days), self.failed - math.log(scale_days)

		def slope(log_shape: float) -> float:
			shape = math.exp(log_shape)
			pull = (apart * np.exp(np.minimum(shape * apart, _LARGEST_EXPONENT))).sum()
			return float(len(failed) / shape + failed.sum() - pull)

		return math.exp(_root(slope, *_LOG_SHAPES))


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
	"""Where a falling function crosses 0 between low and high (Ridders' method, which halves the bracket at least)."""
	at_low, at_high = falling(low), falling(high)
	if at_low <= 0 or at_high >= 0:
		return low if at_low <= 0 else high
	for _ in range(_MOST_STEPS):
		middle = (low + high) / 2
		at_middle = falling(middle)
		place = middle + (middle - low) * at_middle / math.sqrt(at_middle**2 - at_low * at_high)
		at_place = falling(place)
		tried = sorted([(middle, at_middle), (place, at_place)])
		low, at_low = max([(low, at_low), *(one for one in tried if one[1] > 0)])
		high, at_high = min([(high, at_high), *(one for one in tried if one[1] <= 0)])
		if high - low <= _PRECISION * max(abs(low), 1.0) or at_high == 0:
			break
	return high if at_high == 0 else (low + high) / 2


def _drop(confidence: float) -> float:
	"""How far the log-likelihood may fall: half the quantile of chi-squared with one degree of freedom."""
	return NormalDist().inv_cdf((1 + confidence) / 2) ** 2 / 2


def _edges(height: Callable[[float], float], peak: float, least: float) -> Interval:
	"""Where a function of a positive number with one peak falls to `least` on either side of it."""

	def above(log_value: float) -> float:
		return height(math.exp(log_value)) - least

	top = math.log(peak)
	low, high = top - 1, top + 1
	while above(low) > 0 and low > top - _FARTHEST:
		low -= 1
	while above(high) > 0 and high < top + _FARTHEST:
		high += 1
	return Interval(math.exp(_root(lambda value: -above(value), low, top)), math.exp(_root(above, top, high)))


def _scales_at(times: _Times, shape: float, least: float) -> Interval:
	"""Where the likelihood of a shape falls to `least`: with u = shape ln(peak / scale) it falls by e^u - 1 - u per
	failure. That is least where u = 0, at most -1 - u below it and at least u^2 / 2 above it."""
	peak = times.best_scale(shape)
	room = (times.log_likelihood(Weibull(shape, peak)) - least) / len(times.failed)
	if room <= 0:
		return Interval(peak, peak)

	def left(u: float) -> float:
		return room - (math.expm1(u) - u)

	low = _root(left, 0.0, math.sqrt(2 * room))
	high = -_root(lambda u: left(-u), 0.0, room + 1)
	return Interval(peak * math.exp(-low / shape), peak * math.exp(-high / shape))


def fit(
	lives: Sequence[Life], *, assumed_shape: float, fewest_failures: int = 4, confidence: float = 0.9
) -> WeibullFit:
	"""Fit a model to failures and suspensions; below `fewest_failures`, or where all failures came at the longest life,
	with the shape assumed.

	Raises NotEnoughDataError without a failure, InvalidRecordError for a life of 0 days or a shape that cannot be.
	"""
	lives = tuple(lives)
	_check(lives, assumed_shape, confidence)
	times = _Times(lives)
	spreads = bool((times.failed < times.longest).any())
	if len(times.failed) < max(fewest_failures, 2) or not spreads:
		model = Weibull(assumed_shape, times.best_scale(assumed_shape))
		least = times.log_likelihood(model) - _drop(confidence)
		return WeibullFit(model, lives, None, _scales_at(times, assumed_shape, least), confidence)
	shape = times.best_shape()
	model = Weibull(shape, times.best_scale(shape))
	least = times.log_likelihood(model) - _drop(confidence)

	def profile_at(scale: float) -> float:
		return times.log_likelihood(Weibull(times.best_shape_at(scale), scale))

	shapes = _edges(times.profile, shape, least)
	return WeibullFit(model, lives, shapes, _edges(profile_at, model.scale_days, least), confidence)


def _check(lives: Sequence[Life], assumed_shape: float, confidence: float) -> None:
	if not any(life.failed for life in lives):
		raise NotEnoughDataError(
			f"none of {len(lives)} recorded lives has ended with a failure, so nothing says when one comes"
		)
	for life in lives:
		if not 0 < life.days < math.inf:
			raise InvalidRecordError(
				f"a life of {life.days:g} days cannot be. Correct when it began or ended."
			)
	if not SMALLEST_SHAPE <= assumed_shape <= LARGEST_SHAPE or not 0 < confidence < 1:
		raise InvalidRecordError(
			f"shape {assumed_shape:g} with confidence {confidence:g} cannot be."
			" Enter a shape above 0, for example 2, and a confidence between 0 and 1."
		)
