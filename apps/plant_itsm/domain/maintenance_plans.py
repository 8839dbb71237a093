"""Maintenance plans: when work is due by the calendar or by use, and which plans share a visit.

A plan may be done `tolerance_days` before or after it is due. Visits are as few as possible: taken in the order of
their latest days, each plan joins the visit before it as long as its earliest day lets it (the greedy cover of
intervals by points, which is optimal).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.maintenance_words import PlanBasis, Rhythm, UsageSource

FARTHEST_DAYS = 36_525
"""A hundred years; what is due beyond is not planned."""


class Usage(NamedTuple):
	"""Use since the last time and lately a day, in the unit of the plan. explanation: where the figures come from."""

	used: float
	per_day: float
	explanation: str


class Due(NamedTuple):
	"""on: None where it cannot be told, for example of what is not used."""

	on: date | None
	explanation: str


def due_by_calendar(counts_from: date, every_days: float) -> Due:
	days = math.floor(every_days)
	if days > FARTHEST_DAYS:
		return Due(None, f"{days} days lie beyond what is planned")
	on = counts_from + timedelta(days=days)
	return Due(on, f"{counts_from} + {days} days = {on}")


def due_by_use(usage: Usage, every: float, unit: str, today: date) -> Due:
	"""On which day the use reaches `every`, at the use per day of lately; today where it has."""
	left = every - usage.used
	said = f"{usage.used:,.6g} of {every:,.6g} {unit} used ({usage.explanation})"
	if left <= 0:
		return Due(today, f"{said}: due now")
	if usage.per_day <= 0 or left / usage.per_day > FARTHEST_DAYS:
		return Due(None, f"{said}; it is not used at present, so no day can be told")
	days = math.floor(left / usage.per_day)
	on = today + timedelta(days=days)
	return Due(on, f"{said}; {left:,.6g} left ÷ {usage.per_day:,.4g} a day = {days} days from {today}")


def next_counts_from(rhythm: Rhythm, due_on: date, done_on: date, every_days: float) -> date:
	"""The day from which a plan by the calendar counts after it was done. What was missed is not made up for: a fixed
	rhythm goes on with the first day of it after the work."""
	days = math.floor(every_days)
	if rhythm == Rhythm.FROM_COMPLETION:
		return done_on
	late = (done_on - due_on).days
	return due_on + timedelta(days=late // days * days) if late > 0 else due_on


def carried_over(rhythm: Rhythm, used: float, every: float) -> float:
	"""The use that already counts for the next round when a plan by use is done; negative when it was done early."""
	if rhythm == Rhythm.FROM_COMPLETION:
		return 0.0
	return used - every * max(math.floor(used / every), 1)


@dataclass(frozen=True)
class PlannedWork:
	"""When one plan is due, and how many days its work may be done before or after."""

	name: str
	due_on: date
	tolerance_days: int

	@property
	def earliest(self) -> date:
		return self.due_on - timedelta(days=self.tolerance_days)

	@property
	def latest(self) -> date:
		return self.due_on + timedelta(days=self.tolerance_days)


@dataclass(frozen=True)
class Visit:
	"""Plans that are done at once, on any day from `earliest` to `latest`; `on` is the day that suits them best."""

	plans: tuple[PlannedWork, ...]

	@property
	def earliest(self) -> date:
		return max(plan.earliest for plan in self.plans)

	@property
	def latest(self) -> date:
		return min(plan.latest for plan in self.plans)

	@property
	def on(self) -> date:
		"""The day on which the first is due, as near as the tolerance of the others allows."""
		return max(self.earliest, min(plan.due_on for plan in self.plans))


def visits(plans: Iterable[PlannedWork]) -> list[Visit]:
	"""The fewest visits that do each plan within its tolerance, ascending."""
	groups: list[list[PlannedWork]] = []
	for plan in sorted(plans, key=lambda one: (one.latest, one.due_on, one.name)):
		if groups and plan.earliest <= groups[-1][0].latest:
			groups[-1].append(plan)
		else:
			groups.append([plan])
	return [Visit(tuple(group)) for group in groups]


def check_plan(
	what: str, basis: PlanBasis, every: float, tolerance_days: int, source: UsageSource | None
) -> None:
	"""Refuse a rhythm of nothing, tolerances of two times that overlap, and use that nothing counts."""
	if every <= 0 or (basis == PlanBasis.DAYS and every < 1):
		raise InvalidRecordError(
			f"{what}: every {every:g} {basis} is no rhythm. Enter 1 day, or some use, at least.",
			fieldname="every",
			value=every,
		)
	if basis == PlanBasis.DAYS:
		if 2 * tolerance_days >= every:
			raise InvalidRecordError(
				f"{what}: with a tolerance of {tolerance_days} days the time before and the next one overlap."
				f" Enter less than half of {every:g} days.",
				fieldname="tolerance_days",
				value=tolerance_days,
			)
		return
	if source is None:
		raise InvalidRecordError(
			f"{what}: what counts its {basis}? Choose the production of the line, or a Condition Indicator.",
			fieldname="usage_source",
		)
	if source == UsageSource.PRODUCTION and basis == PlanBasis.CYCLES:
		raise InvalidRecordError(
			f"{what}: production counts units and running hours, no cycles. Choose a Condition Indicator.",
			fieldname="usage_source",
			value=source,
		)


METER_UNITS: dict[PlanBasis, Sequence[str]] = {
	PlanBasis.RUNNING_HOURS: ("h", "hours"),
	PlanBasis.CYCLES: ("cycles",),
	PlanBasis.UNITS: ("units", "pcs"),
}


def check_meter_unit(what: str, basis: PlanBasis, meter: str, unit: str) -> None:
	"""Refuse a meter that counts something else."""
	units = METER_UNITS[basis]
	if unit not in units:
		raise InvalidRecordError(
			f"{what}: it counts {basis}, but the values of {meter} are in {unit}."
			f" Choose an indicator with the unit {' or '.join(units)}.",
			fieldname="meter",
			value=meter,
		)
