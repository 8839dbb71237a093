"""Lines that feed lines: a stop arrives downstream when the buffers in between have run empty."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from plant_itsm.domain.errors import InvalidRecordError

MINUTE_SECONDS = 60
NOWHERE = ""


@dataclass(frozen=True)
class LineFeed:
	"""`from_line` supplies `to_line`, which goes on from a full buffer for `buffer_seconds` when the supply stops."""

	from_line: str
	to_line: str
	buffer_seconds: float


class Arrival(NamedTuple):
	"""When a line runs dry: seconds after the first stop, and the line before it; None where it stops by itself."""

	seconds: float
	before: str | None


def feeds_by_line(feeds: Iterable[LineFeed]) -> dict[str, list[LineFeed]]:
	"""The feeds that leave each line."""
	found: dict[str, list[LineFeed]] = {}
	for feed in feeds:
		found.setdefault(feed.from_line, []).append(feed)
	return found


def arrivals(feeds: Mapping[str, Sequence[LineFeed]], stopped: Iterable[str]) -> dict[str, Arrival]:
	"""Every line that stops, with its time along the way with the smallest sum of buffers (Dijkstra).

	`feeds` by the line that they leave; `stopped` are the lines that stop at once. Cycles of feeds are allowed.
	"""
	found: dict[str, Arrival] = {}
	queue = [(0.0, line, NOWHERE) for line in sorted(stopped)]
	while queue:
		seconds, line, before = heapq.heappop(queue)
		if line in found:
			continue
		found[line] = Arrival(seconds, before or None)
		for feed in feeds.get(line, ()):
			if feed.to_line not in found:
				heapq.heappush(queue, (seconds + feed.buffer_seconds, feed.to_line, line))
	return found


def check_line_feed(from_line: str, to_line: str, buffer_minutes: float) -> None:
	"""Refuse a line that feeds itself, and a buffer that is no length of time."""
	if from_line == to_line:
		raise InvalidRecordError(f"Line Feed: {from_line} feeds itself. Choose another line as its target.")
	if not math.isfinite(buffer_minutes) or buffer_minutes < 0:
		raise InvalidRecordError(
			f"Line Feed from {from_line} to {to_line}: a buffer of {buffer_minutes:g} minutes cannot be."
			" Enter 0 for no buffer, or the minutes that a full one lasts."
		)
