"""From failed CIs through the plant to lines, time, units and money. Exact: no depth limit, cycles and redundancy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from plant_itsm.domain.cmdb import Cmdb, ProductionLine
from plant_itsm.domain.cost_models import CostModel
from plant_itsm.domain.failure_index import FailureIndex
from plant_itsm.domain.line_prices import LinePrices, total_of
from plant_itsm.domain.money import Money, total
from plant_itsm.domain.spread import WAY, Spread
from plant_itsm.domain.vocabulary import LineState


@dataclass(frozen=True)
class LineImpact:
	"""One affected line. `path` leads from the failed CI to the line; `not_priced` says why there is no cost.

	`reached_after_seconds`: how long buffers keep the line going; until then it costs nothing. `cost_per_hour` is what
	it costs from then on.
	"""

	line: ProductionLine
	state: LineState
	path: str
	cost_per_hour: Money | None
	cost_model: str | None
	not_priced: str | None
	blocks_units: bool = True
	reached_after_seconds: float = 0.0

	@property
	def units_blocked_per_shift(self) -> int:
		return self.line.units_per_shift if self.blocks_units and self.state == LineState.STOPPED else 0

	@property
	def cost_per_hour_now(self) -> Money | None:
		"""What the line costs while the buffers before it last: nothing."""
		return self.cost_per_hour if self.reached_after_seconds == 0 else None

	def as_json(self) -> dict[str, Any]:
		return {
			"line": self.line.name,
			"state": str(self.state),
			"product": self.line.product,
			"units_per_shift": self.units_blocked_per_shift,
			"cost_per_hour": self.cost_per_hour and self.cost_per_hour.as_json(),
			"cost_model": self.cost_model,
			"path": self.path,
			"reached_after_seconds": self.reached_after_seconds,
		}


@dataclass(frozen=True)
class Impact:
	"""What a set of failed CIs does to the plant. `cost_per_hour` is what it comes to once all buffers are empty."""

	failed: tuple[str, ...]
	affected_cis: tuple[str, ...]
	lines: tuple[LineImpact, ...]
	cost_per_hour: Money | None
	not_priced: tuple[str, ...]
	path_to: Callable[[str], str] = field(repr=False, compare=False)
	"""The path that explains an affected CI. Raises StaleResultError once the CMDB has changed."""

	@property
	def units_per_shift(self) -> int:
		"""Units blocked per shift, summed over the stopped lines."""
		return sum(line.units_blocked_per_shift for line in self.lines)

	@property
	def cost_per_hour_now(self) -> Money | None:
		"""Before any buffer is empty; None where nothing costs yet, or where there is no total."""
		if self.cost_per_hour is None:
			return None
		return total(line.cost_per_hour_now for line in self.lines if line.cost_per_hour_now)

	def unpriced(self, state: LineState, reason: str) -> Impact:
		"""The same lines in another state, without units and money, and the reason why."""
		lines = tuple(
			replace(
				line, state=state, cost_per_hour=None, cost_model=None, not_priced=None, blocks_units=False
			)
			for line in self.lines
		)
		return replace(self, lines=lines, cost_per_hour=None, not_priced=(reason,) if lines else ())

	def only(self, lines: Iterable[LineImpact]) -> Impact:
		"""What the same failure does to some of its lines."""
		kept = tuple(lines)
		reasons = (line.not_priced for line in kept)
		cost, not_priced = total_of((line.cost_per_hour for line in kept), reasons)
		return replace(self, lines=kept, cost_per_hour=cost, not_priced=tuple(not_priced))

	def as_json(self) -> dict[str, Any]:
		now = self.cost_per_hour_now
		return {
			"failed": list(self.failed),
			"affected_cis": list(self.affected_cis),
			"paths": {ci: self.path_to(ci) for ci in self.affected_cis},
			"lines": [line.as_json() for line in self.lines],
			"units_per_shift": self.units_per_shift,
			"cost_per_hour": self.cost_per_hour and self.cost_per_hour.as_json(),
			"cost_per_hour_now": now and now.as_json(),
			"not_priced": list(self.not_priced),
		}


def impact_of(
	cmdb: Cmdb,
	cost_models: Iterable[CostModel],
	failed: Iterable[str],
	days: Mapping[str, date],
	shifts: Mapping[str, str] | None = None,
	*,
	standing: Iterable[str] = (),
) -> Impact:
	"""The impact of failed CIs. `days` gives, per Plant Site, the local date whose cost model prices the stop, `shifts`
	the shift that works on a line whose rates depend on it.

	A line is Stopped when one of the ways to it stops it, also one through lines that feed it, else Degraded; only
	stopped lines block units and cost money. `standing`: lines that stand whatever has failed. Raises
	MissingRecordError for a CI or line that the plant does not hold.
	"""
	roots = tuple(sorted(set(failed)))
	spread = cmdb.index.spread(roots)
	ways = _Ways(cmdb.index, spread, [cmdb.line(name).name for name in standing])
	prices = LinePrices(cost_models, days, shifts)
	lines = tuple(
		sorted(
			[*_stopped(cmdb, ways, prices), *_degraded(cmdb, ways)],
			key=lambda found: found.line.name,
		)
	)
	cost, not_priced = total_of((line.cost_per_hour for line in lines), (line.not_priced for line in lines))
	return Impact(
		roots,
		tuple(cmdb.index.affected_cis(spread)),
		lines,
		cost,
		tuple(not_priced),
		lambda ci: ways.paths.to(cmdb.index.number_of(ci)),
	)


class _Ways:
	"""How a failure gets to each line: through CIs and segments, then along feeds."""

	def __init__(self, index: FailureIndex, spread: Spread, standing: Iterable[str]):
		self.paths = index.paths(spread)
		self._index = index
		self.stops = index.stops([*index.lines_at_once(spread, LineState.STOPPED), *standing])
		worse = index.lines_at_once(spread, LineState.DEGRADED)
		self.degraded = [line for line in worse if line not in self.stops]

	def to(self, line: str, state: LineState) -> str:
		fed: list[str] = []
		while (arrival := self.stops.get(line)) is not None and arrival.before is not None:
			fed.append(line)
			line = arrival.before
		return WAY.join([self.paths.to(self._index.numbers.line(line, state)), *reversed(fed)])


def _stopped(cmdb: Cmdb, ways: _Ways, prices: LinePrices) -> Iterator[LineImpact]:
	for name, arrival in ways.stops.items():
		line = cmdb.lines[name]
		path = ways.to(name, LineState.STOPPED)
		yield LineImpact(
			line, LineState.STOPPED, path, *prices.of(line), reached_after_seconds=arrival.seconds
		)


def _degraded(cmdb: Cmdb, ways: _Ways) -> Iterator[LineImpact]:
	for name in ways.degraded:
		path = ways.to(name, LineState.DEGRADED)
		yield LineImpact(cmdb.lines[name], LineState.DEGRADED, path, None, None, None)
