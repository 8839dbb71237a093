"""The order in which the records of a plant can be written: what others link to comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.ports import Records

if TYPE_CHECKING:
	from plant_itsm.services.plant_files import PlantRow

Tables = Mapping[str, tuple[DocTypeMeta, list["PlantRow"]]]


def in_order(records: Records, tables: Tables) -> list[PlantRow]:
	"""All rows; DocTypes after those that they link to, and rows of a DocType that links to itself likewise."""
	order = _by_dependency(records, {name: meta for name, (meta, _rows) in tables.items()})
	return [row for name in order for row in _parents_first(*tables[name])]


def _by_dependency(records: Records, metas: Mapping[str, DocTypeMeta]) -> list[str]:
	"""Between our DocTypes there is no cycle of links."""
	order: dict[str, None] = {}

	def visit(name: str, above: tuple[str, ...]) -> None:
		if name in order or name in above or name not in metas:
			return
		tables = [metas[name], *(records.meta(field.options) for field in metas[name].tables)]
		for link in (link for table in tables for link in table.links()):
			visit(link.options, (*above, name))
		order[name] = None

	for name in sorted(metas):
		visit(name, ())
	return list(order)


def _parents_first(meta: DocTypeMeta, rows: list[PlantRow]) -> list[PlantRow]:
	"""Rows in the order of the file, but none before the row that it links to; rows in a circle stay as they are."""
	upward = [link.fieldname for link in meta.links() if link.options == meta.name]
	kind, _, named_by = meta.autoname.partition(":")
	if not upward or kind != "field":
		return rows
	by_name = {row.values.get(named_by): row for row in rows}
	done: dict[int, PlantRow] = {}
	for row in rows:
		way, open_rows = [row], {id(row)}
		while way:
			current = way[-1]
			parents = (by_name.get(current.values.get(fieldname)) for fieldname in upward)
			waiting = [
				parent
				for parent in parents
				if parent is not None and id(parent) not in done and id(parent) not in open_rows
			]
			if waiting:
				way.append(waiting[0])
				open_rows.add(id(waiting[0]))
			else:
				done.setdefault(id(current), way.pop())
	return list(done.values())
