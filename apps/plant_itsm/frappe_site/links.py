"""Saying which link of a record leads to nothing: Frappe names labels, people who load files need fieldnames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta
from plant_itsm.frappe_site.meta import site_meta
from plant_itsm.ports import Record


@contextmanager
def named_links(what: str, meta: DocTypeMeta, values: Record) -> Iterator[None]:
	try:
		yield
	except frappe.LinkValidationError:
		for place, link, target in _links(what, meta, values):
			if not frappe.db.exists(link.options, target):
				raise InvalidRecordError(
					f"{place}: {link.fieldname} {target!r} is no {link.options}. Choose one that exists."
				) from None
		raise


def _links(what: str, meta: DocTypeMeta, values: Record) -> Iterator[tuple[str, FieldMeta, str]]:
	"""(place, field, target) of every link that is set, in child rows too."""
	for link in meta.links():
		if values.get(link.fieldname):
			yield what, link, str(values[link.fieldname])
	for table in meta.tables:
		for place, row in enumerate(values.get(table.fieldname) or (), start=1):
			yield from _links(f"{what}, {table.fieldname} row {place}", site_meta(table.options), row)
