"""The times at which a Maintenance Order fits: windows of the kind, free of obstacles, each with what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from plant_itsm.domain.change_costs import FailurePrediction
from plant_itsm.domain.change_finder import Slot
from plant_itsm.domain.change_words import WindowKind
from plant_itsm.domain.maintenance_slots import Candidate, choose_slot
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_impact import at_risk, calendars_of
from plant_itsm.services.change_types import change_type_named
from plant_itsm.services.lines import zone_of_site
from plant_itsm.services.maintenance_settings import MaintenanceSettings, maintenance_settings
from plant_itsm.services.maintenance_slots import ProposedSlot, open_slots, work_on
from plant_itsm.services.planned_orders import orders_on

USUAL_SEARCH = timedelta(days=28)
"""How far is looked ahead for an order that nobody has set a day for, or whose day has passed."""
DAY = timedelta(days=1)


def cis_of_order(order: Record) -> list[str]:
	"""The CI of the order, and those of its plans, each once."""
	return list(dict.fromkeys([order["ci"], *(row["ci"] for row in order.get("plans") or () if row["ci"])]))


def change_type_of(records: Records, order: Record) -> str | None:
	"""The type of the change request that the work needs; None where it needs none."""
	return order.get("change_type") or maintenance_settings(records).change_type


def duration_of(settings: MaintenanceSettings, order: Record) -> timedelta:
	return timedelta(minutes=order.get("duration_minutes") or 0) or settings.duration


def span_of_order(records: Records, order: Record, now: datetime) -> Span:
	"""Within which the work has to lie: before the predicted failure, or within the tolerances of its plans."""
	ci = records.get("OT CI", order["ci"]) or {}
	zone = zone_of_site(records, ci.get("plant_site"))
	start, end = order.get("earliest_on"), order.get("do_by")
	earliest = max(now, datetime.combine(start, time(), zone)) if start else now
	ends = [order.get("fails_by"), datetime.combine(end, time(), zone) + DAY if end else None]
	latest = min((one for one in ends if one is not None and one > now), default=earliest + USUAL_SEARCH)
	return Span(earliest, max(earliest, latest))


def slots_of_order(records: Records, order: Record, now: datetime) -> list[ProposedSlot]:
	"""The times that an order fits, ascending."""
	settings = maintenance_settings(records)
	within, duration = span_of_order(records, order, now), duration_of(settings, order)
	people = {"implementer": order.get("assigned_to"), "name": order.get("change_request")}
	work = work_on(records, cis_of_order(order), now, people)
	kind, in_production = window_of(records, settings, order)
	found = open_slots(records, kind, work, duration, within, now, in_production=in_production)
	slots = [slot for slot in found if slot.span.end <= within.end]
	return list(_priced(records, settings, order, work, slots, now))


def window_of(records: Records, settings: MaintenanceSettings, order: Record) -> tuple[WindowKind, bool]:
	"""The kind of window, and whether the work may cost production: as the type of its change request says, if any."""
	name = change_type_of(records, order)
	if name is None:
		return settings.window_kind, True
	kind, _ = change_type_named(records, name)
	return kind.window_kind, not kind.blocked_by_production


def cheapest(slots: list[ProposedSlot]) -> ProposedSlot | None:
	"""The one with the lowest expected cost, of equals and of those without a price the earliest."""
	nothing = Decimal(0)
	return min(
		slots,
		key=lambda one: (one.expected_cost.amount if one.expected_cost else nothing, one.span),
		default=None,
	)


def _priced(
	records: Records,
	settings: MaintenanceSettings,
	order: Record,
	work: Record,
	slots: list[Slot],
	now: datetime,
) -> Iterator[ProposedSlot]:
	calendars = calendars_of(records, work)
	orders = orders_on(records, calendars, span_of_order(records, order, now))
	failure = _failure(settings, order, work, now)
	for slot in slots:
		risk = at_risk(work, calendars, slot.span, orders)
		window = slot.occurrence.window
		if failure is None or not work["currency"]:
			yield ProposedSlot(slot.span, window, risk.money, risk.explanation)
			continue
		planned = risk.money or Money(Decimal(0), work["currency"])
		chosen = choose_slot(
			[Candidate(slot.span, planned, window)],
			failure.probability_within,
			failure.cost,
			now,
			now + failure.within,
		)
		if chosen is not None:
			yield ProposedSlot(slot.span, window, chosen.expected_cost, chosen.explanation)


def _failure(
	settings: MaintenanceSettings, order: Record, work: Record, now: datetime
) -> FailurePrediction | None:
	fails_by = order.get("fails_by")
	if not order.get("probability") or fails_by is None or fails_by <= now or not work["currency"]:
		return None
	rate = Money(to_decimal(work["cost_per_hour"] or 0), work["currency"])
	cost = rate.times(settings.unplanned_stop_hours).rounded()
	return FailurePrediction(to_decimal(order["probability"]), fails_by - now, cost)


def slot_fields(slot: ProposedSlot | None, otherwise: str) -> Record:
	"""A time as the fields of an order; `otherwise` says why there is none."""
	if slot is None:
		return {"slot_explanation": otherwise}
	cost = slot.expected_cost
	return {
		"planned_start": slot.span.start,
		"planned_end": slot.span.end,
		"change_window": slot.window,
		"expected_cost": cost and cost.amount,
		"currency": cost and cost.currency,
		"slot_explanation": slot.explanation,
	}


def as_json(slot: ProposedSlot) -> dict[str, Any]:
	"""{starts_at, ends_at: ISO 8601, window, expected_cost: {amount, currency} or None, explanation}"""
	return {
		"starts_at": slot.span.start.isoformat(),
		"ends_at": slot.span.end.isoformat(),
		"window": slot.window,
		"expected_cost": slot.expected_cost and slot.expected_cost.as_json(),
		"explanation": slot.explanation,
	}
