"""The gates between the states of an OT change. Each says everything that is missing, and the next move.

A gate is asked whoever saves the request by whatever way; there is no state that can be reached around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from plant_itsm.domain.change_approvals import missing_approvals
from plant_itsm.domain.change_artefacts import missing_artefacts
from plant_itsm.domain.change_finder import minutes_text
from plant_itsm.domain.change_refusals import ChangeRefusedError, Refusal, one_of
from plant_itsm.domain.change_words import (
	ChangeCategory,
	ChangeOutcome,
	ChangeStatus,
	ChecklistDue,
	ChecklistKind,
)
from plant_itsm.domain.changes import Change, next_states

Gate = Callable[[Change, datetime], Iterator[Refusal]]


def check_move(change: Change, before: ChangeStatus, after: ChangeStatus, now: datetime) -> None:
	"""Raise ChangeRefusedError with all that keeps a change from going from one state to another."""
	ways = next_states(before, change.category)
	if after not in ways:
		listed = ", ".join(ways) or "nowhere: it is at its end"
		move = f"From {before} it goes to {listed}"
		raise ChangeRefusedError(
			f"OT Change Request {change.name}",
			[Refusal(f"a {change.category} change does not go from {before} to {after}", move)],
		)
	refusals = [refusal for gate in _gates(change, after) for refusal in gate(change, now)]
	if refusals:
		raise ChangeRefusedError(f"OT Change Request {change.name} cannot become {after}", refusals)


def check_subject(change: Change) -> None:
	"""A change without a CI could be planned anywhere."""
	if not change.cis:
		raise ChangeRefusedError(
			f"OT Change Request {change.name}", [Refusal("no CI is named", "Add the CIs that are changed")]
		)


def check_new(change: Change, status: ChangeStatus) -> None:
	"""A request begins as a draft."""
	if status != ChangeStatus.DRAFT:
		raise ChangeRefusedError(
			f"OT Change Request {change.name}",
			[Refusal(f"a new request cannot be {status}", "Save it as Draft first")],
		)


def missing_documents(change: Change, now: datetime) -> list[Refusal]:
	"""What has to follow an emergency change: answers, approvals and steps that were left out at its start."""
	gates = (_assessment, _approvals, _steps(ChecklistDue.BEFORE_START))
	return [refusal for gate in gates for refusal in gate(change, now)]


def _gates(change: Change, after: ChangeStatus) -> tuple[Gate, ...]:
	if change.category == ChangeCategory.EMERGENCY and after == ChangeStatus.IN_PROGRESS:
		return (_emergency,)
	if change.category == ChangeCategory.EMERGENCY and after == ChangeStatus.CLOSED:
		return (_outcome, _review, _documents)
	return _GATES.get(after, ())


def _duration(change: Change, now: datetime) -> Iterator[Refusal]:
	if not change.duration:
		yield Refusal("nobody knows how long it takes", "Enter its duration in minutes")
	elif change.duration > change.type.maximum:
		yield Refusal(
			f"it takes {minutes_text(change.duration)}, a {change.type.name} at most"
			f" {minutes_text(change.type.maximum)}",
			"Split it, or change the limit of its type",
		)


def _assessment(change: Change, now: datetime) -> Iterator[Refusal]:
	for question in change.unanswered:
		yield Refusal(f"the risk question “{question}” has no answer", "Answer it")
	if change.type.asks_modification and not change.modification_answered:
		yield Refusal(
			"nobody has said whether it is a substantial modification (Regulation (EU) 2023/1230)",
			"Answer Yes or No, and say why",
		)


def _plan(change: Change, now: datetime) -> Iterator[Refusal]:
	if change.span is None:
		yield Refusal("it has no planned start", "Find a window and take one of its times")
	elif change.window is None:
		yield Refusal(change.window_refusal, "Find a window that fits and plan it there")


def _collisions(change: Change, now: datetime) -> Iterator[Refusal]:
	for collision in change.collisions:
		if not collision.resolution:
			yield Refusal(
				f"{collision.obstacle.kind}: {collision.obstacle.text}",
				"Choose another time, or let an approver accept the collision with a reason",
			)


def _approvals(change: Change, now: datetime) -> Iterator[Refusal]:
	if change.category != ChangeCategory.STANDARD:
		yield from missing_approvals(change.type.approval, change.approvals, change.electorate)
	elif not change.has_approved_template:
		yield Refusal(
			"a Standard change needs an approved template of its type, for its CIs and its length, that its requester"
			" has not approved",
			"Choose one, or make the change Normal",
		)


def _artefacts(change: Change, now: datetime) -> Iterator[Refusal]:
	yield from missing_artefacts(change.type.artefacts, change.artefacts, change.cis, now)


def _steps(due: ChecklistDue, *, in_emergency: bool = False) -> Gate:
	def gate(change: Change, now: datetime) -> Iterator[Refusal]:
		for step in change.checklist:
			if step.due == due and not step.done and (step.in_emergency or not in_emergency):
				yield Refusal(
					f"the {_STEP_NAMES[step.kind]} “{step.text}” is open",
					"Do it and tick it off",
				)

	return gate


_STEP_NAMES = {
	ChecklistKind.LOCK_OUT: "lock-out/tag-out step",
	ChecklistKind.PERMIT: "permit to work",
	ChecklistKind.SAFETY_QUESTION: "safety question",
	ChecklistKind.TEST_AFTER: "test",
	ChecklistKind.OTHER: "step",
}


def _tasks(change: Change, now: datetime) -> Iterator[Refusal]:
	for task in change.tasks:
		if not task.done:
			whose = f" of {task.assigned_to}" if task.assigned_to else ""
			yield Refusal(f"the task “{task.text}”{whose} is open", "Do it and tick it off")


def _emergency(change: Change, now: datetime) -> Iterator[Refusal]:
	allowed = change.type.emergency_roles
	if not allowed:
		yield Refusal(f"a {change.type.name} is never an emergency", "Make it a Normal change")
	elif change.actor.roles.isdisjoint(allowed):
		yield Refusal(
			f"{change.actor.user} may not start an emergency {change.type.name}",
			f"Let {one_of(allowed)} start it",
		)
	if not change.reason:
		yield Refusal("nobody has said why it is an emergency", "Enter the reason")
	yield from _steps(ChecklistDue.BEFORE_START, in_emergency=True)(change, now)


def _reason(change: Change, now: datetime) -> Iterator[Refusal]:
	if not change.reason:
		yield Refusal("the reason is missing", "Enter it")


def _way_back(change: Change, now: datetime) -> Iterator[Refusal]:
	if not change.restored:
		yield Refusal(
			"nobody has said what was restored",
			"Choose the restored program version, or describe what was restored",
		)


def _outcome(change: Change, now: datetime) -> Iterator[Refusal]:
	if change.outcome is None:
		yield Refusal("its outcome is missing", f"Choose {', '.join(ChangeOutcome)}")


def _review(change: Change, now: datetime) -> Iterator[Refusal]:
	if not change.review:
		yield Refusal("an emergency change is always reviewed, and there is no review", "Write the review")


def _documents(change: Change, now: datetime) -> Iterator[Refusal]:
	yield from missing_documents(change, now)


_GATES: dict[ChangeStatus, tuple[Gate, ...]] = {
	ChangeStatus.ASSESSED: (_duration, _assessment),
	ChangeStatus.IN_APPROVAL: (_duration, _assessment, _plan, _collisions),
	ChangeStatus.SCHEDULED: (_duration, _assessment, _plan, _collisions, _approvals),
	ChangeStatus.IN_PROGRESS: (
		_duration,
		_assessment,
		_plan,
		_collisions,
		_approvals,
		_artefacts,
		_steps(ChecklistDue.BEFORE_START),
	),
	ChangeStatus.VERIFIED: (_steps(ChecklistDue.BEFORE_VERIFIED), _tasks),
	ChangeStatus.ROLLED_BACK: (_reason, _way_back),
	ChangeStatus.CLOSED: (_outcome,),
	ChangeStatus.REJECTED: (_reason,),
	ChangeStatus.CANCELLED: (_reason,),
}
