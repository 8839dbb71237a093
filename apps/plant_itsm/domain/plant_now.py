"""How a production line stands at a moment, from the stops that are open on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from plant_itsm.domain.vocabulary import EventKind, LineState, Word


class Standing(Word):
	"""What a shift leader sees of a line, the worst first."""

	STOPPED = "Stopped"
	STOPPING = "Living on Its Buffer"
	DEGRADED = "Degraded"
	LOSS_OF_VIEW = "Loss of View"
	STARVED_OR_BLOCKED = "Starved or Blocked"
	PLANNED_STOP = "Planned Stop"
	NOT_PLANNED = "No Production Planned"
	RUNNING = "Running"


_OF_KIND = {
	EventKind.DEGRADED: Standing.DEGRADED,
	EventKind.LOSS_OF_VIEW: Standing.LOSS_OF_VIEW,
	EventKind.STARVED_OR_BLOCKED: Standing.STARVED_OR_BLOCKED,
	EventKind.PLANNED_STOP: Standing.PLANNED_STOP,
}
_RANK = {standing: rank for rank, standing in enumerate(Standing)}


@dataclass(frozen=True)
class OpenStop:
	"""What an open stop does to one line. buffer_seconds: for how long buffers keep the line going after the onset."""

	name: str
	kind: EventKind
	state: LineState
	onset: datetime
	buffer_seconds: float = 0.0

	def hits_at(self) -> datetime:
		return self.onset + timedelta(seconds=self.buffer_seconds)


@dataclass(frozen=True)
class LineStanding:
	"""standing since a moment, because of a stop; both None while all is well. stops_at: when the buffer is empty."""

	standing: Standing
	stop: str | None = None
	since: datetime | None = None
	stops_at: datetime | None = None


def standing_of(stops: Iterable[OpenStop], is_planned: bool, now: datetime) -> LineStanding:
	"""The worst that the open stops do to a line; of equals the one that lasts longest.

	A line without any stands as its calendar says.
	"""
	found = [_standing(stop, now) for stop in stops]
	if not found:
		return LineStanding(Standing.RUNNING if is_planned else Standing.NOT_PLANNED)
	return min(found, key=lambda one: (_RANK[one.standing], one.since, one.stop))


def _standing(stop: OpenStop, now: datetime) -> LineStanding:
	hits_at = stop.hits_at()
	if stop.kind != EventKind.LINE_STOP:
		return LineStanding(_OF_KIND[stop.kind], stop.name, stop.onset)
	if stop.state == LineState.DEGRADED:
		return LineStanding(Standing.DEGRADED, stop.name, hits_at)
	if now < hits_at:
		return LineStanding(Standing.STOPPING, stop.name, stop.onset, hits_at)
	return LineStanding(Standing.STOPPED, stop.name, hits_at)
