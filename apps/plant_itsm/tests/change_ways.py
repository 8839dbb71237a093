"""The ways to take a step of an OT change on a site, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.desk.form.save import savedocs
from frappe.model.document import Document
from frappe.model.workflow import apply_workflow

from plant_itsm.api.changes import decide
from plant_itsm.domain.change_words import ChangeStatus
from plant_itsm.frappe_site.change_workflow import ACTIONS
from plant_itsm.tests.change_case import REQUEST, refusal, rest

TRACES = ((REQUEST, "name"), ("Maintenance Mode", "change_request"))
"""DocTypes that a step writes to, and the field that holds the request."""


def by_form(request: Document, status: str) -> None:
	savedocs(frappe.as_json({**request.as_dict(), "status": status}), "Save")


def by_button(request: Document, status: str) -> None:
	apply_workflow(frappe.as_json(request.as_dict()), ACTIONS[ChangeStatus(status)])


def by_script(request: Document, status: str) -> None:
	doc = frappe.get_doc(REQUEST, request.name)
	doc.status = status
	doc.save()


def by_rest(request: Document, status: str) -> None:
	_put(request, {"status": status})


def _put(request: Document, body: dict[str, Any]) -> None:
	"""Sees, and leaves, what is committed."""
	answer = rest(frappe.session.user, "PUT", f"/api/resource/{REQUEST}/{request.name}", body)
	if said := refusal(answer):
		raise frappe.ValidationError(said)


Way = Callable[[Document, Any], None]
WAYS: tuple[Way, ...] = (by_form, by_button, by_script, by_rest)


def sign_by_form(request: Document, row: dict[str, str]) -> None:
	values = request.as_dict()
	savedocs(frappe.as_json({**values, "approvals": [*values["approvals"], row]}), "Save")


def sign_by_button(request: Document, row: dict[str, str]) -> None:
	decide(request.name, **row)


def sign_by_script(request: Document, row: dict[str, str]) -> None:
	doc = frappe.get_doc(REQUEST, request.name)
	doc.append("approvals", dict(row))
	doc.save()


def sign_by_rest(request: Document, row: dict[str, str]) -> None:
	rows = frappe.parse_json(frappe.as_json([*request.approvals, row]))
	_put(request, {"approvals": rows})


WAYS_TO_SIGN: tuple[Way, ...] = (sign_by_form, sign_by_button, sign_by_script, sign_by_rest)


def signing_before(status: str, sign: Way) -> Way:
	"""Signs, and lets the same user take the step that the signature is for."""

	def take_steps(request: Document, row: dict[str, str]) -> None:
		sign(request, row)
		frappe.db.commit()
		by_script(request, status)

	return take_steps


def tried(take_step: Way, request: Document, what: Any) -> str:
	"""The refusal of a step; "" where it was taken. A refused one must not have written a row of any table."""
	try:
		take_step(request, what)
		frappe.db.commit()
	except (frappe.ValidationError, frappe.PermissionError) as error:
		assert frappe.db.transaction_writes == 0, f"written before the refusal: {error}"
		return str(error) or type(error).__name__
	finally:
		frappe.db.rollback()
		frappe.clear_messages()
	return ""


def rows_of(name: str) -> list[Document]:
	"""A request and what its steps write besides it, whole."""
	return [
		frappe.get_doc(doctype, found)
		for doctype, fieldname in TRACES
		for found in frappe.get_all(doctype, {fieldname: name}, pluck="name", order_by="name")
	]


@contextmanager
def put_back(name: str) -> Iterator[Document]:
	"""Yields a request that is afterwards as it was, whatever was committed: the next one may take the same step."""
	before = rows_of(name)
	try:
		yield before[0]
	finally:
		if frappe.db.get_value(REQUEST, name, "modified") != before[0].modified:
			_write(name, before)


def _write(name: str, rows: list[Document]) -> None:
	for found in rows_of(name):
		for doc in (found, *found.get_all_children()):
			frappe.db.delete(doc.doctype, {"name": doc.name})
	for wanted in rows:
		for doc in (wanted, *wanted.get_all_children()):
			doc.db_insert()
	frappe.db.commit()
