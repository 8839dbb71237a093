"""The DocTypes of a site as the domain describes them."""

from __future__ import annotations

import frappe
from frappe.model.meta import Meta

from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta, doctype_meta

APP = "plant_itsm"
CREATION = FieldMeta("creation", "Datetime")
_RECORD_FIELDS = (
	FieldMeta("name", "Data"),
	CREATION,
	FieldMeta("modified", "Datetime"),
)
_CHILD_FIELDS = (
	*_RECORD_FIELDS,
	FieldMeta("parent", "Data"),
	FieldMeta("parenttype", "Data"),
	FieldMeta("parentfield", "Data"),
	FieldMeta("idx", "Int"),
)
STANDARD_FIELDNAMES = frozenset(field.fieldname for field in _CHILD_FIELDS)


def site_meta(doctype: str) -> DocTypeMeta:
	"""The fields of a DocType, custom ones included. Raises MissingRecordError for an unknown one."""
	try:
		meta = frappe.get_meta(doctype)
	except (frappe.DoesNotExistError, ImportError):  # ImportError: its app was removed from the bench
		raise MissingRecordError(
			f"DocType {doctype!r} does not exist on this site. Install the app that brings it, then migrate."
		) from None
	known = _built.get((frappe.local.site, doctype))
	if known is None or known[0] is not meta:
		known = _built[frappe.local.site, doctype] = (meta, _build(meta))
	return known[1]


_built: dict[tuple[str, str], tuple[Meta, DocTypeMeta]] = {}
"""By site and DocType: what was built, and from which of Frappe's metas, as long as Frappe itself keeps that one."""


def _build(meta: Meta) -> DocTypeMeta:
	fields = [df.as_dict() for df in meta.fields if not df.get("is_virtual")]
	return doctype_meta(
		meta.name,
		{key: meta.get(key) for key in ("autoname", "istable", "issingle", "is_submittable")},
		fields,
	)


def stored_fields(meta: DocTypeMeta) -> tuple[FieldMeta, ...]:
	"""Every column that records show: the fields and what each row has besides."""
	return (_CHILD_FIELDS if meta.is_table else _RECORD_FIELDS) + meta.columns


def is_ours(doctype: str) -> bool:
	module = frappe.scrub(frappe.get_meta(doctype).module or "")
	return bool(frappe.local.module_app.get(module) == APP)
