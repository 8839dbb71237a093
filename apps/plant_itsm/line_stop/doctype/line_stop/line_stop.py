from frappe.model.naming import make_autoname

from plant_itsm.frappe_site.document import PlantDocument


class LineStop(PlantDocument):
	def autoname(self) -> None:
		"""As its DocType says, but numbered by a series of its own: Frappe's `format:` shares one with HD Ticket,
		which would leave gaps in both and make each wait for the other's commit."""
		self.name = make_autoname("LS-.YYYY.-.#####")
