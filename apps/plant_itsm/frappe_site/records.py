"""The Records port on a Frappe site: reads by the query builder, writes through documents with all their hooks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import frappe
from frappe.model.document import Document
from pypika import Order
from pypika.functions import Count
from pypika.queries import QueryBuilder

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.schema import DocTypeMeta
from plant_itsm.domain.typed_values import typed_value
from plant_itsm.frappe_site import name_blocks, transactions
from plant_itsm.frappe_site.bookkeeping import (
	add_up_row,
	insert_row,
	is_bookkeeping,
	update_row,
	update_rows,
)
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.deleting import delete_record
from plant_itsm.frappe_site.drafts import HASH_LENGTH, drafted_row, insert_rows, written_now
from plant_itsm.frappe_site.filters import criteria, known_field
from plant_itsm.frappe_site.links import named_links
from plant_itsm.frappe_site.meta import (
	CREATION,
	STANDARD_FIELDNAMES,
	is_ours,
	site_meta,
	stored_fields,
)
from plant_itsm.frappe_site.selects import child_rows, passwords, row_named, with_columns
from plant_itsm.frappe_site.stamps import stamp_of
from plant_itsm.frappe_site.store_errors import refused_statement, refused_write, store_errors
from plant_itsm.frappe_site.values import SiteValues
from plant_itsm.ports import Filters, Record, Writer


def is_our_write(doc: Document) -> bool:
	"""Whether our services write a document, and not a person."""
	return bool(doc.flags.plant_itsm)


class FrappeRecords:
	"""Records of the site that is connected. Permissions are the caller's business: nothing is checked here."""

	def __init__(self) -> None:
		self._values = SiteValues()

	def meta(self, doctype: str) -> DocTypeMeta:
		return site_meta(doctype)

	def get(self, doctype: str, name: str, *, for_update: bool = False) -> Record | None:
		meta = site_meta(doctype)
		with store_errors():
			row = row_named(meta, name, for_update)
			if row is None:
				return None
			record = self._record(meta, row)
			for table in meta.tables:
				child = site_meta(table.options)
				rows = child_rows(child, doctype, row["name"], table.fieldname, for_update)
				record[table.fieldname] = [self._record(child, child_row) for child_row in rows]
			return record | passwords(meta, row)

	def find(
		self,
		doctype: str,
		filters: Filters | None = None,
		*,
		order_by: str = "name",
		descending: bool = False,
		limit: int | None = None,
		for_update: bool = False,
	) -> list[Record]:
		meta = site_meta(doctype)
		order = Order.desc if descending else Order.asc
		query = with_columns(self._query(meta, filters), meta)
		query = query.orderby(known_field(meta, order_by).fieldname, order=order)
		if order_by != "name":
			query = query.orderby("name", order=order)
		query = query.for_update() if for_update else query
		with store_errors():
			rows = (query if limit is None else query.limit(limit)).run(as_dict=True)
		return [self._record(meta, row) for row in rows]

	def count(self, doctype: str, filters: Filters | None = None) -> int:
		query = self._query(site_meta(doctype), filters).select(Count("*"))
		with store_errors():
			return int(query.run()[0][0])

	def insert(self, doctype: str, values: Record) -> Record:
		return self._existing(doctype, self._insert(doctype, values))

	def insert_checked(self, doctype: str, values: Record) -> None:
		self._insert(doctype, values, checked=True)

	def _insert(self, doctype: str, values: Record, *, checked: bool = False) -> str:
		meta = site_meta(doctype)
		what = f"{doctype} {values.get('name') or ''}".strip()
		if is_bookkeeping(doctype):
			with store_errors(), refused_statement(what):
				return insert_row(meta, what, self._site_values(what, meta, values))
		with store_errors(), (refused_statement if checked else refused_write)(what):
			name_blocks.give_back()
			doc = frappe.get_doc({"doctype": doctype, **self._site_values(what, meta, values)})
			_keep_as_given(doc, meta, values)
			doc.flags.plant_itsm = True
			doc.flags.plant_itsm_checked = checked
			doc.flags.notify_update = not checked  # thousands at once would only busy every open browser
			with named_links(what, meta, values):
				doc.insert(ignore_permissions=True, ignore_links=checked)
			_check_name(doc, meta, values.get("name"))
		return str(doc.name)

	def draft(self, doctype: str, values: Record) -> Record:
		meta = site_meta(doctype)
		with store_errors():
			row = drafted_row(meta, self._site_values(doctype, meta, values))
		tables = {table.fieldname: list(values.get(table.fieldname) or ()) for table in meta.tables}
		return self._record(meta, row) | tables

	def insert_drafts(self, doctype: str, drafts: Sequence[Record]) -> None:
		meta = site_meta(doctype)
		if drafts:
			with store_errors(), refused_statement(doctype):
				insert_rows(meta, [self._drafted(meta, draft) for draft in drafts])

	def _drafted(self, meta: DocTypeMeta, draft: Record) -> Record:
		"""Dated by its draft, so that those of one statement keep their order."""
		written = self._values.site_value(meta.name, CREATION, draft["creation"])
		return {**self._site_values(meta.name, meta, draft), "creation": written, "modified": written}

	def insert_many(self, doctype: str, rows: Sequence[Record]) -> None:
		if not rows:
			return
		meta = site_meta(doctype)
		with store_errors():
			frappe.db.bulk_insert(
				doctype,
				[*_BULK_FIELDS, *(field.fieldname for field in meta.columns)],
				[(*_bulk_values(), *self._bulk_row(meta, row)) for row in rows],
				ignore_duplicates=True,
			)

	def add_up(self, doctype: str, row: Record, sums: Collection[str]) -> None:
		meta = site_meta(doctype)
		with store_errors(), refused_statement(doctype):
			add_up_row(meta, self._site_values(doctype, meta, row), sums, self._values)

	def update(self, doctype: str, name: str, values: Record) -> Record:
		meta = site_meta(doctype)
		what = f"{doctype} {name}"
		if is_bookkeeping(doctype, values):
			with store_errors(), refused_statement(what):
				update_row(meta, name, self._site_values(what, meta, values), self._values)
			return self._existing(doctype, name)
		with store_errors(), refused_write(what):
			doc = _locked_document(meta, name)
			doc.update(self._site_values(what, meta, values))
			_check_name_field(doc, meta, name)
			doc.flags.plant_itsm = True
			with named_links(what, meta, values):
				doc.save(ignore_permissions=True)
		return self._existing(doctype, name)

	def update_many(self, doctype: str, names: Sequence[str], values: Record) -> None:
		meta = site_meta(doctype)
		with store_errors(), refused_statement(doctype):
			update_rows(meta, names, self._site_values(doctype, meta, values), self._values)

	def delete_many(self, doctype: str, names: Sequence[str]) -> None:
		if names:
			with store_errors():
				frappe.db.delete(site_meta(doctype).name, {"name": ("in", list(names))})

	def delete(self, doctype: str, name: str) -> None:
		with store_errors(), refused_write(f"{doctype} {name}"):
			delete_record(doctype, name)

	def transaction(self) -> AbstractContextManager[None]:
		return transactions.transaction()

	def extensions(self, hook: str) -> Sequence[str]:
		paths: list[str] = frappe.get_hooks(hook)
		return paths

	def writer(self) -> Writer:
		return Writer(frappe.session.user, SystemClock().now())

	def stamp(self, doctypes: Iterable[str]) -> str:
		with store_errors():
			return stamp_of(doctypes)

	def _query(self, meta: DocTypeMeta, filters: Filters | None) -> QueryBuilder:
		table = frappe.qb.DocType(meta.name)
		query = frappe.qb.from_(table)
		for criterion in criteria(meta, table, filters, self._values):
			query = query.where(criterion)
		return query

	def _existing(self, doctype: str, name: str) -> Record:
		record = self.get(doctype, name)
		if record is None:
			raise _missing(doctype, name)
		return record

	def _record(self, meta: DocTypeMeta, row: Record) -> Record:
		return {
			field.fieldname: self._values.record_value(meta.name, field, row.get(field.fieldname))
			for field in stored_fields(meta)
		}

	def site_values(self, doctype: str, values: Record) -> Record:
		"""Some fields of a record as its document takes them."""
		return self._site_values(doctype, site_meta(doctype), values)

	def _site_values(self, what: str, meta: DocTypeMeta, values: Record) -> Record:
		"""The values as Frappe takes them; of the columns that each row has, only the name may be given."""
		converted: Record = {"name": values["name"]} if values.get("name") and not meta.is_table else {}
		for fieldname, value in values.items():
			if fieldname in STANDARD_FIELDNAMES:
				continue
			field = meta.field(fieldname)
			if field is None:
				known = ", ".join(one.fieldname for one in meta.fields)
				raise InvalidRecordError(f"{what}: there is no field {fieldname!r}. It has {known}.")
			if field.is_table:
				child = site_meta(field.options)
				converted[fieldname] = [
					self._site_values(f"{what}, {fieldname} row {place}", child, row)
					for place, row in enumerate(value or (), start=1)
				]
			elif meta.autoname == f"field:{fieldname}":
				converted[fieldname] = typed_value(
					what, field, value
				)  # Frappe refuses a name with a tag in it
			else:
				converted[fieldname] = self._values.site_value(what, field, value)
		return converted

	def _bulk_row(self, meta: DocTypeMeta, row: Record) -> list[Any]:
		values = self._site_values(meta.name, meta, row)
		return [
			self._values.conversion(field).empty if value is None else value
			for field in meta.columns
			for value in [values.get(field.fieldname, field.default)]
		]


def _keep_as_given(doc: Document, meta: DocTypeMeta, values: Record) -> None:
	"""Keep Frappe from filling fields with what user or site prefer: a currency, the first choice, the time now.

	In our DocTypes only a DocType's own default fills an empty field; in others what is given as None stays None.
	"""
	if not is_ours(meta.name):
		doc.dont_update_if_missing = [name for name, value in values.items() if value is None]
		return
	doc.dont_update_if_missing = _without_default(meta)
	for table in meta.tables:
		empty = _without_default(site_meta(table.options))
		for row in doc.get(table.fieldname) or ():
			row.dont_update_if_missing = empty


def _without_default(meta: DocTypeMeta) -> list[str]:
	return [field.fieldname for field in meta.columns if field.default is None]


def _check_name(doc: Document, meta: DocTypeMeta, wanted: str | None) -> None:
	if wanted and str(doc.name) != wanted:
		raise InvalidRecordError(
			f"{meta.name}: name {wanted!r} cannot be chosen: {meta.autoname or 'hash'} makes it. Leave it out."
		)


def _check_name_field(doc: Document, meta: DocTypeMeta, name: str) -> None:
	kind, _, fieldname = meta.autoname.partition(":")
	if kind == "field" and doc.get(fieldname) != name:
		raise InvalidRecordError(
			f"{meta.name} {name}: {fieldname} is its name and cannot become {doc.get(fieldname)!r}."
			" Rename the record instead."
		)


def _locked_document(meta: DocTypeMeta, name: str) -> Document:
	"""The document as it was committed last, locked: an older snapshot could not be saved over it."""
	try:
		return frappe.get_doc(meta.name, name, for_update=True)
	except frappe.DoesNotExistError:
		raise _missing(meta.name, name) from None


def _missing(doctype: str, name: str) -> MissingRecordError:
	return MissingRecordError(f"{doctype} {name!r} does not exist. Create it first.")


_BULK_FIELDS = ("name", "owner", "modified_by", "creation", "modified")


def _bulk_values() -> tuple[str, ...]:
	written = {**written_now(), "name": frappe.generate_hash(length=HASH_LENGTH)}
	return tuple(written[fieldname] for fieldname in _BULK_FIELDS)
