"""Renaming CIs on a site by Frappe's own rename: links follow, versions and comments keep the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now

from plant_itsm.domain.renaming import Renaming
from plant_itsm.frappe_site.meta import site_meta
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.renamings import check_renamings

CI = "OT CI"
NAMED_AFTER_CIS = ("CI Relation", "CI Program Version")
"""DocTypes whose names hold the name of a CI: a plant file finds their records by it."""


def rename_cis(renamings: Sequence[Renaming], source: str = "") -> None:
	"""Rename CIs in the order of the list, all or none. Raises PlantFileError with every line that cannot be."""
	records = FrappeRecords()
	with records.transaction():
		check_renamings(records, renamings, source)
		for renaming in renamings:
			frappe.rename_doc(
				CI,
				renaming.old,
				renaming.new,
				ignore_permissions=True,
				show_alert=False,
				rebuild_search=False,
			)


def follow_rename(ci: Document) -> None:
	"""After a CI got another name: rename what is named after it, and let graphs that are kept notice."""
	for doctype in NAMED_AFTER_CIS:
		for name, new_name in _names_after(doctype, ci.name):
			if name != new_name:
				frappe.rename_doc(
					doctype,
					name,
					new_name,
					force=True,
					ignore_permissions=True,
					show_alert=False,
					rebuild_search=False,
				)
	ci.db_set("modified", now(), update_modified=False)


def _names_after(doctype: str, ci: str) -> Iterator[tuple[str, str]]:
	"""(name, the name that its fields give it now) of the records of a DocType that link to a CI."""
	meta = site_meta(doctype)
	pattern = meta.autoname.removeprefix("format:")
	links = [link.fieldname for link in meta.links() if link.options == CI]
	for row in _linking(doctype, links, ci):
		yield row["name"], pattern.format_map(row)


def _linking(doctype: str, fieldnames: Iterable[str], ci: str) -> list[dict[str, Any]]:
	rows: list[dict[str, Any]] = frappe.get_all(
		doctype, or_filters=[[doctype, fieldname, "=", ci] for fieldname in fieldnames], fields=["*"]
	)
	return rows
