"""Figures of changes that have ended: how many succeeded, kept to their windows, and waited for approval how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from plant_itsm.domain.change_words import ChangeOutcome

WITHIN, OVERRUN, OUTSIDE = "Within its window", "Overrun", "No window"


@dataclass(frozen=True)
class EndedChange:
	"""outcome: None where nobody has said it yet. stops: how many stops it is accepted to have caused."""

	change_type: str
	outcome: ChangeOutcome | None
	stops: int = 0

	@property
	def is_success(self) -> bool:
		"""It did what it was meant to, and stopped nothing afterwards."""
		return self.outcome == ChangeOutcome.SUCCESSFUL and not self.stops

	@property
	def is_judged(self) -> bool:
		return self.outcome is not None or bool(self.stops)


def success_rate(changes: Iterable[EndedChange]) -> Decimal | None:
	"""Successes / changes whose outcome is known; None where there are none."""
	judged = [change for change in changes if change.is_judged]
	return Decimal(sum(change.is_success for change in judged)) / len(judged) if judged else None


def compliance(window: str | None, overrun_minutes: int) -> str:
	"""Whether a change that was started kept to a window."""
	if not window:
		return OUTSIDE
	return OVERRUN if overrun_minutes else WITHIN


def lead_times(spans: Iterable[tuple[datetime, datetime]]) -> list[timedelta]:
	"""From asking for approval to having it, the shortest first."""
	return sorted(approved - asked for asked, approved in spans)


def quantile(ordered: Sequence[timedelta], share: Decimal) -> timedelta | None:
	"""The smallest of the values that at least a share of them do not exceed (nearest rank); None of none."""
	if not ordered:
		return None
	return ordered[max(ceil(share * len(ordered)), 1) - 1]
