"""What points to a record: links of others, which keep it from being deleted, and traces, which go with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Table, select

from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.ports import Record

_ANY = (
	("Comment", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Notification Log", "document_type", "document_name"),
)
_OF = {"HD Ticket": (("HD Ticket Comment", "reference_ticket"),)}
"""DocType -> what is noted about its records in a DocType of its own."""


def traces_of(metas: Mapping[str, DocTypeMeta], doctype: str, name: str) -> Iterator[tuple[str, Record]]:
	"""(DocType, filters) of what was noted about a record."""
	for trace, by_doctype, by_name in _ANY:
		if trace in metas:
			yield trace, {by_doctype: doctype, by_name: name}
	for trace, by_name in _OF.get(doctype, ()):
		yield trace, {by_name: name}


def first_user(
	connection: Connection,
	metas: Mapping[str, DocTypeMeta],
	tables: Mapping[str, Table],
	doctype: str,
	name: str,
) -> str | None:
	"""A record other than itself that links to a record, as a person reads it: `Signal Rule AR-042 offline (ci)`."""
	for meta in metas.values():
		table = tables[meta.name]
		for link in meta.links():
			if link.options != doctype:
				continue
			rows = select(table).where(table.c[link.fieldname] == name)
			for row in connection.execute(rows).mappings():
				owner, owned = (
					(row["parenttype"], row["parent"]) if meta.is_table else (meta.name, row["name"])
				)
				if (owner, owned) != (doctype, name):
					return f"{owner} {owned} ({link.fieldname})"
	return None
