"""Single points of failure: what each CI alone would cost per hour, ranked."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from plant_itsm.domain.cmdb import Cmdb
from plant_itsm.domain.cost_models import CostModel
from plant_itsm.domain.failure_index import ReachedLines
from plant_itsm.domain.line_prices import LinePrices, total_of
from plant_itsm.domain.money import Money

MOST_POINTS = 50


@dataclass(frozen=True)
class Risk:
	"""What a failure does to the lines. stops: seconds until each line stops, 0 for at once. `cost_per_hour` is what it
	comes to once all buffers are empty, `cost_per_hour_now` what it costs before."""

	stops: Mapping[str, float]
	degraded: tuple[str, ...]
	units_per_shift: int
	cost_per_hour: Money | None
	cost_per_hour_now: Money | None
	not_priced: tuple[str, ...]

	@property
	def rank(self) -> tuple[str, Any, int, int]:
		"""The lowest first. Currencies are never compared: each has its own ranking."""
		cost = self.cost_per_hour
		amount = (cost.currency, -cost.amount) if cost else ("~", 0)
		return (*amount, -len(self.stops), -len(self.degraded))


@dataclass(frozen=True)
class SinglePoint:
	"""A CI whose failure alone stops or degrades lines. redundancy: the groups that it is a member of, and how many
	losses each bears; the risk is what they do not cover."""

	ci: str
	ci_class: str
	risk: Risk
	redundancy: tuple[str, ...]

	def as_json(self) -> dict[str, Any]:
		risk = self.risk
		return {
			"ci": self.ci,
			"ci_class": self.ci_class,
			"cost_per_hour": risk.cost_per_hour and risk.cost_per_hour.as_json(),
			"cost_per_hour_now": risk.cost_per_hour_now and risk.cost_per_hour_now.as_json(),
			"units_per_shift": risk.units_per_shift,
			"stops": [{"line": line, "after_seconds": seconds} for line, seconds in risk.stops.items()],
			"degraded": list(risk.degraded),
			"redundancy": list(self.redundancy),
			"not_priced": list(risk.not_priced),
		}


def single_points_of_failure(
	cmdb: Cmdb,
	cost_models: Iterable[CostModel],
	days: Mapping[str, date],
	most: int = MOST_POINTS,
	shifts: Mapping[str, str] | None = None,
) -> tuple[SinglePoint, ...]:
	"""The CIs with most money per hour at risk, those without a price last. `days`: the local date at each Plant Site.

	A CI whose failure reaches no line, for instance because a redundancy group bears it, is not among them.
	"""
	risks = _Risks(cmdb, LinePrices(cost_models, days, shifts))
	at_risk = ((risk.rank, ci, risk) for ci in cmdb.items if (risk := risks.of(ci)) is not None)
	worst = heapq.nsmallest(most, at_risk, key=lambda found: found[:2])
	redundancy = _redundancy(cmdb, {ci for _, ci, _ in worst})
	return tuple(
		SinglePoint(ci, cmdb.items[ci].ci_class, risk, tuple(redundancy.get(ci, ()))) for _, ci, risk in worst
	)


class _Risks:
	"""CIs that reach the same lines share their risk: it is worked out once."""

	def __init__(self, cmdb: Cmdb, prices: LinePrices):
		self._cmdb = cmdb
		self._prices = prices
		self._known: dict[int, tuple[ReachedLines, Risk | None]] = {}

	def of(self, ci: str) -> Risk | None:
		reached = self._cmdb.index.lines_of_ci(ci)
		known = self._known.get(id(reached))
		if known is None:
			known = self._known[id(reached)] = (reached, self._risk(reached))
		return known[1]

	def _risk(self, reached: ReachedLines) -> Risk | None:
		if not reached.stops and not reached.degraded:
			return None
		lines = {name: self._cmdb.lines[name] for name in reached.stops}
		prices = {name: self._prices.of(line) for name, line in lines.items()}
		cost, not_priced = total_of(
			(price.cost_per_hour for price in prices.values()),
			(price.not_priced for price in prices.values()),
		)
		now, _ = total_of(
			(prices[name].cost_per_hour for name, seconds in reached.stops.items() if seconds == 0), ()
		)
		units = sum(line.units_per_shift for line in lines.values())
		return Risk(reached.stops, reached.degraded, units, cost, cost and now, tuple(not_priced))


def _redundancy(cmdb: Cmdb, cis: set[str]) -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for group in cmdb.standing_groups:
		for ci in cis.intersection(group.members):
			found.setdefault(ci, []).append(f"{group.name}: {group.needed} of {len(group.members)} needed")
	return found
