"""Rows that belong to a record whole: they are only written with it, so that its rules see them."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html


class OwnedRow(Document):
	"""The base of child tables whose record has rules on them.

	Frappe lets REST add, save and delete a single row for everybody who may write its record. Its hooks are those of
	the row alone, which none of them calls when the record itself is saved or deleted.
	"""

	def validate(self) -> None:
		self._refuse()

	def on_trash(self) -> None:
		self._refuse()

	def _refuse(self) -> None:
		frappe.throw(
			_("A row of {0} is part of {1} {2}. Change it there.").format(
				_(self.doctype), _(self.parenttype or ""), escape_html(self.parent or "")
			),
			frappe.PermissionError,
			title=_("Not by Itself"),
		)
