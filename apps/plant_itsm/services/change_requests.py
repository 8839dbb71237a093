"""OT Change Request records as the domain sees them, and the check of each step that one takes."""

from __future__ import annotations

from datetime import timedelta

from plant_itsm.domain.change_approvals import Person
from plant_itsm.domain.change_artefacts import Artefact
from plant_itsm.domain.change_finder import Obstacle
from plant_itsm.domain.change_words import (
	ArtefactKind,
	ChangeCategory,
	ChangeOutcome,
	ChecklistDue,
	ChecklistKind,
	CollisionKind,
)
from plant_itsm.domain.changes import STARTED, Change, ChangeType, ChecklistStep, Collision, Task, content_of
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_places import places_of
from plant_itsm.services.change_signatures import approvals_of, electorate_of
from plant_itsm.services.change_templates import covers
from plant_itsm.services.change_types import change_type_named
from plant_itsm.services.change_windows import why_not, windows_for

DOCTYPE = "OT Change Request"
NOBODY = Person("", False, frozenset())
VERSION = "CI Program Version"


def cis_of(record: Record) -> tuple[str, ...]:
	return tuple(dict.fromkeys(row["ci"] for row in record.get("cis") or () if row["ci"]))


def helpers_of(record: Record) -> frozenset[str]:
	"""The people that the change needs while it runs."""
	tasks = (row["assigned_to"] for row in record.get("tasks") or ())
	return frozenset(user for user in (record.get("implementer"), *tasks) if user)


def duration_of(record: Record) -> timedelta:
	return timedelta(minutes=record.get("duration_minutes") or 0)


def span_of(record: Record) -> Span | None:
	"""The time that counts: from the start on once it has started, else as planned."""
	duration = duration_of(record)
	start = record.get("actual_start") or record.get("planned_start")
	return Span(start, start + duration) if start and duration else None


def content_of_record(record: Record) -> str:
	"""The fingerprint of what is approved. The time of an emergency is not planned, so it is no part of it."""
	is_planned = record["category"] != ChangeCategory.EMERGENCY
	return content_of(
		record["change_type"],
		record["category"],
		cis_of(record),
		record.get("description") or "",
		record.get("duration_minutes") or 0,
		record.get("planned_start") if is_planned else None,
	)


def change_of(records: Records, record: Record) -> Change:
	"""Everything that the gates look at. Raises MissingRecordError."""
	kind, _ = change_type_named(records, record["change_type"])
	span = span_of(record)
	approvals = approvals_of(record.get("approvals") or ())
	barred = (record["requested_by"], record.get("entered_by"))
	actor = record.get("changed_by")
	electorate = electorate_of(records, approvals, barred, content_of_record(record), [actor])
	return Change(
		name=record.get("name") or "",
		type=kind,
		category=ChangeCategory(record["category"]),
		requested_by=record["requested_by"],
		actor=electorate.people.get(actor or "", NOBODY),
		cis=cis_of(record),
		duration=duration_of(record),
		span=span,
		window=record.get("change_window"),
		window_refusal=_window_refusal(records, record, kind, span),
		electorate=electorate,
		approvals=approvals,
		artefacts=[artefact_of(records, row) for row in record.get("artefacts") or ()],
		checklist=[_step(row) for row in record.get("checklist") or ()],
		tasks=[
			Task(row["task"], row.get("assigned_to") or "", bool(row.get("done")))
			for row in record.get("tasks") or ()
		],
		collisions=[_collision(row) for row in record.get("collisions") or ()],
		unanswered=[
			row["question"] for row in record.get("risk_answers") or () if not (row["answer"] or "").strip()
		],
		modification_answered=bool(
			record.get("is_substantial_modification") and (record.get("modification_reason") or "").strip()
		),
		has_approved_template=covers(records, record),
		reason=(record.get("reason") or "").strip(),
		review=(record.get("review") or "").strip(),
		restored=record.get("restored_version") or (record.get("restored_note") or "").strip(),
		outcome=ChangeOutcome(record["outcome"]) if record.get("outcome") else None,
	)


def _window_refusal(records: Records, record: Record, kind: ChangeType, span: Span | None) -> str:
	if span is None or record.get("change_window"):
		return ""
	windows = windows_for(records, kind.window_kind, places_of(records, cis_of(record)))
	return why_not(windows.opening, kind.window_kind, span)


def artefact_of(records: Records, row: Record) -> Artefact:
	"""A program version says itself when it was taken and what its file is."""
	version = records.get(VERSION, row["program_version"]) if row.get("program_version") else None
	return Artefact(
		kind=ArtefactKind(row["kind"]),
		reference=(version["name"] if version else row.get("reference") or row.get("file")) or "",
		taken_at=version["taken_on"] if version else row.get("taken_at"),
		ci=version["ci"] if version else row.get("ci"),
		has_file=bool(version["file"] if version else row.get("file")),
		sha256=row.get("sha256") or None,
		found_sha256=row.get("found_sha256") or (version["sha256"] if version else None) or None,
	)


def _step(row: Record) -> ChecklistStep:
	return ChecklistStep(
		row["step"],
		ChecklistKind(row["kind"]),
		ChecklistDue(row["due"]),
		bool(row.get("done")),
		bool(row.get("in_emergency")),
	)


def _collision(row: Record) -> Collision:
	span = Span(row["starts_at"], row["ends_at"])
	return Collision(
		Obstacle(span, CollisionKind(row["kind"]), row["what"] or "", row["text"] or ""),
		(row.get("resolution") or "").strip(),
	)


def stored(records: Records, record: Record) -> Record | None:
	"""The request as it was before this save."""
	return records.get(DOCTYPE, record["name"]) if record.get("name") else None


def has_started(record: Record | None) -> bool:
	return record is not None and record["status"] in STARTED
