"""The rules, completions and consequences of the DocTypes of OT Change, by DocType, for the tables of both editions."""

from __future__ import annotations

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.periods import check_period
from plant_itsm.ports import Record, Records
from plant_itsm.services import (
	change_completion,
	change_gates,
	change_maintenance,
	change_requests,
	change_stops,
	change_templates,
	change_types,
	change_windows,
	security_incidents,
	unauthorised_changes,
)


def _delegation(records: Records, record: Record) -> None:
	check_period(record["starts_at"], record["ends_at"])
	if record["from_user"] == record["to_user"]:
		raise InvalidRecordError(
			f"Change Delegation: {record['from_user']} cannot stand in for themselves. Choose another user.",
			fieldname="to_user",
		)


RULES = {
	change_types.DOCTYPE: change_types.check,
	change_windows.DOCTYPE: change_windows.check,
	change_requests.DOCTYPE: change_gates.check,
	"Change Delegation": _delegation,
	change_stops.DOCTYPE: change_stops.check,
	security_incidents.DOCTYPE: security_incidents.check,
	unauthorised_changes.DOCTYPE: unauthorised_changes.check,
}
COMPLETIONS = {
	change_requests.DOCTYPE: change_completion.completed,
	change_templates.DOCTYPE: change_templates.completed,
	change_stops.DOCTYPE: change_stops.completed,
	security_incidents.DOCTYPE: security_incidents.completed,
	unauthorised_changes.DOCTYPE: unauthorised_changes.completed,
}
CONSEQUENCES = {change_requests.DOCTYPE: change_maintenance.follow}
