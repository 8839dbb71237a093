"""Post incident reviews: the named durations of a stop, stops that resemble it, and what completes a review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import ActionEffect

REMIND_EVERY = timedelta(days=7)


@dataclass(frozen=True)
class StopTimes:
	"""The moments of a stop as far as they are known (ISO 22400, ITIL 4)."""

	onset: datetime
	detected: datetime
	notified: datetime | None = None
	acknowledged: datetime | None = None
	dispatched: datetime | None = None
	restored: datetime | None = None

	def detected_after(self) -> timedelta | None:
		return _between(self.onset, self.detected)

	def acknowledged_after(self) -> timedelta | None:
		return _between(self.detected, self.acknowledged)

	def dispatched_after(self) -> timedelta | None:
		"""From the notification, from which the dispatch clock runs; from the detection where nobody was notified."""
		return _between(self.notified or self.detected, self.dispatched)

	def restored_after(self) -> timedelta | None:
		"""Time to restoration, from the onset."""
		return _between(self.onset, self.restored)


def _between(start: datetime, end: datetime | None) -> timedelta | None:
	return None if end is None else max(end - start, timedelta(0))


@dataclass(frozen=True)
class StopTraits:
	"""What stops are compared by."""

	name: str
	ci: str
	ci_class: str
	kind: str
	lines: frozenset[str]
	onset: datetime


def resemblance(stop: StopTraits, other: StopTraits) -> tuple[int, str] | None:
	"""(rank, the lower the closer; why) of another stop of the same kind, or None where it has nothing in common."""
	if other.name == stop.name or other.kind != stop.kind:
		return None
	if other.ci == stop.ci:
		return 0, "the same CI"
	if other.ci_class and other.ci_class == stop.ci_class:
		common = sorted(stop.lines & other.lines)
		if common:
			return 1, f"the same class of CI on {common[0]}"
		return 2, "the same class of CI"
	return None


def similar_stops(stop: StopTraits, others: Iterable[StopTraits], most: int) -> list[tuple[StopTraits, str]]:
	"""The earlier stops that resemble one most, with the reason; of equal ones the newest first."""
	ranked = [
		(found[0], stop.onset - other.onset, other, found[1])
		for other in others
		if other.onset < stop.onset and (found := resemblance(stop, other)) is not None
	]
	ranked.sort(key=lambda entry: (entry[0], entry[1], entry[2].name))
	return [(other, why) for _rank, _age, other, why in ranked[:most]]


@dataclass(frozen=True)
class Action:
	"""An action of a review. place: its row, from 1. effect_check_days: 0 for no check."""

	place: int
	due_on: date
	done_on: date | None
	effect_check_days: int
	effect: ActionEffect | None

	@property
	def effect_check_on(self) -> date | None:
		"""The day on which the effect of a done action is looked at."""
		if self.done_on is None or not self.effect_check_days:
			return None
		return self.done_on + timedelta(days=self.effect_check_days)

	def reminder_on(self, today: date, reminded_on: date | None) -> str | None:
		"""What somebody is to be reminded of today: once when it is due, then each week until it is done."""
		if reminded_on is not None and today < reminded_on + REMIND_EVERY:
			return None
		if self.done_on is None:
			return f"due on {self.due_on}" if self.due_on <= today else None
		check = self.effect_check_on
		if check is not None and check <= today and self.effect is None:
			return f"done on {self.done_on}: check whether it has helped"
		return None


def check_actions(name: str, actions: Sequence[Action], today: date) -> None:
	"""Refuse an action done in the future, and an effect that is judged before the action is done."""
	for action in actions:
		row = f"{name}, actions row {action.place}"
		if action.done_on is not None and action.done_on > today:
			raise InvalidRecordError(
				f"{row}: done on {action.done_on} lies in the future. Enter it when the action is done."
			)
		if action.effect is not None and action.done_on is None:
			raise InvalidRecordError(
				f"{row}: effect {action.effect} is judged, but the action is not done. Enter done on first."
			)


def check_completion(
	name: str, *, ended: bool, root_cause: str, actions: int, no_action_because: str
) -> None:
	"""Refuse to complete a review of a stop that lasts, without a root cause, or without an action or its reason."""
	if not ended:
		raise InvalidRecordError(f"{name}: its Line Stop still lasts. Complete the review after its end.")
	if not root_cause:
		raise InvalidRecordError(f"{name}: root cause is empty. Enter what was found, or 'unknown' and why.")
	if not actions and not no_action_because:
		raise InvalidRecordError(
			f"{name}: there is no action. Add one, or say in no action because why none is needed."
		)
