"""The base of the controllers: what a record must satisfy is decided in the domain, also when a person saves a form."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from plant_itsm.domain.change_refusals import ChangeRefusedError
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.schema import DocTypeMeta, check_field
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.meta import site_meta, stored_fields
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.renaming import follow_rename
from plant_itsm.frappe_site.values import SiteValues
from plant_itsm.ports import Record, Records
from plant_itsm.services.completion import completed, is_completed
from plant_itsm.services.consequences import follow, follow_submission, has_consequences
from plant_itsm.services.graph_changes import is_kept, note_change, note_renamed
from plant_itsm.services.validation import validate


class PlantDocument(Document):
	def validate(self) -> None:
		try:
			self.complete()
			if not self.flags.plant_itsm_checked:
				self.check(checked_record(self))
		except ChangeRefusedError as error:
			_throw(error, _("Not Yet"))
		except PlantItsmError as error:
			_throw(error, _("Invalid Record"))

	def check(self, record: Record) -> None:
		"""Raise a PlantItsmError for what the rules of the DocType do not allow."""
		validate(self.reads(), self.doctype, record)

	def complete(self) -> None:
		"""Fill in what is computed from other fields, before the record is checked."""
		if is_completed(self.doctype):
			computed = completed(self.reads(), SystemClock(), self.doctype, checked_record(self))
			take(self, FrappeRecords().site_values(self.doctype, computed))

	def reads(self) -> Records:
		"""What completion and rules of one save read from."""
		return FrappeRecords()

	def on_update(self) -> None:
		if is_kept(self.doctype) and not self.flags.plant_itsm_checked:
			before = self.get_doc_before_save()
			self._note_change(before.as_dict() if before is not None else None, self.as_dict())
		if has_consequences(self.doctype):
			follow(FrappeRecords(), self.doctype, self.as_dict())

	def clear_cache(self) -> None:
		"""Of a record that a load adds nothing is cached yet; to ask Redis for each takes a tenth of the load."""
		if not (self.flags.plant_itsm_checked and self.flags.in_insert):
			super().clear_cache()

	def after_delete(self) -> None:
		if is_kept(self.doctype):
			self._note_change(self.as_dict(), None)

	def on_submit(self) -> None:
		follow_submission(FrappeRecords(), self.doctype, checked_record(self))

	def after_rename(self, old: str, new: str, merge: bool = False) -> None:
		follow_rename(self)
		if is_kept(self.doctype) and not merge:
			note_renamed(FrappeRecords(), self.doctype, old, new)

	def _note_change(self, before: Record | None, after: Record | None) -> None:
		note_change(FrappeRecords(), self.doctype, str(self.name), before, after)


def _throw(error: PlantItsmError, title: str) -> None:
	frappe.throw(_(escape_html(str(error))).replace("\n", "<br>"), title=title)


def take(doc: Document, values: Record) -> None:
	"""Set fields; the rows of a child table stay the same rows as long as their number does."""
	for fieldname, value in values.items():
		rows = doc.get(fieldname) if isinstance(value, list) else None
		if rows and len(rows) == len(value):
			for row, computed in zip(rows, value, strict=True):
				row.update(computed)
		else:
			doc.set(fieldname, value)


def checked_record(doc: Document) -> Record:
	"""A document as a typed record, each field checked. Raises InvalidRecordError for what a field does not allow."""
	values = SiteValues()
	meta = site_meta(doc.doctype)
	what = f"{doc.doctype} {doc.name or ''}".strip()
	record = _checked_row(values, what, meta, doc)
	for table in meta.tables:
		child = site_meta(table.options)
		record[table.fieldname] = [
			_checked_row(values, f"{what}, {table.fieldname} row {place}", child, row)
			for place, row in enumerate(doc.get(table.fieldname) or (), start=1)
		]
	return record


def _checked_row(values: SiteValues, what: str, meta: DocTypeMeta, doc: Document) -> Record:
	record = {
		field.fieldname: values.record_value(what, field, doc.get(field.fieldname))
		for field in stored_fields(meta)
	}
	for field in meta.columns:
		check_field(what, field, record[field.fieldname])
	return record
