"""The moment people are told of a line stop: clocks start, the checklist is there, a remote diagnosis may follow."""

from __future__ import annotations

from plant_itsm.domain.vocabulary import StepKind
from plant_itsm.ports import Ports, Record
from plant_itsm.services import checklists
from plant_itsm.services.escalation_policies import dispatch_due_at

DIAGNOSE, DIAGNOSE_SECONDS = "diagnose", 120
"""The job of the remote diagnosis, and how long it may take."""


def begun(ports: Ports, stop: Record) -> Record:
	"""What changes on a Line Stop when people are notified; nothing when they were before."""
	if stop["notified_at"]:
		return {}
	now = ports.clock.now()
	steps = checklists.steps_for(ports.records, stop, now)
	return {"notified_at": now, "dispatch_due_at": dispatch_due_at(ports.records, stop, now), "steps": steps}


def diagnose(ports: Ports, line_stop: str) -> None:
	"""Queue the remote diagnosis where the checklist has one; not of a part, whose incident has its own."""
	with ports.records.transaction():
		stop = ports.records.get("Line Stop", line_stop)
	if stop is None or stop["parent_stop"]:
		return
	if any(step["step_kind"] == StepKind.REMOTE_DIAGNOSIS for step in stop["steps"]):
		queue_diagnosis(ports, line_stop)


def queue_diagnosis(ports: Ports, line_stop: str) -> None:
	ports.jobs.enqueue(DIAGNOSE, queue="short", timeout_seconds=DIAGNOSE_SECONDS, line_stop=line_stop)
