"""A review of what a line costs, in words: the answer in sentences, and how each figure came about."""

from __future__ import annotations

from decimal import Decimal

from plant_itsm.domain.line_cost_review import LineCostReview, Verdict
from plant_itsm.domain.money import Money


def answer(review: LineCostReview, currency: str) -> str:
	"""Three sentences: what a unit costs beside the others, what would make it level, where that comes from."""
	if review.verdict == Verdict.UNKNOWN:
		return _unknown(review)
	return " ".join(
		[_beside_the_others(review, currency), _way_to_level(review, currency), _origin(review, currency)]
	)


def _unknown(review: LineCostReview) -> str:
	line = review.own.line
	if not review.own.good_units:
		return f"{line} has no output in this period: no cost per unit. Enter its Production Output."
	return f"No other line has output and cost in this period, so there is nothing to compare {line} with."


def _beside_the_others(review: LineCostReview, currency: str) -> str:
	own, difference = review.own, review.difference_percent or Decimal(0)
	direction = "more" if difference >= 0 else "less"
	return (
		f"{own.line} cost {Money(own.amount, currency)} for {own.good_units:,} good units:"
		f" {_unit(own.per_unit)} {currency} a unit, {abs(difference)} % {direction} than the other lines together"
		f" ({_unit(review.benchmark)} {currency})."
	)


def _way_to_level(review: LineCostReview, currency: str) -> str:
	if review.gap <= 0:
		return f"Its output would have cost {Money(-review.gap, currency)} more there."
	saving = f"Level with them it would have cost {Money(review.gap, currency)} less"
	if review.level_units is None:
		return f"{saving}; no output alone would make it level."
	more = (Decimal(review.level_units) / review.own.good_units - 1) * 100
	return f"{saving}, or made {review.level_units:,} units for the same fixed cost ({more:.1f} % more)."


def _origin(review: LineCostReview, currency: str) -> str:
	largest = max(review.gaps, key=lambda one: abs(one.gap))
	direction = "above" if largest.gap >= 0 else "below"
	return (
		f"Of the difference, {_signed(review.from_output)} {currency} a unit come from its output and"
		f" {_signed(review.from_spend)} {currency} from what is spent, most of it for {largest.category}"
		f" ({Money(abs(largest.gap), currency)} {direction} the others)."
	)


def explanation(review: LineCostReview, currency: str) -> str:
	"""A line for each figure: its formula with its inputs."""
	own, assumed = review.own, review.assumed
	if own.per_unit is None or review.benchmark is None:
		return answer(review, currency)
	units = sum(one.good_units for one in review.others)
	cost = sum((one.amount for one in review.others), Decimal(0))
	usual = Decimal(units) / len(review.others)
	at_usual = own.per_unit - review.from_output
	names = ", ".join(one.line for one in review.others)
	lines = [
		f"Cost per unit: {own.amount} / {own.good_units} = {own.per_unit:.4f} {currency}",
		f"Benchmark: {cost} / {units} = {review.benchmark:.4f} {currency} ({names})",
		f"Difference: {own.per_unit:.4f} / {review.benchmark:.4f} - 1 = {review.difference_percent} %;"
		f" up to {assumed.tolerance_percent:f} % counts as level",
		f"Above the benchmark: {own.amount} - {own.amount - review.gap} = {review.gap} {currency},"
		" where the second is its output at the benchmark of each category",
		f"From the output: {own.per_unit:.4f} - {at_usual:.4f} = {review.from_output:.4f} {currency},"
		f" where the second is a unit at the average output of the others, {usual:.1f}",
		f"From the spend: {at_usual:.4f} - {review.benchmark:.4f} = {review.from_spend:.4f} {currency}",
		f"Of the cost {assumed.variable_percent:f} % grow with the output, the rest does not",
	]
	return "\n".join(lines)


def _unit(amount: Decimal | None) -> str:
	return "–" if amount is None else f"{amount:.2f}"


def _signed(amount: Decimal) -> str:
	return f"{amount:+.2f}".replace("-0.00", "0.00").replace("+0.00", "0.00")
