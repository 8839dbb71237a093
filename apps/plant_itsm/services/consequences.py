"""What a record that was written changes in others; called after the write, in its transaction, by both editions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plant_itsm.ports import Records
from plant_itsm.services import change_tables, cost_ledger, maintenance_tables, oee, service_contracts
from plant_itsm.services.downtime import STOP
from plant_itsm.services.program_versions import DOCTYPE as PROGRAM_VERSION
from plant_itsm.services.program_versions import note_versions


def has_consequences(doctype: str) -> bool:
	return doctype in _CONSEQUENCES


def follow(records: Records, doctype: str, record: Mapping[str, Any]) -> None:
	"""Do what follows from a record that was inserted or updated; on a site also from one that was deleted."""
	consequence = _CONSEQUENCES.get(doctype)
	if consequence is not None:
		consequence(records, record)


def follow_submission(records: Records, doctype: str, record: Mapping[str, Any]) -> None:
	"""Do what follows from a record that has just been submitted, once."""
	consequence = _SUBMISSIONS.get(doctype)
	if consequence is not None:
		consequence(records, record)


def _program_version(records: Records, record: Mapping[str, Any]) -> None:
	note_versions(records, record["ci"])


def _line_stop(records: Records, record: Mapping[str, Any]) -> None:
	if record["is_drill"]:
		return
	oee.stop_changed(records, record["name"], [row["production_line"] for row in record["lines"]])


def _production_count(records: Records, record: Mapping[str, Any]) -> None:
	oee.count_changed(records, record)


_CONSEQUENCES: dict[str, Callable[[Records, Mapping[str, Any]], None]] = {
	PROGRAM_VERSION: _program_version,
	STOP: _line_stop,
	oee.COUNT: _production_count,
	**change_tables.CONSEQUENCES,
	**maintenance_tables.CONSEQUENCES,
}
_SUBMISSIONS: dict[str, Callable[[Records, Mapping[str, Any]], None]] = {
	cost_ledger.DOCTYPE: cost_ledger.posted,
	service_contracts.DOCTYPE: service_contracts.submitted,
}
