"""What a line stop cost, as it is told: parts with their formulas, lines, the sum, and why there may be none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from plant_itsm.domain.line_prices import total_of
from plant_itsm.domain.money import CENT, Money

HOURS, ONCE = "h", "times"
"""Units of quantities: lost hours of planned production, and what comes once in a stop."""


@dataclass(frozen=True)
class CostPart:
	"""One part of what a stop cost on a line: quantity x rate, in whole cents, with the version that it comes from."""

	line: str
	part: str
	quantity: Decimal
	unit: str
	rate: Decimal
	amount: Money
	cost_model: str
	seconds: Decimal

	@property
	def formula(self) -> str:
		"""How the amount came about: in time for what an hour costs, else in quantities."""
		rate = f"{max(self.rate, self.rate.quantize(CENT), key=_decimals):,f} {self.amount.currency}"
		if self.unit == ONCE:
			return f"{rate}, once"
		if self.unit == HOURS:
			return f"{rate} per hour × {plain(self.seconds)} s ÷ 3600 s"
		return f"{rate} × {plain(self.quantity)} {self.unit} in {plain(self.seconds)} s"

	def as_json(self) -> dict[str, Any]:
		return {
			"part": self.part,
			"formula": self.formula,
			"quantity": str(self.quantity),
			"unit": self.unit,
			"rate": str(self.rate),
			"amount": self.amount.as_json(),
			"cost_model": self.cost_model,
		}


@dataclass(frozen=True)
class LineCost:
	"""What an incident cost on one line. planned_seconds: lost planned production time that belongs to it, buffers
	taken off. elsewhere: seconds that it lost as well, by the incident that they belong to. cost: None where nothing
	could be priced."""

	line: str
	planned_seconds: Decimal = Decimal(0)
	cost: Money | None = None
	parts: tuple[CostPart, ...] = ()
	not_priced: tuple[str, ...] = ()
	elsewhere: Mapping[str, Decimal] = field(default_factory=dict)
	buffer_seconds: Decimal = Decimal(0)

	@property
	def explanation(self) -> str:
		"""The parts with their sum in one sentence, which tells no rates: it stands in tickets."""
		after = f" after {plain(self.buffer_seconds)} s from the buffers" if self.buffer_seconds else ""
		others = "".join(
			f", {plain(seconds)} s more belong to {incident}"
			for incident, seconds in sorted(self.elsewhere.items())
		)
		models = ", ".join(dict.fromkeys(part.cost_model for part in self.parts))
		sums = " + ".join(f"{part.part} {part.amount}" for part in self.parts)
		return (
			f"{self.line}: {sums + ' = ' if sums else ''}{self.cost} for {plain(self.planned_seconds)} s of planned"
			f" production{after}{others}{f' ({models})' if models else ''}"
		)

	def as_json(self) -> dict[str, Any]:
		return {
			"line": self.line,
			"planned_seconds": plain(self.planned_seconds),
			"buffer_seconds": plain(self.buffer_seconds),
			"elsewhere": {incident: plain(seconds) for incident, seconds in sorted(self.elsewhere.items())},
			"cost": self.cost and self.cost.as_json(),
			"parts": [part.as_json() for part in self.parts],
			"not_priced": list(self.not_priced),
		}


@dataclass(frozen=True)
class StopCost:
	"""What an incident cost on all its lines, or why there is no sum."""

	lines: tuple[LineCost, ...]
	cost: Money | None
	not_priced: tuple[str, ...]

	@property
	def parts(self) -> tuple[CostPart, ...]:
		return tuple(part for line in self.lines for part in line.parts)

	@property
	def explanation(self) -> str:
		priced = [line.explanation for line in self.lines if line.cost is not None]
		return "; ".join([*priced, *self.not_priced]) or "not priced: it stops no line"

	def as_json(self) -> dict[str, Any]:
		return {
			"cost": self.cost and self.cost.as_json(),
			"lines": [line.as_json() for line in self.lines],
			"not_priced": list(self.not_priced),
			"explanation": self.explanation,
		}


def stop_cost(lines: Iterable[LineCost]) -> StopCost:
	"""The sum of what an incident cost on each line; amounts of different currencies are not added."""
	kept = tuple(lines)
	reasons = [reason for line in kept for reason in line.not_priced]
	cost, not_priced = total_of((line.cost for line in kept), reasons)
	return StopCost(kept, cost, tuple(not_priced))


def plain(number: Decimal) -> str:
	"""Without exponent and zeros at the end."""
	return f"{number.normalize():f}"


def _decimals(number: Decimal) -> int:
	return -int(number.as_tuple().exponent)
