"""A picture of the plant as a screen draws it: nodes with what people call them and how they stand, and edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plant_itsm.domain.cmdb import CI, GROUP, LINE, SEGMENT, Node, StandingGroup
from plant_itsm.domain.graph_views import GraphView
from plant_itsm.domain.line_feeds import MINUTE_SECONDS
from plant_itsm.domain.plant_edges import PlantEdge
from plant_itsm.ports import Record, Records
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.open_stops import Trouble, open_troubles

DETAIL = {CI: "ci_class", LINE: "product", SEGMENT: "protocol"}
"""By kind the field that says what a node is."""


@dataclass(frozen=True)
class Picture:
	"""A view with the records behind it."""

	view: GraphView
	rows: Mapping[Node, Record]
	groups: Mapping[str, StandingGroup]
	troubles: Mapping[Node, Trouble]

	def as_json(self) -> dict[str, Any]:
		"""{nodes, edges, shown, total}; a node is named by its kind and name, `Production Line/Line 3`."""
		return {
			"focus": _key(self.view.focus),
			"nodes": [self._node(node) for node in self.view.nodes],
			"edges": [self._edge(edge) for edge in self.view.edges],
			"shown": len(self.view.nodes),
			"total": self.view.total,
		}

	def _node(self, node: Node) -> dict[str, Any]:
		row, trouble = self.rows.get(node, {}), self.troubles.get(node)
		return {
			"id": _key(node),
			"kind": node.kind,
			"name": node.name,
			"title": row.get("title") or node.name,
			"detail": self._detail(node, row),
			"distance": self.view.nodes[node],
			"neighbours": self.view.neighbours[node],
			"state": trouble and str(trouble.state),
			"stop": trouble and trouble.stop,
			"affected": node in self.view.affected and str(self.view.affected[node]),
		}

	def _detail(self, node: Node, row: Record) -> str:
		if node.kind == GROUP:
			group = self.groups[node.name]
			return f"{group.needed} of {len(group.members)} needed"
		return str(row.get(DETAIL[node.kind]) or "")

	def _edge(self, edge: PlantEdge) -> dict[str, Any]:
		return {
			"source": _key(edge.source),
			"target": _key(edge.target),
			"reason": edge.reason,
			"carries": edge.carries,
			"is_borne": edge.is_borne,
			"buffer_minutes": edge.buffer_seconds and edge.buffer_seconds / MINUTE_SECONDS,
			"on_way": edge.carries and (edge.source, edge.target) in self.view.ways,
		}


def picture_of(
	records: Records, model: ImpactModel, focus: Node, depth: int, most: int, *, is_failing: bool = False
) -> Picture:
	"""At most `most` nodes within `depth` steps. Raises MissingRecordError for a focus that the plant does not hold."""
	view = model.view(focus, depth, most, is_failing=is_failing)
	by_kind: dict[str, list[str]] = {}
	for node in view.nodes:
		by_kind.setdefault(node.kind, []).append(node.name)
	rows = {
		Node(kind, row["name"]): row
		for kind, names in by_kind.items()
		for row in records.find(kind, {"name": ("in", names)})
	}
	return Picture(view, rows, model.standing_groups(), open_troubles(records))


def _key(node: Node) -> str:
	return f"{node.kind}/{node.name}"
