"""Every step by which a pool was passed on: rule, weight, amount, and the entries that the pool began with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from frappe import _

from plant_itsm.domain.allocation import AllocationStep, CostObject, CostObjectKind
from plant_itsm.frappe_site.cost_reporting import (
	CostScope,
	amount,
	cost_scope_of,
	entries_link,
	money,
	said_to_the_user,
)
from plant_itsm.frappe_site.reporting import Row, chart, column, currency_column, figure, link, number


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	asked = filters or {}
	scope = cost_scope_of(filters)
	with said_to_the_user():
		found = scope.showback()
	steps = [
		step
		for step in found.allocation.steps
		if scope.holds(step.receiver)
		and asked.get("cost_pool") in (None, "", step.pool)
		and asked.get("category") in (None, "", step.bucket.category)
		and asked.get("receiver") in (None, "", step.receiver.name)
	]
	rows = [_row(scope, step, found.currency) for step in steps]
	passed_on = sum((step.amount for step in steps), Decimal(0))
	summary = [figure(_("Passed on"), amount(passed_on), "Currency", currency=found.currency)]
	return _columns(), rows, None, _chart(steps), summary


def _row(scope: CostScope, step: AllocationStep, currency: str) -> Row:
	pool = CostObject(CostObjectKind.POOL, step.pool)
	behind = entries_link(
		scope.period, pool, category=step.bucket.category, spend_type=step.bucket.spend_type
	)
	return {
		"cost_pool": step.pool,
		"rule": step.rule,
		"category": step.bucket.category,
		"spend_type": step.bucket.spend_type,
		"receiver": step.receiver.name,
		"weight": float(step.weight),
		"total_weight": float(step.total_weight),
		"from_amount": amount(step.from_amount),
		"amount": amount(step.amount),
		"currency": currency,
		"formula": f"{step.from_amount} × {step.weight:f} / {step.total_weight:f} = {step.amount}",
		"links": {"from_amount": behind, "rule": f"/app/allocation-rule/{quote(step.rule)}"},
	}


def _columns() -> list[Row]:
	return [
		link("cost_pool", _("Pool"), "Cost Pool", 200),
		column("rule", _("Rule"), width=200),
		link("category", _("Category"), "Cost Category", 190),
		column("spend_type", _("Spend type"), width=100),
		column("receiver", _("To"), width=180),
		number("weight", _("Weight"), 3, 120),
		number("total_weight", _("Of"), 3, 120),
		money("from_amount", _("Held by the pool"), disable_total=1),
		money("amount", _("Passed on")),
		currency_column(),
		column("formula", _("Formula, rounded to cents"), width=340),
	]


def _chart(steps: list[AllocationStep]) -> Row | None:
	receivers = sorted({step.receiver.name for step in steps})
	series = {
		pool: [
			amount(sum((s.amount for s in steps if s.pool == pool and s.receiver.name == name), Decimal(0)))
			for name in receivers
		]
		for pool in sorted({step.pool for step in steps})[:4]
	}
	return chart("bar", receivers, series, barOptions={"stacked": 1}, fieldtype="Currency")
