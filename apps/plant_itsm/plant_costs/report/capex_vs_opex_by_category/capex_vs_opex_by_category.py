"""CapEx and OpEx of each category in a period, over the lines and pools that the user may see."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from frappe import _

from plant_itsm.frappe_site.cost_reporting import (
	SPEND,
	CostScope,
	amount,
	cost_scope_of,
	entries_link,
	money,
	said_to_the_user,
	share,
)
from plant_itsm.frappe_site.reporting import Row, chart, currency_column, figure, link, percentage

Sums = dict[str, dict[str, Decimal]]


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = cost_scope_of(filters)
	with said_to_the_user():
		found = scope.showback()
	sums: Sums = defaultdict(lambda: dict.fromkeys(SPEND, Decimal(0)))
	for cost in found.costs:
		if scope.holds(cost.owner):
			sums[cost.bucket.category][cost.bucket.spend_type] += cost.amount
	rows = _rows(scope, sums, found.currency)
	return _columns(), rows, None, _chart(sums), _summary(sums, found.currency)


def _rows(scope: CostScope, sums: Sums, currency: str) -> list[Row]:
	whole = sum((sum(of.values()) for of in sums.values()), Decimal(0))
	return [
		{
			"category": category,
			"capex": amount(of["CapEx"]),
			"opex": amount(of["OpEx"]),
			"amount": amount(sum(of.values(), Decimal(0))),
			"share": share(sum(of.values(), Decimal(0)), whole),
			"currency": currency,
			"links": {
				name: entries_link(scope.period, category=category, spend_type=spend)
				for name, spend in (("capex", "CapEx"), ("opex", "OpEx"))
			},
		}
		for category, of in sorted(sums.items())
	]


def _columns() -> list[Row]:
	return [
		link("category", _("Category"), "Cost Category", 230),
		money("capex", _("CapEx")),
		money("opex", _("OpEx")),
		money("amount", _("Sum")),
		percentage("share", _("Share")),
		currency_column(),
	]


def _chart(sums: Sums) -> Row | None:
	labels = sorted(sums)
	series = {spend: [amount(sums[category][spend]) for category in labels] for spend in SPEND}
	return chart("bar", labels, series, barOptions={"stacked": 1}, fieldtype="Currency")


def _summary(sums: Sums, currency: str) -> list[Row]:
	totals = {spend: sum((of[spend] for of in sums.values()), Decimal(0)) for spend in SPEND}
	whole = sum(totals.values(), Decimal(0))
	return [
		*(figure(_(spend), amount(total), "Currency", currency=currency) for spend, total in totals.items()),
		figure(_("CapEx share"), share(totals["CapEx"], whole), "Percent"),
	]
