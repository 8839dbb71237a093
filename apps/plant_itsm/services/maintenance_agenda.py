"""What maintenance is to come: orders with their times, and the days on which plans will be due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from plant_itsm.domain.maintenance_words import OrderStatus, PlanBasis
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.lines import zone_of_site
from plant_itsm.services.maintenance_plans import DOCTYPE as PLAN
from plant_itsm.services.maintenance_settings import MaintenanceSettings, maintenance_settings
from plant_itsm.services.order_slots import duration_of
from plant_itsm.services.work_orders import DOCTYPE as ORDER

MOST_TIMES = 400
"""Of one plan in a period."""
DUE = "Due"
"""The status of a plan whose order is not made yet."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class AgendaEntry:
	"""day: where the CI stands; None for an order that nobody has set a day for. doctype and name: an order, or a plan
	whose order is not made yet. starts_at: None where only the day is known."""

	day: date | None
	ci: str
	doctype: str
	name: str
	title: str
	status: str
	minutes: int
	starts_at: datetime | None = None
	window: str | None = None
	assigned_to: str | None = None
	do_by: date | None = None


def agenda(records: Records, first: date, last: date) -> list[AgendaEntry]:
	"""The entries of some days, both included, ascending; open orders without a day come first."""
	cis = records.find("OT CI")
	zones = {row["name"]: zone_of_site(records, row["plant_site"]) for row in cis}
	retired = {row["name"] for row in cis if row["status"] == CIStatus.RETIRED}
	settings = maintenance_settings(records)
	orders = records.find(ORDER, {"status": ("!=", OrderStatus.CANCELLED)})
	entries = [_of_order(settings, order, zones[order["ci"]]) for order in orders]
	entries = [one for one in entries if one.day is None or first <= one.day <= last]
	for plan in records.find(PLAN, {"enabled": True, "maintenance_order": ("is", "not set")}):
		if plan["ci"] in retired:
			continue
		minutes = duration_of(settings, plan) // MINUTE
		entries += [
			AgendaEntry(day, plan["ci"], PLAN, plan["name"], plan["name"], DUE, minutes)
			for day in _days(plan, first, last)
		]
	return sorted(entries, key=lambda one: (one.day or date.min, one.doctype, one.name))


def _of_order(settings: MaintenanceSettings, order: Record, zone: tzinfo) -> AgendaEntry:
	is_done = order["status"] == OrderStatus.DONE
	starts_at = order["done_at"] if is_done else order["planned_start"]
	return AgendaEntry(
		starts_at.astimezone(zone).date() if starts_at else order["do_by"],
		order["ci"],
		ORDER,
		order["name"],
		order["title"],
		order["status"],
		duration_of(settings, order) // MINUTE,
		starts_at,
		order["change_window"],
		order["assigned_to"],
		order["do_by"],
	)


def _days(plan: Record, first: date, last: date) -> Iterator[date]:
	"""The days of a plan if each time is done on the day; of one by use only the next is known."""
	day = plan["next_due_on"]
	for _ in range(MOST_TIMES):
		if day is None or day > last:
			return
		if day >= first:
			yield day
		if plan["basis"] != PlanBasis.DAYS:
			return
		day += timedelta(days=int(plan["every"]))
