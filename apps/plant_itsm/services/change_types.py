"""OT Change Type records as the domain sees them."""

from __future__ import annotations

from datetime import timedelta

from plant_itsm.domain.change_approvals import ApprovalRule
from plant_itsm.domain.change_artefacts import ArtefactNeed
from plant_itsm.domain.change_words import ApprovalMode, ArtefactKind, WindowKind
from plant_itsm.domain.changes import ChangeType
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.ports import Record, Records

DOCTYPE = "OT Change Type"


def change_type(record: Record) -> ChangeType:
	return ChangeType(
		name=record["type_name"],
		window_kind=WindowKind(record["window_kind"]),
		maximum=timedelta(minutes=record["maximum_minutes"]),
		approval=ApprovalRule(
			tuple(row["role"] for row in record.get("approver_roles") or ()),
			ApprovalMode(record["approval_mode"]),
			record.get("quorum") or 0,
		),
		artefacts=tuple(_need(row) for row in record.get("artefacts") or ()),
		blocked_by_production=bool(record.get("blocked_by_production")),
		emergency_roles=tuple(row["role"] for row in record.get("emergency_roles") or ()),
		documents_within=timedelta(hours=record.get("documents_within_hours") or 0),
		asks_modification=bool(record.get("asks_modification")),
	)


def _need(row: Record) -> ArtefactNeed:
	hours = row.get("max_age_hours") or 0
	return ArtefactNeed(
		ArtefactKind(row["kind"]), timedelta(hours=hours) if hours else None, bool(row.get("per_ci"))
	)


def change_type_named(records: Records, name: str) -> tuple[ChangeType, Record]:
	"""A type, and its record with checklist and questions. Raises MissingRecordError."""
	record = records.get(DOCTYPE, name)
	if record is None:
		raise MissingRecordError(f"OT Change Type {name!r} does not exist. Choose one that does.")
	return change_type(record), record


def check(records: Records, record: Record) -> None:
	"""Refuse a type that no change could follow."""
	kind = change_type(record)
	what = f"OT Change Type {kind.name}"
	kind.approval.check(what)
	if not kind.maximum:
		raise InvalidRecordError(
			f"{what}: its maximum duration is 0. Enter the minutes that a change may take.",
			fieldname="maximum_minutes",
		)
