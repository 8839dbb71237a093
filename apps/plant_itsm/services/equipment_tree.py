"""The hierarchy of a plant, level by level as somebody opens it: site, area, line, work cell, CI, its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plant_itsm.domain.cmdb import CI, LINE, Node
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ports import Filters, Record, Records
from plant_itsm.services.open_stops import Trouble, open_troubles

SITE, AREA, CELL = "Plant Site", "Plant Area", "Work Cell"
LOOSE = ("is", "not set")
MOST_CHILDREN = 500
"""Of one kind below one node; the list view of the DocType shows more."""

CHILDREN: dict[str, tuple[tuple[str, Filters], ...]] = {
	SITE: ((AREA, {}), (CI, {"production_line": LOOSE, "parent_ci": LOOSE})),
	AREA: ((LINE, {}),),
	LINE: ((CELL, {}), (CI, {"work_cell": LOOSE, "parent_ci": LOOSE})),
	CELL: ((CI, {"parent_ci": LOOSE}),),
	CI: ((CI, {}),),
}
"""By kind of a node the kinds below it, and which of those that link to the node stand directly there."""
LINKS = {SITE: "plant_site", AREA: "plant_area", LINE: "production_line", CELL: "work_cell", CI: "parent_ci"}
DETAIL = {SITE: "enterprise", AREA: "", LINE: "product", CELL: "description", CI: "ci_class"}


@dataclass(frozen=True)
class TreeNode:
	"""One line of the tree. may_open: whether there is anything below it."""

	node: Node
	row: Record
	may_open: bool
	trouble: Trouble | None

	def as_json(self) -> dict[str, Any]:
		return {
			"kind": self.node.kind,
			"name": self.node.name,
			"title": self.row.get("title") or self.node.name,
			"detail": self.row.get(DETAIL[self.node.kind]) or "",
			"may_open": self.may_open,
			"state": self.trouble and str(self.trouble.state),
			"stop": self.trouble and self.trouble.stop,
		}


@dataclass(frozen=True)
class Branch:
	"""What stands below a node. total: how many there are, shown or not."""

	nodes: tuple[TreeNode, ...]
	total: int


def branch(records: Records, parent: Node | None) -> Branch:
	"""The nodes below another, below none the sites. Raises MissingRecordError for a kind that has none below it."""
	if parent is None:
		levels: list[tuple[str, Filters]] = [(SITE, {})]
	elif parent.kind in CHILDREN:
		link = {LINKS[parent.kind]: parent.name}
		levels = [(kind, {**link, **_in_use(kind), **direct}) for kind, direct in CHILDREN[parent.kind]]
	else:
		raise MissingRecordError(f"{parent.kind} {parent.name!r} is no level of the equipment hierarchy.")
	troubles = open_troubles(records)
	nodes = [node for kind, filters in levels for node in _level(records, kind, filters, troubles)]
	return Branch(tuple(nodes), sum(records.count(kind, filters) for kind, filters in levels))


def _level(
	records: Records, kind: str, filters: Filters, troubles: Mapping[Node, Trouble]
) -> Iterator[TreeNode]:
	rows = records.find(kind, filters, limit=MOST_CHILDREN)
	names = [row["name"] for row in rows]
	parents = _parents(records, kind, names)
	for row in rows:
		node = Node(kind, row["name"])
		yield TreeNode(node, row, row["name"] in parents, troubles.get(node))


def _parents(records: Records, kind: str, names: Iterable[str]) -> set[str]:
	"""Which of some nodes of a kind have anything below them."""
	link = LINKS[kind]
	among = {link: ("in", list(names))}
	return {
		row[link]
		for child, direct in CHILDREN[kind]
		for row in records.find(child, {**among, **_in_use(child), **direct})
	}


def _in_use(kind: str) -> Filters:
	return {"status": CIStatus.ACTIVE} if kind == CI else {}
