"""What the time of a change is judged by: its places and people, lines with their plans, windows and freezes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.change_windows import ChangeWindow, Place
from plant_itsm.domain.change_words import WindowKind
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_impact import blocking_calendars, calendars_of
from plant_itsm.services.change_places import places_of
from plant_itsm.services.change_requests import cis_of, helpers_of
from plant_itsm.services.change_windows import windows_for
from plant_itsm.services.planned_orders import PlannedOrder, orders_on


@dataclass(frozen=True)
class WindowNeeds:
	"""What work asks of a time. production_blocks: no time at which a line that stands still with it is to produce."""

	kind: WindowKind
	production_blocks: bool
	duration: timedelta


@dataclass(frozen=True)
class Subject:
	"""opening: the windows that suit. calendars, orders: the plans of the lines that stand still with the change.
	blocked: those of these lines that must not be planned to produce. zone: of the site. now: for what stands still
	already."""

	name: str | None
	places: Sequence[Place]
	people: frozenset[str]
	opening: Sequence[ChangeWindow]
	freezes: Sequence[ChangeWindow]
	calendars: Mapping[str, ShiftCalendar]
	orders: Sequence[PlannedOrder]
	blocked: Mapping[str, ShiftCalendar]
	zone: ZoneInfo
	now: datetime


def subject_of(records: Records, record: Record, needs: WindowNeeds, within: Span, now: datetime) -> Subject:
	"""record: with the name, cis, lines and people of a change request."""
	places = places_of(records, cis_of(record))
	windows = windows_for(records, needs.kind, places)
	calendars = calendars_of(records, record)
	return Subject(
		name=record.get("name"),
		places=places,
		people=helpers_of(record),
		opening=windows.opening,
		freezes=windows.freezes,
		calendars=calendars,
		orders=orders_on(records, calendars, within),
		blocked=blocking_calendars(record, calendars, needs.duration) if needs.production_blocks else {},
		zone=_zone(records, places),
		now=now,
	)


def _zone(records: Records, places: Sequence[Place]) -> ZoneInfo:
	site = records.get("Plant Site", places[0].plant_site) if places and places[0].plant_site else None
	return ZoneInfo(site["time_zone"] if site else "UTC")
