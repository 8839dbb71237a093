"""The depreciation of each component of the Capital Assets, by year or month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from frappe import _

from plant_itsm.domain.depreciation import ScheduleLine
from plant_itsm.domain.months import Month
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.cost_reporting import amount, is_left_to_prepare, money, said_to_the_user
from plant_itsm.frappe_site.depreciation_tables import ComponentSchedule, by_year, schedules_of_assets
from plant_itsm.frappe_site.reporting import Row, chart, column, currency_column, figure, link


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	asked = filters or {}
	wanted = {"plant_site": asked.get("plant_site"), "name": asked.get("capital_asset")}
	with said_to_the_user():
		found = list(schedules_of_assets({name: value for name, value in wanted.items() if value}))
	monthly = asked.get("group_by") == "Month"
	if monthly and is_left_to_prepare("Depreciation Schedule", sum(len(one.lines) for one in found)):
		return _columns(), []
	rows = [row for one in found for row in _rows(one, monthly)]
	return _columns(), rows, None, _chart(rows), _summary(found)


def _rows(one: ComponentSchedule, monthly: bool) -> Iterator[Row]:
	groups = ((str(line.month), [line]) for line in one.lines) if monthly else by_year(one.lines)
	for period, lines in groups:
		yield _row(one, str(period), lines)


def _row(one: ComponentSchedule, period: str, lines: list[ScheduleLine]) -> Row:
	def of(name: str) -> float | None:
		return amount(sum((getattr(line, name) for line in lines), Decimal(0)))

	return {
		"capital_asset": one.asset["name"],
		"component": one.component or _("whole asset"),
		"period": period,
		"opening": amount(lines[0].opening),
		"depreciation": of("depreciation"),
		"impairment": of("impairment"),
		"disposal": of("disposal"),
		"closing": amount(lines[-1].closing),
		"currency": one.asset["currency"],
		"source": _("ERPNext: {0}").format(one.source) if one.source else _("computed here"),
	}


def _columns() -> list[Row]:
	return [
		link("capital_asset", _("Capital asset"), "Capital Asset", 220),
		column("component", _("Component"), width=170),
		column("period", _("Period"), width=90),
		money("opening", _("Carrying amount, start"), disable_total=1),
		money("depreciation", _("Depreciation")),
		money("impairment", _("Impairment")),
		money("disposal", _("Disposal")),
		money("closing", _("Carrying amount, end"), disable_total=1),
		currency_column(),
		column("source", _("Schedule"), width=160),
	]


def _chart(rows: list[Row]) -> Row | None:
	"""Of the first currency: amounts of several do not stand on one axis."""
	sums: dict[str, float] = defaultdict(float)
	for row in rows:
		if row["currency"] == rows[0]["currency"]:
			sums[row["period"]] += row["depreciation"]
	periods = sorted(sums)
	series = {_("Depreciation"): [round(sums[period], 2) for period in periods]}
	return chart("bar", periods, series, fieldtype="Currency")


def _summary(found: list[ComponentSchedule]) -> list[Row]:
	"""The carrying amount today, per currency."""
	today = Month.of(SystemClock().now().date())
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for one in found:
		sums[one.asset["currency"]] += one.carrying_amount(today) or Decimal(0)
	return [
		figure(
			_("Carrying amount at the end of {0}").format(today), amount(whole), "Currency", currency=currency
		)
		for currency, whole in sorted(sums.items())
	]
