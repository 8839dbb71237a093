"""Fields of a record that are computed from others, filled in before it is checked; called by both editions."""

from __future__ import annotations

from collections.abc import Callable

from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services import (
	assessments,
	capital_assets,
	change_tables,
	cost_ledger,
	line_cost_reviews,
	maintenance_tables,
	problems,
	reviews,
	showback,
)


def is_completed(doctype: str) -> bool:
	return doctype in _COMPLETIONS


def completed(records: Records, clock: Clock, doctype: str, record: Record) -> Record:
	"""The computed fields of a record by fieldname; a child table is given whole."""
	return _COMPLETIONS[doctype](records, clock, record)


_COMPLETIONS: dict[str, Callable[[Records, Clock, Record], Record]] = {
	**change_tables.COMPLETIONS,
	**maintenance_tables.COMPLETIONS,
	capital_assets.DOCTYPE: capital_assets.completed,
	cost_ledger.DOCTYPE: cost_ledger.completed,
	line_cost_reviews.DOCTYPE: line_cost_reviews.completed,
	assessments.DOCTYPE: assessments.completed,
	problems.DOCTYPE: problems.completed,
	reviews.DOCTYPE: reviews.completed,
	showback.DOCTYPE: showback.completed,
}
