"""The next times at which a change fits, and why it does not fit earlier.

A change fits an occurrence of a window when some stretch of it, as long as the change, is free of obstacles. It takes
the first such stretch. Every refusal is structured, and says in words what is in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from plant_itsm.domain.change_windows import Occurrence
from plant_itsm.domain.change_words import CollisionKind
from plant_itsm.domain.time_spans import Span, minus

MOST_REJECTIONS = 50
"""Occurrences that are reported as not fitting before they are only counted."""


@dataclass(frozen=True)
class Obstacle:
	"""What keeps a change from a time. what: the record that is in the way. text: the reason, for a person."""

	span: Span
	kind: CollisionKind
	what: str
	text: str

	def as_json(self) -> dict[str, Any]:
		return {
			"kind": str(self.kind),
			"what": self.what,
			"text": self.text,
			"starts_at": self.span.start.isoformat(),
			"ends_at": self.span.end.isoformat(),
		}


@dataclass(frozen=True)
class Rejection:
	"""An occurrence that does not do. longest_free: its longest stretch without an obstacle. needed: by the change."""

	occurrence: Occurrence
	longest_free: timedelta
	needed: timedelta
	obstacles: tuple[Obstacle, ...] = ()
	has_begun: bool = False

	@property
	def text(self) -> str:
		free, needed = minutes_text(self.longest_free), minutes_text(self.needed)
		if not self.obstacles:
			left = "has only left" if self.has_begun else "has only"
			return f"{self.occurrence.window} {left} {free}, the change needs {needed}"
		reasons = "; ".join(dict.fromkeys(obstacle.text for obstacle in self.obstacles))
		return f"{reasons}: {free} are free, the change needs {needed}"


@dataclass(frozen=True)
class Slot:
	"""A time that does. delayed_by: what keeps it from the beginning of the occurrence. earlier: the occurrences since
	the slot before it that do not do; more_earlier: how many others there are."""

	occurrence: Occurrence
	span: Span
	delayed_by: tuple[Obstacle, ...] = ()
	earlier: tuple[Rejection, ...] = ()
	more_earlier: int = 0


@dataclass(frozen=True)
class Finding:
	"""slots: the next feasible times, ascending. later: the occurrences after the last of them that were looked at."""

	slots: tuple[Slot, ...]
	later: tuple[Rejection, ...] = ()
	more_later: int = 0


InTheWay = Callable[[Span], Sequence[Obstacle]]
"""What is in the way within an occurrence; asked only for occurrences that are looked at."""


@dataclass
class _Turned:
	"""The rejections since the last slot."""

	kept: list[Rejection] = field(default_factory=list)
	more: int = 0

	def add(self, rejection: Rejection) -> None:
		if len(self.kept) < MOST_REJECTIONS:
			self.kept.append(rejection)
		else:
			self.more += 1


def find_slots(
	occurrences: Iterable[Occurrence],
	in_the_way: InTheWay,
	duration: timedelta,
	not_before: datetime,
	count: int,
) -> Finding:
	"""The next `count` feasible times, one per occurrence. occurrences: ascending, of windows that suit the change."""
	slots: list[Slot] = []
	turned = _Turned()
	for occurrence in occurrences:
		if len(slots) == count:
			break
		usable = Span(max(occurrence.span.start, not_before), occurrence.span.end)
		if usable.end <= usable.start:
			continue
		found = _fit(occurrence, usable, in_the_way, duration)
		if isinstance(found, Rejection):
			turned.add(found)
		else:
			slots.append(Slot(*found, tuple(turned.kept), turned.more))
			turned = _Turned()
	return Finding(tuple(slots), tuple(turned.kept), turned.more)


_Fit = tuple[Occurrence, Span, tuple[Obstacle, ...]]


def _fit(occurrence: Occurrence, usable: Span, in_the_way: InTheWay, duration: timedelta) -> _Fit | Rejection:
	length = usable.end - usable.start
	if length < duration:
		has_begun = usable.start > occurrence.span.start
		return Rejection(occurrence, length, duration, has_begun=has_begun)
	obstacles = tuple(in_the_way(usable))
	free = list(minus([usable], [obstacle.span for obstacle in obstacles]))
	for stretch in free:
		if stretch.end - stretch.start >= duration:
			before = tuple(one for one in obstacles if one.span.start < stretch.start)
			return occurrence, Span(stretch.start, stretch.start + duration), before
	longest = max((stretch.end - stretch.start for stretch in free), default=timedelta())
	return Rejection(occurrence, longest, duration, obstacles)


class Obstacles:
	"""Obstacles that are known beforehand, asked with occurrences whose starts ascend."""

	def __init__(self, obstacles: Iterable[Obstacle]):
		self._waiting = sorted(obstacles, key=lambda one: one.span, reverse=True)
		self._near: list[Obstacle] = []

	def within(self, span: Span) -> Iterator[Obstacle]:
		while self._waiting and self._waiting[-1].span.start < span.end:
			self._near.append(self._waiting.pop())
		self._near = [one for one in self._near if one.span.end > span.start]
		return (one for one in self._near if one.span.start < span.end)


def minutes_text(length: timedelta) -> str:
	"""`2 h 30 min`; seconds are left out."""
	minutes = int(length.total_seconds()) // 60
	hours, rest = divmod(minutes, 60)
	return " ".join(
		part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
	)
