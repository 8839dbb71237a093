"""Who has to agree to a change, and which of the approvals on record count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plant_itsm.domain.change_refusals import Refusal, one_of
from plant_itsm.domain.change_words import ApprovalDecision, ApprovalMode
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.time_spans import Span


@dataclass(frozen=True)
class Person:
	"""A user as they are now. Somebody who has left is not enabled, or has the role no more."""

	user: str
	enabled: bool
	roles: frozenset[str]


@dataclass(frozen=True)
class Delegation:
	"""`to_user` may approve for `from_user` during a time, in a role or, without one, in all."""

	from_user: str
	to_user: str
	during: Span
	role: str | None = None


@dataclass(frozen=True)
class Approval:
	"""A decision. content: the fingerprint of what was approved; another one means that the change has changed."""

	user: str
	decision: ApprovalDecision
	at: datetime
	content: str
	on_behalf_of: str | None = None
	comment: str = ""

	@property
	def approver(self) -> str:
		return self.on_behalf_of or self.user

	def __str__(self) -> str:
		return f"{self.user} for {self.on_behalf_of}" if self.on_behalf_of else self.user


@dataclass(frozen=True)
class ApprovalRule:
	roles: tuple[str, ...]
	mode: ApprovalMode = ApprovalMode.ALL
	quorum: int = 1

	def check(self, what: str) -> None:
		"""Refuse a rule that nobody could fulfil, or that everybody does."""
		if not self.roles:
			raise InvalidRecordError(
				f"{what}: nobody has to approve. Add the roles that do.", fieldname="approver_roles"
			)
		if self.mode == ApprovalMode.QUORUM and self.quorum < 1:
			raise InvalidRecordError(
				f"{what}: quorum {self.quorum} is below 1. Say how many people must approve.",
				fieldname="quorum",
				value=self.quorum,
			)


@dataclass(frozen=True)
class Electorate:
	"""Everything that decides whether an approval counts. barred: who may not approve, as the requester."""

	people: Mapping[str, Person]
	delegations: Sequence[Delegation]
	barred: Collection[str]
	content: str

	def objection(self, approval: Approval, roles: Collection[str]) -> str | None:
		"""Why an approval does not count; None where it does."""
		if not self.barred_names(approval).isdisjoint(self.barred):
			return f"{approval} cannot approve an own change"
		for user in (approval.user, approval.approver):
			person = self.people.get(user)
			if person is None or not person.enabled:
				return f"{user} has left"
		if not self.roles_of(approval) & set(roles):
			return f"{approval} has none of the roles {', '.join(roles)}"
		if approval.content != self.content:
			return f"{approval} has approved the change before it was changed"
		return None

	def roles_of(self, approval: Approval) -> set[str]:
		"""The roles that the approver acts in: those of the delegator that are delegated at that time."""
		own = self.people[approval.approver].roles
		if approval.on_behalf_of is None:
			return set(own)
		given = [
			delegation.role
			for delegation in self.delegations
			if (delegation.from_user, delegation.to_user) == (approval.on_behalf_of, approval.user)
			and delegation.during.holds(approval.at)
		]
		return set(own) if None in given else {role for role in given if role in own}

	@staticmethod
	def barred_names(approval: Approval) -> set[str]:
		return {approval.user, approval.approver}


def missing_approvals(
	rule: ApprovalRule, approvals: Iterable[Approval], electorate: Electorate
) -> Iterator[Refusal]:
	"""What is missing before a change counts as approved, with the approvals that do not count and why."""
	given = list(approvals)
	objections = {id(one): electorate.objection(one, rule.roles) for one in given}
	for rejected in given:
		if rejected.decision == ApprovalDecision.REJECTED and objections[id(rejected)] is None:
			yield Refusal(f"{rejected} has rejected it: {rejected.comment}", "Reject or plan it anew")
	counted = [
		one for one in given if objections[id(one)] is None and one.decision == ApprovalDecision.APPROVED
	]
	notes = [text for text in objections.values() if text]
	for missing in _missing(rule, {one.user: electorate.roles_of(one) for one in counted}):
		why = f" ({'; '.join(notes)})" if notes else ""
		yield Refusal(f"{missing}{why}", "Ask somebody with that role to approve it, or a delegate of theirs")


def _missing(rule: ApprovalRule, counted: Mapping[str, set[str]]) -> Iterator[str]:
	if rule.mode == ApprovalMode.ALL:
		for role in unfilled(rule.roles, list(counted.values())):
			yield f"the approval of {one_of([role])} is missing"
	elif rule.mode == ApprovalMode.ANY:
		if not counted:
			yield f"the approval of {one_of(rule.roles)} is missing"
	elif len(counted) < rule.quorum:
		yield f"{len(counted)} of {rule.quorum} approvals by {', '.join(rule.roles)} are given"


def unfilled(roles: Sequence[str], people: Sequence[Collection[str]]) -> list[str]:
	"""The roles that are left when each person, given by the roles they have, stands for one; as few as can be.

	Four eyes see more than two: who has both roles fills one of them.
	"""
	if not roles:
		return []
	first, rest = roles[0], roles[1:]
	best = [first, *unfilled(rest, people)]
	for place, held in enumerate(people):
		if first in held:
			others = [*people[:place], *people[place + 1 :]]
			best = min(best, unfilled(rest, others), key=len)
	return best
