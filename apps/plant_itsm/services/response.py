"""What people do about a line stop: each move writes its time and person, and is told on the stop and its ticket.

Everything happens in the transaction that is open, on a stop that it locks first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.response import Response
from plant_itsm.domain.vocabulary import EventKind, StepKind
from plant_itsm.domain.vocabulary import ResponseStage as Stage
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services import checklists
from plant_itsm.services.checklists import Done
from plant_itsm.services.line_stops import DOCTYPE
from plant_itsm.services.response_stages import PERSON_FIELDS, fields_of, response_of
from plant_itsm.services.spare_decision import spare_decision
from plant_itsm.services.timeline import clock_text, tell, zone_of

CODES = ("failure_mode", "failure_mechanism", "failure_cause", "detection_method")
"""The fields of a Line Stop that hold ISO 14224 codes."""
_ENDS_STEP = {Stage.DISPATCHED: StepKind.DISPATCH, Stage.REPAIRING: StepKind.DISPATCH}


def report(
	ports: Ports, line_stop: str, stage: Stage, by: str, *, at: datetime | None = None, note: str = ""
) -> Record:
	"""Note that a stage was reached. at: None for now. Raises InvalidRecordError for an order or a time that cannot
	be."""
	stop = _locked(ports.records, line_stop)
	return _move(ports, stop, stage, by, at, {}, note)


def dispatch(
	ports: Ports, line_stop: str, by: str, *, technician: str | None = None, at: datetime | None = None
) -> Record:
	"""Send a technician, or whoever says so when nobody is named."""
	stop = _locked(ports.records, line_stop)
	technician = technician or by
	return _move(
		ports, stop, Stage.DISPATCHED, by, at, {"technician": technician}, f"Technician: {technician}."
	)


def acknowledge_quietly(ports: Ports, line_stop: str, by: str) -> bool:
	"""Acknowledge a stop that nobody has taken notice of yet. Returns whether that changed something."""
	stop = _locked(ports.records, line_stop)
	if stop["stage"] not in (None, "", Stage.DETECTED) or stop.get("parent_stop"):
		return False
	_move(ports, stop, Stage.ACKNOWLEDGED, by, None, {}, "By the ticket.")
	return True


def repair_failed(
	ports: Ports, line_stop: str, by: str, reason: str, *, at: datetime | None = None
) -> Record:
	"""Go back from Restored to Repairing: what was repaired did not hold."""
	stop = _locked(ports.records, line_stop)
	if stop["stage"] != Stage.RESTORED:
		raise InvalidRecordError(
			f"Line Stop {line_stop} is {stop['stage']}: only a repair after which it was Restored can fail."
			" Report the stage that comes next."
		)
	if not reason.strip():
		raise InvalidRecordError(f"Line Stop {line_stop}: say in the reason why the repair has failed.")
	changes = {"repair_failures": stop["repair_failures"] + 1, "restored_by": None}
	return _move(ports, stop, Stage.REPAIRING, by, at, changes, f"The repair has failed: {reason}")


def estimate_repair(ports: Ports, line_stop: str, by: str, minutes: int) -> Record:
	"""Note how long the repair will still take, from now, and whether a spare would be cheaper."""
	stop = _locked(ports.records, line_stop)
	if minutes < 1:
		raise InvalidRecordError(
			f"Line Stop {line_stop}: a repair of {minutes} minutes cannot be. Enter 1 or more."
		)
	if stop["stage"] in (Stage.RESTORED, Stage.REVIEWED):
		raise InvalidRecordError(
			f"Line Stop {line_stop} is {stop['stage']}: there is nothing left to estimate."
			" If the repair did not hold, report that it has failed."
		)
	now = ports.clock.now()
	decision = spare_decision(ports.records, stop, minutes)
	done = Done(now, by, decision.explanation)
	rows = checklists.with_kind_done(stop["steps"], StepKind.SPARE_DECISION, done)
	changes = {
		"repair_estimate_minutes": minutes,
		"estimated_restoration_at": now + timedelta(minutes=minutes),
		"spare_advice": decision.advice,
		"spare_explanation": decision.explanation,
		"steps": rows,
	}
	text = f"Repair estimate: {minutes} min. {decision.explanation}"
	return _write(ports.records, stop, changes, text, by)


def review(
	ports: Ports, line_stop: str, by: str, findings: Mapping[str, str | None], *, at: datetime | None = None
) -> Record:
	"""Close the response with what was found. findings: root_cause and the fields of CODES.

	A line stop is closed with all of them; of other kinds what is known. Raises InvalidRecordError.
	"""
	stop = _locked(ports.records, line_stop)
	found = {field: findings.get(field) or stop[field] for field in ("root_cause", *CODES)}
	missing = [field.replace("_", " ") for field, value in found.items() if not value]
	if missing and stop["kind"] == EventKind.LINE_STOP:
		raise InvalidRecordError(
			f"Line Stop {line_stop} cannot be reviewed without {', '.join(missing)}. Enter what was found;"
			" where the cause stays unknown, choose the code for it."
		)
	return _move(ports, stop, Stage.REVIEWED, by, at, found, found["root_cause"] or "")


def complete_step(ports: Ports, line_stop: str, by: str | None, step: str, result: str) -> Record:
	"""Tick off one step of the checklist. by: None where plant_itsm has done it."""
	stop = _locked(ports.records, line_stop)
	if not result.strip():
		raise InvalidRecordError(f"Line Stop {line_stop}, step {step}: say in the result what came out.")
	rows = checklists.with_step_done(stop["steps"], step, Done(ports.clock.now(), by, result))
	return _write(ports.records, stop, {"steps": rows}, f"{step}: {result}", by)


def _locked(records: Records, line_stop: str) -> Record:
	stop = records.get(DOCTYPE, line_stop, for_update=True)
	if stop is None:
		raise MissingRecordError(f"Line Stop {line_stop!r} does not exist. Check the name.")
	return stop


def _move(
	ports: Ports, stop: Record, stage: Stage, by: str, at: datetime | None, changes: Record, note: str
) -> Record:
	if stop.get("parent_stop"):
		raise InvalidRecordError(
			f"Line Stop {stop['name']} is part of incident {stop['parent_stop']}. Respond to that one."
		)
	now = ports.clock.now()
	at = at or now
	before = response_of(stop)
	after = before.moved(stage, at, now)
	when = clock_text(at, zone_of(ports.records, stop))
	rows = _steps_after(stop, stage, Done(at, by, note or str(stage)))
	moved = {**fields_of(after), **_people(before, after, by), "steps": rows, **changes}
	if _is_late(stop, after):
		moved["dispatch_missed"] = True
	return _write(ports.records, stop, moved, f"{stage} at {when}. {note}", by)


def _people(before: Response, after: Response, by: str) -> Record:
	new = replace(after, times={stage: at for stage, at in after.times.items() if stage not in before.times})
	return {PERSON_FIELDS[stage]: by for stage in new.times if stage in PERSON_FIELDS}


def _steps_after(stop: Record, stage: Stage, done: Done) -> list[Record]:
	rows: list[Record] = stop["steps"]
	if stage in _ENDS_STEP:
		rows = checklists.with_kind_done(rows, _ENDS_STEP[stage], done)
	if stage == Stage.REVIEWED:
		for kind in (StepKind.ROOT_CAUSE, StepKind.REVIEW):
			rows = checklists.with_kind_done(rows, kind, done)
	return rows


def _is_late(stop: Record, response: Response) -> bool:
	dispatched, due = response.times.get(Stage.DISPATCHED), stop["dispatch_due_at"]
	return dispatched is not None and due is not None and dispatched > due


def _write(records: Records, stop: Record, changes: Record, text: str, by: str | None) -> Record:
	changed = records.update(DOCTYPE, stop["name"], changes)
	tell(records, stop, f"<p>{escape(text.strip())}</p>", by)
	return changed
