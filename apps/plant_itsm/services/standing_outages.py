"""Members of redundancy groups that are down just now: by an open stop, of their own or of what they depend on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from plant_itsm.domain.time_spans import Span
from plant_itsm.domain.vocabulary import EventKind, LineStopStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_places import Neighbours
from plant_itsm.services.change_redundancy import Taker
from plant_itsm.services.downtime import REAL, STOP
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.settings import settings_of

DOWN = (EventKind.LINE_STOP, EventKind.PLANNED_STOP)
"""The kinds of stops with which a CI is down, and not merely worse or unseen."""


def standing_outages(records: Records, near: Neighbours, now: datetime) -> list[Taker]:
	"""The open stops that keep members of the groups nearby down, each until it is expected to end."""
	stops = (
		records.find(STOP, {**REAL, "status": LineStopStatus.OPEN, "kind": ("in", DOWN)})
		if near.groups
		else []
	)
	rooted = [stop for stop in stops if stop["root_ci"]]
	if not rooted:
		return []
	usual = timedelta(hours=settings_of(records).outage_hours)
	return list(_takers(ImpactModel(records), near, rooted, usual, now))


def _takers(
	model: ImpactModel, near: Neighbours, stops: list[Record], usual: timedelta, now: datetime
) -> Iterator[Taker]:
	"""Several stops together may bring down what each alone would not; then each of them counts."""
	down = _down(model, near, stops, now)
	for stop in stops:
		root = stop["root_ci"]
		own = near.members_down_with([root])
		members = frozenset(own | {member for member in down if root in model.upstream_of(member)})
		estimate = stop["estimated_restoration_at"]
		until = estimate if estimate and estimate > now else now + usual
		if members and until > now:
			doing = f"{stop['name']} ({stop['title']}) keeps down"
			yield Taker(stop["name"], doing, Span(min(stop["onset"], now), until), members)


def _down(model: ImpactModel, near: Neighbours, stops: list[Record], now: datetime) -> set[str]:
	"""Members that have failed or are affected."""
	roots = {stop["root_ci"] for stop in stops if model.holds_ci(stop["root_ci"])}
	impact = model.impact(roots, now)
	return {member for group in near.groups for member in group.members} & {
		*impact.failed,
		*impact.affected_cis,
	}
