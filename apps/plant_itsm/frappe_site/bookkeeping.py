"""What the drain notes for itself, written as rows instead of as documents.

It is written several times per signal, by nobody but us, and between a signal and its ticket. A document would load the
row twice, ask every app's hooks, keep a version and tell open browsers; a row is held to the same checks without that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import frappe
from pypika.terms import Values

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.schema import DocTypeMeta, check_field
from plant_itsm.frappe_site.drafts import (
	defaults_of,
	insert_rows,
	new_name,
	replace_child_rows,
	told_duplicates,
	written_now,
)
from plant_itsm.frappe_site.values import SiteValues
from plant_itsm.ports import Record

_DOCTYPES = frozenset(
	{"Cost Rollup", "Line OEE State", "OT Connection State", "Outbox Entry", "Signal State", "Sparkplug Node"}
)
"""Wholly ours."""
_FIELDS = {
	"Line Stop": frozenset(
		{
			"currency",
			"cost_per_hour",
			"hd_ticket",
			"incident_ended_at",
			"micro_stop",
			"not_priced",
			"notified_roles",
			"notified_users",
			"parent_stop",
			"parts_due_at",
			"priority",
			"priority_reason",
			"suspected_root_ci",
			"units_per_shift",
		}
	),
	"Alarm Flood": frozenset({"peak"}),
	"OT CI": frozenset({"label_printed_on"}),
	"Production Count": frozenset({"produced", "scrap"}),
}
"""Of DocTypes whose changes people may want to hear of, the fields that say nothing new about the plant."""


def is_bookkeeping(doctype: str, changed: Collection[str] | None = None) -> bool:
	"""Whether a new record, or a change of some fields, is written as a row."""
	if doctype in _DOCTYPES:
		return True
	return changed is not None and set(changed) <= _FIELDS.get(doctype, frozenset())


def insert_row(meta: DocTypeMeta, what: str, values: Record) -> str:
	"""Insert a record without child tables and return its name. values: as _site_values makes them.

	Raises InvalidRecordError, or what Frappe raises for a value that must be unique.
	"""
	given = {name: value for name, value in values.items() if value is not None and name != "name"}
	for field in meta.columns:
		if field.default is None or field.fieldname in given:
			check_field(what, field, given.get(field.fieldname))
	_check_links(meta, what, given)
	name = new_name(meta, given)
	if values.get("name") not in (None, name):
		raise InvalidRecordError(
			f"{what}: its name cannot be chosen: {meta.autoname} makes it. Leave it out."
		)
	insert_rows(meta, [{**given, "name": name}])
	return name


def add_up_row(meta: DocTypeMeta, values: Record, sums: Collection[str], conversions: SiteValues) -> None:
	"""Insert a record that is named by a unique field, or add its `sums` to those of the one that is there.

	MariaDB locks no more than that one row, since it is found by the primary key.
	"""
	name, table = new_name(meta, values), frappe.qb.DocType(meta.name)
	row = {**written_now(), **defaults_of(meta), **_stored(meta, values, conversions), "name": name}
	query = frappe.qb.into(table).columns(*row).insert(*row.values())
	for fieldname in sums:
		query = query.on_duplicate_key_update(table[fieldname], table[fieldname] + Values(table[fieldname]))
	with told_duplicates(meta, name):
		query.run()


def update_row(meta: DocTypeMeta, name: str, values: Record, conversions: SiteValues) -> None:
	"""Change some fields of a record, if it is there. Raises InvalidRecordError, or what Frappe raises for a value that
	must be unique."""
	kind, _, named_by = meta.autoname.partition(":")
	if kind == "field" and values.get(named_by, name) != name:
		raise InvalidRecordError(
			f"{meta.name} {name}: {named_by} is its name and cannot become {values[named_by]!r}."
		)
	update_rows(meta, [name], values, conversions)


def update_rows(meta: DocTypeMeta, names: Sequence[str], values: Record, conversions: SiteValues) -> None:
	"""The same of several records at once."""
	what = f"{meta.name} {', '.join(names[:1])}"
	changed = {fieldname: value for fieldname, value in values.items() if fieldname != "name"}
	for field in meta.columns:
		if field.fieldname in changed:
			check_field(what, field, changed[field.fieldname])
	_check_links(meta, what, changed)
	table = frappe.qb.DocType(meta.name)
	moment = written_now()
	row = {
		"modified": moment["modified"],
		"modified_by": moment["modified_by"],
		**_stored(meta, changed, conversions),
	}
	query = frappe.qb.update(table).where(table.name.isin(list(names)))
	for fieldname, value in row.items():
		query = query.set(fieldname, value)
	with told_duplicates(meta, names[0]):
		query.run()
	for child_table in meta.tables:
		if child_table.fieldname in changed:
			replace_child_rows(meta, child_table, dict.fromkeys(names, changed[child_table.fieldname]))


def _stored(meta: DocTypeMeta, values: Record, conversions: SiteValues) -> Record:
	return {
		field.fieldname: conversions.conversion(field).empty if value is None else value
		for field in meta.columns
		if field.fieldname in values
		for value in [values[field.fieldname]]
	}


def _check_links(meta: DocTypeMeta, what: str, values: Record) -> None:
	for link in meta.links():
		target = values.get(link.fieldname)
		if target and not _exists(link.options, target):
			raise InvalidRecordError(
				f"{what}: {link.fieldname} {target!r} is no {link.options}. Choose one that exists."
			)


def _exists(doctype: str, name: str) -> bool:
	"""What was found once is remembered until the transaction ends."""
	return bool(frappe.db.exists(doctype, name, cache=True) or frappe.db.exists(doctype, name))
