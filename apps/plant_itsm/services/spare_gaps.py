"""Single points of failure without a tested spare: what stops lines by itself, and nothing stands ready for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plant_itsm.domain.single_points import SinglePoint
from plant_itsm.ports import Records
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.spares import SpareUnit, parts_for, ready_units

MOST_POINTS = 500


@dataclass(frozen=True)
class Uncovered:
	"""A CI whose failure alone stops lines and for which no tested unit stands ready. why: what is missing."""

	ci: str
	lines: tuple[str, ...]
	why: str


def without_tested_spare(records: Records, model: ImpactModel, now: datetime) -> list[Uncovered]:
	"""Those that stop most lines first. What a redundancy group bears is no single point of failure."""
	points = [point for point in model.single_points_of_failure(now, MOST_POINTS) if point.risk.stops]
	return sorted(_uncovered(records, points, now.date()), key=lambda one: (-len(one.lines), one.ci))


def _uncovered(records: Records, points: Sequence[SinglePoint], today: date) -> Iterator[Uncovered]:
	for point in points:
		units = ready_units(records, point.ci, today)
		if not any(unit.tested and not unit.mismatches for unit in units):
			yield Uncovered(point.ci, tuple(point.risk.stops), _why(records, point.ci, units))


def _why(records: Records, ci: str, units: Sequence[SpareUnit]) -> str:
	if not parts_for(records, ci):
		return "no spare part fits it"
	if not units:
		return "no unit stands ready"
	return "; ".join(
		f"{unit.name}: {', '.join(unit.mismatches) or 'no test that has been passed counts any more'}"
		for unit in units
	)
