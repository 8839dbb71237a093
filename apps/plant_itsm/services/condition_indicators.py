"""Condition indicators: the values of a batch rolled up by hour and by day, in as many rows as the settings keep.

The rows of an indicator are two rings: the row of an hour is taken over by the hour that comes so many hours later.
So its history is bounded without anybody clearing up.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from plant_itsm.domain.condition_trends import Rollup, Zone, check_zones, start_of, zone_of
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError, RuleError
from plant_itsm.domain.maintenance_words import RollupPeriod, Severity
from plant_itsm.domain.rules import SignalRule, as_text, finite
from plant_itsm.domain.signals import Reading, key_of
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.maintenance_settings import MaintenanceSettings, maintenance_settings

DOCTYPE = "Condition Indicator"
ROLLUP = "Condition Rollup"
ZONE_SET = "Condition Zone Set"
HOUR_SECONDS, DAY_SECONDS, DAY_HOURS = 3600, 86400, 24


class _Place(NamedTuple):
	indicator: str
	period: RollupPeriod
	start: datetime


class BatchConditions:
	"""Takes the values of one batch. Nothing is written before `save`: no row per message."""

	def __init__(self, records: Records):
		self._records = records
		self._indicators: dict[str, Record] = {}
		self._rolled: dict[_Place, Rollup] = {}
		self._newest: dict[str, tuple[datetime, float]] = {}

	def take(self, rule: SignalRule, reading: Reading) -> str:
		"""Returns what became of it, in words. Raises RuleError for what is no number."""
		value = finite(reading.value)
		if value is None:
			raise RuleError(
				f"Signal Rule {rule.name}: {as_text(reading.value)!r} is no number that a Condition Indicator can hold:"
				" check its value path"
			)
		return self._keep(self._indicator(rule), reading.at, value)

	def add(self, name: str, at: datetime, value: float) -> str:
		"""Take a value that a person has measured. Raises MissingRecordError."""
		indicator = self._records.get(DOCTYPE, name)
		if indicator is None:
			raise MissingRecordError(f"{DOCTYPE} {name!r} does not exist. Check the name.")
		self._indicators[name] = indicator
		return self._keep(indicator, at, value)

	def _keep(self, indicator: Record, at: datetime, value: float) -> str:
		name = indicator["name"]
		for period in RollupPeriod:
			place = _Place(name, period, start_of(period, at))
			rolled = Rollup.of(value)
			self._rolled[place] = self._rolled[place] + rolled if place in self._rolled else rolled
		newest = self._newest.get(name, (indicator["last_at"], 0.0))[0]
		if newest is None or at > newest:
			self._newest[name] = at, value
		return f"{value:g} {indicator['unit']} for {name}"

	def _indicator(self, rule: SignalRule) -> Record:
		name = rule.condition_indicator
		if name not in self._indicators:
			found = self._records.get(DOCTYPE, name)
			if found is None or found["ci"] != rule.ci:
				raise RuleError(
					f"Signal Rule {rule.name}: Condition Indicator {name!r} is gone or not one of OT CI {rule.ci}."
					" Choose one of that CI."
				)
			self._indicators[name] = found
		return self._indicators[name]

	def save(self) -> None:
		if not self._rolled:
			return
		settings = maintenance_settings(self._records)
		for place in sorted(self._rolled):
			_add(self._records, settings, place, self._rolled[place])
		for name, (at, value) in self._newest.items():
			self._records.update_many(DOCTYPE, [name], self._now(self._indicators[name], at, value))
		self._rolled.clear()
		self._newest.clear()
		self._indicators.clear()

	def _now(self, indicator: Record, at: datetime, value: float) -> Record:
		zone = zone_of(zones_of(self._records, indicator["zone_set"]), value)
		name = zone.name if zone else None
		since = indicator["zone_since"] if name == indicator["zone"] else at
		severity = zone.severity if zone else None
		return {"last_value": value, "last_at": at, "zone": name, "severity": severity, "zone_since": since}


def record_measurement(ports: Ports, indicator: str, value: float, at: datetime | None = None) -> Record:
	"""Keep a value that a person has measured, now or at a moment before. Returns the indicator as it stands then.

	Raises InvalidRecordError for a moment to come, and for what is no number; MissingRecordError.
	"""
	now = ports.clock.now()
	moment = at or now
	if moment > now or finite(value) is None:
		raise InvalidRecordError(
			f"{DOCTYPE} {indicator}: {value:g} at {moment:%Y-%m-%d %H:%M %Z} cannot have been measured."
			" Enter a number, and a time that has passed.",
			fieldname="last_value",
			value=value,
		)
	with ports.records.transaction():
		batch = BatchConditions(ports.records)
		batch.add(indicator, moment.replace(microsecond=0), value)
		batch.save()
		return ports.records.get(DOCTYPE, indicator) or {}


def zones_of(records: Records, zone_set: str | None) -> list[Zone]:
	record = records.get(ZONE_SET, zone_set) if zone_set else None
	return _zones(record) if record else []


def _zones(record: Record) -> list[Zone]:
	rows = record.get("zones") or ()
	return [Zone(row["zone"], row["above"] or 0.0, Severity(row["severity"])) for row in rows]


def _add(records: Records, settings: MaintenanceSettings, place: _Place, more: Rollup) -> None:
	key = key_of(place.indicator, place.period, str(_seat(settings, place)))
	known = records.find(ROLLUP, {"rollup_key": key}, limit=1)
	if not known:
		identity = {
			"rollup_key": key,
			"condition_indicator": place.indicator,
			"period": place.period,
			"starts_at": place.start,
		}
		records.insert(ROLLUP, {**identity, **_values(more)})
		return
	(row,) = known
	if row["starts_at"] == place.start:
		records.update(ROLLUP, row["name"], _values(rollup_of(row) + more))
	elif row["starts_at"] < place.start:  # else the value is older than what is kept
		records.update(ROLLUP, row["name"], {"starts_at": place.start, **_values(more)})


def _seat(settings: MaintenanceSettings, place: _Place) -> int:
	"""Which row of the ring a period has."""
	seconds = int(place.start.timestamp())
	if place.period == RollupPeriod.HOUR:
		return seconds // HOUR_SECONDS % (settings.hourly_days * DAY_HOURS)
	return seconds // DAY_SECONDS % settings.daily_days


def rollup_of(row: Record) -> Rollup:
	return Rollup(row["readings"], row["total"], row["lowest"], row["highest"])


def _values(rolled: Rollup) -> Record:
	return {
		"readings": rolled.readings,
		"total": rolled.total,
		"lowest": rolled.lowest,
		"highest": rolled.highest,
	}


def history_of(records: Records, indicator: str, period: RollupPeriod) -> list[tuple[datetime, Rollup]]:
	"""The hours or days that are kept, ascending."""
	filters = {"condition_indicator": indicator, "period": period}
	rows = records.find(ROLLUP, filters, order_by="starts_at")
	return [(row["starts_at"], rollup_of(row)) for row in rows]


def check_zone_set(_: Records, record: Record) -> None:
	check_zones(f"Condition Zone Set {record['set_name']}", _zones(record))


def check_indicator(records: Records, record: Record) -> None:
	"""Refuse zones in another unit than the values."""
	zone_set = records.get(ZONE_SET, record["zone_set"]) if record.get("zone_set") else None
	if zone_set is not None and zone_set["unit"] != record["unit"]:
		raise InvalidRecordError(
			f"Condition Indicator {record['indicator_name']}: its values are in {record['unit']}, the limits of"
			f" {zone_set['name']} in {zone_set['unit']}. Enter the same unit, or choose other zones.",
			fieldname="unit",
			value=record["unit"],
		)
