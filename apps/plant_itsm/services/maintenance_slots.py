"""When to do preventive work on a CI: the change window with the lowest expected cost before the predicted failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from plant_itsm.domain.change_costs import FailurePrediction
from plant_itsm.domain.change_finder import Slot
from plant_itsm.domain.change_words import WindowKind
from plant_itsm.domain.maintenance_slots import Candidate, choose_slot
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_finder import slots_for
from plant_itsm.services.change_impact import at_risk, calendars_of, impact_fields
from plant_itsm.services.change_subjects import WindowNeeds
from plant_itsm.services.maintenance_settings import MaintenanceSettings
from plant_itsm.services.planned_orders import orders_on

MOST_SLOTS = 50


@dataclass(frozen=True)
class ProposedSlot:
	"""expected_cost: None where the stop has no price. explanation: the formula with its inputs."""

	span: Span
	window: str
	expected_cost: Money | None
	explanation: str


def propose_slot(
	records: Records,
	settings: MaintenanceSettings,
	prediction: Record,
	duration: timedelta,
	now: datetime,
	people: Record | None = None,
) -> ProposedSlot | None:
	"""The best time for work on the CI of a prediction; None where no window lies before the failure.

	people: fields implementer and tasks of a change request, for those who have to be free.
	"""
	fails_by = prediction["fails_by"]
	if fails_by - now < duration:
		return None
	work = work_on(records, [prediction["ci"]], now, people)
	slots = open_slots(records, settings.window_kind, work, duration, Span(now, fails_by), now)
	fitting = [slot for slot in slots if slot.span.end <= fails_by]
	if not work["currency"]:
		return _earliest(fitting, work)
	return _cheapest(records, settings, prediction, work, fitting, now)


def work_on(records: Records, cis: Sequence[str], now: datetime, people: Record | None = None) -> Record:
	"""Work on CIs as the finder of changes takes it."""
	affected = impact_fields(records, list(cis), now)
	return {"name": None, "cis": [{"ci": ci} for ci in cis], **affected, **(people or {})}


def open_slots(
	records: Records,
	kind: WindowKind,
	work: Record,
	duration: timedelta,
	within: Span,
	now: datetime,
	*,
	in_production: bool = True,
) -> list[Slot]:
	"""Times beside planned production, and, unless that is ruled out, those in it, which cost what is not produced."""
	found: dict[Span, Slot] = {}
	for production_blocks in (True, False) if in_production else (True,):
		needs = WindowNeeds(kind, production_blocks, duration)
		for slot in slots_for(records, work, needs, within, MOST_SLOTS, now).finding.slots:
			found.setdefault(slot.span, slot)
	return [found[span] for span in sorted(found)]


def _earliest(slots: list[Slot], work: Record) -> ProposedSlot | None:
	if not slots:
		return None
	why = work["not_priced"] or "no line depends on it"
	return ProposedSlot(
		slots[0].span,
		slots[0].occurrence.window,
		None,
		f"The earliest: times cannot be compared by cost, {why}",
	)


def _cheapest(
	records: Records,
	settings: MaintenanceSettings,
	prediction: Record,
	work: Record,
	slots: list[Slot],
	now: datetime,
) -> ProposedSlot | None:
	rate = Money(to_decimal(work["cost_per_hour"] or 0), work["currency"])
	calendars = calendars_of(records, work)
	orders = orders_on(records, calendars, Span(now, prediction["fails_by"]))
	nothing = Money(Decimal(0), rate.currency)
	candidates = [
		Candidate(
			slot.span, at_risk(work, calendars, slot.span, orders).money or nothing, slot.occurrence.window
		)
		for slot in slots
	]
	hours = settings.unplanned_stop_hours
	failure = FailurePrediction(
		to_decimal(prediction["probability"]), prediction["fails_by"] - now, rate.times(hours).rounded()
	)
	chosen = choose_slot(candidates, failure.probability_within, failure.cost, now, prediction["fails_by"])
	if chosen is None:
		return None
	return ProposedSlot(
		chosen.candidate.span,
		chosen.candidate.window,
		chosen.expected_cost,
		f"{chosen.explanation}; unplanned stop = {rate} per hour × {hours.normalize():f} h",
	)
