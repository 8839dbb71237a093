"""What the server writes on a change request by itself: who, when, and fingerprints. Nobody else can."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from plant_itsm.domain.change_refusals import one_of
from plant_itsm.domain.change_words import ChangeCategory, ChangeStatus
from plant_itsm.domain.changes import ChangeType
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_people import people_of
from plant_itsm.services.change_requests import artefact_of, content_of_record, duration_of
from plant_itsm.services.change_signatures import Signing, signed_rows

ENDED = (ChangeStatus.VERIFIED, ChangeStatus.ROLLED_BACK)
KEPT = (
	"actual_start",
	"actual_end",
	"overrun_minutes",
	"approval_asked_at",
	"approved_at",
	"documents_due_at",
)
"""Stamps that a step of the workflow sets; whatever a caller says they are."""
ACCEPTANCE = ("resolution", "resolved_by", "resolved_at")
"""Of a collision: why, by whom and when."""


def stamped_approvals(before: Record | None, record: Record, now: datetime) -> list[Record]:
	"""The approvals with new ones signed. Raises InvalidRecordError when an old one was touched or a new one forged."""
	signing = Signing(
		f"OT Change Request {record['name']}",
		record.get("changed_by"),
		(record["requested_by"], record.get("entered_by")),
		content_of_record(record),
		now,
	)
	return signed_rows(before["approvals"] if before else [], record["approvals"], signing)


def stamped_artefacts(records: Records, before: Record | None, record: Record) -> list[Record]:
	"""The artefacts; of one that is new, or has another file, the fingerprint is kept as it is now."""
	old = {_artefact_key(row): row for row in (before["artefacts"] if before else ())}
	return [_fingerprinted(records, old.get(_artefact_key(row)), row) for row in record["artefacts"]]


def _artefact_key(row: Record) -> tuple[object, ...]:
	return row["kind"], row.get("program_version") or None, row.get("file") or None, row.get("ci") or None


def _fingerprinted(records: Records, old: Record | None, row: Record) -> Record:
	if old is not None and old["sha256"]:
		return row | {"sha256": old["sha256"]}
	return row | {"sha256": artefact_of(records, row).found_sha256}


def stamped_checklist(before: Record | None, record: Record, now: datetime) -> list[Record]:
	old = {row["step"]: row for row in (before["checklist"] if before else ())}
	return [_ticked(record, old.get(row["step"]), row, now) for row in record["checklist"]]


def _ticked(record: Record, old: Record | None, row: Record, now: datetime) -> Record:
	if not row.get("done"):
		return row | {"done_by": None, "done_at": None}
	if old is not None and old["done"]:
		return row | {"done_by": old["done_by"], "done_at": old["done_at"]}
	return row | {"done_by": record.get("changed_by"), "done_at": now}


def stamped_modification(before: Record | None, record: Record, now: datetime) -> Record:
	fields = ("is_substantial_modification", "modification_reason")
	answer = [record.get(fieldname) or "" for fieldname in fields]
	if not answer[0]:
		return {"modification_answered_by": None, "modification_answered_at": None}
	if before is not None and answer == [before.get(fieldname) or "" for fieldname in fields]:
		return {
			"modification_answered_by": before["modification_answered_by"],
			"modification_answered_at": before["modification_answered_at"],
		}
	return {"modification_answered_by": record.get("changed_by"), "modification_answered_at": now}


def stamped_collisions(
	records: Records,
	kind: ChangeType,
	before: Record | None,
	record: Record,
	found: list[Record],
	now: datetime,
) -> list[Record]:
	"""The collisions that there are now, each with the reason for which an approver has accepted it.

	As an approval, a reason holds for the plan for which it was given: with another one the collision is open again.
	"""
	given = {_collision_key(row): (row.get("resolution") or "").strip() for row in record["collisions"]}
	known = {_collision_key(row): row for row in (before["collisions"] if before else ())}
	is_same_plan = before is not None and content_of_record(before) == content_of_record(record)
	rows = []
	for row in found:
		reason, old = given.get(_collision_key(row)), known.get(_collision_key(row))
		if reason and old is not None and old["resolution"] == reason:
			rows.append(row | {key: old[key] for key in ACCEPTANCE} if is_same_plan else row)
		elif reason:
			rows.append(row | _accepted(records, kind, record, row, reason, now))
		else:
			rows.append(row)
	return rows


def _collision_key(row: Record) -> tuple[object, ...]:
	return row["kind"], row["what"]


def _accepted(
	records: Records, kind: ChangeType, record: Record, row: Record, reason: str, now: datetime
) -> Record:
	actor = record.get("changed_by") or ""
	person = people_of(records, [actor]).get(actor)
	is_requester = actor in (record["requested_by"], record.get("entered_by"))
	if person is None or is_requester or person.roles.isdisjoint(kind.approval.roles):
		raise InvalidRecordError(
			f"OT Change Request {record['name']}: {actor or 'nobody'} cannot accept the collision with {row['what']}."
			f" Let {one_of(kind.approval.roles)} do so who has not requested it.",
			fieldname="collisions",
		)
	return {"resolution": reason, "resolved_by": actor, "resolved_at": now}


def step_stamps(kind: ChangeType, before: Record | None, record: Record, now: datetime) -> Record:
	"""The times of the workflow: kept as they were, and set by the step that is taken now."""
	stamps = {fieldname: before[fieldname] if before else None for fieldname in KEPT}
	stamps["overrun_minutes"] = stamps["overrun_minutes"] or 0
	if before is None or before["status"] == record["status"]:
		return stamps
	step = _STEPS.get(record["status"])
	return stamps | (step(kind, before, record, now) if step else {})


def _asked(kind: ChangeType, before: Record, record: Record, now: datetime) -> Record:
	return {"approval_asked_at": now}


def _approved(kind: ChangeType, before: Record, record: Record, now: datetime) -> Record:
	return {"approved_at": now}


def _started(kind: ChangeType, before: Record, record: Record, now: datetime) -> Record:
	is_emergency = record["category"] == ChangeCategory.EMERGENCY
	return {"actual_start": now, "documents_due_at": now + kind.documents_within if is_emergency else None}


def _ended(kind: ChangeType, before: Record, record: Record, now: datetime) -> Record:
	start = before["actual_start"] or now
	planned = before["planned_end"] or start + duration_of(before)
	overrun = max((now - planned) / timedelta(minutes=1), 0)
	return {"actual_end": now, "overrun_minutes": int(overrun) if duration_of(before) else 0}


_STEPS: dict[str, Callable[[ChangeType, Record, Record, datetime], Record]] = {
	ChangeStatus.IN_APPROVAL: _asked,
	ChangeStatus.SCHEDULED: _approved,
	ChangeStatus.IN_PROGRESS: _started,
	ChangeStatus.VERIFIED: _ended,
	ChangeStatus.ROLLED_BACK: _ended,
}
