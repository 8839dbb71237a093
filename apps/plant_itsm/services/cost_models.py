"""Line Stop Cost Models as the domain sees them, with what cost components of other apps add to each version."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

from plant_itsm.domain.cost_models import (
	MINUTE_SECONDS,
	CostModel,
	HourlyPart,
	HourlyRates,
	OncePart,
	PenaltyStep,
	RateVariant,
)
from plant_itsm.domain.money import to_decimal
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import calendar_of

DOCTYPE = "Line Stop Cost Model"
RATES, PENALTIES = "Line Stop Cost Rate", "Penalty Step"
SOURCES = (DOCTYPE, RATES, PENALTIES)
COMPONENTS_HOOK = "plant_itsm_cost_components"
"""Dotted paths of functions that return further parts of a version; see docs/line-stop.md."""
log = logging.getLogger(__name__)
CostComponent = Callable[[Mapping[str, Any]], Iterable[HourlyPart | OncePart]]


def cost_model(record: Record, components: Iterable[str] = ()) -> CostModel:
	"""A version from its record with child rows, and what the components, by their dotted paths, add to it."""
	further: list[HourlyPart | OncePart] = []
	faults: list[str] = []
	for path in components:
		try:
			further += _function(path)(record)
		except Exception as error:  # of another app: it may not keep a line stop from being opened
			log.exception("cost component %s", path)
			faults.append(f"cost component {path} failed: {error}")
	return CostModel(
		name=record.get("name") or "",
		production_line=record["production_line"],
		valid_from=record["valid_from"],
		valid_to=record["valid_to"],
		currency=record["currency"],
		rates=_rates(record),
		variants=tuple(
			RateVariant(row["product"] or None, row["shift"] or None, _rates(row))
			for row in record.get("rates") or ()
		),
		restart_cost=_amount(record, "restart_cost"),
		scrap_cost=_amount(record, "scrap_cost"),
		expediting_cost=_amount(record, "expediting_cost"),
		penalties=tuple(
			PenaltyStep(to_decimal(row["after_minutes"]), _amount(row, "amount"))
			for row in record.get("penalties") or ()
		),
		is_bottleneck=bool(record.get("is_bottleneck", True)),
		buffer_seconds=_amount(record, "buffer_minutes") * MINUTE_SECONDS,
		further_hourly=tuple(part for part in further if isinstance(part, HourlyPart)),
		further_once=tuple(part for part in further if isinstance(part, OncePart)),
		faults=tuple(faults),
	)


def _rates(row: Record) -> HourlyRates:
	return HourlyRates(
		cost_per_hour=_amount(row, "cost_per_hour"),
		contribution_per_unit=_amount(row, "contribution_per_unit"),
		units_per_hour=_amount(row, "units_per_hour"),
		labour_per_hour=_amount(row, "labour_per_hour"),
		other_per_hour=_amount(row, "other_per_hour"),
	)


def _amount(row: Record, fieldname: str) -> Decimal:
	return to_decimal(row.get(fieldname) or 0)


def cost_models_of(records: Records, production_line: str) -> list[CostModel]:
	"""The versions of a line."""
	return list(_read(records, {"production_line": production_line}))


def versions_of(records: Records, production_line: str) -> list[CostModel]:
	"""The versions of a line with their periods, without the rows of their tables."""
	return [cost_model(row) for row in records.find(DOCTYPE, {"production_line": production_line})]


def all_cost_models(records: Records) -> list[CostModel]:
	return list(_read(records, {}))


def _read(records: Records, filters: Mapping[str, Any]) -> Iterator[CostModel]:
	components = records.extensions(COMPONENTS_HOOK)
	rows = records.find(DOCTYPE, filters)
	among: dict[str, Any] = {"parenttype": DOCTYPE}
	if filters:
		among["parent"] = ("in", [row["name"] for row in rows])
	rates, penalties = (_children(records, table, among) if rows else {} for table in (RATES, PENALTIES))
	for row in rows:
		name = row["name"]
		yield cost_model(
			{**row, "rates": rates.get(name, ()), "penalties": penalties.get(name, ())}, components
		)


def _children(records: Records, doctype: str, among: Mapping[str, Any]) -> dict[str, list[Record]]:
	found: dict[str, list[Record]] = {}
	for row in records.find(doctype, among, order_by="idx"):
		found.setdefault(row["parent"], []).append(row)
	return found


def _function(path: str) -> CostComponent:
	module, _, name = path.rpartition(".")
	component: CostComponent = getattr(import_module(module), name)
	return component


def shifts_that_matter(records: Records, models: Iterable[CostModel], at: datetime) -> dict[str, str]:
	"""The shift that works at a moment, of each line whose rates depend on it."""
	lines = {model.production_line for model in models if model.depends_on_shift}
	found = ((line, calendar_of(records, line).shift_at(at)) for line in sorted(lines))
	return {line: shift.name for line, shift in found if shift is not None}
