"""Spans of time and their sums: merged before they are counted, so that nothing counts twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple


class Span(NamedTuple):
	"""From a moment up to, but without, another; both aware."""

	start: datetime
	end: datetime

	def holds(self, moment: datetime) -> bool:
		return self.start <= moment < self.end

	def cut(self, other: Span) -> Span | None:
		"""What both have in common; None where they are apart."""
		common = Span(max(self.start, other.start), min(self.end, other.end))
		return common if common.start < common.end else None


def merged(spans: Iterable[Span]) -> list[Span]:
	"""The same time as ascending spans that neither overlap nor touch."""
	result: list[Span] = []
	for span in sorted(spans):
		if span.end <= span.start:
			continue
		if result and span.start <= result[-1].end:
			result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
		else:
			result.append(span)
	return result


def minus(spans: Iterable[Span], holes: Iterable[Span]) -> Iterator[Span]:
	"""What is left of ascending, separate spans when holes are cut out of them."""
	cuts = merged(holes)
	for span in spans:
		start = span.start
		for hole in cuts:
			if hole.end <= start or hole.start >= span.end:
				continue
			if start < hole.start:
				yield Span(start, hole.start)
			start = max(start, hole.end)
		if start < span.end:
			yield Span(start, span.end)


def exact_seconds(span: timedelta) -> Decimal:
	"""A duration in seconds, to the microsecond and without a float in between."""
	return Decimal(span.days * 86400 + span.seconds) + Decimal(span.microseconds) / 1_000_000


def seconds_of(spans: Iterable[Span]) -> Decimal:
	"""How long spans last together, in seconds; merge them before where they may overlap."""
	return sum((exact_seconds(span.end - span.start) for span in spans), Decimal(0))


def without_first(spans: Iterable[Span], seconds: Decimal) -> Iterator[Span]:
	"""What is left of ascending, separate spans when so many seconds of them have passed."""
	left = timedelta(microseconds=int(seconds * 1_000_000))
	for start, end in spans:
		used = min(left, end - start)
		left -= used
		if start + used < end:
			yield Span(start + used, end)
