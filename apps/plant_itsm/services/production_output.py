"""Good units of a line by month: as entered, or as counted by its signals."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from plant_itsm.domain.months import Month, months_between
from plant_itsm.ports import Records
from plant_itsm.services.lines import site_of_line, zone_of_site

DOCTYPE = "Production Output"
COUNT = "Production Count"


def good_units(records: Records, line: str, first: Month, last: Month) -> int | None:
	"""The good units of a period, both months included; None where no month of it has any record.

	What is entered for a month goes before what was counted in it.
	"""
	rows = records.find(DOCTYPE, {"production_line": line})
	entered = {Month.of(row["month"]): row["good_units"] for row in rows}
	known = [
		units
		for month in months_between(first, last)
		for units in [entered[month] if month in entered else _counted(records, line, month)]
		if units is not None
	]
	return sum(known) if known else None


def _counted(records: Records, line: str, month: Month) -> int | None:
	zone = zone_of_site(records, site_of_line(records, line)["name"])
	start = datetime.combine(month.first_day, time(), zone)
	end = datetime.combine(month.last_day + timedelta(days=1), time(), zone)
	rows = records.find(COUNT, {"production_line": line, "period_from": (">=", start)})
	counted = [row["produced"] - row["scrap"] for row in rows if row["period_from"] < end]
	return sum(counted) if counted else None
