"""The factory as it is recorded: configuration items, lines, segments, redundancy, and the ways a failure travels."""

from __future__ import annotations

from collections.abc import Container, Iterable, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.line_feeds import LineFeed
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.vocabulary import FailureTravel, LineEffect, LineState, SegmentRole

if TYPE_CHECKING:
	import networkx as nx

	from plant_itsm.domain.failure_index import FailureIndex
	from plant_itsm.domain.graph_views import PlantGraph


class Node(NamedTuple):
	"""A node of the graph. CIs, lines, segments and groups may share a name, so the kind is part of the key."""

	kind: str
	name: str


CI = "OT CI"
LINE = "Production Line"
SEGMENT = "Network Segment"
GROUP = "Redundancy Group"


class ConfigurationItem(NamedTuple):
	name: str
	ci_class: str = ""
	production_line: str | None = None
	line_effect: LineEffect = LineEffect.STOPS


class Relation(NamedTuple):
	source: str
	type: str
	target: str
	failure_travels: FailureTravel


@dataclass(frozen=True)
class Segment:
	name: str
	switches: tuple[str, ...]
	members: tuple[str, ...]


@dataclass(frozen=True)
class ProductionLine:
	"""units_per_shift: planned good units in one shift of this line."""

	name: str
	plant_site: str
	units_per_shift: int
	product: str | None = None


class StandingGroup(NamedTuple):
	"""A redundancy group as it stands: its members in use, how many of them must be up, and what depends on it."""

	name: str
	members: list[str]
	needed: int
	dependents: list[Node]


@dataclass(frozen=True, eq=False)
class Cmdb:
	"""A snapshot of the plant. An end of a relation, segment or group that is not among `items` (it has retired)
	carries no failure."""

	items: dict[str, ConfigurationItem]
	relations: Set[Relation]
	segments: tuple[Segment, ...]
	groups: tuple[RedundancyGroup, ...]
	feeds: tuple[LineFeed, ...]
	lines: dict[str, ProductionLine]

	def holds_ci(self, name: str) -> bool:
		return name in self.items

	def line(self, name: str) -> ProductionLine:
		"""Raises MissingRecordError for a line that the plant does not hold."""
		if name not in self.lines:
			raise MissingRecordError(f"Production Line {name!r} does not exist. Check the name.")
		return self.lines[name]

	@cached_property
	def failures(self) -> nx.DiGraph[Node]:
		"""The model: an edge u -> v for "when u fails, v is affected"; made when it is first asked for."""
		from plant_itsm.domain.failure_graph import failure_graph  # networkx takes its time to import

		return failure_graph(self)

	@cached_property
	def graph(self) -> PlantGraph:
		"""All ties between the nodes, for pictures; made when it is first asked for."""
		from plant_itsm.domain.graph_views import PlantGraph  # it is built from this module's records

		return PlantGraph(self)

	@cached_property
	def index(self) -> FailureIndex:
		"""The same, compiled for speed; made when it is first asked for."""
		from plant_itsm.domain.failure_index import FailureIndex  # it is built from this module's records

		return FailureIndex(self)

	def succeed(self, earlier: Cmdb) -> None:
		"""Take over the index of an earlier snapshot, brought up to date. The earlier one must not be asked again."""
		from plant_itsm.domain.cmdb_changes import bring_up_to_date

		index = vars(earlier).get("index")
		if index is not None and bring_up_to_date(index, earlier, self):
			vars(self)["index"] = index

	@cached_property
	def standing_groups(self) -> tuple[StandingGroup, ...]:
		"""The redundancy groups with what is in use of them; without those that have no member left."""
		segments = {segment.name for segment in self.segments}
		return tuple(
			StandingGroup(group.name, members, group.needed_of(len(members)), self._served(group, segments))
			for group in self.groups
			if (members := [name for name in dict.fromkeys(group.members) if name in self.items])
		)

	def _served(self, group: RedundancyGroup, segments: Set[str]) -> list[Node]:
		known: tuple[tuple[str, Iterable[str], Container[str]], ...] = (
			(CI, group.cis, self.items),
			(LINE, group.lines, self.lines),
			(SEGMENT, group.segments, segments),
		)
		return [
			Node(kind, name) for kind, names, held in known for name in dict.fromkeys(names) if name in held
		]

	@cached_property
	def covered(self) -> frozenset[tuple[str, Node]]:
		"""(member, dependent) pairs of all groups: no failure travels directly between them."""
		return frozenset(
			(member, node)
			for group in self.standing_groups
			for node in group.dependents
			for member in group.members
		)

	def line_state_by(self, item: ConfigurationItem) -> LineState | None:
		"""What a failure of a CI does to its own line; None where it has none, or none that is known."""
		if item.line_effect is LineEffect.NONE or item.production_line not in self.lines:
			return None
		if (item.name, (LINE, item.production_line)) in self.covered:  # a Node equals its tuple
			return None
		return LineState.STOPPED if item.line_effect == LineEffect.STOPS else LineState.DEGRADED


def build_cmdb(
	items: Iterable[ConfigurationItem],
	relations: Iterable[Relation],
	segments: Iterable[Segment],
	lines: Iterable[ProductionLine],
	groups: Iterable[RedundancyGroup] = (),
	feeds: Iterable[LineFeed] = (),
) -> Cmdb:
	"""Join the records of a plant."""
	return Cmdb(
		items={item.name: item for item in items},
		relations=dict.fromkeys(relations).keys(),  # each once, in their order,
		segments=tuple(segments),
		groups=tuple(groups),
		feeds=tuple(feeds),
		lines={line.name: line for line in lines},
	)


def ways_of(relation: Relation) -> list[tuple[str, str]]:
	"""The (from, to) CIs between which a failure travels along a relation."""
	ways = []
	if relation.failure_travels in (FailureTravel.SOURCE_TO_TARGET, FailureTravel.BOTH_WAYS):
		ways.append((relation.source, relation.target))
	if relation.failure_travels in (FailureTravel.TARGET_TO_SOURCE, FailureTravel.BOTH_WAYS):
		ways.append((relation.target, relation.source))
	return ways


def check_relation(source_ci: str, relation_type: str, target_ci: str) -> None:
	"""Refuse a relation of a CI to itself."""
	if source_ci == target_ci:
		raise InvalidRecordError(
			f"CI Relation: {source_ci} {relation_type} itself. Choose another CI as source or as target."
		)


def check_segment_members(segment: str, members: Iterable[tuple[str, str]]) -> None:
	"""Refuse a CI that stands twice in one segment. `members` are (ci, role) pairs."""
	seen: dict[str, str] = {}
	for ci, role in members:
		if ci in seen:
			raise InvalidRecordError(
				f"Network Segment {segment}: {ci} is listed twice ({seen[ci]}, {role}). Keep one row."
			)
		if role not in set(SegmentRole):
			raise InvalidRecordError(
				f"Network Segment {segment}: role {role!r} of {ci} is not Device or Switch."
			)
		seen[ci] = role
