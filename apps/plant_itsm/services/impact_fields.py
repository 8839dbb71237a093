"""What an impact is in the fields of records: its units and money, a row for each line; and back."""

from __future__ import annotations

from plant_itsm.domain.impact import Impact, LineImpact
from plant_itsm.domain.incidents import IncidentImpact
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.ports import Record


def money_values(impact: Impact | IncidentImpact) -> Record:
	"""The fields that say what it does to units and money while it is as it is."""
	cost = impact.cost_per_hour
	return {
		"units_per_shift": impact.units_per_shift,
		"cost_per_hour": cost and cost.amount,
		"currency": cost and cost.currency,
		"not_priced": "; ".join(impact.not_priced),
	}


def line_row(line: LineImpact) -> Record:
	"""An Incident Line, all fields of which a Line Stop Line has, too."""
	cost = line.cost_per_hour
	return {
		"production_line": line.line.name,
		"state": line.state,
		"product": line.line.product,
		"units_per_shift": line.units_blocked_per_shift,
		"cost_per_hour": cost and cost.amount,
		"currency": cost and cost.currency,
		"path": line.path,
		"reached_after_seconds": line.reached_after_seconds,
		"not_priced": line.not_priced,
	}


def money_of(amount: object, currency: str | None) -> Money | None:
	"""The amount of a record; None where nothing is known."""
	return Money(to_decimal(amount), currency) if currency and amount is not None else None


def rate_of(row: Record) -> Money | None:
	"""The cost per hour of a stop, or of one of its lines; None where it is not priced."""
	return money_of(row["cost_per_hour"], row["currency"])
