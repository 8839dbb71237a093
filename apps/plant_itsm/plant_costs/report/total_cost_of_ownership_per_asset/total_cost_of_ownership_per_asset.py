"""What each CI has cost until the end of a period: posted spend, and beside it downtime and carrying amount."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from pypika.functions import Sum

from plant_itsm.domain.cost_ledger import Period
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.months import Month
from plant_itsm.domain.schema import SUBMITTED
from plant_itsm.frappe_site.cost_reporting import (
	SPEND,
	CostScope,
	amount,
	cost_scope_of,
	entries_link,
	money,
	said_to_the_user,
)
from plant_itsm.frappe_site.depreciation_tables import schedules_of_assets
from plant_itsm.frappe_site.reporting import Row, chart, currency_column, figure, link

CHART_BARS = 12
Sums = dict[str, dict[str, Decimal]]


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = cost_scope_of(filters)
	currency = frappe.get_cached_value("Plant Site", scope.period.plant_site, "currency")
	sums: Sums = defaultdict(lambda: defaultdict(Decimal))
	_add_spend(scope, sums)
	_add_downtime(scope, currency, sums)
	with said_to_the_user():
		_add_carrying_amounts(scope, currency, sums)
	rows = sorted((_row(scope, ci, of, currency) for ci, of in sums.items()), key=_most_first)
	return _columns(), rows, None, _chart(rows), _summary(rows, currency)


def _most_first(row: Row) -> tuple[float, str]:
	return -row["with_downtime"], row["ot_ci"]


def _add_spend(scope: CostScope, sums: Sums) -> None:
	entry = frappe.qb.DocType("Plant Cost Entry")
	seen = entry.production_line.isin(tuple(scope.lines) or ("",))
	if scope.with_pools:
		seen = seen | entry.production_line.isnull() | (entry.production_line == "")
	rows = (
		frappe.qb.from_(entry)
		.select(entry.ot_ci, entry.spend_type, Sum(entry.base_amount).as_("amount"))
		.where((entry.docstatus == SUBMITTED) & (entry.plant_site == scope.period.plant_site) & seen)
		.where(entry.ot_ci.isnotnull() & (entry.ot_ci != "") & (entry.period_key <= scope.period.last.key))
		.groupby(entry.ot_ci, entry.spend_type)
		.run(as_dict=True)
	)
	for row in rows:
		sums[row["ot_ci"]][row["spend_type"]] += to_decimal(row["amount"])


def _add_downtime(scope: CostScope, currency: str, sums: Sums) -> None:
	"""Of the stops that began with a CI; one that was grouped under another counts there."""
	stop, line = frappe.qb.DocType("Line Stop"), frappe.qb.DocType("Line Stop Line")
	end = datetime.combine(scope.period.last.last_day + timedelta(days=1), time())
	rows = (
		frappe.qb.from_(line)
		.join(stop)
		.on(line.parent == stop.name)
		.select(stop.root_ci, Sum(line.cost).as_("cost"))
		.where(line.production_line.isin(tuple(scope.lines) or ("",)) & (line.currency == currency))
		.where((stop.ended_at < end) & stop.root_ci.isnotnull() & (stop.root_ci != ""))
		.groupby(stop.root_ci)
		.run(as_dict=True)
	)
	for row in rows:
		if row["cost"]:
			sums[row["root_ci"]]["downtime"] += to_decimal(row["cost"])


def _add_carrying_amounts(scope: CostScope, currency: str, sums: Sums) -> None:
	site = scope.period.plant_site
	wanted = {"plant_site": site, "currency": currency, "ot_ci": ("is", "set")}
	for one in schedules_of_assets(wanted):
		if one.asset["production_line"] in scope.lines or scope.with_pools:
			carrying = one.carrying_amount(scope.period.last)
			sums[one.asset["ot_ci"]]["carrying"] += carrying or Decimal(0)


def _row(scope: CostScope, ci: str, of: dict[str, Decimal], currency: str) -> Row:
	spent = sum((of[spend] for spend in SPEND), Decimal(0))
	ever = Period(scope.period.plant_site, Month(1900, 1), scope.period.last)
	return {
		"ot_ci": ci,
		"capex": amount(of["CapEx"]),
		"opex": amount(of["OpEx"]),
		"amount": amount(spent),
		"downtime_cost": amount(of["downtime"]),
		"with_downtime": amount(spent + of["downtime"]),
		"carrying_amount": amount(of["carrying"]),
		"currency": currency,
		"links": {"amount": entries_link(ever, ot_ci=ci)},
	}


def _columns() -> list[Row]:
	return [
		link("ot_ci", _("CI"), "OT CI", 240),
		money("capex", _("CapEx")),
		money("opex", _("OpEx")),
		money("amount", _("Spent")),
		money("downtime_cost", _("Cost of downtime")),
		money("with_downtime", _("Spent and lost")),
		money("carrying_amount", _("Carrying amount")),
		currency_column(),
	]


def _chart(rows: list[Row]) -> Row | None:
	shown = rows[:CHART_BARS]
	series = {
		_("Spent"): [row["amount"] for row in shown],
		_("Cost of downtime"): [row["downtime_cost"] for row in shown],
	}
	labels = [row["ot_ci"] for row in shown]
	return chart("bar", labels, series, barOptions={"stacked": 1}, fieldtype="Currency")


def _summary(rows: list[Row], currency: str) -> list[Row]:
	return [
		figure(label, round(sum(row[name] for row in rows), 2), "Currency", currency=currency)
		for label, name in ((_("Spent"), "amount"), (_("Cost of downtime"), "downtime_cost"))
	]
