from frappe.model.naming import make_autoname

from plant_itsm.frappe_site.document import PlantDocument


class LineCostReview(PlantDocument):
	def autoname(self) -> None:
		"""Numbered by a series of its own, as a Line Stop is."""
		self.name = make_autoname("LCR-.YYYY.-.#####")
