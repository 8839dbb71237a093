"""Whether a line stop is ended faster by a spare than by a repair."""

from __future__ import annotations

from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.domain.spare_decision import SpareDecision, SpareOption, decide
from plant_itsm.ports import Record, Records
from plant_itsm.services.impact_fields import rate_of
from plant_itsm.services.settings import settings_of
from plant_itsm.services.spares import parts_for, ready_units


def spare_decision(records: Records, stop: Record, repair_minutes: int) -> SpareDecision:
	"""Compare a repair of so many minutes with the spares for the root CI of a stop."""
	above = settings_of(records).spare_decision_above_minutes
	spares = spares_for(records, stop["root_ci"]) if stop["root_ci"] else []
	return decide(repair_minutes, above, rate_of(stop), spares)


def spares_for(records: Records, ci: str) -> list[SpareOption]:
	"""The spares that could replace a CI: the units of the pool that stand ready. Where no part is known to fit, what
	the OT CI says, else the usual minutes of the settings."""
	if parts_for(records, ci):
		units = ready_units(records, ci, records.writer().at.date())
		return [SpareOption(unit.name, unit.swap_minutes) for unit in units if unit.swap_minutes]
	record = records.get("OT CI", ci) or {}
	minutes = record.get("spare_swap_minutes") or settings_of(records).spare_swap_minutes
	if not minutes:
		return []
	return [SpareOption(f"Spare for {ci}", minutes, _swap_cost(record))]


def _swap_cost(ci: Record) -> Money | None:
	if not ci.get("spare_swap_cost") or not ci.get("spare_currency"):
		return None
	return Money(to_decimal(ci["spare_swap_cost"]), ci["spare_currency"])
