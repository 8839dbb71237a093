"""The history of Condition Indicators as charts: values over time, and the limits of the zones as lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plant_itsm.domain.condition_trends import Rollup, Zone
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.maintenance_words import RollupPeriod, Severity
from plant_itsm.ports import Record, Records
from plant_itsm.services.condition_indicators import DOCTYPE, history_of, zones_of
from plant_itsm.services.lines import zone_of_site

MOST_POINTS = 120
"""More would be thinner than the lines of a chart."""


@dataclass(frozen=True)
class ConditionChart:
	"""points: (start of the period, what was measured in it), ascending, the newest that are kept; times in the zone
	of the site of the CI."""

	indicator: Record
	period: RollupPeriod
	points: tuple[tuple[datetime, Rollup], ...]
	zones: tuple[Zone, ...]

	def as_json(self) -> dict[str, Any]:
		"""{indicator, quantity, unit, last_value, zone, severity, text, period, labels, means, highest,
		limits: [{label, value}]}"""
		return {
			**{name: self.indicator[name] for name in ("quantity", "unit", "last_value", "zone")},
			"indicator": self.indicator["name"],
			"severity": self.severity and str(self.severity),
			"text": self.text,
			"period": str(self.period),
			"labels": [self._label(at) for at, _ in self.points],
			"means": [round(rolled.mean, 6) for _, rolled in self.points],
			"highest": [rolled.highest for _, rolled in self.points],
			"limits": [
				{"label": f"{zone.name}: {zone.severity}", "value": zone.above} for zone in self.zones[1:]
			],
		}

	def _label(self, at: datetime) -> str:
		return f"{at:%m-%d}" if self.period == RollupPeriod.DAY else f"{at:%m-%d %H:%M}"

	@property
	def severity(self) -> Severity | None:
		return next((zone.severity for zone in self.zones if zone.name == self.indicator["zone"]), None)

	@property
	def text(self) -> str:
		"""What the chart shows, in words."""
		if self.indicator["last_at"] is None:
			return "nothing has been measured yet"
		value = f"{self.indicator['last_value']:g} {self.indicator['unit']}"
		if self.severity is None:
			return f"{value}, without zones"
		above = [zone for zone in self.zones if zone.above > self.indicator["last_value"]]
		left = (
			f", {above[0].above - self.indicator['last_value']:g} below zone {above[0].name}" if above else ""
		)
		return f"{value}: zone {self.indicator['zone']}, {self.severity.lower()}{left}"


def history(records: Records, indicator: str, period: RollupPeriod) -> ConditionChart:
	"""Raises MissingRecordError."""
	record = records.get(DOCTYPE, indicator)
	if record is None:
		raise MissingRecordError(f"{DOCTYPE} {indicator!r} does not exist. Check the name.")
	ci = records.get("OT CI", record["ci"]) or {}
	zone = zone_of_site(records, ci.get("plant_site"))
	points = history_of(records, indicator, period)[-MOST_POINTS:]
	if period == RollupPeriod.HOUR:  # a day is a day of UTC, wherever the CI stands
		points = [(at.astimezone(zone), rolled) for at, rolled in points]
	return ConditionChart(record, period, tuple(points), tuple(zones_of(records, record["zone_set"])))


def conditions_of_ci(records: Records, ci: str) -> list[ConditionChart]:
	"""The indicators of a CI by day, by hour where there is but one day; the worst first."""
	charts = [_of_ci(records, row["name"]) for row in records.find(DOCTYPE, {"ci": ci})]
	ranks = list(Severity)
	return sorted(charts, key=lambda one: -ranks.index(one.severity) if one.severity else 1)


def _of_ci(records: Records, indicator: str) -> ConditionChart:
	by_day = history(records, indicator, RollupPeriod.DAY)
	return by_day if len(by_day.points) > 1 else history(records, indicator, RollupPeriod.HOUR)
