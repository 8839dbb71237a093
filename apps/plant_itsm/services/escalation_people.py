"""The people behind a step of an Escalation Policy; who stands in when there are none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from plant_itsm.domain.escalation import EscalationStep
from plant_itsm.domain.vocabulary import Channel, EscalationTarget
from plant_itsm.ports import Records
from plant_itsm.services.lines import audience_of, enabled_users, users_with_role
from plant_itsm.services.on_call import on_call

STAND_INS = ("Plant Admin", "System Manager")
"""Roles that are told when a step reaches nobody, the first that has people."""


WEBHOOKS = "the Webhooks for Escalation Run"
"""They are called by what writes the run, and by nobody else."""


@dataclass(frozen=True)
class People:
	"""notes: why others are told than the step names."""

	users: tuple[str, ...]
	told: str
	notes: tuple[str, ...] = ()


def people_for(records: Records, step: EscalationStep, lines: Iterable[str], moment: datetime) -> People:
	"""Whom a step tells now; the stand-ins where it reaches nobody any more."""
	if step.channel == Channel.WEBHOOK:
		return People((), WEBHOOKS)
	users = users_of(records, step, lines, moment)
	if users:
		return People(users, ", ".join(users))
	missing = f"{step.target} {step.who or ''}".strip()
	for role in STAND_INS:
		users = with_role(records, role)
		if users:
			return People(users, ", ".join(users), (f"{missing} reaches nobody, so {role} was told",))
	return People((), "", (f"{missing} reaches nobody, and nobody has the role {' or '.join(STAND_INS)}",))


def users_of(
	records: Records, step: EscalationStep, lines: Iterable[str], moment: datetime
) -> tuple[str, ...]:
	"""The enabled users that a step names, for lines at a moment."""
	if step.target == EscalationTarget.ROLE:
		return with_role(records, step.who or "")
	if step.target == EscalationTarget.USER:
		return enabled_users(records, [step.who] if step.who else [])
	if step.target == EscalationTarget.LINE_RESPONSIBLES:
		return audience_of(records, lines).users
	return on_call(records, lines, step.who, moment)


def with_role(records: Records, role: str) -> tuple[str, ...]:
	return enabled_users(records, users_with_role(records, role))
