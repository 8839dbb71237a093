"""Redundancy: what depends on a group of CIs fails only when too few of its members are up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import MinUpUnit


@dataclass(frozen=True)
class RedundancyGroup:
	"""`min_up` members, or that percentage of them, must be up; a member is up that has neither failed nor is affected.

	`cis`, `lines` and `segments` depend on the group. A direct way from a member to one of them is covered by the
	group: it carries no failure, the group decides.
	"""

	name: str
	members: tuple[str, ...]
	min_up: int
	unit: MinUpUnit = MinUpUnit.COUNT
	cis: tuple[str, ...] = ()
	lines: tuple[str, ...] = ()
	segments: tuple[str, ...] = ()

	def needed_of(self, members: int) -> int:
		"""How many of so many members must be up. Members that retire lower the number where it cannot be met."""
		return min(needed(self.min_up, self.unit, members), members)


def needed(min_up: int, unit: MinUpUnit, members: int) -> int:
	"""A percentage is rounded up: 50 % of 3 members are 2."""
	return -(-members * min_up // 100) if unit == MinUpUnit.PERCENT else min_up


@dataclass(frozen=True)
class Dependent:
	"""A row of the dependents of a group: exactly one of its fields is meant to be filled."""

	ci: str | None = None
	production_line: str | None = None
	network_segment: str | None = None

	@property
	def names(self) -> list[str]:
		return [name for name in (self.ci, self.production_line, self.network_segment) if name]


def check_redundancy_group(
	name: str, members: Sequence[str], min_up: int, unit: MinUpUnit, dependents: Sequence[Dependent]
) -> None:
	"""Refuse a group that protects nothing, cannot be met, or names somebody twice."""
	what = f"Redundancy Group {name}"
	if not members:
		raise InvalidRecordError(f"{what} has no members. Add the CIs that stand in for each other.")
	_refuse_twice(what, "member", members)
	_check_min_up(what, min_up, unit, len(members))
	_check_dependents(what, dependents)
	for dependent in dependents:
		if dependent.ci in members:
			raise InvalidRecordError(
				f"{what}: {dependent.ci} is a member and cannot depend on its own group. Remove one of the rows."
			)


def _refuse_twice(what: str, role: str, names: Iterable[object]) -> None:
	seen = set()
	for name in names:
		if name in seen:
			raise InvalidRecordError(f"{what}: {name} is listed twice as {role}. Keep one row.")
		seen.add(name)


def _check_min_up(what: str, min_up: int, unit: MinUpUnit, members: int) -> None:
	if unit == MinUpUnit.PERCENT and not 1 <= min_up <= 100:
		reason = f"min up {min_up} % lies outside 1 to 100. Enter a percentage."
	elif unit != MinUpUnit.PERCENT and min_up < 1:
		reason = f"min up {min_up} is below 1. Say how many members must be up."
	elif unit != MinUpUnit.PERCENT and min_up > members:
		reason = (
			f"min up {min_up} is above its {members} member{'' if members == 1 else 's'}. Add members"
			f" or enter {members} or less."
		)
	else:
		return
	raise InvalidRecordError(f"{what}: {reason}", fieldname="min_up", value=min_up)


def _check_dependents(what: str, dependents: Sequence[Dependent]) -> None:
	if not dependents:
		raise InvalidRecordError(
			f"{what}: nothing depends on it. Add the CIs, lines or segments that its members serve."
		)
	for row, dependent in enumerate(dependents, start=1):
		if len(dependent.names) != 1:
			named = ", ".join(dependent.names) or "nothing"
			raise InvalidRecordError(
				f"{what}, dependents row {row} names {named}. Fill in one of CI, production line and network segment."
			)
	_refuse_twice(what, "dependent CI", (row.ci for row in dependents if row.ci))
	_refuse_twice(what, "dependent line", (row.production_line for row in dependents if row.production_line))
	_refuse_twice(
		what, "dependent segment", (row.network_segment for row in dependents if row.network_segment)
	)
