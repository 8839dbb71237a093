"""Renaming on a site by Frappe's own rename: links follow, versions and comments keep the history."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe.model.document import Document
from frappe.model.rename_doc import rename_doc
from frappe.utils import now

from plant_itsm.domain.renaming import Renaming
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.frappe_site.meta import site_meta
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.plant_export import PLANT_DOCTYPES
from plant_itsm.services.renamings import check_renamings

CI = "OT CI"


def rename_cis(renamings: Sequence[Renaming], source: str = "") -> None:
	"""Rename CIs in the order of the list, all or none. Raises PlantFileError with every line that cannot be."""
	records = FrappeRecords()
	with records.transaction():
		check_renamings(records, renamings, source)
		for renaming in renamings:
			rename_doc(
				CI,
				renaming.old,
				renaming.new,
				ignore_permissions=True,
				show_alert=False,
				rebuild_search=False,
			)


def follow_rename(doc: Document) -> None:
	"""After a record of the plant got another name: rename what is named after it, and let graphs that are kept notice,
	which Frappe's rename leaves unmodified."""
	for doctype in PLANT_DOCTYPES:
		meta = site_meta(doctype)
		names = _linking(meta, doc)
		if not names:
			continue
		_touch(doctype, names)
		if meta.autoname.startswith("format:") and "#" not in meta.autoname:
			for name in names:
				_rename_after_its_fields(meta, name)
	_touch(doc.doctype, [doc.name])


def _linking(meta: DocTypeMeta, doc: Document) -> list[str]:
	"""The records of a DocType that link to a record, themselves or in a child row."""
	names: set[str] = set()
	for link in _links(meta, doc.doctype):
		names.update(frappe.get_all(meta.name, {link: doc.name}, pluck="name"))
	for table in meta.tables:
		for link in _links(site_meta(table.options), doc.doctype):
			names.update(
				frappe.get_all(table.options, {link: doc.name, "parenttype": meta.name}, pluck="parent")
			)
	return sorted(names)


def _links(meta: DocTypeMeta, doctype: str) -> list[str]:
	return [link.fieldname for link in meta.links() if link.options == doctype]


def _touch(doctype: str, names: Sequence[str]) -> None:
	frappe.db.set_value(doctype, {"name": ["in", names]}, "modified", now(), update_modified=False)


def _rename_after_its_fields(meta: DocTypeMeta, name: str) -> None:
	record = FrappeRecords().get(meta.name, name)
	assert record is not None
	new_name = meta.autoname.removeprefix("format:").format_map(record)
	if new_name != name:
		rename_doc(
			meta.name,
			name,
			new_name,
			force=True,
			ignore_permissions=True,
			show_alert=False,
			rebuild_search=False,
		)
