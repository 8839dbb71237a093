"""The next windows for a change request: when it may run, why not earlier, and what each time may cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plant_itsm.domain.change_costs import AtRisk
from plant_itsm.domain.change_finder import Finding, Obstacle, Obstacles, Rejection, Slot, find_slots
from plant_itsm.domain.change_windows import all_occurrences
from plant_itsm.domain.change_words import WindowKind
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.money import Money
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.change_collisions import Subject, known_obstacles, production
from plant_itsm.services.change_impact import at_risk, blocking_calendars, calendars_of, prediction_of
from plant_itsm.services.change_places import places_of
from plant_itsm.services.change_requests import DOCTYPE, cis_of, duration_of, helpers_of
from plant_itsm.services.change_types import change_type_named
from plant_itsm.services.change_windows import windows_for
from plant_itsm.services.planned_records import PlannedRecords

YEAR = timedelta(days=366)
MOST_SLOTS = 50


@dataclass(frozen=True)
class PricedSlot:
	"""cost_of_waiting: expected cost of the predicted failure before the slot begins; None without a prediction."""

	slot: Slot
	at_risk: AtRisk
	cost_of_waiting: Money | None

	def as_json(self) -> dict[str, Any]:
		money = self.at_risk.money
		return {
			**_occurrence(self.slot),
			"starts_at": self.slot.span.start.isoformat(),
			"ends_at": self.slot.span.end.isoformat(),
			"delayed_by": [obstacle.as_json() for obstacle in self.slot.delayed_by],
			"earlier": [_rejection(rejection) for rejection in self.slot.earlier],
			"more_earlier": self.slot.more_earlier,
			"money_at_risk": money and money.as_json(),
			"risk_explanation": self.at_risk.explanation,
			"cost_of_waiting": self.cost_of_waiting and self.cost_of_waiting.as_json(),
		}


@dataclass(frozen=True)
class Windows:
	"""The answer of the finder. later: what does not do after the last slot."""

	slots: tuple[PricedSlot, ...]
	finding: Finding

	def as_json(self) -> dict[str, Any]:
		return {
			"slots": [slot.as_json() for slot in self.slots],
			"later": [_rejection(rejection) for rejection in self.finding.later],
			"more_later": self.finding.more_later,
		}


def _occurrence(found: Slot | Rejection) -> dict[str, Any]:
	return {
		"window": found.occurrence.window,
		"window_starts_at": found.occurrence.span.start.isoformat(),
		"window_ends_at": found.occurrence.span.end.isoformat(),
	}


def _rejection(rejection: Rejection) -> dict[str, Any]:
	return {
		**_occurrence(rejection),
		"text": rejection.text,
		"free_minutes": rejection.longest_free // timedelta(minutes=1),
		"obstacles": [obstacle.as_json() for obstacle in rejection.obstacles],
	}


def find_windows(ports: Ports, name: str, count: int = 5, not_before: datetime | None = None) -> Windows:
	"""The next `count` times for a request within a year from now, or from not_before where that is later.

	Raises MissingRecordError; InvalidRecordError for a request that nobody has given a duration.
	"""
	now = ports.clock.now()
	records: Records = PlannedRecords(ports.records, ())
	record = records.get(DOCTYPE, name)
	if record is None:
		raise MissingRecordError(f"OT Change Request {name!r} does not exist. Check the name.")
	duration = duration_of(record)
	if not duration:
		raise InvalidRecordError(
			f"OT Change Request {name}: nobody knows how long it takes. Enter its duration in minutes.",
			fieldname="duration_minutes",
		)
	earliest = max(now, not_before) if not_before else now
	within = Span(earliest, earliest + YEAR)
	return _search(records, record, within, duration, min(max(count, 1), MOST_SLOTS), now)


@dataclass(frozen=True)
class WindowNeeds:
	"""What work asks of a time. production_blocks: no time at which a line that stands still with it is to produce."""

	kind: WindowKind
	production_blocks: bool
	duration: timedelta


def slots_for(records: Records, record: Record, needs: WindowNeeds, within: Span, count: int) -> Finding:
	"""The next `count` times for work on CIs. record: with the name, cis, lines and people of a change request."""
	places = places_of(records, cis_of(record))
	calendars = calendars_of(records, record)
	lines = blocking_calendars(record, calendars, needs.duration) if needs.production_blocks else {}
	subject = Subject(record["name"], places, helpers_of(record), lines)
	known = Obstacles(known_obstacles(records, subject, within))

	def in_the_way(span: Span) -> list[Obstacle]:
		return [*known.within(span), *production(lines, span)]

	windows = windows_for(records, [needs.kind], places)
	opened = all_occurrences(windows, within.start, within.end)
	return find_slots(opened, in_the_way, needs.duration, within.start, count)


def _search(
	records: Records, record: Record, within: Span, duration: timedelta, count: int, now: datetime
) -> Windows:
	kind, _ = change_type_named(records, record["change_type"])
	needs = WindowNeeds(kind.window_kind, kind.blocked_by_production, duration)
	finding = slots_for(records, record, needs, within, count)
	calendars = calendars_of(records, record)
	prediction = prediction_of(record)
	slots = tuple(
		PricedSlot(
			slot,
			at_risk(record, calendars, slot.span),
			prediction.cost_of_waiting(slot.span.start - now) if prediction else None,
		)
		for slot in finding.slots
	)
	return Windows(slots, finding)
