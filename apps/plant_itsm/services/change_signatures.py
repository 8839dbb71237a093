"""Approvals as rows of a record: the server signs new ones, and nobody touches old ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from plant_itsm.domain.change_approvals import Approval, Electorate
from plant_itsm.domain.change_words import ApprovalDecision
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_people import delegations_to, people_of

_SIGNED_FIELDS = ("user", "on_behalf_of", "decision", "decided_at", "content", "comment")


@dataclass(frozen=True)
class Signing:
	"""Who signs what and when. barred: who has requested or entered it. content: its fingerprint."""

	what: str
	actor: str | None
	barred: Collection[str | None]
	content: str
	at: datetime


def signed_rows(old: Sequence[Record], rows: Sequence[Record], signing: Signing) -> list[Record]:
	"""The rows with new ones signed. Raises InvalidRecordError when an old one was touched or a new one forged."""
	kept = rows[: len(old)]
	if [_signature(row) for row in kept] != [_signature(row) for row in old]:
		raise InvalidRecordError(
			f"{signing.what}: an approval on record was changed or removed. Undo that, and add a new row to decide"
			" anew.",
			fieldname="approvals",
		)
	return [*kept, *(_signed(row, signing) for row in rows[len(old) :])]


def _signature(row: Record) -> tuple[object, ...]:
	return tuple(row.get(fieldname) or None for fieldname in _SIGNED_FIELDS)


def _signed(row: Record, signing: Signing) -> Record:
	actor, what = signing.actor, signing.what
	if not actor or row.get("user") not in (None, "", actor):
		raise _refused(
			f"{what}: {actor or 'nobody'} cannot sign for {row.get('user')}. Log in as {row.get('user')}, or have a"
			" Change Delegation and fill in On Behalf Of."
		)
	if not {actor, row.get("on_behalf_of")}.isdisjoint(signing.barred):
		raise _refused(f"{what}: {actor} has requested it and cannot approve it. Ask somebody else.")
	if not (row.get("comment") or "").strip() and row["decision"] == ApprovalDecision.REJECTED:
		raise _refused(f"{what}: a rejection needs a comment. Say what would have to change.")
	return row | {"user": actor, "decided_at": signing.at, "content": signing.content}


def _refused(text: str) -> InvalidRecordError:
	return InvalidRecordError(text, fieldname="approvals")


def approvals_of(rows: Iterable[Record]) -> list[Approval]:
	"""Those that are signed."""
	return [
		Approval(
			user=row["user"] or "",
			decision=ApprovalDecision(row["decision"]),
			at=row["decided_at"],
			content=row["content"] or "",
			on_behalf_of=row["on_behalf_of"] or None,
			comment=row["comment"] or "",
		)
		for row in rows
		if row["decided_at"]
	]


def electorate_of(
	records: Records,
	approvals: Sequence[Approval],
	barred: Iterable[str | None],
	content: str,
	others: Iterable[str | None] = (),
) -> Electorate:
	"""What decides whether approvals count. others: people that are asked for besides."""
	users = {user for one in approvals for user in (one.user, one.approver)}
	return Electorate(
		people_of(records, {*users, *others}),
		delegations_to(records, [one.user for one in approvals if one.on_behalf_of]),
		{user for user in barred if user},
		content,
	)
