"""What is in trouble just now: CIs and lines with an open stop."""

from __future__ import annotations

from dataclasses import dataclass

from plant_itsm.domain.cmdb import CI, LINE, Node
from plant_itsm.domain.vocabulary import EventKind, LineState, LineStopStatus
from plant_itsm.ports import Records
from plant_itsm.services.downtime import REAL

WORST_FIRST = (
	EventKind.LINE_STOP,
	EventKind.DEGRADED,
	EventKind.LOSS_OF_VIEW,
	EventKind.STARVED_OR_BLOCKED,
	EventKind.PLANNED_STOP,
)


@dataclass(frozen=True)
class Trouble:
	"""state: of a CI the kind of its open stop, of a line Stopped or Degraded. stop: the Line Stop that says so."""

	state: EventKind | LineState
	stop: str


def open_troubles(records: Records) -> dict[Node, Trouble]:
	"""The worst trouble of each CI that is the root of an open stop, and of each line of one."""
	stops = records.find("Line Stop", {**REAL, "status": LineStopStatus.OPEN}, order_by="onset")
	stops.sort(key=lambda stop: WORST_FIRST.index(EventKind(stop["kind"])))
	rows = records.find(
		"Line Stop Line",
		{"parenttype": "Line Stop", "parent": ("in", [stop["name"] for stop in stops])},
		order_by="idx",
	)
	rows.sort(key=lambda row: row["state"] != LineState.STOPPED)
	found: dict[Node, Trouble] = {}
	for stop in stops:
		found.setdefault(Node(CI, stop["root_ci"] or ""), Trouble(EventKind(stop["kind"]), stop["name"]))
	for row in rows:
		trouble = Trouble(LineState(row["state"]), row["parent"])
		found.setdefault(Node(LINE, row["production_line"]), trouble)
	return found
