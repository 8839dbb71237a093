"""Maintenance Orders as a feed of the plant's costs: one entry for each that is done, and what maintenance costs a CI
in a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plant_itsm.domain.errors import PlantItsmError, StoreUnavailableError
from plant_itsm.domain.maintenance_words import OrderKind, OrderStatus
from plant_itsm.domain.money import Money
from plant_itsm.ports import Record, Records
from plant_itsm.services.cost_ledger import DOCTYPE as ENTRY
from plant_itsm.services.cost_ledger import post
from plant_itsm.services.lines import line_of_ci, zone_of_site
from plant_itsm.services.maintenance_settings import maintenance_settings
from plant_itsm.services.work_orders import DOCTYPE

SOURCE = "Maintenance"
SPEND_TYPE = "OpEx"
"""Work that keeps or restores is expense; a component that is replaced is a revision of its Capital Asset (IAS 16)."""


def post_order(records: Records, order: Mapping[str, Any]) -> None:
	"""Post what an order has cost when it is done, once, in the transaction that is open. What cannot be posted holds
	up no work: the order says why."""
	if order["status"] != OrderStatus.DONE:
		return
	record = records.get(DOCTYPE, order["name"])
	key = f"{DOCTYPE} {order['name']}"
	if record is None or not record["total_cost"] or records.count(ENTRY, {"source_key": key}):
		return
	try:
		note = f"Plant Cost Entry {post(records, _entry(records, record, key))['name']}"
	except StoreUnavailableError:
		raise
	except PlantItsmError as error:
		note = f"Not posted: {error}"
	records.update_many(DOCTYPE, [order["name"]], {"cost_note": note[:500]})


def _entry(records: Records, order: Record, key: str) -> Record:
	settings = maintenance_settings(records)
	ci = records.get("OT CI", order["ci"]) or {}
	line = line_of_ci(records, order["ci"])
	zone = zone_of_site(records, ci.get("plant_site"))
	return {
		"plant_site": ci.get("plant_site"),
		"posting_date": order["done_at"].astimezone(zone).date(),
		"category": settings.cost_category,
		"spend_type": SPEND_TYPE,
		"production_line": line or None,
		"cost_pool": None if line else settings.cost_pool,
		"ot_ci": order["ci"],
		"amount": order["total_cost"],
		"currency": order["cost_currency"],
		"description": f"{order['title']} ({order['name']})"[:500],
		"source": SOURCE,
		"source_document": order["name"],
		"source_key": key,
	}


@dataclass(frozen=True)
class AssetCost:
	"""What the orders of a CI that were done in a year have cost, in one currency. unplanned: of corrective orders."""

	ci: str
	year: int
	orders: int
	labour_minutes: int
	labour: Money
	parts: Money
	total: Money
	unplanned: Money


def costs_of_assets(records: Records) -> list[AssetCost]:
	"""Per CI, year and currency, the most expensive first. The year is that of the place where the CI stands."""
	zones = {row["name"]: zone_of_site(records, row["plant_site"]) for row in records.find("OT CI")}
	groups: dict[tuple[str, int, str], list[Record]] = {}
	for row in records.find(DOCTYPE, {"status": OrderStatus.DONE, "done_at": ("is", "set")}):
		if row["cost_currency"] and row["ci"] in zones:
			year = row["done_at"].astimezone(zones[row["ci"]]).year
			groups.setdefault((row["ci"], year, row["cost_currency"]), []).append(row)
	found = [_cost(*key, rows) for key, rows in groups.items()]
	return sorted(found, key=lambda one: (-one.year, -one.total.amount, one.ci))


def _cost(ci: str, year: int, currency: str, rows: list[Record]) -> AssetCost:
	def of(fieldname: str, among: list[Record] = rows) -> Money:
		return Money(sum((row[fieldname] or Decimal(0) for row in among), Decimal(0)), currency)

	return AssetCost(
		ci,
		year,
		len(rows),
		sum(row["labour_minutes"] or 0 for row in rows),
		of("labour_cost"),
		of("parts_cost"),
		of("total_cost"),
		of("total_cost", [row for row in rows if row["kind"] == OrderKind.CORRECTIVE]),
	)
