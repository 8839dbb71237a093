"""From failed CIs through the graph to lines, units and money. Exact: no depth limit, cycles allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import networkx as nx

from plant_itsm.domain.cmdb import CI, LINE, Cmdb, Node, ProductionLine
from plant_itsm.domain.cost_models import CostModel, model_on
from plant_itsm.domain.errors import MissingRecordError, MoneyError
from plant_itsm.domain.money import Money, total
from plant_itsm.domain.vocabulary import LineState


@dataclass(frozen=True)
class LineImpact:
	"""One affected line. `path` leads from the failed CI to the line; `not_priced` says why there is no cost."""

	line: ProductionLine
	state: LineState
	path: str
	cost_per_hour: Money | None
	cost_model: str | None
	not_priced: str | None
	blocks_units: bool = True

	@property
	def units_blocked_per_shift(self) -> int:
		return self.line.units_per_shift if self.blocks_units and self.state == LineState.STOPPED else 0


@dataclass(frozen=True)
class Impact:
	"""What a set of failed CIs does to the plant."""

	failed: tuple[str, ...]
	affected_cis: tuple[str, ...]
	lines: tuple[LineImpact, ...]
	cost_per_hour: Money | None
	not_priced: tuple[str, ...]

	@property
	def units_per_shift(self) -> int:
		"""Units blocked per shift, summed over the stopped lines."""
		return sum(line.units_blocked_per_shift for line in self.lines)

	def unpriced(self, state: LineState, reason: str) -> Impact:
		"""The same lines in another state, without units and money, and the reason why."""
		lines = tuple(
			replace(
				line, state=state, cost_per_hour=None, cost_model=None, not_priced=None, blocks_units=False
			)
			for line in self.lines
		)
		return replace(self, lines=lines, cost_per_hour=None, not_priced=(reason,) if lines else ())

	def as_json(self) -> dict[str, Any]:
		return {
			"failed": list(self.failed),
			"affected_cis": list(self.affected_cis),
			"lines": [
				{
					"line": impact.line.name,
					"state": str(impact.state),
					"product": impact.line.product,
					"units_per_shift": impact.units_blocked_per_shift,
					"cost_per_hour": impact.cost_per_hour and impact.cost_per_hour.as_json(),
					"cost_model": impact.cost_model,
					"path": impact.path,
				}
				for impact in self.lines
			],
			"units_per_shift": self.units_per_shift,
			"cost_per_hour": self.cost_per_hour and self.cost_per_hour.as_json(),
			"not_priced": list(self.not_priced),
		}


def impact_of(
	cmdb: Cmdb, cost_models: Sequence[CostModel], failed: Iterable[str], days: dict[str, date]
) -> Impact:
	"""The impact of failed CIs. `days` gives, per Plant Site, the local date whose cost model prices the stop.

	A line is Stopped when one of the ways to it stops it, else Degraded; only stopped lines block units and cost
	money. Raises MissingRecordError for a CI that the plant does not hold.
	"""
	roots = tuple(sorted(set(failed)))
	for name in roots:
		if not cmdb.holds_ci(name):
			raise MissingRecordError(f"OT CI {name!r} is not in the CMDB, or retired. Check the name.")
	parents = _reach(cmdb.failures, [Node(CI, name) for name in roots])
	lines = tuple(
		_line_impact(cmdb, cost_models, node.name, parents, days)
		for node in sorted(parents)
		if node.kind == LINE
	)
	not_priced = [line.not_priced for line in lines if line.not_priced]
	try:
		cost = total(line.cost_per_hour for line in lines if line.cost_per_hour)
	except MoneyError as error:
		cost = None
		not_priced.append(f"no total: {error}")
	affected = tuple(sorted(node.name for node in parents if node.kind == CI and node.name not in roots))
	return Impact(roots, affected, lines, cost, tuple(not_priced))


Parents = dict[Node, Node | None]


def _reach(graph: nx.DiGraph[Node], roots: list[Node]) -> Parents:
	"""Every node that the roots can reach, breadth first, with the node before it on a shortest way; None at a root."""
	parents: Parents = dict.fromkeys(roots)
	wave = list(roots)
	while wave:
		following = []
		for node in wave:
			for neighbour in graph.successors(node):
				if neighbour not in parents:
					parents[neighbour] = node
					following.append(neighbour)
		wave = following
	return parents


def _path_to(node: Node, parents: Parents) -> list[Node]:
	path = [node]
	while (before := parents[path[-1]]) is not None:
		path.append(before)
	return path[::-1]


def _line_impact(
	cmdb: Cmdb,
	cost_models: Sequence[CostModel],
	name: str,
	parents: Parents,
	days: dict[str, date],
) -> LineImpact:
	line = cmdb.lines[name]
	state, path = _worst_way(cmdb.failures, Node(LINE, name), parents)
	if state == LineState.DEGRADED:
		return LineImpact(line, state, path, None, None, None)
	day = days[line.plant_site]
	model = model_on(cost_models, name, day)
	if model is None:
		return LineImpact(line, state, path, None, None, f"{name}: not priced: no cost model valid on {day}")
	return LineImpact(line, state, path, model.cost_per_hour, model.name, None)


def _worst_way(graph: nx.DiGraph[Node], line: Node, parents: Parents) -> tuple[LineState, str]:
	"""The state of a line and the shortest way that leads to just that state."""
	doors = [node for node in graph.predecessors(line) if node in parents]
	stopping = [node for node in doors if graph.edges[node, line]["state"] == LineState.STOPPED]
	state = LineState.STOPPED if stopping else LineState.DEGRADED
	ways = [_path_to(node, parents) for node in stopping or doors]
	shortest = min(ways, key=lambda way: (len(way), way))
	return state, " → ".join(node.name for node in [*shortest, line])
