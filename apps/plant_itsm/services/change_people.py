"""The people of changes: what they may approve now, and who stands in for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from plant_itsm.domain.change_approvals import Delegation, Person
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Records

DELEGATION = "Change Delegation"


def people_of(records: Records, users: Iterable[str | None]) -> dict[str, Person]:
	"""Users with their roles of today; who is no user any more is left out."""
	names = sorted({user for user in users if user})
	roles: dict[str, set[str]] = defaultdict(set)
	if names:
		for row in records.find("Has Role", {"parenttype": "User", "parent": ("in", names)}):
			roles[row["parent"]].add(row["role"])
	return {
		row["name"]: Person(row["name"], bool(row["enabled"]), frozenset(roles[row["name"]]))
		for row in records.find("User", {"name": ("in", names)})
	}


def delegations_to(records: Records, users: Iterable[str]) -> list[Delegation]:
	return [
		Delegation(
			row["from_user"], row["to_user"], Span(row["starts_at"], row["ends_at"]), row["role"] or None
		)
		for row in records.find(DELEGATION, {"to_user": ("in", sorted(set(users)))})
	]
