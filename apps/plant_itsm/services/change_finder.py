"""The next windows for a change request: when it may run, why not earlier, and what each time may cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plant_itsm.domain.change_costs import AtRisk
from plant_itsm.domain.change_finder import Finding, Obstacle, Obstacles, Rejection, Slot, find_slots
from plant_itsm.domain.change_windows import all_occurrences
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.money import Money
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.change_collisions import known_obstacles, production, unavoidable
from plant_itsm.services.change_impact import at_risk
from plant_itsm.services.change_predictions import expected_failure
from plant_itsm.services.change_requests import DOCTYPE, duration_of
from plant_itsm.services.change_subjects import Subject, WindowNeeds, subject_of
from plant_itsm.services.change_types import change_type_named
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
	"""The answer of the finder. unavoidable: what is in the way at each of the times, for an approver to accept."""

	slots: tuple[PricedSlot, ...]
	finding: Finding
	unavoidable: tuple[Obstacle, ...] = ()

	def as_json(self) -> dict[str, Any]:
		return {
			"slots": [slot.as_json() for slot in self.slots],
			"later": [_rejection(rejection) for rejection in self.finding.later],
			"more_later": self.finding.more_later,
			"unavoidable": [obstacle.as_json() for obstacle in self.unavoidable],
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
class Search:
	"""The next times for work on CIs, and what they were judged by. unavoidable: what is in the way at each of them."""

	finding: Finding
	unavoidable: tuple[Obstacle, ...]
	subject: Subject


def slots_for(
	records: Records, record: Record, needs: WindowNeeds, within: Span, count: int, now: datetime
) -> Search:
	"""The next `count` times for work on CIs. record: with the name, cis, lines and people of a change request."""
	subject = subject_of(records, record, needs, within, now)
	known = Obstacles(known_obstacles(records, subject, within))

	def in_the_way(span: Span) -> list[Obstacle]:
		return [*known.within(span), *production(subject, span)]

	opened = all_occurrences(subject.opening, within.start, within.end)
	finding = find_slots(opened, in_the_way, needs.duration, within.start, count)
	return Search(finding, tuple(unavoidable(records, subject, within)), subject)


def _search(
	records: Records, record: Record, within: Span, duration: timedelta, count: int, now: datetime
) -> Windows:
	kind, _ = change_type_named(records, record["change_type"])
	needs = WindowNeeds(kind.window_kind, kind.blocked_by_production, duration)
	search = slots_for(records, record, needs, within, count, now)
	prediction = expected_failure(records, record, now)
	slots = tuple(
		PricedSlot(
			slot,
			at_risk(record, search.subject.calendars, slot.span, search.subject.orders),
			prediction.cost_of_waiting(slot.span.start - now) if prediction else None,
		)
		for slot in search.finding.slots
	)
	return Windows(slots, search.finding, search.unavoidable)
