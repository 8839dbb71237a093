"""Success rate of each type of change, and what the stops cost that people accept as caused by it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.change_figures import EndedChange, success_rate
from plant_itsm.domain.change_words import ChangeOutcome
from plant_itsm.domain.money import Money
from plant_itsm.frappe_site.change_reports import changes_in
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, chart, column, figure, link, percent, percentage, scope_of
from plant_itsm.ports import Record
from plant_itsm.services.change_stops import caused_by

Caused = dict[str, list[Record]]


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	changes = changes_in(scope_of(filters), "actual_end", "outcome")
	caused: Caused = defaultdict(list)
	for change, stop in caused_by(FrappeRecords(), [row.name for row in changes]):
		caused[change].append(stop)
	shows_money = frappe.has_permission("Line Stop Cost Model", "read")
	kinds = sorted({row.change_type for row in changes})
	rows = [
		_row(kind, [row for row in changes if row.change_type == kind], caused, shows_money) for kind in kinds
	]
	rates = {_("Success rate (%)"): [row["success_rate"] or 0 for row in rows]}
	return _columns(), rows, None, chart("bar", kinds, rates), _summary(changes, caused)


def _ended(row: Any, caused: Caused) -> EndedChange:
	outcome = ChangeOutcome(row.outcome) if row.outcome else None
	return EndedChange(row.change_type, outcome, len(caused.get(row.name, ())))


def _row(kind: str, changes: list[Any], caused: Caused, shows_money: bool) -> Row:
	ended = [_ended(row, caused) for row in changes]
	stops = [(row.name, stop) for row in changes for stop in caused.get(row.name, ())]
	return {
		"change_type": kind,
		"changes": len(ended),
		"successful": sum(one.is_success for one in ended),
		"failed": sum(one.outcome == ChangeOutcome.FAILED for one in ended),
		"rolled_back": sum(one.outcome == ChangeOutcome.ROLLED_BACK for one in ended),
		"stops": len(stops),
		"success_rate": percent(success_rate(ended)),
		"cost": _costs(stops) if shows_money else None,
		"explanation": "; ".join(f"{change}: {stop['name']} {stop['title']}" for change, stop in stops),
	}


def _costs(stops: list[tuple[str, Record]]) -> str:
	"""Sums by currency; money of several is not added up."""
	sums: dict[str, Money] = {}
	for _change, stop in stops:
		if stop["cost"] is not None and stop["currency"]:
			cost = Money(stop["cost"], stop["currency"])
			sums[cost.currency] = sums[cost.currency] + cost if cost.currency in sums else cost
	return ", ".join(str(sums[currency]) for currency in sorted(sums))


def _columns() -> list[Row]:
	return [
		link("change_type", _("Type"), "OT Change Type", 200),
		column("changes", _("Ended"), "Int", 90),
		column("successful", _("Successful"), "Int", 100),
		column("failed", _("Failed"), "Int", 90),
		column("rolled_back", _("Rolled back"), "Int", 110),
		column("stops", _("Stops caused"), "Int", 120),
		percentage("success_rate", _("Success rate"), 120),
		column("cost", _("Cost of these stops"), width=170),
		column("explanation", _("Which stops"), width=400),
	]


def _summary(changes: list[Any], caused: Caused) -> list[Row]:
	ended = [_ended(row, caused) for row in changes]
	rate = percent(success_rate(ended))
	return [
		figure(_("Changes ended"), len(ended), "Int"),
		figure(_("Success rate"), rate, "Percent", "Green"),
		figure(_("Stops caused"), sum(one.stops for one in ended), "Int", "Red"),
	]
