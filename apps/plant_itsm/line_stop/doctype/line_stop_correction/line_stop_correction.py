import frappe
from frappe import _

from plant_itsm.frappe_site.document import PlantDocument
from plant_itsm.frappe_site.records import is_our_write


class LineStopCorrection(PlantDocument):
	"""A log: corrections are made by the dialog of a Line Stop, and what it has written stays."""

	def validate(self) -> None:
		if not (self.is_new() and is_our_write(self)):
			self._refuse()
		super().validate()

	def on_trash(self) -> None:
		self._refuse()

	def _refuse(self) -> None:
		if "System Manager" in frappe.get_roles():
			return
		text = _("{0} {1} is part of a log and stays as it is. Correct the Line Stop once more instead.")
		frappe.throw(text.format(_(self.doctype), self.name), frappe.PermissionError)
