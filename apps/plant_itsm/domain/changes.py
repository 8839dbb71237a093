"""OT changes: their types, what a request consists of, and the ways between its states."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plant_itsm.domain.change_approvals import Approval, ApprovalRule, Electorate, Person
from plant_itsm.domain.change_artefacts import Artefact, ArtefactNeed
from plant_itsm.domain.change_finder import Obstacle
from plant_itsm.domain.change_words import (
	ChangeCategory,
	ChangeOutcome,
	ChangeStatus,
	ChecklistDue,
	ChecklistKind,
	WindowKind,
)
from plant_itsm.domain.time_spans import Span

S = ChangeStatus
BEFORE_START = (S.DRAFT, S.ASSESSED, S.IN_APPROVAL, S.SCHEDULED)
STARTED = (S.IN_PROGRESS, S.VERIFIED, S.ROLLED_BACK, S.CLOSED)
"""From its start on, what a change is about stays as it is."""

_WAYS: dict[ChangeStatus, tuple[ChangeStatus, ...]] = {
	S.DRAFT: (S.ASSESSED, S.CANCELLED),
	S.ASSESSED: (S.IN_APPROVAL, S.DRAFT, S.CANCELLED),
	S.IN_APPROVAL: (S.SCHEDULED, S.REJECTED, S.ASSESSED, S.CANCELLED),
	S.SCHEDULED: (S.IN_PROGRESS, S.ASSESSED, S.CANCELLED),
	S.IN_PROGRESS: (S.VERIFIED, S.ROLLED_BACK),
	S.VERIFIED: (S.CLOSED,),
	S.ROLLED_BACK: (S.CLOSED,),
	S.REJECTED: (S.DRAFT,),
	S.CLOSED: (),
	S.CANCELLED: (),
}


def next_states(status: ChangeStatus, category: ChangeCategory) -> tuple[ChangeStatus, ...]:
	"""Where a change may go. A standard one is approved by its template; an emergency may start from anywhere."""
	ways = _WAYS[status]
	if category == ChangeCategory.STANDARD and status == S.ASSESSED:
		return (S.SCHEDULED, *(way for way in ways if way != S.IN_APPROVAL))
	if category == ChangeCategory.EMERGENCY and status in BEFORE_START and S.IN_PROGRESS not in ways:
		return (S.IN_PROGRESS, *ways)
	return ways


@dataclass(frozen=True)
class ChangeType:
	"""documents_within: until when after its start the documents of an emergency change have to follow."""

	name: str
	window_kind: WindowKind
	maximum: timedelta
	approval: ApprovalRule
	artefacts: tuple[ArtefactNeed, ...] = ()
	blocked_by_production: bool = False
	emergency_roles: tuple[str, ...] = ()
	documents_within: timedelta = timedelta(hours=24)
	asks_modification: bool = False


@dataclass(frozen=True)
class ChecklistStep:
	"""in_emergency: it is not left out when a change is urgent, as locking out a robot that a person works on."""

	text: str
	kind: ChecklistKind
	due: ChecklistDue
	done: bool
	in_emergency: bool = False


@dataclass(frozen=True)
class Task:
	"""A piece of the work. assigned_to: whose it is, if somebody's."""

	text: str
	assigned_to: str
	done: bool


@dataclass(frozen=True)
class Collision:
	"""An obstacle of the planned or actual time, and who has accepted it with which reason."""

	obstacle: Obstacle
	resolution: str = ""


@dataclass(frozen=True)
class Change:
	"""A request with everything that its gates look at.

	span: the time that counts: as it is planned, at the start from now on. window: the Change Window that covers it.
	window_refusal: why no window does. unanswered: risk questions without an answer.
	"""

	name: str
	type: ChangeType
	category: ChangeCategory
	requested_by: str
	actor: Person
	cis: tuple[str, ...]
	duration: timedelta
	span: Span | None
	electorate: Electorate
	window: str | None = None
	window_refusal: str = ""
	approvals: Sequence[Approval] = ()
	artefacts: Sequence[Artefact] = ()
	checklist: Sequence[ChecklistStep] = ()
	tasks: Sequence[Task] = ()
	collisions: Sequence[Collision] = ()
	unanswered: Sequence[str] = ()
	modification_answered: bool = False
	has_approved_template: bool = False
	reason: str = ""
	review: str = ""
	restored: str = ""
	outcome: ChangeOutcome | None = None


def content_of(
	change_type: str,
	category: str,
	cis: Sequence[str],
	description: str,
	duration_minutes: int,
	planned_start: datetime | None,
) -> str:
	"""The fingerprint of what people approve: another type, CI, text, length or time needs another approval."""
	start = planned_start.isoformat() if planned_start else None
	parts = [change_type, category, sorted(cis), description, duration_minutes, start]
	return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
