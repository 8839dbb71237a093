import frappe
from frappe import _
from frappe.model.naming import make_autoname

from plant_itsm.frappe_site.document import PlantDocument


class PlantCostEntry(PlantDocument):
	def autoname(self) -> None:
		"""Numbered by a series of its own, as a Line Stop is."""
		self.name = make_autoname("PCE-.YYYY.-.#####")

	def before_cancel(self) -> None:
		"""The ledger is append-only, for Administrator too."""
		frappe.throw(_("{0} is posted: reverse it, so that both entries stay.").format(self.name))
