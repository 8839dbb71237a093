"""The depreciation of the Capital Assets that a user may read, from ERPNext where it has them, else computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import frappe

from plant_itsm.domain.depreciation import ScheduleLine
from plant_itsm.domain.months import Month
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.erpnext_assets import asset_of_ci, booked_schedule
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.ports import Record
from plant_itsm.services.capital_assets import DOCTYPE, is_depreciated, schedules


@dataclass(frozen=True)
class ComponentSchedule:
	"""source: the ERPNext Asset that the lines come from, "" where they are ours."""

	asset: Record
	component: str
	lines: tuple[ScheduleLine, ...]
	source: str = ""

	def carrying_amount(self, month: Month) -> Any:
		"""At the end of a month; None before the component was available."""
		known = [line for line in self.lines if line.month <= month]
		return known[-1].closing if known else None


def schedules_of_assets(filters: dict[str, Any]) -> Iterator[ComponentSchedule]:
	"""Of every asset that the user may read and that is CapEx."""
	records = FrappeRecords()
	names = frappe.get_list(DOCTYPE, filters=filters, pluck="name", order_by="name asc", limit_page_length=0)
	today = Month.of(SystemClock().now().date())
	for name in names:
		asset = records.get(DOCTYPE, name)
		if asset is not None and is_depreciated(asset):
			yield from _of(records, asset, today)


def _of(records: FrappeRecords, asset: Record, today: Month) -> Iterator[ComponentSchedule]:
	theirs = asset_of_ci(asset["ot_ci"])
	booked = booked_schedule(theirs) if theirs else []
	if theirs and booked:
		yield ComponentSchedule(asset, "", tuple(booked), theirs)
		return
	for component, lines in schedules(records, asset, today):
		yield ComponentSchedule(asset, component.name, tuple(lines))


def by_year(lines: tuple[ScheduleLine, ...]) -> Iterator[tuple[int, list[ScheduleLine]]]:
	for year, months in groupby(lines, key=lambda line: line.month.year):
		yield year, list(months)
