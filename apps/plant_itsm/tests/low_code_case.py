"""What an administrator changes on a site in a test: each change is made, a migrate follows, and each looks again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import frappe

from plant_itsm import install
from plant_itsm.tests.site_case import PlantCase

Change = Callable[[], Iterator[None]]


def migrate() -> None:
	"""As a migrate does with files that a new version has changed."""
	frappe.reload_doc("plant_cmdb", "doctype", "ot_ci", force=True)
	for doctype in ("stop_reason", "line_stop"):
		frappe.reload_doc("line_stop", "doctype", doctype, force=True)
	install.after_migrate()
	frappe.clear_cache()


class LowCodeCase(PlantCase):
	def keeps(self, *changes: Change) -> None:
		"""Each changes something, waits for the migrate, and looks."""
		self.addCleanup(frappe.db.commit)
		running = [change() for change in changes]
		for change in running:
			next(change)
		frappe.db.commit()
		migrate()
		for change in running:
			with self.subTest(change.__name__):
				self.assertIs(next(change, None), None)

	def made(self, doctype: str, **values: Any) -> str:
		"""A record of the administrator, which goes when the test is over."""
		doc = frappe.get_doc({"doctype": doctype, **values}).insert()
		self.addCleanup(frappe.delete_doc, doctype, doc.name, force=True, ignore_missing=True)
		return str(doc.name)

	def put_back(self, doctype: str, name: str, fieldname: str) -> None:
		before = frappe.db.get_value(doctype, name, fieldname)
		self.addCleanup(frappe.db.set_value, doctype, name, fieldname, before)

	def with_row(self, doctype: str, name: str, table: str, **values: Any) -> None:
		"""A record with one row more until the test is over."""
		doc = frappe.get_doc(doctype, name)
		row = doc.append(table, values)
		doc.save()
		self.addCleanup(frappe.db.delete, row.doctype, {"name": row.name})

	def changed(self, doctype: str, name: str, **values: Any) -> None:
		for fieldname in values:
			self.put_back(doctype, name, fieldname)
		frappe.get_doc(doctype, name).update(values).save()
