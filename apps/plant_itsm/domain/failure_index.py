"""The ways of failures through a plant, compiled: nodes are numbers, edges stand in arrays, lines are bits of masks.

Feeds between lines take time and are followed afterwards (line_feeds.py). The node of a redundancy group is a gate: it
fails once more of its members are down than it tolerates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from plant_itsm.domain.adjacency import Adjacency, Ints
from plant_itsm.domain.cmdb import Cmdb
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.failure_edges import Numbering, compiled_edges
from plant_itsm.domain.line_feeds import Arrival, arrivals, feeds_by_line
from plant_itsm.domain.line_masks import Gate, LineMasks, bits_of
from plant_itsm.domain.spread import NO_GATES, Gates, Paths, Spread
from plant_itsm.domain.vocabulary import LineState


class ReachedLines(NamedTuple):
	"""stops: per line that stops the seconds until its buffers are empty, 0 where it stops at once. degraded: the lines
	that go on worse."""

	stops: Mapping[str, float]
	degraded: tuple[str, ...]


class FailureIndex:
	"""Answers what a failure reaches. Edits of relations and CIs keep it up to date (cmdb_changes.py)."""

	def __init__(self, cmdb: Cmdb):
		self.numbers = Numbering(cmdb)
		sources, targets = compiled_edges(cmdb, self.numbers)
		count = len(self.numbers.names)
		self._out = Adjacency(count, sources, targets)
		self._into = Adjacency(count, targets, sources)
		self._lines = list(cmdb.lines)
		self._feeds = feeds_by_line(
			feed for feed in cmdb.feeds if feed.from_line in cmdb.lines and feed.to_line in cmdb.lines
		)
		self._groups = {
			self.numbers.groups[group.name]: (len(group.members), group.needed)
			for group in cmdb.standing_groups
		}
		self._gates = Gates(
			{node: size - needed + 1 for node, (size, needed) in self._groups.items() if size > needed}
		)
		self._masks: LineMasks | None = None
		self._reached: dict[int, ReachedLines] = {}
		self._revision = 0

	def _line_masks(self) -> LineMasks:
		"""Made when they are first asked for, kept up to date from then on."""
		if self._masks is None:
			self._masks = self._new_line_masks()
		return self._masks

	def _new_line_masks(self) -> LineMasks:
		"""Bits: the lines that stop, the lines that degrade, then the members of gates."""
		own = [0] * len(self.numbers.names)
		nodes = [*self.numbers.stopped.values(), *self.numbers.degraded.values()]
		gates: list[Gate] = []
		places: dict[int, int] = {}
		for node, fails_at in self._gates.fails_at.items():
			members = self._into.row(node)
			for member in members:
				places.setdefault(member, len(places))
			gates.append(Gate(node, tuple(places[member] for member in members), fails_at))
		for bit, node in enumerate([*nodes, *places]):
			own[node] = 1 << bit
		return LineMasks(self._out, self._into, own, gates, first_member=len(nodes))

	# ------------------------------------------------------------------ questions

	def number_of(self, ci: str) -> int:
		"""Raises MissingRecordError for a CI that the plant does not hold."""
		number = self.numbers.cis.get(ci)
		if number is None:
			raise MissingRecordError(f"OT CI {ci!r} is not in the CMDB, or retired. Check the name.")
		return number

	def spread(self, failed: Iterable[str]) -> Spread:
		"""What the failure of CIs reaches. Raises MissingRecordError."""
		roots = sorted({self.number_of(ci) for ci in failed})
		return Spread(len(self._out)).run(self._out, roots, self._gates)

	def reached_cis(self, spread: Spread) -> Ints:
		"""The numbers of the CIs that a spread has reached, with those that it began with."""
		nodes = spread.nodes()
		return nodes[self.numbers.is_ci[nodes]]

	def affected_cis(self, spread: Spread) -> list[str]:
		"""The CIs that a spread has reached, without those that it began with."""
		names = self.numbers.names
		return sorted([names[node] for node in self.reached_cis(spread).tolist() if spread.step(node)])

	def lines_at_once(self, spread: Spread, state: LineState) -> list[str]:
		"""The lines that a spread brings into a state before any buffer matters."""
		first = self.numbers.line(self._lines[0], state) if self._lines else 0
		return [self._lines[place] for place in spread.among(first, len(self._lines))]

	def stops(self, at_once: Iterable[str]) -> dict[str, Arrival]:
		"""All lines that stop when some do."""
		return arrivals(self._feeds, at_once)

	def paths(self, spread: Spread) -> Paths:
		revision = self._revision
		return Paths(spread, self._into, self._label, lambda: self._revision == revision)

	def _label(self, node: int, spread: Spread) -> str:
		"""A name; of a redundancy group also how it stands."""
		name = self.numbers.names[node]
		if node not in self._groups:
			return name
		members, needed = self._groups[node]
		down = sum(1 for member in self._into.row(node) if spread.step(member) >= 0)
		return f"{name} ({members - down} of {members} up, {needed} needed)"

	def lines_of_ci(self, ci: str) -> ReachedLines:
		"""What a failure of one CI alone does to the lines. Raises MissingRecordError."""
		mask = self._line_masks().of(self.number_of(ci))
		found = self._reached.get(mask)
		if found is None:
			found = self._reached[mask] = self._lines_of(mask)
		return found

	def _lines_of(self, mask: int) -> ReachedLines:
		count = len(self._lines)
		at_once = [self._lines[bit] for bit in bits_of(mask & (1 << count) - 1)]
		stops = {line: arrival.seconds for line, arrival in self.stops(at_once).items()}
		worse = (self._lines[bit] for bit in bits_of(mask >> count & (1 << count) - 1))
		return ReachedLines(stops, tuple(line for line in worse if line not in stops))

	def may_affect(self, ci: str) -> Ints:
		"""The nodes whose failure may affect a CI, as if no group bore a loss; itself included."""
		return Spread(len(self._into)).run(self._into, [self.number_of(ci)], NO_GATES).nodes()

	def upstream_of(self, ci: str) -> list[str]:
		"""The CIs whose failure may affect one, by name; itself included."""
		nodes = self.may_affect(ci)
		return sorted(self.numbers.names[node] for node in nodes[self.numbers.is_ci[nodes]].tolist())

	def around_gates(self) -> tuple[Ints, Ints]:
		"""The nodes whose failure a redundancy group may bear, and the nodes behind such groups."""
		gates, size = list(self._gates.fails_at), len(self._out)
		return (
			Spread(size).run(self._into, gates, NO_GATES).nodes(),
			Spread(size).run(self._out, gates, NO_GATES).nodes(),
		)

	# ------------------------------------------------------------------ edits

	def add_ci(self, ci: str) -> None:
		self.numbers.add_ci(ci)
		self._out.add_node()
		self._into.add_node()
		if self._masks is not None:
			self._masks.add_node()
		self._revision += 1

	def forget_ci(self, ci: str) -> None:
		"""Take away the name of a CI whose edges have been removed."""
		del self.numbers.cis[ci]
		self._revision += 1

	def add_edge(self, source: int, target: int) -> None:
		self._out.add(source, target)
		self._into.add(target, source)
		if self._masks is not None:
			self._masks.grow(source, target)
		self._revision += 1

	def remove_edge(self, source: int, target: int) -> None:
		self._out.remove(source, target)
		self._into.remove(target, source)
		if self._masks is not None:
			self._masks.shrink(source)
		self._revision += 1
