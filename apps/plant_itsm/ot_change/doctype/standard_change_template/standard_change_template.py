import frappe

from plant_itsm.frappe_site.document import PlantDocument


class StandardChangeTemplate(PlantDocument):
	def complete(self) -> None:
		"""Who saves is what the site knows, not what the form says."""
		self.changed_by = frappe.session.user
		super().complete()
