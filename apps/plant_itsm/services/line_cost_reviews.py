"""Line Cost Reviews: computed from the showback of their period while they are drafts, fixed with the decision."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from plant_itsm.domain.allocation import CostObjectKind
from plant_itsm.domain.cost_ledger import Period
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.line_cost_review import (
	Assumptions,
	LineCostReview,
	LineFigures,
	difference_percent,
	review,
)
from plant_itsm.domain.line_cost_words import answer, explanation
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.months import Month
from plant_itsm.domain.schema import SUBMITTED
from plant_itsm.domain.showback import PER_UNIT, Showback
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.lines import site_of_line
from plant_itsm.services.showback import showback

DOCTYPE = "Line Cost Review"


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""All figures, as long as the review is no more than a draft."""
	known = records.get(DOCTYPE, record["name"]) if record.get("name") else None
	if known is not None and known["docstatus"] == SUBMITTED:
		return {}
	first, last = Month.of(record["from_month"]), Month.of(record["to_month"])
	if last < first:
		raise InvalidRecordError(f"{DOCTYPE}: {last} lies before {first}. Swap the months.")
	site = str(site_of_line(records, record["production_line"])["name"])
	found = showback(records, Period(site, first, last))
	reviewed = review_of(found, record["production_line"], _assumptions(record))
	return {
		"plant_site": site,
		"from_month": first.first_day,
		"to_month": last.last_day,
		"currency": found.currency,
		**_figures(reviewed),
		"summary": answer(reviewed, found.currency),
		"explanation": explanation(reviewed, found.currency),
		"compared": _compared(records, found, reviewed),
		"categories": _categories(reviewed, found.currency),
		"outputs": _outputs(reviewed, found.currency),
	}


def check(records: Records, record: Record) -> None:
	"""A review is submitted with what was decided on it."""
	if record.get("docstatus") == SUBMITTED and not record["decision"]:
		raise InvalidRecordError(
			f"{DOCTYPE} {record.get('name') or record['production_line']}: nothing is decided."
			" Choose a decision before you submit it."
		)


def _assumptions(record: Record) -> Assumptions:
	names = ("variable_percent", "tolerance_percent", "step_percent")
	return Assumptions(**{name: to_decimal(record[name] or 0) for name in names})


def review_of(found: Showback, line: str, assumed: Assumptions) -> LineCostReview:
	"""A line of a showback against the others of it."""
	figures = [
		LineFigures(one.owner.name, one.beside.good_units or 0, _by_category(found, one.owner.name))
		for one in found.receivers
		if one.owner.kind == CostObjectKind.LINE
	]
	own = next((one for one in figures if one.line == line), LineFigures(line, 0, {}))
	return review(own, [one for one in figures if one.line != line], assumed)


def _by_category(found: Showback, line: str) -> dict[str, Decimal]:
	sums: dict[str, Decimal] = {}
	for cost in found.costs:
		if cost.owner.kind == CostObjectKind.LINE and cost.owner.name == line:
			sums[cost.bucket.category] = sums.get(cost.bucket.category, Decimal(0)) + cost.amount
	return sums


def _rounded(amount: Decimal | None) -> Decimal | None:
	return None if amount is None else amount.quantize(PER_UNIT, rounding=ROUND_HALF_UP)


def _percent(percent: Decimal | None) -> float | None:
	return None if percent is None else float(percent)


def _figures(reviewed: LineCostReview) -> Record:
	return {
		"verdict": reviewed.verdict,
		"amount": reviewed.own.amount,
		"good_units": reviewed.own.good_units,
		"cost_per_unit": _rounded(reviewed.own.per_unit),
		"benchmark": _rounded(reviewed.benchmark),
		"difference_percent": _percent(reviewed.difference_percent),
		"gap": reviewed.gap,
		"level_units": reviewed.level_units or 0,
		"from_output": _rounded(reviewed.from_output),
		"from_spend": _rounded(reviewed.from_spend),
	}


def _compared(records: Records, found: Showback, reviewed: LineCostReview) -> list[Record]:
	beside = {one.owner.name: one.beside for one in found.receivers}
	return [
		{
			"production_line": one.line,
			"product": (records.get("Production Line", one.line) or {}).get("product"),
			"amount": one.amount,
			"good_units": one.good_units,
			"cost_per_unit": _rounded(one.per_unit),
			"difference_percent": _percent(difference_percent(one.per_unit, reviewed.benchmark)),
			"downtime_cost": beside[one.line].downtime_cost if one.line in beside else None,
			"currency": found.currency,
		}
		for one in (reviewed.own, *reviewed.others)
	]


def _categories(reviewed: LineCostReview, currency: str) -> list[Record]:
	return [
		{
			"category": one.category,
			"amount": one.amount,
			"level": one.level,
			"gap": one.gap,
			"currency": currency,
		}
		for one in reviewed.gaps
	]


def _outputs(reviewed: LineCostReview, currency: str) -> list[dict[str, Any]]:
	return [
		{
			"change_percent": float(one.change_percent),
			"good_units": one.good_units,
			"cost_lower": one.cost_lower,
			"cost_same": one.cost_same,
			"cost_higher": one.cost_higher,
			"currency": currency,
		}
		for one in reviewed.cases
	]
