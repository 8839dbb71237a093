"""Capital Assets: what the guidance for their kind proposes, and the depreciation of their components on demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plant_itsm.domain.cost_ledger import cost_object_of
from plant_itsm.domain.depreciation import Component, DepreciationMethod, Revision, ScheduleLine, schedule
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.months import Month, months_between
from plant_itsm.domain.showback import CAPEX
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.production_output import good_units

DOCTYPE = "Capital Asset"
GUIDANCE = "Spend Guidance"
EITHER = "CapEx or OpEx"


@dataclass(frozen=True)
class Part:
	"""A component with the changes of its estimate, in the order of their days."""

	component: Component
	revisions: tuple[Revision, ...]


def parts(record: Mapping[str, Any]) -> list[Part]:
	"""The components of an asset. Raises InvalidRecordError for a revision of one that it does not have."""
	rows = record["components"]
	names = Counter(row["component"] for row in rows)
	what = f"{DOCTYPE} {record.get('asset_name') or ''}".strip()
	for name, times in names.items():
		if times > 1:
			raise InvalidRecordError(
				f"{what}: component {name} is named {times} times. Give what replaces a part another name."
			)
	for row in record["revisions"]:
		if row["component"] not in names:
			raise InvalidRecordError(
				f"{what}: {row['component']!r} is revised but no component of it. Choose one of: {', '.join(names)}."
			)
	return [Part(_component(row), _revisions(record, row["component"])) for row in rows]


def _component(row: Mapping[str, Any]) -> Component:
	return Component(
		name=row["component"],
		cost=to_decimal(row["cost"] or 0),
		residual=to_decimal(row["residual"] or 0),
		life_months=row["life_months"] or 0,
		available_on=row["available_on"],
		method=DepreciationMethod(row["method"]),
		units=row["units"] or 0,
		disposed_on=row["disposed_on"],
	)


def _revisions(record: Mapping[str, Any], component: str) -> tuple[Revision, ...]:
	found = (
		Revision(
			row["revised_on"],
			row["life_months_left"] or 0,
			to_decimal(row["residual"] or 0),
			to_decimal(row["impairment"] or 0),
		)
		for row in record["revisions"]
		if row["component"] == component
	)
	return tuple(sorted(found, key=lambda one: one.on))


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""CapEx or OpEx where it was left open, and why: what the guidance for its kind proposes; the currency of rows."""
	guidance = records.get(GUIDANCE, record["asset_kind"])
	if guidance is None:
		raise MissingRecordError(
			f"{GUIDANCE} {record['asset_kind']!r} does not exist. Create it or choose another."
		)
	proposed, reason = guidance["spend_type"], guidance["reason"] or ""
	if not record["spend_type"] and proposed == EITHER:
		raise InvalidRecordError(
			f"{DOCTYPE} {record['asset_name']}: {record['asset_kind']} may be {EITHER}. {reason} Choose the spend type."
		)
	return {
		"spend_type": record["spend_type"] or proposed,
		"guidance": f"{proposed}. {reason} {_usual_life(guidance)}".strip(),
		**{
			table: [{**row, "currency": record["currency"]} for row in record[table]]
			for table in ("components", "revisions")
		},
	}


def _usual_life(guidance: Record) -> str:
	first, last = guidance["life_years_from"], guidance["life_years_to"]
	return f"Usual life {first} to {last} years." if first and last else ""


def check(records: Records, record: Record) -> None:
	"""Refuse components, revisions, and a cost object that cannot be."""
	cost_object_of(f"{DOCTYPE} {record['asset_name']}", record["production_line"], record["cost_pool"])
	for part in parts(record):
		schedule(part.component, part.revisions)


def is_depreciated(record: Record) -> bool:
	return bool(record["spend_type"] == CAPEX)


def schedules(
	records: Records, record: Record, last: Month
) -> Iterator[tuple[Component, list[ScheduleLine]]]:
	"""The schedule of each component. Units of production follow what the asset's line has made, until `last`."""
	for part in parts(record):
		made = _units(records, record, part.component, last)
		yield part.component, schedule(part.component, part.revisions, made)


def _units(records: Records, record: Record, component: Component, last: Month) -> dict[Month, int]:
	line = record["production_line"]
	if component.method != DepreciationMethod.UNITS_OF_PRODUCTION or not line:
		return {}
	months = months_between(Month.of(component.available_on), last)
	return {month: good_units(records, line, month, month) or 0 for month in months}
