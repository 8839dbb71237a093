import frappe
from frappe import _

from plant_itsm.frappe_site.document import PlantDocument


class CIGraphChange(PlantDocument):
	"""Written by plant_itsm alone, and never again."""

	def validate(self) -> None:
		frappe.throw(_("The history of the graph is only added to, by plant_itsm itself."))

	def on_trash(self) -> None:
		frappe.throw(_("The history of the graph is kept. Nothing of it can be removed."))
